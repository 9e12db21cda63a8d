package pair_test

import (
	"testing"

	"github.com/credsieve/credsieve/pipeline/pair"
)

func TestCleanName(t *testing.T) {
	t.Parallel()
	if got := pair.CleanName("a;b\x1b[0m\n\xff"); got != "a,b?[0m??" {
		t.Errorf("got %q", got)
	}
}
