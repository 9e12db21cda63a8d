package database

import "testing"

func TestIsOneStatement(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"SELECT 1":                            true,
		"SELECT 1;":                           true,
		"SELECT 1; ; \n -- x; y\n /* z; */ ;": true,
		"SELECT ';', \";\", `;`, [;] -- ;\n":  true,
		"SELECT 'it''s; x', '' /*;*/":         true,
		"SELECT 'open; SELECT":                true,
		"-- only a comment":                   true,
		"":                                    true,
		"SELECT 1; SELECT 2":                  false,
		"SELECT ''; DELETE FROM x":            false,
		"; /* x */ SELECT 1; 'a'":             false,
		"SELECT [a]; -- b\n[c]":               false,
		"SELECT 1 - -1; x":                    false,
	} {
		if got := isOneStatement(text); got != want {
			t.Errorf("isOneStatement(%q) = %v", text, got)
		}
	}
}
