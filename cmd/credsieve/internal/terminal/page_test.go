package terminal_test

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/terminal"
)

// pageOf is a page of a width, and what was printed on it.
func pageOf(width int, box bool) (*terminal.Page, *bytes.Buffer) {
	var out bytes.Buffer
	return &terminal.Page{Writer: &out, Width: width, Box: box}, &out
}

func wantWidth(t *testing.T, width int, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > width {
			t.Errorf("%d columns, the page has %d: %s", n, width, line)
		}
	}
}

func TestTable_fits_into_every_page(t *testing.T) {
	t.Parallel()
	for _, width := range []int{40, 60, 80, 100, 140, 200} {
		for _, box := range []bool{false, true} {
			table := terminal.NewTable("a title", "name", "number", "text")
			table.AppendRow(terminal.Row{strings.Repeat("x", 90), 12345, strings.Repeat("word ", 40)})
			table.AppendSeparator()
			table.AppendRow(terminal.Row{"bücher", 1, "short"})
			table.Soft(0)
			page, out := pageOf(width, box)
			if err := table.Print(page); err != nil {
				t.Fatal(err)
			}
			wantWidth(t, width, out.String())
			if strings.ContainsAny(out.String(), "│─") != box {
				t.Errorf("width %d: lines are drawn where they must not, or the other way round", width)
			}
			if strings.Contains(out.String(), "nil") {
				t.Errorf("width %d: a row that parts others has values:\n%s", width, out)
			}
			if !strings.Contains(out.String(), "12345") {
				t.Errorf("width %d: a number is broken:\n%s", width, out)
			}
		}
	}
}

func TestTable_Fits(t *testing.T) {
	t.Parallel()
	table := terminal.NewTable("", "name", "fixed")
	table.AppendRow(terminal.Row{strings.Repeat("n", 60), strings.Repeat("f", 30)})
	table.Soft(0)
	for width, want := range map[int]bool{200: true, 60: true, 50: true, 49: false} {
		if page, _ := pageOf(width, false); table.Fits(page) != want {
			t.Errorf("width %d: fits is %v", width, !want)
		}
	}
}

func TestHelp_wraps_where_the_words_begin(t *testing.T) {
	t.Parallel()
	page, out := pageOf(40, false)
	terminal.Help(page, "short\n\n  130   "+strings.Repeat("word ", 12)+"\n"+strings.Repeat("long ", 20))
	wantWidth(t, 40, out.String())
	for line := range strings.Lines(out.String()) {
		if !strings.HasPrefix(line, "  130   word") && !strings.HasPrefix(line, "        word") &&
			!strings.HasPrefix(line, "long") && line != "short\n" && line != "\n" {
			t.Errorf("%q", line)
		}
	}
}

// Where a paragraph ends in the source is not where it ends on a page.
func TestHelp_fills_paragraphs(t *testing.T) {
	t.Parallel()
	page, out := pageOf(40, false)
	terminal.Help(page, strings.Repeat("word ", 9)+"\nword\nword\n\nEXIT STATUS\n  0    all is well")
	const want = "word word word word word word word word\nword word word\n\nEXIT STATUS\n  0    all is well\n"
	if got := out.String(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A name that is broken must not look like two, and two names on two lines must not look like one.
func TestTable_keeps_names_apart(t *testing.T) {
	t.Parallel()
	table := terminal.NewTable("", "name", "text")
	table.AppendRow(terminal.Row{"combo_semicolon.txt.zst\na b.txt\nleak.tsv", strings.Repeat("word ", 12)})
	table.Soft(0)
	page, out := pageOf(50, false)
	table.Show(page)
	for _, want := range []string{"  combo_semicolon.", "   txt.zst", "  a b.txt\n", "  leak.tsv\n"} {
		if !strings.Contains(out.String(), "\n"+want) {
			t.Errorf("%q is not on a line of its own:\n%s", want, out)
		}
	}
}

// Where the words of a header have no room a row is a block: "rejecte d" is not a word.
func TestTable_breaks_no_word(t *testing.T) {
	t.Parallel()
	for _, box := range []bool{false, true} {
		table := terminal.NewTable("dumps", "dump", "inputs", "parsed", "rejected", "accounts met", "confirmed")
		table.AppendRow(terminal.Row{"a_long_name_of_a_dump.txt", 1, 12500, 3, "", 9})
		table.Soft(0)
		page, out := pageOf(50, box)
		table.Show(page)
		const want = "dumps\n  a_long_name_of_a_dump.txt\n    inputs 1, parsed 12500, rejected 3, confirmed\n    9\n"
		if got := out.String(); strings.TrimRight(got, "\n") != strings.TrimRight(want, "\n") {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
}

func TestNewPage_asks_the_environment(t *testing.T) {
	t.Parallel()
	for columns, want := range map[string]int{"60": 60, "": 100, "many": 100, "1": 40, "9999": 200} {
		page := terminal.NewPage(new(bytes.Buffer), func(name string) string {
			if name == "COLUMNS" {
				return columns
			}
			return ""
		})
		if page.Width != want || page.Box {
			t.Errorf("COLUMNS=%q: %d columns, lines %v", columns, page.Width, page.Box)
		}
	}
}
