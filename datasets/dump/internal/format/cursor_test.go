package format_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump/internal/format"
)

func TestCursor(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		end  byte
		text string
		want []string // number of the line and text
	}{
		{'\n', "", nil},
		{'\n', "a\nb", []string{"1 a", "2 b"}},
		{'\n', "a\r\n\r\nb\r\n", []string{"1 a", "2 ", "3 b"}},
		{'\n', "a\rb\nc", []string{"1 a", "1 b", "2 c"}},
		{'\r', "a\rb\rc", []string{"1 a", "2 b", "3 c"}},
		{'\r', "a\nb\rc", []string{"1 a", "1 b", "2 c"}},
	} {
		at := format.Cursor{Data: []byte(test.text), End: test.end, Line: 1}
		var got []string
		for at.Next() {
			got = append(got, fmt.Sprintf("%d %s", at.Line, at.Data[at.Start:at.Stop]))
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%q has the lines %q, want %q", test.text, got, test.want)
		}
	}
}

func TestOverlongLines(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		data []string
		want []int
	}{
		{"ends_with_what_is_at_hand", []string{"a\nb\n"}, []int{3}},
		{"its_last_line_goes_on", []string{"a\nb", "bb", "b\nc\n"}, []int{-1, -1, 1}},
	} {
		ends := format.OverlongLines()
		var got []int
		for _, data := range test.data {
			got = append(got, ends([]byte(data)))
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
}
