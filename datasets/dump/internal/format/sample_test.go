package format_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/format"
)

func TestSample(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		head, lines string
		end         byte
	}{
		{"", "", '\n'},
		{cut.ByteOrderMark + "a\r\n \t\r\nb", "a|b", '\n'},
		{"a\rb\r\rc", "a|b|c", '\r'},
		{"a\rb\nc", "a|b|c", '\n'},
	} {
		s := format.NewSample([]byte(test.head))
		if got := string(bytes.Join(s.Lines, []byte("|"))); got != test.lines || s.LineEnd() != test.end {
			t.Errorf("%q has the lines %q, which end with %q", test.head, got, s.LineEnd())
		}
		if !s.Whole() {
			t.Errorf("%q is not taken for the whole of its stretch", test.head)
		}
	}
	if format.NewSample(bytes.Repeat([]byte("x"), format.SampleSize)).Whole() {
		t.Error("a full sample is taken for the whole of its stretch")
	}
}

func TestSample_share_is_in_percent(t *testing.T) {
	t.Parallel()
	isA := func(line []byte) bool { return string(line) == "a" }
	for text, want := range map[string]int{"": 0, "a\n": 100, "a\nb\n\n": 50, "a\nb\nb": 33} {
		if got := format.NewSample([]byte(text)).Share(isA); got != want {
			t.Errorf("the share in %q is %d, want %d", text, got, want)
		}
	}
}

func TestLowerStart(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("AB", 40)
	for line, want := range map[string]string{"  INSERT x": "insert x", long: strings.ToLower(long[:32])} {
		if got := string(format.LowerStart([]byte(line))); got != want {
			t.Errorf("%q begins with %q, want %q", line, got, want)
		}
	}
}
