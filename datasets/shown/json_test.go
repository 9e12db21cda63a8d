package shown_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/credsieve/credsieve/datasets/shown"
)

func TestJSON(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"{\n \"a\": \"Größe\"\n}\n": "{\n \"a\": \"Größe\"\n}\n",
		"\"txt.\u202egpj\"":         `"txt.\u202egpj"`,
		"\"a\u200bb\u2028\x7f\"":    `"a\u200bb\u2028\u007f"`,
		"\"\U000e0041\"":            `"\udb40\udc41"`,
	} {
		if got := string(shown.JSON([]byte(text))); got != want {
			t.Errorf("%q became %s, want %s", text, got, want)
		}
	}
}

// TestJSON_changes_no_value: what is read of a text is what would have been read of it before.
func TestJSON_changes_no_value(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.String().Draw(t, "value")
		var written bytes.Buffer
		if err := json.NewEncoder(shown.JSONWriter(&written)).Encode(map[string]string{value: value}); err != nil {
			t.Fatal(err)
		}
		var got map[string]string
		if err := json.Unmarshal(written.Bytes(), &got); err != nil || utf8.ValidString(value) && got[value] != value {
			t.Fatalf("%q came back as %q, %v", value, got, err)
		}
		if line := bytes.TrimSpace(written.Bytes()); !shown.Can(string(line)) {
			t.Fatalf("%q is not shown as it is", line)
		}
	})
}
