package terminal

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// Row is one row of a Table. Numbers stand on the right.
type Row = []any

// Table is a title, a header and rows.
type Table struct {
	title  string
	header Row
	rows   []Row
	breaks []int // rows with a line above
	apart  bool
	soft   []int // columns that give way before the others
}

// NewTable begins a table; headers are shown as they are written.
func NewTable(title string, header ...any) *Table { return &Table{title: title, header: header} }

// AppendRow adds a row. A cell may have several lines.
func (t *Table) AppendRow(row Row) { t.rows = append(t.rows, row) }

// AppendRows adds rows.
func (t *Table) AppendRows(rows []Row) { t.rows = append(t.rows, rows...) }

// AppendSeparator parts the rows that follow from those before.
func (t *Table) AppendSeparator() { t.breaks = append(t.breaks, len(t.rows)) }

// Apart draws a line between the rows, where lines are drawn: for rows of several lines.
func (t *Table) Apart() { t.apart = true }

// Soft names columns, from 0, that give way first where there is little room: those of names, not of words of ours.
func (t *Table) Soft(columns ...int) { t.soft = columns }

// Fits reports whether the table can be read on w with ease: the soft columns have some room, and no other is broken.
func (t *Table) Fits(w io.Writer) bool {
	total := 0
	for i, width := range t.widths() {
		if slices.Contains(t.soft, i) {
			width = min(width, readableName)
		}
		total += width
	}
	return total <= t.room(pageOf(w))
}

// least are the columns below which no word of ours, no number and no name can be read.
func (t *Table) least() (least []int, total int) {
	least = make([]int, len(t.header))
	for _, row := range append([]Row{t.header}, t.rows...) {
		for i, cell := range row[:min(len(row), len(least))] {
			text := fmt.Sprint(cell)
			need := min(longestPart(text), longestWord)
			if slices.Contains(t.soft, i) {
				need = min(longestLine(text), readableName)
			}
			least[i] = max(least[i], need)
		}
	}
	for _, width := range least {
		total += width
	}
	return least, total
}

// readableName is how much of a name is needed to know it.
const readableName = 16

// longestWord is how long a word of ours or a number can be; a digest is longer, and may be broken.
const longestWord = 24

// Print prints the table as wide as w is at most.
func (t *Table) Print(w io.Writer) error {
	_, err := fmt.Fprintln(w, t.text(pageOf(w)))
	return err
}

// Show is Print for a page that more is printed on: what cannot be written there is told by what comes last.
func (t *Table) Show(w io.Writer) { fmt.Fprintln(w, t.text(pageOf(w))) }

// text renders the table for a page. Where its words have no room each row becomes a block.
func (t *Table) text(p *Page) string {
	if _, least := t.least(); least > t.room(p) {
		return t.blocks(p)
	}
	out := table.NewWriter()
	out.AppendHeader(table.Row(t.header))
	for i, row := range t.rows {
		switch {
		case !slices.Contains(t.breaks, i):
		case p.Box:
			out.AppendSeparator()
		default:
			out.AppendRow(blank(len(t.header)))
		}
		out.AppendRow(table.Row(row))
	}
	if p.Box {
		out.SetStyle(table.StyleLight)
		out.SetTitle("%s", t.title)
		out.Style().Options.SeparateRows = t.apart
	} else {
		out.SetStyle(plainStyle())
	}
	out.Style().Format.Header = text.FormatDefault // as written
	out.SetColumnConfigs(t.fit(p))
	if p.Box {
		return out.Render()
	}
	lines := strings.Split(out.Render(), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	title := wrap(t.title, p.Width)
	return title + "\n" + strings.Join(lines, "\n") + "\n"
}

// blocks renders each row as its first cell, and below it what the others are.
func (t *Table) blocks(p *Page) string {
	var b strings.Builder
	page := &Page{Writer: &b, Width: p.Width}
	Wrapped(page, "", t.title)
	for _, row := range t.rows {
		var rest []string
		for i, cell := range row[1:] {
			if value := strings.ReplaceAll(fmt.Sprint(cell), "\n", ", "); value != "" {
				rest = append(rest, strings.TrimSpace(fmt.Sprint(t.header[i+1])+" "+value))
			}
		}
		Wrapped(page, "  ", strings.ReplaceAll(fmt.Sprint(row[0]), "\n", ", "))
		Wrapped(page, "    ", strings.Join(rest, ", "))
	}
	if p.Box {
		return strings.TrimSuffix(b.String(), "\n")
	}
	return b.String()
}

// blank is a row of empty cells.
func blank(columns int) table.Row {
	row := make(table.Row, columns)
	for i := range row {
		row[i] = "" // nil would be shown as Go writes it
	}
	return row
}

// plainStyle parts columns by blanks: a log, a mail or a screen reader has no use for lines.
func plainStyle() table.Style {
	s := table.StyleDefault
	s.Box.PaddingLeft, s.Box.PaddingRight = "  ", ""
	s.Options = table.OptionsNoBordersAndSeparators
	return s
}

// broadest is a cell that is still read with ease; longer ones get more lines.
const broadest = 72

// widths are those that the columns would like to have.
func (t *Table) widths() []int {
	widths := make([]int, len(t.header))
	for _, row := range append([]Row{t.header}, t.rows...) {
		for i, cell := range row {
			if i < len(widths) {
				widths[i] = min(max(widths[i], longestLine(fmt.Sprint(cell))), broadest)
			}
		}
	}
	return widths
}

// room is what the columns have together.
func (t *Table) room(p *Page) int {
	if p.Box {
		return p.Width - 3*len(t.header) - 1
	}
	return p.Width - 2*len(t.header)
}

// fit bounds the columns so that the table is not wider than the page: something is taken of the widest until it fits,
// of the soft ones first.
func (t *Table) fit(p *Page) []table.ColumnConfig {
	widths, room, total := t.widths(), t.room(p), 0
	least, _ := t.least()
	for _, width := range widths {
		total += width
	}
	isSoft := func(i int) bool { return slices.Contains(t.soft, i) }
	for _, mayGive := range []func(int) bool{isSoft, func(int) bool { return true }} {
		for ; total > room; total-- {
			widest := -1
			for i := range widths {
				if mayGive(i) && widths[i] > least[i] && (widest < 0 || widths[i] > widths[widest]) {
					widest = i
				}
			}
			if widest < 0 {
				break
			}
			widths[widest]--
		}
	}
	configs := make([]table.ColumnConfig, len(widths))
	for i, width := range widths {
		configs[i] = table.ColumnConfig{Number: i + 1, WidthMax: width, WidthMaxEnforcer: wrap}
	}
	return configs
}
