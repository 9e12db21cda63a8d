package hashing_test

import (
	"fmt"
	"testing"

	"github.com/credsieve/credsieve/hashing"
)

// TestSecret gives its text to who asks for it, and shows it to nobody else.
func TestSecret(t *testing.T) {
	t.Parallel()
	secret := hashing.NewSecret([]byte("Made-Up-1"))
	if got := string(secret.Bytes()); got != "Made-Up-1" {
		t.Errorf("it gives %q", got)
	}
	if got := (hashing.Secret{}).Bytes(); got != nil {
		t.Errorf("an empty one gives %q", got)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%q"} {
		if said := fmt.Sprintf(verb, secret); said != "hashing.Secret(redacted)" {
			t.Errorf("%s shows %s", verb, said)
		}
	}
}
