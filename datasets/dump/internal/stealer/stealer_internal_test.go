package stealer

import (
	"strings"
	"testing"
)

func TestStealerLog_every_key_is_known(t *testing.T) {
	t.Parallel()
	for key, role := range keys {
		if len(key) > longestKey {
			t.Errorf("the key %q is longer than any that is looked for", key)
		}
		if got, _ := classify([]byte(strings.ToUpper(key) + " : x")); got != role {
			t.Errorf("the key %q has role %d, want %d", key, got, role)
		}
	}
}
