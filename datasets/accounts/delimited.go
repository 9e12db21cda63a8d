package accounts

import (
	"context"
	"encoding/csv"
	"io"
)

// delimited is a CSV or TSV export with a header line, quoted as RFC 4180 says.
type delimited struct {
	s       *stream
	csv     *csv.Reader
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
	d := &delimited{s: s, csv: csv.NewReader(s)}
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
	record, err := d.csv.Read()
	if err != nil {
		return err
	}
	for r, i := range d.indexes {
		row[r] = field{}
		if i >= 0 {
			row[r].text = record[i]
		}
	}
	return nil
}

func (d *delimited) Close() error { return d.s.Close() }
