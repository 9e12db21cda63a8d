package dump_test

import (
	"encoding/json"
	"fmt"
	"os"
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
	inputs, err := dump.List(t.Context(), []string{filepath.Join(dir, "a"), filepath.Join(dir, "b")}, dump.ListOptions{})
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
	inputs, err = dump.List(t.Context(), []string{filepath.Join(dir, "b/e/shard")}, dump.ListOptions{})
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
		inputs, err := dump.List(t.Context(), []string{dir}, dump.ListOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if err = inputs[0].Spoiled; inputs[0].Path != filepath.Join(dir, "x") || inputs[0].Err != nil {
			t.Errorf("%.40q: %q is not read: %v", text, inputs[0].Path, inputs[0].Err)
		}
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

func listInputs(t *testing.T, path string) []dump.Input {
	t.Helper()
	inputs, err := dump.List(t.Context(), []string{path}, dump.ListOptions{})
	if err != nil || len(inputs) == 0 {
		t.Fatalf("got %d inputs: %v", len(inputs), err)
	}
	return inputs
}

func TestList_what_others_can_write_is_a_claim(t *testing.T) {
	t.Parallel()
	dir := dumptest.Folder(t, map[string]string{
		"x": "a", "x.meta.yaml": "name: Theirs\nkind: stealer_log\nleaked_on: 2024-01-31\ntrust: fabricated\nformat: ulp\n" +
			"encodings: [cp1251]\npasswords: [hunter-2]\n",
		"dump.meta.yaml": "name: Ours\n",
	})
	if err := os.Chmod(filepath.Join(dir, "x.meta.yaml"), 0o666); err != nil {
		t.Fatal(err)
	}
	in := listInputs(t, dir)[0]
	if in.Meta.Name != "Ours" || in.Meta.Trust != dump.TrustUnverified || in.Meta.Kind != dump.KindUnknown ||
		in.Meta.Format != "" || !in.Meta.LeakedOn.IsZero() {
		t.Errorf("a claim is believed: %+v", in.Meta)
	}
	if len(in.Meta.Passwords) != 1 || len(in.Meta.Encodings) != 1 {
		t.Errorf("what can only add is not used: %+v", in.Meta)
	}
	if c := in.Claim; c == nil || c.Meta.Trust != dump.TrustFabricated || c.Why != "others may write to it" {
		t.Errorf("the claim is not shown: %+v", c)
	}
	if os.Geteuid() != 0 {
		return
	}
	if err := os.Chmod(filepath.Join(dir, "x.meta.yaml"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(filepath.Join(dir, "x.meta.yaml"), 65534, -1); err != nil {
		t.Skip(err)
	}
	if in := listInputs(t, dir)[0]; in.Claim == nil || in.Claim.Why != "it is owned by another user" || in.Meta.Name != "Ours" {
		t.Errorf("the sidecar of another user: %+v, %+v", in.Claim, in.Meta)
	}
}

func TestList_sidecars_in_a_folder_of_their_own(t *testing.T) {
	t.Parallel()
	dir := dumptest.Folder(t, map[string]string{
		"d/a/x.txt": "1", "d/a/y.txt": "1", "d/b/x.txt": "1", "d/z": "1", "d/z.meta.yaml": "name: Beside\n",
		"s/a/x.meta.yaml": "name: One\n", "s/d/b/dump.meta.yaml": "name: Two\n", "s/z.meta.yaml": "name: Three\n",
		"s/dump.meta.yaml": "name: Rest\n", "s/stdin.meta.yaml": "name: Piped\n",
	})
	for _, name := range []string{"s/a/x.meta.yaml", "s/z.meta.yaml"} { // whoever owns them
		if err := os.Chmod(filepath.Join(dir, name), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	inputs, err := dump.List(t.Context(), []string{filepath.Join(dir, "d"), "-"},
		dump.ListOptions{Sidecars: filepath.Join(dir, "s")})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, in := range inputs {
		got = append(got, strings.TrimPrefix(in.Path, dir+"/")+" "+in.Meta.Name)
	}
	want := []string{"d/a/x.txt One", "d/a/y.txt Rest", "d/b/x.txt Two", "d/z Three", "- Piped"}
	if !slices.Equal(got, want) {
		t.Errorf("\n got %q\nwant %q", got, want)
	}
	_, err = dump.List(t.Context(), []string{"-"}, dump.ListOptions{Sidecars: filepath.Join(dir, "none")})
	if err == nil || !strings.HasPrefix(err.Error(), "failed to read the folder of sidecars") {
		t.Errorf("got %v", err)
	}
}

func TestList_a_leak_in_the_future(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 1, 0, 0, 0, time.FixedZone("", 9*60*60)) // still February in UTC
	for date, ok := range map[string]bool{"2026-02-28": true, "2026-03-01": true, "2026-03-02": false, "2999-01-01": false} {
		dir := dumptest.Folder(t, map[string]string{"x": "a", "x.meta.yaml": "leaked_on: " + date})
		inputs, err := dump.List(t.Context(), []string{dir}, dump.ListOptions{Now: now})
		if err != nil {
			t.Fatal(err)
		}
		if in := inputs[0]; (in.Spoiled == nil) != ok || in.Meta.LeakedOn.IsZero() == ok {
			t.Errorf("%s: %v, %v", date, in.Meta.LeakedOn, in.Spoiled)
		}
	}
}
