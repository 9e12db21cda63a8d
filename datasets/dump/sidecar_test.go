package dump_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
)

const fullSidecar = `name: Full
kind: stealer_log
leaked_on: 2024-01-31
trust: verified
format: ulp
encodings: [cp1251]
passwords: [hunter-2]
`

func TestList_sidecars(t *testing.T) {
	t.Parallel()
	dir := dumptest.Folder(t, map[string]string{
		"a/full.txt":            "x",
		"a/full.txt.meta.yaml":  fullSidecar,
		"a/stem.txt":            "x",
		"a/stem.meta.yaml":      "name: Stem\n",
		"a/both.txt":            "x",
		"a/both.txt.meta.yaml":  "name: Nearer\n",
		"a/both.meta.yaml":      "name: Farther\n",
		"a/plain.txt":           "x",
		"a/blank.txt":           "x",
		"a/blank.txt.meta.yaml": "",
		"b/dump.meta.yaml":      "name: Collection\ntrust: fabricated\n",
		"b/c/d/shard":           "x",
		"b/e/dump.meta.yaml":    "name: Part\nkind:\n",
		"b/e/shard":             "x",
	})
	metas := make(map[string]dump.Meta)
	inputs, err := dump.List(t.Context(), []string{filepath.Join(dir, "a"), filepath.Join(dir, "b")})
	if err != nil {
		t.Fatal(err)
	}
	for _, in := range inputs {
		metas[strings.TrimPrefix(in.Path, dir+"/")] = in.Meta
	}
	for path, want := range map[string]string{
		"a/full.txt": "Full stealer_log verified ulp", "a/stem.txt": "Stem unknown unverified ",
		"a/both.txt": "Nearer unknown unverified ", "a/plain.txt": "plain.txt unknown unverified ",
		"a/blank.txt": "blank.txt unknown unverified ",
		"b/c/d/shard": "Collection unknown fabricated ", "b/e/shard": "Part unknown unverified ",
	} {
		m := metas[path]
		if got := fmt.Sprint(m.Name, " ", m.Kind, " ", m.Trust, " ", m.Format); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
	full := metas["a/full.txt"]
	if want := time.Date(2024, 1, 31, 0, 0, 0, 0, time.UTC); !full.LeakedOn.Equal(want) {
		t.Errorf("got the date %v", full.LeakedOn)
	}
	if !slices.Equal(full.Encodings, []string{"cp1251"}) ||
		!slices.Equal(full.Passwords, []string{"hunter-2"}) {
		t.Errorf("got %v and %d passwords", full.Encodings, len(full.Passwords))
	}
	inputs, err = dump.List(t.Context(), []string{filepath.Join(dir, "b/e/shard")})
	if err != nil || inputs[0].Meta.Name != "Part" {
		t.Errorf("a file that is named is described by %q (%v), want Part", inputs[0].Meta.Name, err)
	}
}

func TestPasswords_never_show(t *testing.T) {
	t.Parallel()
	meta := dump.Meta{Passwords: dump.Passwords{"hunter-2"}}
	shown, err := json.Marshal(meta)
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		shown = fmt.Appendf(shown, verb+verb, meta, meta.Passwords)
	}
	for _, secret := range []string{"hunter", fmt.Sprintf("%x", "hunter")} {
		if text := string(shown); strings.Contains(text, secret) {
			t.Errorf("the password shows in %s", text)
		}
	}
}

func TestList_sidecar_that_is_wrong(t *testing.T) {
	t.Parallel()
	for text, sentence := range map[string]string{
		"name: [a]":                                 "name: want a text",
		"kind: rumour":                              `kind: unknown "rumour": want one of [site_breach`,
		"trust: 1":                                  `trust: unknown "1"`,
		"leaked_on: last year":                      `leaked_on: want a date like 2024-01-31, not "last year"`,
		"leaked_on: 2024-02-31":                     "leaked_on: want a date",
		"format: xls":                               `format: unknown format "xls"`,
		"passwords: hunter-2":                       "passwords: want a list of texts",
		"passwords: [[hunter-2]]":                   "passwords: want a list of texts",
		"passwords: *hunter-2":                      "not valid YAML",
		"passwords: [hunter-2":                      "line 1 is not valid YAML",
		"passwords: {hunter-2: x}":                  "passwords: want a list of texts",
		"name: a\nname: b":                          "line 2 is not valid YAML",
		"name: a\n---\nname: b":                     "want one YAML document",
		"name: a\n---\n[hunter-2":                   "want one YAML document",
		"name: a;b":                                 "name: want no semicolon",
		`name: "a\nb"`:                              "name: want no semicolon and no control or other character",
		`name: "a\x1bb"`:                            "name: want no semicolon and no control or other character",
		"name: a\nsource: b":                        "line 2: unknown key source",
		"hunter-2":                                  "line 1 is not valid YAML",
		"# " + strings.Repeat("x", dump.MaxSidecar): "it is over 1 MiB",
	} {
		dir := dumptest.Folder(t, map[string]string{"x": "a:b", "x.meta.yaml": text})
		_, err := dump.List(t.Context(), []string{dir})
		prefix := fmt.Sprintf("failed to read sidecar %q: ", filepath.Join(dir, "x.meta.yaml"))
		if err == nil || !strings.HasPrefix(err.Error(), prefix+sentence) &&
			!strings.Contains(err.Error(), sentence) {
			t.Errorf("%.40q: got %v, want %s", text, err, sentence)
		}
		if err != nil && strings.Contains(err.Error(), "hunter") {
			t.Errorf("the password shows in %v", err)
		}
	}
}
