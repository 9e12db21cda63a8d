package main

import "testing"

func TestShellWord(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"runs/2026-11-27": "runs/2026-11-27", "my runs": "'my runs'", "it's": `'it'\''s'`, "$(rm)": "'$(rm)'", "": "''",
	} {
		if got := shellWord(path); got != want {
			t.Errorf("%q: %s, want %s", path, got, want)
		}
	}
}
