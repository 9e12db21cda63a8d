package dump

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"github.com/credsieve/credsieve/hashing"
)

// csv is a table with a header row, or one whose rows agree in three columns or more.
type csv struct {
	label      string // what a report says
	delimiters string // one of which parts the fields
}

// csvTable is a table whose header tells the delimiter.
func csvTable() csv { return csv{"csv", ",;\t|"} }

// tsvTable is a table of fields between TABs. It is never the first to score: only its name selects it.
func tsvTable() csv { return csv{"tsv", "\t"} }

// writtenTable is a table that we wrote ourselves, of a sheet or the like.
func writtenTable() csv { return csv{"csv", "\t"} }

// columns are what a header row says.
type columns struct {
	ids     []idColumn
	secrets []int // of plaintexts
	hashes  []int
}

func (f csv) name() string { return f.label }

func (f csv) score(s *sample) int {
	if t, _, _ := f.header(s); t != nil {
		return certain // no other text begins with such a row
	}
	if f.headless(s) != nil {
		return tabular
	}
	return -1
}

func (f csv) open(s *sample) (session, error) {
	t, start, skip := f.header(s)
	if t == nil {
		if t = f.headless(s); t != nil {
			skip = t.unknownHeader(s)
			start = skip
		}
	}
	if t == nil {
		return nil, errors.New("its first row is no header that names an identifier column and a " +
			"password or hash column, and its rows do not agree in three columns or more")
	}
	t.first = skip
	t.above = stretchesAbove(s, start)
	return t, nil
}

// headerLines is how far down a header is looked for: banners and a spreadsheet's "sep=;" stand above.
const headerLines = 10

// header looks for a header in the first lines that are not blank and returns where it starts and
// ends. A line of a list ends the search, so that none is taken for a banner.
func (f csv) header(s *sample) (best *table, start, end int) {
	var c cutter
	for range headerLines {
		for start < len(s.data) && isSpace(s.data[start]) && s.data[start] != '\t' {
			start++
		}
		if best, end = f.headerAt(s, start); best != nil {
			return best, start, end
		}
		line := s.data[start:]
		if i := indexLineEnd(line); i >= 0 {
			line = line[:i]
		}
		if len(line) == 0 || c.pairLine(line) {
			return nil, 0, 0
		}
		start += len(line)
	}
	return nil, 0, 0
}

// headerAt reads a row with each delimiter, and takes the one that yields a header with the most
// columns.
func (f csv) headerAt(s *sample, start int) (best *table, skip int) {
	for _, delimiter := range []byte(f.delimiters) {
		t := &table{rows: rows{delimiter: delimiter}, lines: lines{s.lineEnd()}}
		var row row
		next := t.rows.next(s.data[start:], true, &row)
		t.read(s.data[start:], &row)
		if t.usable() && (best == nil || t.count > best.count) {
			best, skip = t, start+next
		}
	}
	if best != nil {
		best.dialect = tableDialectOf(s, skip, best.delimiter, best.count)
	}
	return best, skip
}

// stretchesAbove returns the lines that are not blank before a byte of the sample.
func stretchesAbove(s *sample, end int) []Position {
	var out []Position
	at := cursor{data: s.data[:end], end: s.lineEnd(), line: 1}
	for at.next() {
		if !isBlank(at.data[at.start:at.stop]) {
			out = append(out, Position{
				Offset: int64(at.start), Length: int64(at.stop - at.start), Line: at.line,
			})
		}
	}
	return out
}

// table is the session of a member with a header.
type table struct {
	lines
	rows
	columns
	first int        // byte after the header row
	above []Position // what stands above the first row and is no record, by the bytes of the sample
	typed bool       // there is no header: the columns are told by what they hold
	named bool       // one of them holds addresses
}

// endOfData ends the rows that psql copies, and is none of them.
const endOfData = `\.`

func (t *table) skip() int { return t.first }

func (t *table) preamble() []Position { return t.above }

func (t *table) read(data []byte, header *row) {
	t.count = len(header.fields)
	for i, f := range header.fields {
		name := columnName(data[f.start:f.end])
		if kind, ok := idKind(name); ok {
			t.ids = append(t.ids, idColumn{i, kind})
		}
		if isSecretColumn(name) {
			t.secrets = append(t.secrets, i)
		}
		if isHashColumn(name) {
			t.hashes = append(t.hashes, i)
		}
	}
}

func (t *table) usable() bool { return len(t.ids) > 0 && len(t.secrets)+len(t.hashes) > 0 }

func (t *table) last(data []byte) int { return t.lastWithin(context.Background(), data) }

// lastWithin runs through the rows only where quotes may hide line ends, and no longer than ctx.
func (t *table) lastWithin(ctx context.Context, data []byte) int {
	quote := bytes.IndexByte(data, '"')
	if t.dialect == escapedDialect {
		quote = hidesLineEnd(data)
	}
	if quote < 0 {
		return t.lines.last(data)
	}
	var r row
	pos := t.lines.last(data[:quote])
	const checked = 256 // rows
	for i := 1; ; i++ {
		n := t.rows.next(data[pos:], false, &r)
		if n == 0 || i%checked == 0 && ctx.Err() != nil {
			return pos
		}
		pos += n
	}
}

func (t *table) parse(b *textBlock, record func(*Record), reject func(Reject)) {
	c := collector{block: b, record: record, reject: reject}
	var r row
	for pos, line := 0, b.line; pos < len(b.data); {
		data := b.data[pos:]
		next := t.rows.next(data, true, &r)
		if text := data[:r.end]; !isBlank(text) && string(text) != endOfData {
			c.done(pos, len(text), line, t.cut(&c.cuts, data, &r))
		}
		line += int64(bytes.Count(data[:next], []byte{t.end}))
		pos += next
	}
}

// cut makes a cut for each identifier of a row and each of its passwords.
func (t *table) cut(c *cutter, data []byte, r *row) Reason {
	c.reset()
	n := len(r.fields)
	switch {
	case n > t.count && n <= maxJoined*t.count:
		return t.joined(c, data, r)
	case n != t.count && !t.reaches(n):
		return c.strayLine(data[:r.end], ReasonFieldCount)
	case t.typed:
		return t.typedCut(c, data, r)
	}
	for _, column := range t.ids {
		if column.index >= n {
			continue
		}
		id := identifier(t.value(c, data, r, column.index))
		if !couldName(id) {
			continue
		}
		c.kind = column.kind
		if c.kind == hashing.KindEmail && !isEmail(id) {
			c.kind = hashing.KindUnspecified // users type names into fields for addresses
		}
		had := c.count()
		for _, i := range t.secrets {
			if i < n {
				t.secret(c, id, data, r, i)
			}
		}
		t.found(c, id, data, r)
		if c.count() == had {
			c.untestable(id, t.hash(c, data, r))
		}
	}
	if c.count() == 0 {
		return ReasonNoIdentifier
	}
	return ""
}

// maxJoined is how many times the columns a row may have and still be read: beyond that it is
// something else.
const maxJoined = 8

// reaches reports whether a row that ends early still holds an identifier and a secret.
func (t *table) reaches(n int) bool {
	return n < t.count && !t.typed &&
		slices.ContainsFunc(t.ids, func(c idColumn) bool { return c.index < n }) &&
		slices.ContainsFunc(slices.Concat(t.secrets, t.hashes), func(i int) bool { return i < n })
}

// found adds what stands in a column of hashes and is none: what was found for one, or what was never
// hashed.
func (t *table) found(c *cutter, id, data []byte, r *row) {
	for _, i := range t.hashes {
		if i >= len(r.fields) {
			continue
		}
		if text := t.value(c, data, r, i); isFound(text) {
			t.secret(c, id, data, r, i)
		}
	}
}

// hash returns the row's first hash, nil without one.
func (t *table) hash(c *cutter, data []byte, r *row) []byte {
	for _, i := range t.hashes {
		if i >= len(r.fields) {
			continue
		}
		if hash := t.value(c, data, r, i); len(hash) > 0 {
			return hash
		}
	}
	return nil
}
