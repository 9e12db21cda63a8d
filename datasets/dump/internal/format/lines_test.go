package format_test

import (
	"testing"

	"github.com/credsieve/credsieve/datasets/dump/internal/format"
)

func TestLines(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		end  byte
		text string
		last int
	}{
		{'\n', "", 0}, {'\n', "a", 0}, {'\n', "a\nb", 2}, {'\n', "a\r\nb\r\n", 6},
		{'\n', "a\rb", 2}, {'\r', "a\rb", 2}, {'\r', "a\nb", 2}, {'\r', "a\rb\nc", 2},
	} {
		if got := (format.Lines{End: test.end}).Last([]byte(test.text)); got != test.last {
			t.Errorf("the last whole record in %q ends at %d, want %d", test.text, got, test.last)
		}
	}
}

func TestIndexLineEnd(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"": -1, "a": -1, "a\n": 1, "a\r\n": 1, "a\nb\r": 1, "ab\rc\n": 2} {
		if got := format.IndexLineEnd([]byte(text)); got != want {
			t.Errorf("the first line of %q ends at %d, want %d", text, got, want)
		}
	}
}
