package sniff_test

import (
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump/internal/sniff"
)

func TestHoldsControl(t *testing.T) {
	t.Parallel()
	for head, want := range map[string]bool{
		"PAR1": false, "PAR1\x15": true, "PAR1pass:word": false, "PAR1 \t\r\n\v\f\x1a": false,
		"PAR1" + strings.Repeat("a", 15) + "\x7f": true, "PAR1" + strings.Repeat("a", 16) + "\x01": false,
	} {
		if got := sniff.HoldsControl([]byte(head), len("PAR1")); got != want {
			t.Errorf("%q: got %v", head, got)
		}
	}
}

func TestIsBinary(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("alice@example.com:pw\r\n", 10)
	for data, want := range map[string]bool{
		"": false, text: false, text + "\x00\x1a": false, "\x1b[2J" + text: false,
		strings.Repeat("\x01\x02abc", 10): true, "\xe4\xf6\xfc": false,
	} {
		if got := sniff.IsBinary([]byte(data)); got != want {
			t.Errorf("%q: got %v", data, got)
		}
	}
}

func TestStartsWith(t *testing.T) {
	t.Parallel()
	if is := sniff.StartsWith("7z"); !is([]byte("7zip")) || is([]byte("7")) || is(nil) {
		t.Error("a magic is not told from what is shorter")
	}
}
