package delimited

import (
	"errors"
	"io"
	"slices"
	"strings"
)

const (
	// maxRowLines is how many line ends a row may have within quotes. A note or a postal address has a few;
	// a quote that nobody meant as one has as many as there are rows up to the next such quote.
	maxRowLines = 20
	// maxOpenBytes is how far the end of an open quote is looked for.
	maxOpenBytes = 1 << 20
	// maxOpenTries bounds how often a row is cut again with one more line that holds a quote.
	maxOpenTries = 100
	// maxUndecided is how many lines are read in two ways.
	maxUndecided = 1000
)

// reading is one way to read the lines from a row's first on.
type reading struct {
	lines  []string
	fields []string
	state  rowState // rowOpen: the end is out of sight
}

func (d *Reader) isRow(r reading) bool {
	return r.state == rowWhole && len(r.fields) == len(d.names)
}

// quotedRow reads a row whose first line holds quotes.
func (d *Reader) quotedRow(line string) ([]string, error) {
	doubled, err := d.untilClosed(line, false)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(doubled.lines, func(line string) bool { return strings.Contains(line, `\"`) }) {
		return d.settle(doubled)
	}
	d.putBack(doubled.lines[1:])
	escaped, err := d.untilClosed(line, true)
	if err != nil {
		return nil, err
	}
	d.putBack(escaped.lines[1:])
	switch {
	case d.isRow(doubled) && d.isRow(escaped) && len(doubled.lines) != len(escaped.lines):
		return d.undecided(doubled, escaped)
	case !d.isRow(escaped):
		d.skip(len(doubled.lines) - 1)
		return d.settle(doubled)
	case !d.isRow(doubled):
		d.escapes = true
	case !d.escapes:
		escaped.fields = doubled.fields
	}
	d.skip(len(escaped.lines) - 1)
	if d.isRow(doubled) && d.differ(doubled.fields, escaped.fields) {
		return nil, Rejectf("a quote after a backslash closes a value, or does not")
	}
	return d.joined(escaped)
}

// settle takes a reading by the rules of RFC 4180 for the row, or finds that it cannot be one.
func (d *Reader) settle(r reading) ([]string, error) {
	switch {
	case d.isRow(r):
		return d.joined(r)
	case r.state == rowOpen:
		return nil, Rejectf("a quote opens that does not close within %d lines", len(r.lines))
	case r.state == rowWhole && len(r.lines) == 1:
		return d.counted(r.fields)
	}
	d.putBack(r.lines[1:])
	// No writer that quotes has written this, so that quotes are characters like others. Where one begins a
	// value even so, it may be a writer that quotes wrongly, whose separators may be parts of values.
	fields := d.dialect.split(r.lines[0])
	if len(fields) == len(d.names) && !slices.ContainsFunc(fields, beginsQuoted) {
		return fields, nil
	}
	lines, err := d.skipToRow()
	if err != nil {
		return nil, err
	}
	return nil, Rejectf("its quotes hold together in no way, over %d lines", 1+lines)
}

func beginsQuoted(value string) bool { return strings.HasPrefix(strings.TrimSpace(value), `"`) }

// skipToRow skips what may still be within a value of a row that was rejected: up to a line without quotes
// that has as many fields as a row.
func (d *Reader) skipToRow() (skipped int, _ error) {
	for ; ; skipped++ {
		line, err := d.line()
		switch {
		case err == io.EOF:
			return skipped, nil
		case err != nil:
			return skipped, err
		case !strings.Contains(line, `"`) && d.dialect.columnCount(line) == len(d.names), skipped == maxRowLines:
			d.putBack([]string{line})
			return skipped, nil
		}
	}
}

// untilClosed adds lines until the quotes close or cannot close any more. The state is rowOpen when the end
// is out of sight, rowBroken when there is none.
func (d *Reader) untilClosed(line string, backslash bool) (r reading, _ error) {
	r.lines = []string{line}
	if r.fields, r.state = d.dialect.cut(line, backslash); r.state != rowOpen {
		return r, nil
	}
	for size, tries := len(line), 0; ; {
		next, err := d.line()
		switch {
		case err == io.EOF:
			r.state = rowBroken
			return r, nil
		case err != nil:
			return r, err
		}
		r.lines, size = append(r.lines, next), size+len(next)+1
		if strings.Contains(next, `"`) {
			tries++
			r.fields, r.state = d.dialect.cut(strings.Join(r.lines, "\n"), backslash)
			if r.state != rowOpen {
				return r, nil
			}
		}
		switch {
		case size < maxOpenBytes && tries < maxOpenTries:
		case tries == 0: // not one quote for so long: the one that opened was a character like others
			r.state = rowBroken
			return r, nil
		default:
			return r, nil
		}
	}
}

// undecided follows both ways to read a row through the rows after it, until one of them meets what cannot be
// a row, and the other is right, or both come to the same line.
func (d *Reader) undecided(doubled, escaped reading) ([]string, error) {
	ends := [2]int{len(doubled.lines), len(escaped.lines)}
	for ends[0] != ends[1] {
		way := 0
		if ends[1] < ends[0] {
			way = 1
		}
		r, err := d.peekRow(ends[way]-1, way == 1)
		switch {
		case err != nil:
			return nil, err
		case len(r.lines) == 1 && r.lines[0] == "":
		case d.isRow(r):
		case way == 0:
			d.escapes = true
			d.skip(len(escaped.lines) - 1)
			return d.joined(escaped)
		default:
			d.skip(len(doubled.lines) - 1)
			return d.joined(doubled)
		}
		if ends[way] += len(r.lines); ends[way] > maxUndecided {
			return nil, errUndecided
		}
	}
	d.skip(ends[0] - 1)
	return nil, Rejectf("a quote after a backslash closes a value, or does not: %d lines can be read in two ways",
		ends[0])
}

// peekRow reads the row that begins a number of lines ahead.
func (d *Reader) peekRow(ahead int, backslash bool) (reading, error) {
	before := slices.Clone(d.ahead[:min(ahead, len(d.ahead))])
	d.skip(len(before))
	line, err := d.line()
	var r reading
	if err == nil {
		if r, err = d.untilClosed(line, backslash); err == nil {
			d.putBack(r.lines)
		}
	}
	d.putBack(before)
	if err == io.EOF {
		return reading{state: rowBroken, lines: []string{"EOF"}}, nil
	}
	return r, err
}

func (d *Reader) putBack(lines []string) { d.ahead = append(slices.Clone(lines), d.ahead...) }

func (d *Reader) skip(lines int) { d.ahead = d.ahead[lines:] }

// differ reports whether two readings give a column that plays a role values of which one is not only an
// unescaped form of the other.
func (d *Reader) differ(doubled, escaped []string) bool {
	plain := strings.NewReplacer(`\\`, `\`, `\"`, `"`)
	for i := range doubled {
		if d.bound[i] && doubled[i] != escaped[i] && plain.Replace(doubled[i]) != escaped[i] {
			return true
		}
	}
	return false
}

var errUndecided = errors.New("whether a backslash escapes quotes cannot be told from what follows; " +
	"export it with doubled quotes, or as TSV without quotes")

// joined is a row of several lines, where it cannot be several rows.
func (d *Reader) joined(r reading) ([]string, error) {
	lines, fields := r.lines, r.fields
	if len(lines) == 1 {
		return fields, nil
	}
	if len(lines) > maxRowLines {
		return nil, Rejectf("its quotes enclose %d line ends; the limit is %d", len(lines)-1, maxRowLines-1)
	}
	for i, value := range fields {
		if d.bound[i] && strings.Contains(value, "\n") {
			return nil, Rejectf("its column %q holds a line end, within quotes that begin in one of %d lines "+
				"and end in another", d.names[i], len(lines))
		}
	}
	for _, line := range lines {
		if line != "" && d.dialect.columnCount(line) < len(d.names) {
			return fields, nil
		}
	}
	return nil, Rejectf("a quote opens in one of %d lines and closes in another, and each of them could be "+
		"a row of its own", len(lines))
}
