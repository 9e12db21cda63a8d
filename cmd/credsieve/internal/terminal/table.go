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

// Fits reports whether the table can be read on w: the soft columns have some room, and no other is cut.
func (t *Table) Fits(w io.Writer) bool {
	p := pageOf(w)
	total := 0
	for i, width := range t.widths() {
		if slices.Contains(t.soft, i) {
			width = min(width, readableName)
		}
		total += width
	}
	return total <= t.room(p)
}

// readableName is how much of a name is needed to know it.
const readableName = 16

// Print prints the table as wide as w is at most.
func (t *Table) Print(w io.Writer) error {
	_, err := fmt.Fprintln(w, t.text(pageOf(w)))
	return err
}

// Show is Print for a page that more is printed on: what cannot be written there is told by what comes last.
func (t *Table) Show(w io.Writer) { fmt.Fprintln(w, t.text(pageOf(w))) }

// text renders the table for a page.
func (t *Table) text(p *Page) string {
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
	title := text.WrapSoft(t.title, p.Width)
	return title + "\n" + strings.Join(lines, "\n") + "\n"
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

// thinnest is a column of which something can still be read.
const thinnest = 6

// broadest is a cell that is still read with ease; longer ones get more lines.
const broadest = 72

// widths are those that the columns would like to have.
func (t *Table) widths() []int {
	widths := make([]int, len(t.header))
	for _, row := range append([]Row{t.header}, t.rows...) {
		for i, cell := range row {
			if i < len(widths) {
				widths[i] = min(max(widths[i], text.LongestLineLen(fmt.Sprint(cell))), broadest)
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
	for _, width := range widths {
		total += width
	}
	isSoft := func(i int) bool { return slices.Contains(t.soft, i) }
	for _, mayGive := range []func(int) bool{isSoft, func(int) bool { return true }} {
		for ; total > room; total-- {
			widest := -1
			for i := range widths {
				if mayGive(i) && widths[i] > thinnest && (widest < 0 || widths[i] > widths[widest]) {
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

// wrap breaks a cell between words and, where a word is too long, within it.
func wrap(cell string, width int) string { return text.WrapSoft(cell, width) }
