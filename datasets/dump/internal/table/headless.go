package table

import (
	"bytes"
	"slices"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/delimited"
	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/leak"
	"github.com/credsieve/credsieve/hashing"
)

const (
	// headlessColumns and headlessRows are the least that makes a table without a header: two
	// columns are a combo list, and a few lines with as many delimiters are chance.
	headlessColumns = 3
	headlessRows    = 5
	// agreement is the share of rows, in percent, that settles the number of columns, and of the
	// values that settles the type of a column: dumps are dirty.
	agreement = 80
	// typedRows bounds the work on one sample of very short rows.
	typedRows = 2000
)

// columnStats count what the values of one column look like.
type columnStats struct {
	index                                             int
	filled, emails, hashes, numbers, ips, dates, urls int
	strong                                            int // sum of strength
}

func (s *columnStats) count(text []byte) {
	if text = cut.Identifier(text); len(text) == 0 {
		return
	}
	s.filled++
	switch {
	case cut.IsEmail(text):
		s.emails++
	case cut.IsDigest(text):
		s.hashes++
	case cut.IsIPv4(text):
		s.ips++
	case isDate(text):
		s.dates++
	case cut.SchemeEnd(text) > 0:
		s.urls++
	case isNumber(text):
		s.numbers++
	default:
		s.strong += strength(text)
	}
}

func (s *columnStats) mostly(n int) bool { return s.filled > 0 && 100*n >= agreement*s.filled }

// other reports whether a column holds nothing that its shape explains.
func (s *columnStats) other() bool {
	for _, n := range []int{s.emails, s.hashes, s.numbers, s.ips, s.dates, s.urls} {
		if s.mostly(n) {
			return false
		}
	}
	return s.filled > 0
}

// headless returns the table that a sample without a header is, nil when it is none.
func (f Format) headless(s *format.Sample) *table {
	var best *table
	top := 0
	for _, delimiter := range []byte(f.delimiters) {
		if count, share := agreedColumns(s, delimiter); count > 0 && share > top {
			if t := typed(s, delimiter, count); t != nil {
				best, top = t, share
			}
		}
	}
	return best
}

// agreedColumns returns how many columns most rows of the sample have and how many rows do, in
// percent; 0 when it is not a table.
func agreedColumns(s *format.Sample, delimiter byte) (count, share int) {
	if len(s.Lines) < headlessRows || bytes.IndexByte(s.Data, delimiter) < 0 {
		return 0, 0
	}
	for _, dialect := range []delimited.Dialect{delimited.Quoted, delimited.Escaped} {
		n, agreed := agreeing(s, delimited.Scanner{Delimiter: delimiter, Dialect: dialect})
		if agreed > share {
			count, share = n, agreed
		}
	}
	return count, share
}

func agreeing(s *format.Sample, t delimited.Scanner) (count, share int) {
	have := map[int]int{}
	rowCount := 0
	eachRow(s, t, func(_ []byte, r *delimited.Row) {
		have[len(r.Fields)]++
		rowCount++
	})
	for n, rows := range have {
		if rows > have[count] || rows == have[count] && n > count {
			count = n
		}
	}
	if count < headlessColumns || rowCount < headlessRows ||
		100*have[count] < agreement*rowCount {
		return 0, 0
	}
	return count, 100 * have[count] / rowCount
}

// eachRow calls with each row of the sample that is whole and not blank.
func eachRow(s *format.Sample, t delimited.Scanner, with func(data []byte, r *delimited.Row)) {
	var r delimited.Row
	for pos, n := 0, 0; pos < len(s.Data) && n < typedRows; {
		data := s.Data[pos:]
		next := t.Next(data, s.Whole(), &r)
		if next == 0 {
			return
		}
		if text := data[:r.End]; !cut.IsBlank(text) && string(text) != endOfData {
			n++
			with(data, &r)
		}
		pos += next
	}
}

// typed tells the columns by what most of their values are, nil when they make no table of users.
func typed(s *format.Sample, delimiter byte, count int) *table {
	t := &table{
		Scanner: delimited.Scanner{Delimiter: delimiter, Count: count, Dialect: tableDialectOf(s, 0, delimiter, count)},
		Lines:   format.Lines{End: s.LineEnd()}, typed: true,
	}
	stats := make([]columnStats, count)
	var c cut.Cutter
	addresses := 0 // rows that hold an @
	eachRow(s, t.Scanner, func(data []byte, r *delimited.Row) {
		if len(r.Fields) != count {
			return
		}
		c.Reset()
		for i := range stats {
			stats[i].index = i
			stats[i].count(t.Value(&c, data, r, i))
		}
		if bytes.IndexByte(data[:r.End], '@') >= 0 {
			addresses++
		}
	})
	t.assign(stats)
	if !t.usable() || !t.named && 2*addresses > len(s.Lines) || isURLList(stats) {
		return nil
	}
	return t
}

// unknownHeader returns where the first row ends when it is a header of names that are not known: words
// only, above a column of addresses. 0 when it is a row like the others.
func (t *table) unknownHeader(s *format.Sample) (end int) {
	var r delimited.Row
	start := 0
	for start < len(s.Data) && delimited.IsLineEnd(s.Data[start]) {
		start++
	}
	data := s.Data[start:]
	next := t.Scanner.Next(data, s.Whole(), &r)
	if !t.named || next == 0 || len(r.Fields) != t.Count {
		return 0
	}
	for i := range r.Fields {
		field := r.Fields[i]
		if !isColumnName(data[field.Start:field.End]) {
			return 0
		}
	}
	return start + next
}

// isColumnName reports whether text is a word as columns are named by.
func isColumnName(text []byte) bool {
	text = cut.Identifier(text)
	if len(text) == 0 || cut.IsDigit(text[0]) {
		return false
	}
	for _, b := range text {
		if !cut.IsWord(b) && bytes.IndexByte([]byte("_-. "), b) < 0 {
			return false
		}
	}
	return true
}

// isURLList knows url|login|password, which its own format reads.
func isURLList(stats []columnStats) bool {
	return len(stats) == headlessColumns && stats[0].mostly(stats[0].urls)
}

// assign gives each column its role. Every column that nothing else explains may be the password,
// the likeliest first.
func (t *table) assign(stats []columnStats) {
	var names, numbers []columnStats
	for _, s := range stats {
		switch {
		case s.mostly(s.emails):
			t.ids = append(t.ids, cut.IdentifierColumn{Index: s.index, Kind: hashing.KindEmail})
		case s.mostly(s.hashes):
			t.hashes = append(t.hashes, s.index)
		case s.mostly(s.numbers):
			numbers = append(numbers, s)
		case s.other():
			names = append(names, s)
		}
	}
	t.named = len(t.ids) > 0
	if len(names) == 0 && len(t.hashes) == 0 {
		names = numbers
	}
	for _, s := range names { // a column of texts may as well name the user
		if len(names) > 1 || len(t.hashes) > 0 {
			t.ids = append(t.ids, cut.IdentifierColumn{Index: s.index, Kind: hashing.KindUnspecified})
		}
	}
	slices.SortStableFunc(names, func(a, b columnStats) int {
		return b.strong*max(a.filled, 1) - a.strong*max(b.filled, 1)
	})
	for _, s := range names {
		t.secrets = append(t.secrets, s.index)
	}
}

// typedCut cuts a row of a table without a header. The last of the cuts takes all that follows the
// identifier: what looks like a table may be a list whose passwords hold the delimiter.
func (t *table) typedCut(c *cut.Cutter, data []byte, r *delimited.Row) leak.Reason {
	if !t.named {
		t.lateAddresses(c, data, r)
	}
	addressed := false
	for _, column := range t.ids {
		id := cut.Identifier(t.Value(c, data, r, column.Index))
		if !cut.CouldName(id) || addressed && c.Count() >= cut.MaxCuts-1 {
			continue
		}
		c.Kind = column.Kind
		if c.Kind == hashing.KindEmail && !cut.IsEmail(id) {
			c.Kind = hashing.KindUnspecified
		}
		had := c.Count()
		t.typedSecrets(c, id, data, r, column.Index)
		if column.Email() {
			addressed = true
			if rest := column.Index + 1; rest < len(r.Fields) {
				c.Add(id, r.Verbatim(data, rest, len(r.Fields)-1))
			}
		}
		if c.Count() == had {
			c.Untestable(id, t.hash(c, data, r))
		}
	}
	if !t.named {
		t.pairFields(c, data, r)
	}
	if c.Count() == 0 {
		return leak.ReasonNoIdentifier
	}
	return ""
}

// pairFields cuts a field that is a line of a list by itself: what a checking tool captured after it makes columns.
func (t *table) pairFields(c *cut.Cutter, data []byte, r *delimited.Row) {
	const most, room = 3, 2
	c.Kind = hashing.KindUnspecified
	for i := range r.Fields[:min(len(r.Fields), most)] {
		if id, secret := cut.NamePair(t.Value(c, data, r, i)); id != nil {
			c.Limit(cut.MaxCuts - room)
			c.Add(id, secret)
		}
	}
}

// lateAddresses cuts a row around the addresses in it, where the sample showed no column of them: dumps
// are often sorted, and what is empty comes first.
func (t *table) lateAddresses(c *cut.Cutter, data []byte, r *delimited.Row) {
	if bytes.IndexByte(data[:r.End], '@') < 0 {
		return
	}
	for i := range r.Fields {
		if id := cut.Identifier(t.Value(c, data, r, i)); cut.IsEmail(id) {
			c.Kind = hashing.KindEmail
			t.typedSecrets(c, id, data, r, i)
		}
	}
	c.Limit(cut.MaxCuts / 2) // the others have their columns
}

// typedSecrets leaves room for one cut more.
func (t *table) typedSecrets(c *cut.Cutter, id, data []byte, r *delimited.Row, own int) {
	for _, i := range t.secrets {
		if i != own && c.Count() < cut.MaxCuts-1 {
			c.Add(id, t.Value(c, data, r, i))
		}
	}
	for _, i := range t.hashes { // some rows hold what was found for the hash
		if text := t.Value(c, data, r, i); len(text) > 0 && !cut.IsDigest(text) && c.Count() < cut.MaxCuts-1 {
			c.Add(id, text)
		}
	}
	if len(t.secrets) > 0 && c.Count() < cut.MaxCuts-1 && t.secrets[0] != own {
		t.secret(c, id, data, r, t.secrets[0])
		c.Limit(cut.MaxCuts - 1)
	}
}

// isNumber reports whether text is digits, as of a row or a phone.
func isNumber(text []byte) bool {
	digits := 0
	for i, b := range text {
		if cut.IsDigit(b) {
			digits++
		} else if b != '.' && !(i == 0 && (b == '+' || b == '-')) {
			return false
		}
	}
	return digits > 0
}

// isDate knows 2011-12-31, 31.12.2011 and 12/31/2011, with or without a time after.
func isDate(text []byte) bool {
	const longest = len("2011-12-31T23:59:59.000000+00:00")
	if len(text) < len("1.1.2011") || len(text) > longest || !cut.IsDigit(text[0]) {
		return false
	}
	part, parts := 0, 1
	var mark byte
	for _, b := range text {
		switch {
		case cut.IsDigit(b):
			part++
		case (b == '-' || b == '/' || b == '.') && (mark == 0 || b == mark) && parts < 3:
			if part != 1 && part != 2 && part != 4 {
				return false
			}
			mark, part, parts = b, 0, parts+1
		default:
			return parts == 3 && (b == ' ' || b == 'T') && part > 0
		}
	}
	return parts == 3 && (part == 1 || part == 2 || part == 4)
}

// strength counts the kinds of characters in text beyond the first. Most passwords mix more of them
// than names do; what holds a space is prose.
func strength(text []byte) int {
	var lower, upper, digit, other int
	for _, b := range text {
		switch {
		case cut.IsSpace(b):
			return 0
		case cut.IsDigit(b):
			digit = 1
		case b >= 'A' && b <= 'Z':
			upper = 1
		case cut.IsWord(b):
			lower = 1
		case b != '_' && b != '-' && b != '.':
			other = 1
		}
	}
	return max(lower+upper+digit+other-1, 0)
}
