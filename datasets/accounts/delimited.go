package accounts

import (
	"context"
	"errors"

	"github.com/credsieve/credsieve/datasets/accounts/internal/delimited"
	"github.com/credsieve/credsieve/datasets/accounts/internal/stream"
)

// textTable is a CSV, TSV or similar export.
type textTable struct {
	*delimited.Reader
	s       *stream.Stream
	indexes [slotCount]int // of the columns, by role; -1: none
}

func openCSV(_ context.Context, path string, opts Options) (table, error) {
	return openDelimited(path, false, opts)
}

func openTSV(_ context.Context, path string, opts Options) (table, error) {
	return openDelimited(path, true, opts)
}

func openDelimited(path string, tabs bool, opts Options) (table, error) {
	s, err := stream.Open(path)
	if err != nil {
		return nil, err
	}
	return newDelimited(s, tabs, opts)
}

func newDelimited(s *stream.Stream, tabs bool, opts Options) (table, error) {
	r, err := delimited.New(s, delimited.Options{
		Tabs: tabs, Header: opts.Header, Separator: opts.Separator, Wanted: opts.wantedNames(),
	})
	if err != nil {
		s.Close() // read only
		return nil, err
	}
	return &textTable{Reader: r, s: s}, nil
}

func (t *textTable) header() []string { return t.Names() }

func (t *textTable) remarks() []string { return t.Remarks() }

func (t *textTable) bind(bindings []binding) error {
	for i := range t.indexes {
		t.indexes[i] = -1
	}
	for _, b := range bindings {
		for i, name := range t.Names() {
			if b.column != "" && name == b.column {
				t.indexes[b.role] = i
				t.Use(i)
			}
		}
	}
	return nil
}

func (t *textTable) next(row *[slotCount]field) error {
	record, err := t.Row()
	if err != nil {
		return err
	}
	for r, i := range t.indexes {
		if i >= 0 { // nobody else writes to row, so that the others stay empty
			row[r] = field{text: record[i]}
		}
	}
	return nil
}

func (t *textTable) Close() error { return t.s.Close() }

func isRejection(err error) bool {
	var why *delimited.Rejection
	return errors.As(err, &why)
}
