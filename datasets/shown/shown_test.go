package shown_test

import (
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/shown"
)

func TestText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                    "",
		"plain name.txt":      "plain name.txt",
		"Zoë 名前 €":            "Zoë 名前 €",
		"a\x1b[2Jb":           "a?[2Jb",
		"a\nb\tc\rd":          "a?b?c?d",
		"a\u0085b\x7fc":       "a?b?c",
		"gpj.\u202eexe":       "gpj.?exe", // turns the rest around
		"a\u200bb\u2066c":     "a?b?c",
		"a\u00adb\ufeffc":     "a?b?c",
		"a\ue000b\U000f0000c": "a?b?c", // private use
		"a\u2028b\u2029c":     "a?b?c",
		"a\u3164b\u034fc":     "a?b?c", // drawn as nothing
		"a\ufdd0b":            "a?b",
		"a\xffb":              "a?b",
	} {
		if got := shown.Text(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
		if shown.Can(text) != (text == want) {
			t.Errorf("%q: can be shown: %v", text, shown.Can(text))
		}
	}
}

func TestCell(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"acct1":         "acct1",
		"=cmd()":        "'=cmd()",
		"+49123":        "'+49123",
		"-1":            "'-1",
		"@SUM(A1)":      "'@SUM(A1)",
		"\tx":           "'\tx",
		"\rx":           "'\rx",
		"＝cmd()":        "'＝cmd()",
		"'=cmd()":       "''=cmd()",
		"''=x":          "'''=x",
		"'tis":          "'tis",
		"a=b":           "a=b",
		"shop;=cmd()":   "shop;'=cmd()",
		"@a;b;'-c;;d=1": "'@a;b;''-c;;d=1",
		"; =x":          "; =x",
	} {
		if got := shown.Cell(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// FuzzCell: whatever a cell holds, no part of it runs, and it comes back.
func FuzzCell(f *testing.F) {
	for _, seed := range []string{"", "=x", "'=x", "a;=b", "''", ";;", "'\t", "\xff=", "'＠;'", "x;''-"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		cell := shown.Cell(text)
		if back := shown.Uncell(cell); back != text {
			t.Errorf("%q became %q and came back as %q", text, cell, back)
		}
		for part := range strings.SplitSeq(cell, ";") {
			if part != "" && strings.ContainsAny(part[:1], "=+-@\t\r\n") {
				t.Errorf("%q: a spreadsheet runs a part of %q", text, cell)
			}
		}
	})
}
