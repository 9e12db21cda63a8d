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

func TestIsEBCDIC(t *testing.T) {
	t.Parallel()
	const pair = "\x81\x93\x97\x88\x81|\x85\xa7\x81\x94\x97\x93\x85K\x83\x96\x94z\xe3\xa4\x93\x89\x97%"
	for text, want := range map[string]bool{
		pair: true, pair + pair: true, "alpha@example.com:Tulip": false,
		"alice@example.com:\xef\xf0\xe8\xe2\xe5\xf2\xf0\xe8\xe2\xe5\xf2": false, pair + "\n": false,
		"日本語日本語日本語日本語": false,
	} {
		if got := sniff.IsEBCDIC([]byte(text)); got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}

func TestIsHexDump(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"00000000: 616e 6e40 6578 616d 706c 652e 636f 6d3a  ann@example.com:\n": true,
		"00000000  61 6e 6e 40 65 78 61 6d  70 6c 65 2e  |ann@exampl|\n":        true,
		"0000000 616e 6e40 6578 616d 706c\n":                                    true,
		"0000000 ann@example.com pw\n":                                          false,
		"00000000:pw\n":                                                         false,
		"00000017: 616e 6e40 6578 616d\n":                                       false,
		"":                                                                      false,
	} {
		if got := sniff.IsHexDump([]byte(text)); got != want {
			t.Errorf("%q: got %v", text, got)
		}
	}
}

func TestIsUUEncoded(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"begin 644 a.txt\n286YN0&5X86UP;&4N8V]M.G!W\n`\nend\n": true,
		"begin 644 a.txt\nann@example.com:pw\n":                false,
		"begin 644 a.txt":                                      false,
		"":                                                     false,
	} {
		if got := sniff.IsUUEncoded([]byte(text)); got != want {
			t.Errorf("%q: got %v", text, got)
		}
	}
}
