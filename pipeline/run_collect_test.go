package pipeline

import "testing"

func TestCleanName(t *testing.T) {
	t.Parallel()
	if got := cleanName("a;b\x1b[0m\n\xff"); got != "a,b?[0m??" {
		t.Errorf("got %q", got)
	}
}
