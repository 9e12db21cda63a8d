package sql

import (
	"bytes"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/delimited"
)

// copyOptions are how the lines after a COPY are written
// (https://www.postgresql.org/docs/current/sql-copy.html).
type copyOptions struct {
	csv, header bool
	delimiter   byte
}

// copyOptions reads the rest of the statement: WITH (FORMAT csv, DELIMITER ';'), or as older
// versions have it, WITH CSV HEADER DELIMITER AS ';'.
func (d *reader) copyOptions() copyOptions {
	var how copyOptions
	var option string
	for {
		d.space()
		d.hold()
		tok := d.next()
		switch {
		case tok.kind == sqlEnd, tok.kind == sqlPunct && tok.style == ';':
			d.release()
			if how.delimiter == 0 {
				if how.delimiter = '\t'; how.csv {
					how.delimiter = ','
				}
			}
			return how
		case tok.kind == sqlString && option == "delimiter":
			text := d.held(tok.Span)
			if how.delimiter = '\t'; len(text) == 1 { // or E'\t'
				how.delimiter = text[0]
			}
		case tok.kind == sqlWord:
			switch word := string(d.text); word {
			case "as":
				continue
			case "csv":
				how.csv = true
			case "false", "off":
				how.header = how.header && option != "header"
			default:
				how.header = how.header || word == "header"
				option = word
			}
		}
	}
}

// hiddenLines goes on to where the quotes of a row of CSV add up. Where that is too far they are
// stray, and the row is its first line.
func (d *reader) hiddenLines() {
	first, lines, seen := d.heldUpTo(), 0, 0
	for open := false; ; d.skipLine() {
		if d.mark < 0 {
			return
		}
		open = open != (bytes.Count(d.held(cut.Span{Start: seen, End: d.heldUpTo()}), []byte{'"'})%2 == 1)
		if !open {
			return
		}
		seen = d.heldUpTo()
		if lines++; lines > delimited.MaxQuotedLines || seen > delimited.MaxQuotedBytes {
			break
		}
		if _, ok := d.peek(0); !ok {
			break
		}
		d.pos++ // over the line end
	}
	d.pos = d.mark + first
}

// fields cuts a line into values.
func (how copyOptions) fields(values []value, line []byte) []value {
	if how.csv {
		return how.quoted(values, line)
	}
	for start, more := 0, true; more && len(values) <= maxColumns; {
		field := line[start:]
		end := how.end(field)
		if more = end >= 0; more {
			field = field[:end]
		}
		values = append(values, copiedField(field, start))
		start += len(field) + 1
	}
	return values
}

// end returns where a field ends, -1 for the last. A delimiter after a backslash is none; a TAB is
// written with a letter there.
func (how copyOptions) end(field []byte) int {
	end := bytes.IndexByte(field, how.delimiter)
	for how.delimiter != '\t' && end > 0 && delimited.IsEscaped(field[:end]) {
		next := bytes.IndexByte(field[end+1:], how.delimiter)
		if next < 0 {
			return -1
		}
		end += 1 + next
	}
	return end
}

// quoted cuts a row of CSV. What is empty without quotes is NULL.
func (how copyOptions) quoted(values []value, line []byte) []value {
	var r delimited.Row
	delimited.Scanner{Delimiter: how.delimiter}.Next(line, true, &r)
	for _, f := range r.Fields[:min(len(r.Fields), maxColumns+1)] {
		v := value{
			kind: sqlString, quote: '"', doubled: f.Doubled, Span: cut.Span{Start: f.Start, End: f.End},
		}
		if f.Start == f.End && !f.Quoted {
			v = value{kind: sqlExpression}
		}
		values = append(values, v)
	}
	return values
}
