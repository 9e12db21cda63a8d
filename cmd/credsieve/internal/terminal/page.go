package terminal

import (
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"

	"golang.org/x/term"
)

// Page is where a command prints to.
type Page struct {
	io.Writer
	Width int  // columns
	Box   bool // lines may be drawn: a person looks at a terminal that can show them
}

// Widths that a page may have: below the first a table says nothing, beyond the second the eye loses the row.
const (
	narrowest = 40
	widest    = 200
	// plainWidth is that of a page without a terminal, which has none: a file, a pipe, the mail of cron.
	plainWidth = 100
)

// NewPage looks at what w is. COLUMNS says the width of what is not a terminal; NO_COLOR and TERM=dumb forbid lines.
func NewPage(w io.Writer, getenv func(string) string) *Page {
	if p, ok := w.(*Page); ok {
		return p
	}
	p := &Page{Writer: w, Width: plainWidth}
	if file, ok := w.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		p.Box = getenv("TERM") != "dumb" && getenv("NO_COLOR") == ""
		if width, _, err := term.GetSize(int(file.Fd())); err == nil && width > 0 {
			p.Width = width
		}
	}
	if width, err := strconv.Atoi(getenv("COLUMNS")); err == nil && width > 0 {
		p.Width = width
	}
	p.Width = min(max(p.Width, narrowest), widest)
	return p
}

// pageOf is w as a page; what is none gets no lines.
func pageOf(w io.Writer) *Page {
	if p, ok := w.(*Page); ok {
		return p
	}
	return &Page{Writer: w, Width: plainWidth}
}

// Narrow reports whether a row of many columns does not fit: a block for each reads better then.
func Narrow(w io.Writer) bool { return pageOf(w).Width < 100 }

// readable is how long a line of text may be; the eye finds the next one up to here.
const readable = 80

// Wrapped prints a paragraph within the width of the page, its further lines below the first, after what first is.
func Wrapped(w io.Writer, first, paragraph string) {
	width := min(pageOf(w).Width, readable) - 1 - columns(first)
	rest := strings.Repeat(" ", columns(first))
	for i, line := range wrapLine(paragraph, max(width, 20), max(width, 20)) {
		indent := rest
		if i == 0 {
			indent = first
		}
		fmt.Fprintf(w, "%s%s\n", indent, strings.TrimRight(line, " "))
	}
}

// Help prints a help text: lines that begin with a blank keep their form, and are wrapped below where their words begin; others
// are filled, as paragraphs.
func Help(w io.Writer, help string) {
	width := min(pageOf(w).Width, broadestHelp)
	paragraph := ""
	for _, line := range strings.Split(help, "\n") {
		if line != "" && !strings.HasPrefix(line, " ") {
			paragraph = strings.TrimSpace(paragraph + " " + strings.TrimSpace(line))
			continue
		}
		if paragraph != "" {
			hanging(w, "", paragraph, width)
			paragraph = ""
		}
		words := strings.TrimLeft(line, " ")
		hang := len(line) - len(words)
		if gap := strings.LastIndex(words, "   "); hang > 0 && gap > 0 { // a list: what stands on the right stays there
			if right := hang + gap + 3; right <= width/2 {
				hang = right
			}
		}
		hanging(w, line[:hang], line[hang:], width)
	}
	if paragraph != "" {
		hanging(w, "", paragraph, width)
	}
}

// broadestHelp is how long a line of help may be.
const broadestHelp = 100

// hanging prints first and then words, whose further lines begin below the first of them.
func hanging(w io.Writer, first, words string, width int) {
	room := max(width-1-len(first), 20)
	for _, line := range wrapLine(words, room, room) {
		fmt.Fprintf(w, "%s%s\n", first, strings.TrimRight(line, " "))
		first = strings.Repeat(" ", len(first))
	}
}

// Width is how many columns w has.
func Width(w io.Writer) int { return pageOf(w).Width }

// Bytes is a size in words.
func Bytes(n int64) string {
	for _, unit := range []struct {
		name string
		size int64
	}{{"TiB", 1 << 40}, {"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}} {
		if n >= unit.size {
			return strconv.FormatFloat(math.Round(float64(n)/float64(unit.size)*10)/10, 'f', -1, 64) + unit.name
		}
	}
	return strconv.FormatInt(n, 10) + "B"
}
