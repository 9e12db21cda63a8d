// Package table reads tables of delimited rows: csv and tsv, with a header that names the columns or
// without one, when what the columns hold tells them.
//
// A header is looked for in the first ten lines. Which of RFC 4180 and the ways of MySQL the rows are
// written in is told by the sample (dialect.go), as are the columns of a table without a header
// (headless.go). A row that does not fit is cut as a line of a list when it is one.
package table

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/delimited"
	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/leak"
	"github.com/credsieve/credsieve/hashing"
)

// Format is a table with a header row, or one whose rows agree in three columns or more.
type Format struct {
	label      string // what a report says
	delimiters string // one of which parts the fields
}

// CSV is a table whose header tells the delimiter.
func CSV() Format { return Format{"csv", ",;\t|"} }

// TSV is a table of fields between TABs. It is never the first to score: only its name selects it.
func TSV() Format { return Format{"tsv", "\t"} }

// Written is a table that we wrote ourselves, of a sheet or the like.
func Written() Format { return Format{"csv", "\t"} }

// columns are what a header row says.
type columns struct {
	ids     []cut.IdentifierColumn
	secrets []int // of plaintexts
	hashes  []int
}

// Name implements format.Format.
func (f Format) Name() string { return f.label }

// Score implements format.Format.
func (f Format) Score(s *format.Sample) int {
	if t, _, _ := f.header(s); t != nil {
		return format.Certain // no other text begins with such a row
	}
	if t, _, _ := f.withCells(s); t != nil {
		return format.Certain
	}
	if f.headless(s) != nil {
		return format.Tabular
	}
	return -1
}

// Open implements format.Format.
func (f Format) Open(s *format.Sample) (format.Session, error) {
	t, start, skip := f.header(s)
	if t == nil {
		t, start, skip = f.withCells(s)
	}
	if t == nil {
		if t = f.headless(s); t != nil {
			skip = t.unknownHeader(s)
			start = skip
		}
	}
	if t == nil {
		return nil, errors.New("its first row is not a header that names an identifier column and a " +
			"password or hash column, and its rows do not agree in three columns or more")
	}
	t.first = skip
	t.others = f.otherHeaders(s, t)
	t.above = stretchesAbove(s, start)
	return t, nil
}

// headerLines is how far down a header is looked for: banners and a spreadsheet's "sep=;" stand above.
const headerLines = 10

// header looks for a header in the first lines that are not blank and returns where it starts and
// ends. A line of a list ends the search, so that none is taken for a banner.
func (f Format) header(s *format.Sample) (best *table, start, end int) {
	var c cut.Cutter
	for range headerLines {
		for start < len(s.Data) && cut.IsSpace(s.Data[start]) && s.Data[start] != '\t' {
			start++
		}
		if best, end = f.headerAt(s, start); best != nil {
			return best, start, end
		}
		line := s.Data[start:]
		if i := format.IndexLineEnd(line); i >= 0 {
			line = line[:i]
		}
		if len(line) == 0 || c.PairLine(line) {
			return nil, 0, 0
		}
		start += len(line)
	}
	return nil, 0, 0
}

// headerAt reads a row with each delimiter, and takes the one that yields a header with the most
// columns.
func (f Format) headerAt(s *format.Sample, start int) (best *table, skip int) {
	for _, delimiter := range []byte(f.delimiters) {
		t := &table{Scanner: delimited.Scanner{Delimiter: delimiter}, Lines: format.Lines{End: s.LineEnd()}}
		var row delimited.Row
		next := t.Scanner.Next(s.Data[start:], true, &row)
		t.read(s.Data[start:], &row)
		if t.usable() && (best == nil || t.Count > best.Count) {
			best, skip = t, start+next
		}
	}
	if best != nil {
		best.Dialect = tableDialectOf(s, skip, best.Delimiter, best.Count)
	}
	return best, skip
}

// stretchesAbove returns the lines that are not blank before a byte of the sample.
func stretchesAbove(s *format.Sample, end int) []leak.Position {
	var out []leak.Position
	at := format.Cursor{Data: s.Data[:end], End: s.LineEnd(), Line: 1}
	for at.Next() {
		if !cut.IsBlank(at.Data[at.Start:at.Stop]) {
			out = append(out, leak.Position{
				Offset: int64(at.Start), Length: int64(at.Stop - at.Start), Line: at.Line,
			})
		}
	}
	return out
}

// table is the session of a member with a header.
type table struct {
	format.Lines
	delimited.Scanner
	columns
	first int             // byte after the header row
	above []leak.Position // what stands above the first row and is not a record, by the bytes of the sample
	typed bool            // there is not a header: the columns are told by what they hold
	named bool            // one of them holds addresses
	// others are the columns that header rows further down name: files were joined, and which of them a row is from
	// cannot be told from the row, so that each has its say.
	others []*table
	cells  []int // columns of JSON that holds passwords
}

// endOfData ends the rows that psql copies, and is none of them.
const endOfData = `\.`

// Skip implements format.Session.
func (t *table) Skip() int { return t.first }

// Linewise marks a table without a header, which is read as a list is: what its columns are was only guessed.
func (t *table) Linewise() bool { return t.typed }

// Mark implements format.Marked.
func (t *table) Mark() []byte { return []byte{t.Delimiter} }

// Preamble implements format.Preambled.
func (t *table) Preamble() []leak.Position { return t.above }

func (t *table) read(data []byte, header *delimited.Row) {
	t.Count = len(header.Fields)
	for i, f := range header.Fields {
		t.name(i, data[f.Start:f.End])
	}
}

// name gives column i the role that its name tells.
func (t *table) name(i int, name []byte) {
	switch role, kind := cut.RoleOf(name); role {
	case cut.RoleIdentifier:
		t.ids = append(t.ids, cut.IdentifierColumn{Index: i, Kind: kind})
	case cut.RoleSecret:
		t.secrets = append(t.secrets, i)
	case cut.RoleHash:
		t.hashes = append(t.hashes, i)
	}
}

func (t *table) usable() bool { return len(t.ids) > 0 && len(t.secrets)+len(t.hashes) > 0 }

// Last implements format.Session.
func (t *table) Last(data []byte) int { return t.LastWithin(context.Background(), data) }

// LastWithin runs through the rows only where quotes may hide line ends, and no longer than ctx.
func (t *table) LastWithin(ctx context.Context, data []byte) int {
	quote := bytes.IndexByte(data, '"')
	if t.Dialect == delimited.Escaped {
		quote = delimited.HidesLineEnd(data)
	}
	if quote < 0 {
		return t.Lines.Last(data)
	}
	var r delimited.Row
	pos := t.Lines.Last(data[:quote])
	const checked = 256 // rows
	for i := 1; ; i++ {
		n := t.Scanner.Skip(data[pos:], &r)
		if n == 0 || i%checked == 0 && ctx.Err() != nil {
			return pos
		}
		pos += n
	}
}

// Parse implements format.Session.
func (t *table) Parse(b *format.Block, record func(*leak.Record), reject func(leak.Reject)) {
	c := format.Collector{Block: b, Record: record, Reject: reject}
	var r delimited.Row
	for pos, line := 0, b.Line; pos < len(b.Data); {
		data := b.Data[pos:]
		next := t.Scanner.Next(data, true, &r)
		if text := data[:r.End]; !cut.IsBlank(text) && string(text) != endOfData {
			c.Done(pos, len(text), line, t.cut(&c.Cuts, data, &r))
		}
		line += t.Scanner.Lines(data, &r, next, t.End)
		pos += next
	}
}

// cut makes a cut for each identifier of a row and each of its passwords.
func (t *table) cut(c *cut.Cutter, data []byte, r *delimited.Row) leak.Reason {
	c.Reset()
	n := len(r.Fields)
	if n != t.Count {
		for _, other := range t.others {
			if n == other.Count {
				return other.cut(c, data, r)
			}
		}
	}
	switch {
	case n > t.Count && n <= maxJoined*t.Count:
		return t.joined(c, data, r)
	case n != t.Count && !t.reaches(n):
		return c.StrayLine(data[:r.End], leak.ReasonFieldCount)
	case t.typed:
		return t.typedCut(c, data, r)
	}
	t.rowCuts(c, data, r)
	for _, other := range t.others {
		if n == other.Count {
			other.rowCuts(c, data, r)
		}
	}
	if c.Count() == 0 {
		return leak.ReasonNoIdentifier
	}
	return ""
}

// rowCuts makes the cuts of a row by the columns of one header.
func (t *table) rowCuts(c *cut.Cutter, data []byte, r *delimited.Row) {
	n := len(r.Fields)
	for _, column := range t.ids {
		if column.Index >= n {
			continue
		}
		id := cut.Identifier(t.Value(c, data, r, column.Index))
		if !cut.CouldName(id) {
			continue
		}
		c.Kind = column.Kind
		if c.Kind == hashing.KindEmail && !cut.IsEmail(id) {
			c.Kind = hashing.KindUnspecified // users type names into fields for addresses
		}
		t.idCuts(c, id, data, r)
		if account := cut.AccountName(id); account != nil && c.Kind != hashing.KindPhone {
			c.Kind = hashing.KindUnspecified
			t.idCuts(c, account, data, r)
		}
	}
	if len(t.ids) == 0 {
		t.cellCuts(c, nil, data, r)
	}
}

// idCuts makes the cuts of one identifier with each password of its row.
func (t *table) idCuts(c *cut.Cutter, id, data []byte, r *delimited.Row) {
	had := c.Count()
	for _, i := range t.secrets {
		if i < len(r.Fields) {
			t.secret(c, id, data, r, i)
		}
	}
	t.found(c, id, data, r)
	t.cellCuts(c, id, data, r)
	if c.Count() == had {
		c.Untestable(id, t.hash(c, data, r))
	}
}

// maxOthers bounds how many further headers a row is read by.
const maxOthers = 3

// otherHeaders returns the header rows of the sample after the first that name other columns.
func (f Format) otherHeaders(s *format.Sample, first *table) (others []*table) {
	if first.typed || s.Exact {
		return nil
	}
	eachRow(&format.Sample{Data: s.Data[first.first:], Lines: s.Lines, CR: s.CR}, first.Scanner,
		func(data []byte, r *delimited.Row) {
			if len(others) == maxOthers || len(r.Fields) < 2 {
				return
			}
			t := &table{Scanner: first.Scanner, Lines: first.Lines}
			t.read(data, r)
			if t.usable() && !t.sameColumns(first) {
				others = append(others, t)
			}
		})
	return others
}

func (t *table) sameColumns(as *table) bool {
	return t.Count == as.Count && slices.Equal(t.ids, as.ids) && slices.Equal(t.secrets, as.secrets) &&
		slices.Equal(t.hashes, as.hashes)
}

// maxJoined is how many times the columns a row may have and still be read: beyond that it is
// something else.
const maxJoined = 8

// reaches reports whether a row that ends early still holds an identifier and a secret.
func (t *table) reaches(n int) bool {
	return n < t.Count && !t.typed &&
		slices.ContainsFunc(t.ids, func(c cut.IdentifierColumn) bool { return c.Index < n }) &&
		slices.ContainsFunc(slices.Concat(t.secrets, t.hashes), func(i int) bool { return i < n })
}

// found adds what stands in a column of hashes and is none: what was found for one, or what was never
// hashed.
func (t *table) found(c *cut.Cutter, id, data []byte, r *delimited.Row) {
	for _, i := range t.hashes {
		if i >= len(r.Fields) {
			continue
		}
		if text := t.Value(c, data, r, i); cut.IsFound(text) {
			t.secret(c, id, data, r, i)
		}
	}
}

// hash returns the row's first hash, nil without one.
func (t *table) hash(c *cut.Cutter, data []byte, r *delimited.Row) []byte {
	for _, i := range t.hashes {
		if i >= len(r.Fields) {
			continue
		}
		if hash := t.Value(c, data, r, i); len(hash) > 0 {
			return hash
		}
	}
	return nil
}
