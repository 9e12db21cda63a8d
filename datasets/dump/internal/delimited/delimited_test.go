package delimited_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/delimited"
)

// rowsOf returns what the fields of each row mean, joined by bars.
func rowsOf(s delimited.Scanner, text string) []string {
	var out []string
	var r delimited.Row
	var c cut.Cutter
	for data := []byte(text); len(data) > 0; {
		next := s.Next(data, true, &r)
		c.Reset()
		var fields []string
		for i := range r.Fields {
			value := "-"
			if v := s.Value(&c, data, &r, i); v != nil {
				value = string(v)
			}
			fields = append(fields, value)
		}
		out = append(out, strings.Join(fields, "|"))
		data = data[next:]
	}
	return out
}

func TestScanner(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		scanner delimited.Scanner
		text    string
		want    []string
	}{
		{"plain", delimited.Scanner{Delimiter: ','}, "a,b\r\nc,\n,d", []string{"a|b", "c|", "|d"}},
		{"quoted", delimited.Scanner{Delimiter: ','}, "\"a,\"\"b\"\"\",\"c\nd\"\ne,f\n",
			[]string{"a,\"b\"|c\nd", "e|f"}},
		{"stray_quote", delimited.Scanner{Delimiter: ','}, "\"a,b\nc,d\n", []string{`"a|b`, "c|d"}},
		{"null", delimited.Scanner{Delimiter: ';'}, `\N;NULL;"NULL"`, []string{"-|-|NULL"}},
		{"backslash_quote", delimited.Scanner{Delimiter: ',', Dialect: delimited.Backslash},
			`"a\"b","c\\"`, []string{`a"b|c\`}},
		{"escaped", delimited.Scanner{Delimiter: '\t', Dialect: delimited.Escaped, Count: 2},
			"a\\\tb\tc\\\nd\n\"e\"\tf\n", []string{"a\tb|c\nd", "\"e\"|f"}},
		{"exact", delimited.Scanner{Delimiter: '\t', Dialect: delimited.Exact}, "\"\\N\"\t\"a\tb\"\n",
			[]string{"\\N|a\tb"}},
	} {
		if got := rowsOf(test.scanner, test.text); !slices.Equal(got, test.want) {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}

// TestScanner_waits returns 0 for a row that more data may change.
func TestScanner_waits(t *testing.T) {
	t.Parallel()
	var r delimited.Row
	for _, text := range []string{"a,b", `a,"b`, `a,"b"`, "a,\"b\n"} {
		s := delimited.Scanner{Delimiter: ','}
		if n := s.Next([]byte(text), false, &r); n != 0 {
			t.Errorf("%q is taken for a row of %d bytes", text, n)
		}
		if n := s.Next([]byte(text), true, &r); n == 0 {
			t.Errorf("%q is not a row even at the end", text)
		}
	}
}

// TestScanner_Skip ends rows where Next does.
func TestScanner_Skip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := []byte(strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{
			"a", "b", ",", ",", "\"", "\"", "\n", "\r\n", "\r", " ", "\\", "\"a\"", ",\"x,y\",", "\"\"",
		}), 0, 40).Draw(t, "text"), ""))
		for _, dialect := range []delimited.Dialect{delimited.Quoted, delimited.Backslash, delimited.Exact, delimited.Escaped} {
			s := delimited.Scanner{Delimiter: ',', Dialect: dialect}
			var r, other delimited.Row
			if next, skip := s.Next(text, false, &r), s.Skip(text, &other); next != skip {
				t.Fatalf("%q in dialect %d: Next says %d, Skip %d", text, dialect, next, skip)
			}
		}
	})
}

// TestRow_Verbatim has fields as they stand.
func TestRow_Verbatim(t *testing.T) {
	t.Parallel()
	var r delimited.Row
	data := []byte(`a,"b ""c""",d` + "\n")
	delimited.Scanner{Delimiter: ','}.Next(data, true, &r)
	got := fmt.Sprintf("%s %s", r.Verbatim(data, 0, 1), r.Verbatim(data, 1, 2))
	if want := `a,"b ""c""" "b ""c""",d`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
