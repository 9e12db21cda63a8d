package config

import "testing"

func TestClosest(t *testing.T) {
	t.Parallel()
	names := []string{"scan", "synth", "state", "key-file", "max-accounts", "out", "out-root"}
	for written, want := range map[string]string{
		"scna": "scan", "Scan": "scan", "key_file": "key-file", "max-acounts": "max-accounts", "max-account": "max-accounts",
		"nonsense": "", "": "", "xyz": "", "ot": "out", "outroot": "out-root",
	} {
		if got := Closest(written, names); got != want {
			t.Errorf("%q: %q, want %q", written, got, want)
		}
	}
}
