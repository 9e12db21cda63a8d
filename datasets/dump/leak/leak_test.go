package leak_test

import (
	"testing"

	"github.com/credsieve/credsieve/datasets/dump/leak"
)

func TestCut_SharesIdentifier(t *testing.T) {
	t.Parallel()
	text := []byte("al:al")
	for _, test := range []struct {
		name string
		a, b []byte
		want bool
	}{
		{"same_bytes", text[:2], text[:2], true},
		{"equal_bytes_elsewhere", text[:2], text[3:], false},
		{"shorter", text[:2], text[:1], false},
		{"empty", text[:0], text[:0], false},
		{"none", nil, nil, false},
	} {
		a, b := leak.Cut{Identifier: test.a}, leak.Cut{Identifier: test.b}
		if got := a.SharesIdentifier(&b); got != test.want {
			t.Errorf("%s: got %t, want %t", test.name, got, test.want)
		}
	}
}
