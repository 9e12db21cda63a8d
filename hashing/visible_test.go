package hashing_test

import (
	"testing"

	"github.com/credsieve/credsieve/hashing"
)

func TestVisible(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ text, want string }{
		{"", ""}, {"jdoe@example.com", ""}, {"zo\u00eb@example.com", ""}, {"\u674e\u96f7", ""},
		{"\u200bjdoe@example.com", "jdoe@example.com"}, {"jdoe@exam\u00adple.com", "jdoe@example.com"},
		{"\ufeffjdoe", "jdoe"}, {"\u202ajdoe\u202c", "jdoe"}, {"j\u2060d\u200eo\u061ce", "jdoe"},
		{"jdoe\ufe0f", "jdoe"}, {"j\u3164doe\u034f", "jdoe"}, {"+44\u00a07700\u2011900123", "+44 7700-900123"},
		{"\u0646\u0627\u0645\u200c\u0645\u0646", "\u0646\u0627\u0645\u0645\u0646"},
		{"\uff4a\uff44oe\uff20example.com", "jdoe@example.com"},
		{"\u200b", ""}, {"jos\xe9\u200b", ""}, {"\xad", ""},
	} {
		if got := hashing.Visible([]byte(tt.text)); string(got) != tt.want {
			t.Errorf("Visible(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestVisible_of_plain_text_does_not_allocate(t *testing.T) {
	text := []byte("somebody.at.all@example.com")
	if n := testing.AllocsPerRun(100, func() { hashing.Visible(text) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
