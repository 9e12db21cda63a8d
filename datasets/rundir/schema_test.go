package rundir

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write docs/schema again")

// schemaDir holds what other programs check their input with.
var schemaDir = filepath.Join("..", "..", "docs", "schema")

// patterns of values that are more than a text, and words that a value can be, by the path of the property.
var (
	hex32   = map[string]any{"type": "string", "pattern": "^[0-9a-f]{32}$"}
	digest  = map[string]any{"type": "string", "pattern": "^([0-9a-f]{64})?$"}
	day     = map[string]any{"type": "string", "pattern": "^([0-9]{4}-[0-9]{2}-[0-9]{2})?$"}
	special = map[string]map[string]any{
		"schema_version": {"const": SchemaVersion}, "run_id": {"type": "string", "pattern": "^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}$"},
		"status": words("complete", "partial", "held", "dry_run"), "guard.verdict": words("pass", "held", "held_in_part", "not_asked"),
		"inputs[].status": words("read", "partial", "skipped"), "inputs[].leaked_on": day, "inputs[].sha256": digest,
		"inputs[].kind":  words("", "site_breach", "combo_list", "stealer_log", "phishing", "unknown"),
		"inputs[].trust": words("", "verified", "unverified", "fabricated"), "outputs[].sha256": digest, "seal": digest, "manifest_sha256": digest,
	}
	described = map[string]string{
		"status":            "held: the guard refused, and nothing but what guard.verdict held_in_part publishes is published. dry_run is printed only",
		"counts":            "in records, but for accounts and verifications; docs/formats.md has the equations that hold in every manifest",
		"outputs":           "every file of the run but this one",
		"manifest_sha256":   "of the file with no digits between these quotes",
		"seal":              "HMAC-SHA256 under a subkey; empty: the run has none",
		"listed":            "the list, published and held",
		"sweep":             "addresses in the text of the dumps, beside the records",
		"dumps":             "inputs of one name together",
		"undecided":         "rows of undecided.csv by cause",
		"guard.limits":      "by the names that refusals have",
		"release":           "who let a held list go",
		"index.key_id":      "names the key, and tells nothing of it",
		"inputs[].claim":    "what a sidecar says that is not believed",
		"inputs[].left_out": "on purpose: it holds no passwords",
	}
)

func words(list ...string) map[string]any { return map[string]any{"enum": list} }

// schemaOf is the schema of a type as encoding/json writes it. What may be left out is not required.
func schemaOf(t reflect.Type, path string) map[string]any {
	schema := map[string]any{}
	switch {
	case special[path] != nil:
		for key, value := range special[path] {
			schema[key] = value
		}
	case t == reflect.TypeFor[time.Time]():
		schema = map[string]any{"type": "string", "format": "date-time"}
	case t.Kind() == reflect.Pointer:
		return schemaOf(t.Elem(), path)
	case t.Kind() == reflect.Slice:
		schema = map[string]any{"type": "array", "items": schemaOf(t.Elem(), path+"[]")}
	case t.Kind() == reflect.Map:
		schema = map[string]any{"type": "object", "additionalProperties": schemaOf(t.Elem(), path+"{}")}
	case t.Kind() == reflect.Struct:
		schema = structSchema(t, path)
	case t.Kind() == reflect.String:
		schema["type"] = "string"
	case t.Kind() == reflect.Bool:
		schema["type"] = "boolean"
	case t.Kind() == reflect.Float64:
		schema["type"] = "number"
	default:
		schema["type"], schema["minimum"] = "integer", 0
	}
	if text := described[path]; text != "" {
		schema["description"] = text
	}
	return schema
}

func structSchema(t reflect.Type, path string) map[string]any {
	properties, required := map[string]any{}, []string{}
	for i := range t.NumField() {
		field := t.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "" || name == "-" {
			continue
		}
		below := name
		if path != "" {
			below = path + "." + name
		}
		properties[name] = schemaOf(field.Type, below)
		if !strings.Contains(options, "omit") {
			required = append(required, name)
		}
	}
	return map[string]any{"type": "object", "properties": properties, "required": required}
}

// rowSchema is that of a row of the list as its Parquet form has it.
func rowSchema() map[string]any {
	properties, required := map[string]any{}, []string{}
	for _, c := range columns(true) {
		properties[c.name] = map[string]any{"type": "string"}
		switch c.kind {
		case intColumn:
			properties[c.name] = map[string]any{"type": "integer", "minimum": 0}
		case floatColumn:
			properties[c.name] = map[string]any{"type": "number", "minimum": 0, "maximum": 100}
		case textColumn:
		}
		if c.name != "identifier" {
			required = append(required, c.name)
		}
	}
	for name, schema := range map[string]map[string]any{
		"band": words("critical", "high", "elevated", "standard"), "status": words("new", "outstanding"), "match": words("exact", "wrapped"),
		"attribution": words("exact", "alias", "nearby"), "identifier_kind": words("email", "username", "phone"),
		"first_leaked_on": day, "last_leaked_on": day, "finding_id": hex32, "hash_tag": hex32,
		"reasons": {"type": "string", "pattern": "^([a-z_0-9]+:-?[0-9.]+(;|$))*$", "description": "code:weight, joined by semicolons, heaviest first"},
		"actions": {"type": "string", "pattern": "^([a-z_]+(;|$))*$", "description": "joined by semicolons"},
	} {
		properties[name] = schema
	}
	return map[string]any{"type": "object", "properties": properties, "required": required}
}

// recheckSchema is that of a line of an answer of recheck as JSON Lines.
func recheckSchema() map[string]any {
	schema := structSchema(reflect.TypeFor[recheckObject](), "recheck")
	properties := schema["properties"].(map[string]any)
	properties["finding_id"] = hex32
	properties["cause"] = words("unchanged", "rehashed", "password_changed", "hash_changed", "no_password", "not_active", "not_found", "not_readable")
	for name, property := range structSchema(reflect.TypeFor[joinedObject](), "joined")["properties"].(map[string]any) {
		properties[name] = property
	}
	return schema
}

// TestSchemas: what docs/schema says is what this package writes; cmd/credsieve holds whole runs against it.
func TestSchemas(t *testing.T) {
	t.Parallel()
	for name, of := range map[string]struct {
		title  string
		schema map[string]any
	}{
		"manifest": {"manifest.json of a run of credsieve", schemaOf(reflect.TypeFor[Manifest](), "")},
		"list":     {"A row of at_risk.parquet; at_risk.csv has the same as text", rowSchema()},
		"recheck":  {"A line of the answer of credsieve recheck as JSON Lines", recheckSchema()},
	} {
		of.schema["$schema"], of.schema["title"] = "https://json-schema.org/draft/2020-12/schema", of.title
		want, err := json.MarshalIndent(of.schema, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, '\n')
		path := filepath.Join(schemaDir, name+".schema.json")
		if *update {
			if err := os.WriteFile(path, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if have, err := os.ReadFile(path); err != nil || !bytes.Equal(have, want) {
			t.Errorf("%s is not what this package writes (%v): go test ./datasets/rundir -run TestSchemas -update", path, err)
		}
	}
}
