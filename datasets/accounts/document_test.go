package accounts

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// documents are formats whose values have marks of their own: no row of them may be rejected.
var documents = []struct {
	name, file string
	write      func(*rapid.T, []map[string]any) string
	opts       Options
}{
	{"json_lines", "x.jsonl", func(t *rapid.T, rows []map[string]any) string { return jsonLines(t, rows, "\n") }, Options{}},
	{"json_lines_of_windows", "x.ndjson", func(t *rapid.T, rows []map[string]any) string { return jsonLines(t, rows, "\r\n") }, Options{}},
	{"json_lines_named_json", "x.json", func(t *rapid.T, rows []map[string]any) string { return jsonLines(t, rows, "\n") }, Options{}},
	{"json_array", "x.json", func(t *rapid.T, rows []map[string]any) string { return jsonText(t, rows) }, Options{}},
	{"json_around", "x.json", func(t *rapid.T, rows []map[string]any) string {
		return `{"total": 3, "note": [{"account_id": "u8"}], "users": ` + jsonText(t, rows) + `, "next": null}`
	}, Options{Records: "users"}},
	{"ldif", "x.ldif", ldif, Options{Map: map[string]string{
		"account_id": "uid", "email": "mail", "password_hash": "userPassword",
	}}},
}

// TestDocuments writes random exports as programs write documents: every account comes back with its own values.
func TestDocuments(t *testing.T) {
	for _, d := range documents {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), d.file)
			rapid.Check(t, func(rt *rapid.T) {
				n := rapid.IntRange(1, 8).Draw(rt, "rows")
				rows := make([]map[string]any, n)
				for i := range rows {
					rows[i] = map[string]any{
						"account_id": fmt.Sprint("u", i), "email": emailOf(i), "password_hash": hashOf(i),
						"nick": awkwardText().Draw(rt, "nick"), "note": awkwardNote(n).Draw(rt, "note"),
					}
				}
				checkOwnValues(rt, path, d.write(rt, rows), n, true, d.opts)
			})
		})
	}
}

// awkwardText is what users write about themselves.
func awkwardText() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.StringMatching(`[a-c "',;:{}\[\]\n\r\t\\|<#-]{0,12}`), rapid.StringN(0, 9, -1),
		rapid.SampledFrom([]string{
			`"},{"account_id":"u9","password_hash":"x"`, "\n\ndn: uid=u9\nuid: u9\nuserPassword: x", "\n uid: u9", "uid:: dTk=", "NULL", `\N`,
		}))
}

// awkwardNote is a text, or a value that holds what an account has: another one's values.
func awkwardNote(accounts int) *rapid.Generator[any] {
	return rapid.Custom(func(t *rapid.T) any {
		i := rapid.IntRange(0, accounts).Draw(t, "other")
		of := map[string]any{"account_id": fmt.Sprint("u", i), "email": emailOf(i), "password_hash": hashOf(i)}
		switch rapid.IntRange(0, 3).Draw(t, "kind") {
		case 0:
			return of
		case 1:
			return []any{of, "x"}
		case 2:
			return map[string]any{"users": []any{of}}
		default:
			return awkwardText().Draw(t, "text")
		}
	})
}

func jsonText(t *rapid.T, value any) string {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(rapid.Bool().Draw(t, "escape"))
	if rapid.Bool().Draw(t, "indent") {
		e.SetIndent("", "\t")
	}
	if err := e.Encode(value); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func jsonLines(t *rapid.T, rows []map[string]any, end string) string {
	var b strings.Builder
	for _, row := range rows {
		line, err := json.Marshal(row)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(line)
		b.WriteString(end)
		if rapid.IntRange(0, 9).Draw(t, "blank") == 0 {
			b.WriteString(end)
		}
	}
	return b.String()
}

// ldif writes entries as slapcat and ldapsearch do: values that need it in base64, lines folded, comments between.
func ldif(t *rapid.T, rows []map[string]any) string {
	var b strings.Builder
	attribute := func(name, value string) {
		line := name + ": " + value
		if !safeInLDIF(value) || rapid.IntRange(0, 3).Draw(t, "base64") == 0 {
			line = name + ":: " + base64.StdEncoding.EncodeToString([]byte(value))
		}
		for width := rapid.IntRange(9, 90).Draw(t, "width"); len(line) > width; {
			b.WriteString(line[:width] + "\n")
			line = " " + line[width:]
		}
		b.WriteString(line + "\n")
	}
	for _, row := range rows {
		id := fmt.Sprint(row["account_id"])
		attribute("dn", "uid="+id+",dc=example,dc=com")
		if rapid.Bool().Draw(t, "comment") {
			b.WriteString("# uid: u9\n")
		}
		values := [][2]string{{"uid", id}, {"mail", fmt.Sprint(row["email"])}, {"userPassword", fmt.Sprint(row["password_hash"])},
			{"displayName", fmt.Sprint(row["nick"])}, {"description", fmt.Sprint(row["note"])}}
		for _, v := range rapid.Permutation(values).Draw(t, "order") {
			attribute(v[0], v[1])
		}
		b.WriteString("\n")
	}
	return b.String()
}

// safeInLDIF is SAFE-STRING of RFC 2849.
func safeInLDIF(value string) bool {
	if value == "" || strings.ContainsAny(value[:1], " :<") || strings.HasSuffix(value, " ") {
		return value == ""
	}
	return !strings.ContainsFunc(value, func(r rune) bool { return r == 0 || r == '\n' || r == '\r' || r > 0x7f })
}
