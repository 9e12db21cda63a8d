package stealer

import (
	"strings"
	"testing"
)

func TestStealerLog_every_key_is_known(t *testing.T) {
	t.Parallel()
	var known recent // of all keys, one after the other: more than it remembers
	for key, role := range keys {
		if len(key) > longestKey {
			t.Errorf("the key %q is longer than any that is looked for", key)
		}
		if got, _ := classify([]byte(strings.ToUpper(key)+" : x"), &known); got != role {
			t.Errorf("the key %q has role %d, want %d", key, got, role)
		}
		if got, value := classify([]byte(key+": x"), &known); got != role || string(value) != "x" {
			t.Errorf("the key %q has role %d the second time, want %d", key, got, role)
		}
	}
}
