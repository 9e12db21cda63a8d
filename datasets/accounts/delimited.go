package accounts

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"strings"
)

// delimited is a CSV or TSV export with a header line, quoted as RFC 4180 says. Rows as nearly all
// exports have them are split here, three times as fast; whatever is odd in any way is left to
// encoding/csv, which reads from the same buffer.
type delimited struct {
	s       *stream
	csv     *csv.Reader
	record  []string // scratch
	names   []string
	indexes [roleCount]int // of the columns, by role; -1: none
}

func openCSV(_ context.Context, path string) (table, error) { return openDelimited(path, ',') }

func openTSV(_ context.Context, path string) (table, error) { return openDelimited(path, '\t') }

func openDelimited(path string, comma rune) (table, error) {
	s, err := openStream(path)
	if err != nil {
		return nil, err
	}
	return newDelimited(s, comma)
}

func newDelimited(s *stream, comma rune) (table, error) {
	d := &delimited{s: s, csv: csv.NewReader(s.Reader)}
	d.csv.Comma = comma
	d.csv.ReuseRecord = true
	header, err := d.csv.Read()
	if err == io.EOF {
		err = errEmpty
	}
	if err != nil {
		s.Close() // read only
		return nil, err
	}
	d.names = append([]string(nil), header...)
	return d, nil
}

func (d *delimited) header() []string { return d.names }

func (d *delimited) bind(bindings []binding) error {
	for _, b := range bindings {
		d.indexes[b.role] = -1
		for i, name := range d.names {
			if b.column != "" && name == b.column {
				d.indexes[b.role] = i
			}
		}
	}
	return nil
}

func (d *delimited) next(row *[roleCount]field) error {
	d.s.limit.left = maxRowBytes
	record, ok := d.plainRow()
	if !ok {
		var err error
		if record, err = d.csv.Read(); err != nil {
			// Its own position counts only the lines that were left to it.
			if at := (*csv.ParseError)(nil); errors.As(err, &at) {
				err = at.Err
			}
			return err
		}
	}
	for r, i := range d.indexes {
		if i >= 0 { // nobody else writes to row, so that the others stay empty
			row[r].text = record[i]
		}
	}
	return nil
}

// plainRow splits a row of one line whose quotes, if any, enclose whole fields and hold none. It
// consumes nothing when the row is not such a one.
func (d *delimited) plainRow() ([]string, bool) {
	line, size := d.peekLine()
	if len(line) == 0 {
		return nil, false
	}
	text, comma := string(line), byte(d.csv.Comma)
	d.record = d.record[:0]
	for more := true; more; {
		var value string
		if len(text) > 0 && text[0] == '"' {
			end := strings.IndexByte(text[1:], '"') + 1
			if end == 0 || end+1 < len(text) && text[end+1] != comma {
				return nil, false
			}
			value, text = text[1:end], text[end+1:]
		} else {
			end := strings.IndexByte(text, comma)
			if end < 0 {
				end = len(text)
			}
			value, text = text[:end], text[end:]
			if strings.IndexByte(value, '"') >= 0 {
				return nil, false
			}
		}
		d.record = append(d.record, value)
		if more = len(text) > 0; more {
			text = text[1:] // the comma
		}
	}
	if len(d.record) != len(d.names) {
		return nil, false
	}
	_, err := d.s.Discard(size)
	return d.record, err == nil // these bytes are in the buffer: it cannot fail
}

// peekLine returns the next line without its end, and its size with it; nothing when it does not
// end within the buffer.
func (d *delimited) peekLine() (line []byte, size int) {
	for want := max(d.s.Buffered(), 1); ; want = d.s.Buffered() + 1 {
		head, err := d.s.Peek(want)
		if end := bytes.IndexByte(head, '\n'); end >= 0 {
			return bytes.TrimSuffix(head[:end], []byte("\r")), end + 1
		}
		if err != nil || want >= d.s.Size() {
			return nil, 0 // encoding/csv meets the same error, and says it
		}
	}
}

func (d *delimited) Close() error { return d.s.Close() }
