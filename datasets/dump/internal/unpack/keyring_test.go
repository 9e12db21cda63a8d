package unpack

import (
	"strings"
	"testing"
)

func TestKeyring_tries_a_bounded_number(t *testing.T) {
	t.Parallel()
	k := &keyring{passwords: make([]string, 10*maxPasswords)}
	tries := 0
	if k.try(func(string) error { tries++; return errLocked }) || tries != maxPasswords {
		t.Errorf("got %d tries", tries)
	}
	k = &keyring{passwords: []string{"a", "b", "c"}}
	k.try(func(p string) error {
		if p == "c" {
			return nil
		}
		return errLocked
	})
	if got := strings.Join(k.passwords, ""); got != "cab" {
		t.Errorf("got the order %s", got)
	}
}
