package cut_test

import (
	"testing"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
)

func TestIdentifier(t *testing.T) {
	t.Parallel()
	for field, want := range map[string]string{
		" ann ":             "ann",
		`"ann"`:             "ann",
		"'ann'":             "ann",
		`="+4915112340100"`: "+4915112340100",
		"'+4915112340100":   "+4915112340100", // how a spreadsheet keeps a number as text
		"'ann@example.com":  "ann@example.com",
		"'o'brien":          "'o'brien",
		"o'brien":           "o'brien",
		"'":                 "'",
		"\ufeffann\u200b":   "ann",
	} {
		if got := string(cut.Identifier([]byte(field))); got != want {
			t.Errorf("%q: got %q, want %q", field, got, want)
		}
	}
}
