package delimited

import (
	"strings"
)

// plainRow reads a row of a writer that does not quote. A value that holds its separator or a line end has
// a backslash before it, with mariadb-dump --tab and INTO OUTFILE; others write \t and \n.
func (d *Reader) plainRow(line string) ([]string, error) {
	if strings.IndexByte(line, '\\') < 0 {
		if strings.IndexByte(line, '"') >= 0 && d.mustBeQuoted(line) {
			return nil, Rejectf("its quotes enclose line ends; where the writer quotes, name the export .csv")
		}
		return d.counted(d.cutBare(line))
	}
	if endsEscaped(line) {
		if record := d.continued(line); record != nil {
			return d.counted(record)
		}
	}
	record := d.cutBare(line)
	if len(record) != len(d.names) {
		if escaped := d.cutEscaped(line); len(escaped) == len(d.names) {
			record = escaped
		}
	}
	for i, value := range record {
		record[i] = unescape(value)
	}
	return d.counted(record)
}

// continued joins a row whose lines end in a backslash, if it then is one; nil if it is not.
func (d *Reader) continued(line string) []string {
	lines, text := []string{line}, line
	for endsEscaped(lines[len(lines)-1]) && len(lines) < maxRowLines && len(text) < maxOpenBytes {
		next, err := d.line()
		if err != nil {
			break // it comes back with the next row
		}
		lines, text = append(lines, next), text+"\n"+next
	}
	if record := d.cutEscaped(text); len(lines) > 1 && len(record) == len(d.names) {
		for i, value := range record {
			record[i] = unescape(value)
		}
		return record
	}
	d.ahead = append(lines[1:], d.ahead...)
	return nil
}

// mustBeQuoted reports whether the lines from here on are a row only when quotes enclose the line ends between
// them, and takes those lines: they are what a user wrote, not rows. Where each of them could be a row, they are.
func (d *Reader) mustBeQuoted(line string) bool {
	lines, rows := []string{line}, d.dialect.columnCount(line) == len(d.names)
	escapes := false // a backslash is of a writer that escapes, and so does not quote
	for len(lines) < maxRowLines {
		_, state := d.dialect.cut(strings.Join(lines, "\n"), false)
		if state != rowOpen {
			break
		}
		next, err := d.line()
		if err != nil {
			break // it comes back with the next row
		}
		lines = append(lines, next)
		rows = rows && d.dialect.columnCount(next) == len(d.names)
		escapes = escapes || strings.Contains(next, `\`)
	}
	fields, state := d.dialect.cut(strings.Join(lines, "\n"), false)
	if !rows && !escapes && len(lines) > 1 && state == rowWhole && len(fields) == len(d.names) {
		return true
	}
	d.putBack(lines[1:])
	return false
}

// endsEscaped reports whether a line ends in a backslash that is not itself escaped.
func endsEscaped(line string) bool {
	trimmed := strings.TrimRight(line, `\`)
	return (len(line)-len(trimmed))%2 == 1
}

// cutEscaped splits at separators that no backslash stands before.
func (d *Reader) cutEscaped(text string) []string {
	d.record = d.record[:0]
	from := 0
	for at := 0; at < len(text); at++ {
		switch text[at] {
		case '\\':
			at++
		case d.dialect.separator:
			d.record = append(d.record, d.dialect.bare(text[from:at]))
			from = at + 1
		}
	}
	d.record = append(d.record, d.dialect.bare(text[from:]))
	return d.record
}

// unescape undoes the one escape that may stand in what we read. The others stand for control characters,
// which no identifier and no stored hash has: CORP\tom of a writer without escapes stays as it is.
func unescape(value string) string {
	if !strings.Contains(value, `\\`) {
		return value
	}
	return strings.ReplaceAll(value, `\\`, `\`)
}
