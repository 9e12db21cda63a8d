package words_test

import (
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump/internal/words"
)

// TestWords: no word means two things, or a text would be read by chance.
func TestWords(t *testing.T) {
	t.Parallel()
	of := map[string]string{}
	for name, list := range map[string]string{
		"mail": words.Mail, "login": words.Login, "phone": words.Phone, "secret": words.Secret, "hash": words.Hash,
	} {
		for word := range strings.SplitSeq(list, ",") {
			folded := string(words.Fold(nil, []byte(word)))
			if folded == "" || of[folded] != "" && of[folded] != name {
				t.Errorf("%q is a word for %s and for %s", word, of[folded], name)
			}
			of[folded] = name
		}
	}
}

func TestFold(t *testing.T) {
	t.Parallel()
	for label, want := range map[string]string{"E-Mail ": "email", "Contraseña": "contraseña", "P455 W0RD": "p455w0rd"} {
		if got := string(words.Fold(nil, []byte(label))); got != want {
			t.Errorf("%q: got %q, want %q", label, got, want)
		}
	}
}
