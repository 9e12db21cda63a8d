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

// TestLabels_in_brackets reads values that stand in brackets, as tools log them.
func TestLabels_in_brackets(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"[10:11] [1] Username: [carol]\n[10:11] [1] Password: [p,w]\n",
		"[10:11:12] [+++] [1] Username: [carol]\n[10:11:12] [+++] [1] Password: [p,w]\n",
		"[10:11:12] [+++] [1] Username: [carol]\n[10:11:12] [+++] [1] Password: [p,w]\n[10:11:13] [+++] [2] Username: [dave]\n[10:11:13] [+++] [2] Password: [x]\n",
		"login <carol>, pass <p,w>\nuser: <carol>\npass: <p,w>\n",
	} {
		got := dumptest.Read(t, []byte(text), dump.Options{Format: "labels"})
		if len(got.Records) == 0 || !slices.Contains(got.Records[0].Cuts, "carol=p,w") {
			t.Errorf("%q: got %v", text, got.Records)
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
		"dashes":      "Login - carol\nPassword - p,w\n",
		"serialized":  "a:2:{s:4:\"user\";s:5:\"carol\";s:4:\"pass\";s:3:\"p,w\";}\n",
		"session":     "lang|s:2:\"en\";user|s:5:\"carol\";password|s:3:\"p,w\";\n",
		"names":       "env:\n- name: DB_USER\n  value: carol\n- name: DB_PASSWORD\n  value: \"p,w\"\n",
		"numbered":    "Host1=ftp.example.org\nUser1=carol\nPass1=p,w\n",
		"command":     "curl https://example.org/login -d 'username=carol&password=p,w'\n",
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

// TestLabels_of_names_and_values keeps the users of a list of names and values apart.
func TestLabels_of_names_and_values(t *testing.T) {
	t.Parallel()
	const text = "- name: username\n  value: carol\n- name: password\n  value: x1\n- name: username\n  value: dave\n- name: password\n  value: x2\n"
	for _, size := range []int{0, 1, 16} {
		got := dumptest.Read(t, []byte(text), dump.Options{BlockSize: size})
		got.WantReport(t, dump.StatusRead, "labels", "")
		dumptest.WantCuts(t, got.FirstCuts(), []string{"carol=x1", "dave=x2"})
	}
}
