package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// schemaNamed compiles one of docs/schema. strict also refuses names that it does not know, so that it knows all of ours;
// others may not, because names are added.
func schemaNamed(t *testing.T, name string, strict bool) *jsonschema.Schema {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(originalDir, "..", "..", "docs", "schema", name+".schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if strict {
		forbidMore(t, schema)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource(name+".json", schema); err != nil {
		t.Fatal(err)
	}
	compiled, err := compiler.Compile(name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

// forbidMore lets every object of a schema have its own properties only.
func forbidMore(t *testing.T, schema any) {
	t.Helper()
	switch schema := schema.(type) {
	case map[string]any:
		if _, has := schema["properties"].(map[string]any); has {
			schema["additionalProperties"] = false
		}
		for _, below := range schema {
			forbidMore(t, below)
		}
	case []any:
		for _, below := range schema {
			forbidMore(t, below)
		}
	}
}

func validate(t *testing.T, what string, schema *jsonschema.Schema, data []byte) {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	if err := schema.Validate(value); err != nil {
		t.Errorf("%s: %v", what, err)
	}
}

// TestSchemas_of_whole_runs holds runs of every status against docs/schema: partial, held, released, outstanding and dry.
func TestSchemas_of_whole_runs(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	copyGolden(t, b)
	key, dumps := b.path("key.txt"), b.path("dumps")
	b.run(exitComplete, "index", "build", "--accounts", b.path("accounts.csv"), "--key-file", key, "--out", b.path("index"))
	scan := func(code int, run string, args ...string) {
		t.Helper()
		b.run(code, append([]string{
			"scan", "--index", b.path("index"), "--key-file", key, "--state", b.path("state"), "--out", b.path(run), "--progress", "none",
		}, args...)...)
	}
	scan(exitHeld, "held", "--max-accounts", "2", "--show-identifiers", dumps)
	m := b.manifest("held")
	manifest := schemaNamed(t, "manifest", true)
	validateRun(t, b, manifest, "held")
	accept := []string{}
	if signs := m.Guard.Signs(); len(signs) > 0 {
		accept = []string{"--accept", strings.Join(signs, ",")}
	}
	b.run(exitComplete, append([]string{
		"release", b.path("held"), "--approve", m.RunID + ":" + strconv.FormatInt(m.HeldAccounts(), 10), "--key-file", key,
		"--state", b.path("state"),
	}, accept...)...)
	scan(exitPartial, "again", dumps)
	for _, run := range []string{"held", "again"} {
		validateRun(t, b, manifest, run)
	}
	b.out.Reset()
	if code := b.tryRun("scan", "--index", b.path("index"), "--key-file", key, "--state", b.path("state"), "--dry-run", "--json", dumps); code != exitComplete &&
		code != exitPartial {
		t.Fatalf("dry run: exit code %d", code)
	}
	validate(t, "dry run", manifest, b.out.Bytes())
	b.run(exitComplete, "recheck", b.path("again"), "--accounts", b.path("accounts.csv"), "--key-file", key, "--join", "--out", b.path("holds.jsonl"))
	data, err := os.ReadFile(b.path("holds.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	recheck, lines := schemaNamed(t, "recheck", true), 0
	for line := range bytes.Lines(data) {
		validate(t, "recheck", recheck, line)
		lines++
	}
	if lines < 3 {
		t.Errorf("only %d lines of recheck", lines)
	}
}

// validateRun holds manifest and list of a run against their schemas.
func validateRun(t *testing.T, b *bench, manifest *jsonschema.Schema, run string) {
	t.Helper()
	data, err := os.ReadFile(b.path(filepath.Join(run, "manifest.json")))
	if err != nil {
		t.Fatal(err)
	}
	validate(t, run, manifest, data)
	list := b.path(filepath.Join(run, "at_risk.csv"))
	if _, err := os.Stat(list); err != nil {
		list = b.path(filepath.Join(run, "held", "at_risk.csv"))
	}
	text, err := os.ReadFile(list)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil || len(rows) < 3 {
		t.Fatalf("%s: %d rows, %v", list, len(rows), err)
	}
	schema := schemaNamed(t, "list", true)
	for _, row := range rows[1:] {
		object := make(map[string]any, len(row))
		for i, cell := range row {
			switch name := rows[0][i]; name {
			case "rank", "score", "source_count":
				object[name] = json.Number(cell)
			default:
				object[name] = cell
			}
		}
		line, err := json.Marshal(object)
		if err != nil {
			t.Fatal(err)
		}
		validate(t, list, schema, line)
	}
}

// TestSchemas_refuse: a schema that takes everything checks nothing.
func TestSchemas_refuse(t *testing.T) {
	t.Parallel()
	for name, texts := range map[string][]string{
		"manifest": {`{}`, `{"schema_version": 2}`}, "list": {`{}`, `{"rank": "1"}`}, "recheck": {`{"account_id": "u1", "holds": "true"}`},
	} {
		schema := schemaNamed(t, name, false)
		for _, text := range texts {
			value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			if schema.Validate(value) == nil {
				t.Errorf("%s takes %s", name, text)
			}
		}
	}
}
