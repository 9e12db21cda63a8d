package table

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/delimited"
	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// unused stands for a column of no use.
const unused = "-"

// Described is a list or a table whose columns the operator named.
type Described struct {
	Separator string // empty: the one that parts enough fields in most lines
	Columns   []string
}

// CheckColumns refuses names that say nothing, and columns without an identifier or without a secret.
func CheckColumns(columns []string) error {
	var t table
	for i, name := range columns {
		if name = strings.TrimSpace(name); name == unused {
			continue
		}
		if role, _ := cut.RoleOf([]byte(name)); role == cut.RoleNone {
			return fmt.Errorf("%q is not a column that is known: want e.g. email, username, phone, password, hash, "+
				"or - for one of no use", name)
		}
		t.name(i, []byte(name))
	}
	if !t.usable() {
		return errors.New("want a column of identifiers (email, username or phone) and one of passwords or hashes")
	}
	return nil
}

// Name is what a report says.
func (Described) Name() string { return "csv" }

// Score is never asked for: nothing but the operator selects it.
func (Described) Score(*format.Sample) int { return -1 }

// Open readies it for one member.
func (d Described) Open(s *format.Sample) (format.Session, error) {
	separator := d.Separator
	if separator == "" {
		if separator = d.separatorOf(s); separator == "" {
			return nil, fmt.Errorf("its lines do not have %d columns that one separator parts: name it with --separator",
				len(d.Columns))
		}
	}
	t := &table{Lines: format.Lines{End: s.LineEnd()}}
	t.Count = len(d.Columns)
	for i, name := range d.Columns {
		t.name(i, []byte(name))
	}
	if len(separator) > 1 {
		return &markedTable{table: t, mark: []byte(separator)}, nil
	}
	t.Delimiter = separator[0]
	t.Dialect = tableDialectOf(s, 0, t.Delimiter, t.Count)
	return t, nil
}

// separatorOf returns the separator that parts enough fields in most lines of the sample.
func (d Described) separatorOf(s *format.Sample) string {
	best, top := "", 0
	for _, separator := range []string{"\t", ";", "|", ",", ":", "----", " # ", "~", "\x01", " "} {
		share := s.Share(func(line []byte) bool {
			return bytes.Count(line, []byte(separator)) >= len(d.Columns)-1
		})
		if share > 50 && share > top {
			best, top = separator, share
		}
	}
	return best
}

// markedTable is a table whose fields a mark of several bytes parts, without quoting.
type markedTable struct {
	*table
	mark []byte
}

// Last returns where the last whole line ends.
func (m *markedTable) Last(data []byte) int { return m.Lines.Last(data) }

// Parse cuts each line that is not blank. Where it holds more fields than there are columns, the last one takes
// the rest.
func (m *markedTable) Parse(b *format.Block, record func(*leak.Record), reject func(leak.Reject)) {
	c := format.Collector{Block: b, Record: record, Reject: reject}
	var r delimited.Row
	at := format.Cursor{Data: b.Data, End: m.End, Line: b.Line}
	for at.Next() {
		text := b.Data[at.Start:at.Stop]
		if cut.IsBlank(text) {
			continue
		}
		r.SplitAt(text, m.mark, m.Count)
		c.Done(at.Start, len(text), at.Line, m.cut(&c.Cuts, text, &r))
	}
}
