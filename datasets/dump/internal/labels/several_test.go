package labels_test

import (
	"slices"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
)

// TestLabels_of_several_users keeps the users of one line apart.
func TestLabels_of_several_users(t *testing.T) {
	t.Parallel()
	got := dumptest.Read(t, []byte("user: carol, pass: x1; user: dave, pass: x2; user: erin, pass: x3\n"),
		dump.Options{Format: "labels"})
	dumptest.WantCuts(t, got.FirstCuts(), []string{"carol=x1", "dave=x2", "erin=x3"})
	for _, r := range got.Records {
		if slices.Contains(r.Cuts, "dave=x1") || slices.Contains(r.Cuts, "carol=x2") || slices.Contains(r.Cuts, "dave=x3") {
			t.Errorf("users share passwords: %q", r.Cuts)
		}
	}
}

// TestLabels_kinds reads ways of writing labels and values that programs have.
func TestLabels_kinds(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"var_dump":    "array(2) {\n  [\"login\"]=>\n  string(5) \"carol\"\n  [\"password\"]=>\n  string(3) \"p,w\"\n}\n",
		"arrows":      "[x] User ➜ carol\n[y] Pass ➜ p,w\n",
		"logged_form": "192.0.2.1 - - \"GET /login?user=carol&pass=p,w HTTP/1.1\" 200 12\n",
		"attack_tool": "[22][ssh] host: 192.0.2.1   login: carol   password: p,w\n",
		"log":         "2024-01-01 10:00:00 INFO attempt user=carol password=p,w result=ok\n",
		"brackets":    "[username=carol][password=p,w]\n",
		"parentheses": "(username: carol, password: p,w)\n",
		"properties":  "db.user=carol\ndb.password=p,w\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := dumptest.Read(t, []byte(text), dump.Options{Format: "labels"})
			if len(got.Records) != 1 || !slices.Contains(got.Records[0].Cuts, "carol=p,w") {
				t.Errorf("got %+v", got.Records)
			}
		})
	}
}
