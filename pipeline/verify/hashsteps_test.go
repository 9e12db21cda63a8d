package verify

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func writePrivate(t *testing.T, folder, name, text string) string {
	t.Helper()
	path := filepath.Join(folder, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestReadHashSteps(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	writePrivate(t, folder, "pepper.key", " made-up\r\n\n")
	rules, err := ReadHashSteps(writePrivate(t, folder, "steps.yaml", `
rules:
  - name: all of them
    stored_prefix: $2y$
    steps:
      - trim
      - utf16le
      - {digest: sha512, encoding: HEX}
      - {hmac: sha1, key_file: pepper.key, encoding: raw}
      - {prepend: key, key_file: `+folder+`/pepper.key}
      - {append: key, key_file: pepper.key}
      - {digest: md5, encoding: base64}
  - stored_prefix: $2b$
  - {stored_prefix: "0", scheme: md5-salt-password}
  - steps: [{digest: md5, encoding: hex}]
`))
	if err != nil {
		t.Fatal(err)
	}
	if len(rules) != 4 || rules[2].Scheme != "md5-salt-password" || rules[1].Name != "rule 2" || rules[3].StoredPrefix != "" || len(rules[1].Steps) != 0 {
		t.Fatalf("got %v", rules)
	}
	const want = "trim, utf16le, sha512 as HEX, hmac-sha1 with pepper.key as raw, prepend pepper.key, " +
		"append pepper.key, md5 as base64"
	if got := rules[0].Steps.String(); got != want {
		t.Errorf("steps are %s", got)
	}
	if got := string(rules[0].Steps[3].Key.Bytes()); got != " made-up\r\n" {
		t.Errorf("the key is %q: only one newline may be dropped", got)
	}
	if shown := fmt.Sprintf("%v %+v %#v", rules, rules, rules); strings.Contains(shown, "made-up") {
		t.Error("rules show a key")
	}
}

func TestReadHashSteps_refuses(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	writePrivate(t, folder, "k", "Secret-Pepper")
	writePrivate(t, folder, "empty", "\n")
	writePrivate(t, folder, "long", strings.Repeat("k", maxStepKey+1))
	open := writePrivate(t, folder, "open", "Secret-Pepper")
	if err := os.Chmod(open, 0o644); err != nil {
		t.Fatal(err)
	}
	one := func(step string) string { return "rules:\n  - steps: [" + step + "]\n" }
	for _, test := range []struct{ name, text, want string }{
		{"nothing", "", "it has no rules"},
		{"no rules", "rules: []", "line 1: want a list of rules"},
		{"other key", "rule: []", `line 1: unknown key "rule" of the file`},
		{"not a mapping", "- a", "line 1: want a mapping for the file"},
		{"rule without a mapping", "rules: [a]", "line 1: want a mapping for a rule"},
		{"key of a rule", "rules:\n  - prefix: a", `line 2: unknown key "prefix" of a rule`},
		{"key twice", "rules:\n  - name: a\n    name: b", `line 3: key "name" of a rule stands there twice`},
		{"other scheme", "rules:\n - {scheme: md6}", `line 2: scheme "md6" is none that a rule can name`},
		{"second document", one("trim") + "---\na: b", "a second document follows"},
		{"no YAML", "rules: [", "failed to read hash steps"},
		{"name twice", "rules:\n - {name: a, stored_prefix: b}\n - {name: a, stored_prefix: c}", `line 3: a second rule "a"`},
		{"hidden rule", "rules:\n - {name: a, stored_prefix: $2}\n - {name: b, stored_prefix: $2b$}",
			`line 3: rule "b" is never used: rule "a" comes first`},
		{"control in name", "rules:\n - {name: \"a\\nb\"}", "line 2: a rule's name holds a control character"},
		{"steps no list", "rules:\n - steps: trim", "line 2: want a list of at most 16 steps"},
		{"unknown step", one("rot13"), "line 2: want trim, utf16le, or a mapping"},
		{"unknown digest", one("{digest: md6, encoding: hex}"), `line 2: step 1: unknown digest "md6"`},
		{"no encoding", one("{digest: md5}"), "line 2: digest has no encoding: say hex"},
		{"other encoding", one("{digest: md5, encoding: b64}"), `unknown encoding "b64" of a digest`},
		{"two in one", one("{digest: md5, hmac: md5}"), "a step is either digest or hmac"},
		{"none", one("{encoding: hex}"), "a step names none of digest"},
		{"keyed digest", one("{digest: md5, encoding: hex, key_file: k}"), "digest takes no key_file; is it an hmac?"},
		{"hmac without key", one("{hmac: md5, encoding: hex}"), "hmac has no key_file"},
		{"append with encoding", one("{append: key, key_file: k, encoding: hex}"), "append takes no encoding"},
		{"key in the file itself", one("{append: Secret-Pepper, key_file: k}"), "want append: key, with the key in the file"},
		{"key of a step", one("{hmac: md5, key: Secret-Pepper}"), `unknown key "key" of a step`},
		{"null", one("{digest: }"), "want a plain value for digest"},
		{"missing key file", one("{hmac: md5, encoding: hex, key_file: nowhere}"), "line 2: failed to read key file: open"},
		{"empty key", one("{hmac: md5, encoding: hex, key_file: empty}"), "hmac has no key"},
		{"long key", one("{hmac: md5, encoding: hex, key_file: long}"), "is over 4096 bytes"},
		{"open key", one("{hmac: md5, encoding: hex, key_file: open}"), "with mode 0644: others may read or change it"},
		{"folder as key", one("{hmac: md5, encoding: hex, key_file: .}"), "it is not a regular file"},
		{"raw into bcrypt", "rules:\n - {stored_prefix: $2y$, steps: [{digest: md5, encoding: raw}]}",
			"line 2: rule \"rule 1\" gives raw bytes to bcrypt"},
		{"unknown form", "rules:\n - {forms: [slash]}", `line 2: unknown form "slash": docs/hashes.md lists them`},
		{"form twice", "rules:\n - {forms: [trim, trim]}", `form "trim" stands there twice`},
		{"many forms", "rules:\n - {forms: [trim, lower, upper, slashes, entities, quotes, ipb, ipb2, nfkc]}",
			"want a list of 1 to 8 forms"},
		{"column of no row", one(`{prepend: "{password}"}`), "a column that is none of {id}, {username}, {email}, {salt}"},
		{"open brace", one(`{prepend: "{salt"}`), "a brace is not closed"},
		{"unknown way", one(`{prepend: "{salt:rot13}"}`), "a column is taken by none of :lower"},
		{"pepper beside a column", one(`{prepend: "{id}Secret-Secret-Secret-Secret-Secret-Secret"}`),
			"more than 32 bytes beside columns"},
		{"column and key", one(`{prepend: "{id}", key_file: k}`), "prepend takes either columns of the row or a key_file"},
		{"column of a digest", one(`{digest: md5, encoding: hex, key_column: "{id}"}`), "takes either columns"},
		{"key column in the file itself", one("{hmac: md5, encoding: hex, key_column: Secret-Pepper}"),
			"want key_column: key, with the key in the file"},
		{"length of a trim", one("{append: key, key_file: k, longer_than: 72}"), "append takes no longer_than"},
		{"no length", one("{digest: md5, encoding: hex, longer_than: x}"), "want a number of bytes for longer_than"},
		{"negative length", one("{digest: md5, encoding: hex, longer_than: -1}"), "want a number of bytes for longer_than"},
		{"no setting of bcrypt", one("{bcrypt: key, key_file: k}"), "the key of bcrypt is not a setting"},
		{"long file", "# " + strings.Repeat("x", maxHashStepsFile), "it is over 65536 bytes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := ReadHashSteps(writePrivate(t, folder, "steps.yaml", test.text))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("got %v, want %s", err, test.want)
			}
			if strings.Contains(err.Error(), "Secret") || strings.Contains(err.Error(), "\n") {
				t.Errorf("the error shows a key or has two lines: %v", err)
			}
		})
	}
	if _, err := ReadHashSteps(filepath.Join(folder, "missing.yaml")); err == nil {
		t.Error("a missing file is read")
	}
}
