package rowtext_test

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/credsieve/credsieve/datasets/dump/internal/rowtext"
)

func cells(texts ...string) [][]byte {
	out := make([][]byte, len(texts))
	for i, text := range texts {
		out[i] = []byte(text)
	}
	return out
}

func TestAppend(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		rows [][][]byte
		want string
	}{
		{"list_is_not_quoted", [][][]byte{cells(`a"b`), cells("NULL")}, "a\"b\nNULL\n"},
		{"table", [][][]byte{cells("email", "pw"), cells(`a"b`, "c\td")}, "email\tpw\n\"a\"\"b\"\t\"c\td\"\n"},
		{"words_for_nothing", [][][]byte{cells("x", "NULL"), cells(`\N`, "")}, "x\t\"NULL\"\n\"\\N\"\t\n"},
		{"short_row", [][][]byte{cells("a", "b", "c"), cells("d"), {nil, []byte("e")}}, "a\tb\tc\nd\t\t\n\te\t\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var w rowtext.Writer
			var got []byte
			for _, row := range test.rows {
				got = w.Append(got, row)
			}
			if string(got) != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestAppend_is_RFC_4180 reads the rows by the standard library.
func TestAppend_is_RFC_4180(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.StringOf(rapid.SampledFrom([]rune("ab\t\n\"\\N,;")))
		row := rapid.SliceOfN(cell, 2, 5).Draw(t, "row")
		var w rowtext.Writer
		text := w.Append(nil, cells(row...))
		if strings.TrimRight(string(text), "\n") == "" {
			return // the standard library skips blank lines
		}
		r := csv.NewReader(bytes.NewReader(text))
		r.Comma = '\t'
		got, err := r.Read()
		if err != nil || !slices.Equal(got, row) {
			t.Fatalf("%q came back as %q, %v", row, got, err)
		}
	})
}

func TestAppendText(t *testing.T) {
	t.Parallel()
	const want = `say: a\"b\\c\u000a` + "\xff"
	if got := string(rowtext.AppendText([]byte("say: "), "a\"b\\c\n\xff")); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
