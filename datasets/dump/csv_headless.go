package dump

import (
	"bytes"
	"slices"

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
	if text = identifier(text); len(text) == 0 {
		return
	}
	s.filled++
	switch {
	case isEmail(text):
		s.emails++
	case isDigest(text):
		s.hashes++
	case isIPv4(text):
		s.ips++
	case isDate(text):
		s.dates++
	case schemeEnd(text) > 0:
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
func (f csv) headless(s *sample) *table {
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
// percent; 0 when it is no table.
func agreedColumns(s *sample, delimiter byte) (count, share int) {
	if len(s.lines) < headlessRows || bytes.IndexByte(s.data, delimiter) < 0 {
		return 0, 0
	}
	for _, dialect := range []tableDialect{quotedDialect, escapedDialect} {
		n, agreed := agreeing(s, rows{delimiter: delimiter, dialect: dialect})
		if agreed > share {
			count, share = n, agreed
		}
	}
	return count, share
}

func agreeing(s *sample, t rows) (count, share int) {
	have := map[int]int{}
	rowCount := 0
	eachRow(s, t, func(_ []byte, r *row) {
		have[len(r.fields)]++
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
func eachRow(s *sample, t rows, with func(data []byte, r *row)) {
	var r row
	for pos, n := 0, 0; pos < len(s.data) && n < typedRows; {
		data := s.data[pos:]
		next := t.next(data, s.whole(), &r)
		if next == 0 {
			return
		}
		if text := data[:r.end]; !isBlank(text) && string(text) != endOfData {
			n++
			with(data, &r)
		}
		pos += next
	}
}

// typed tells the columns by what most of their values are, nil when they make no table of users.
func typed(s *sample, delimiter byte, count int) *table {
	t := &table{
		rows:  rows{delimiter: delimiter, count: count, dialect: tableDialectOf(s, 0, delimiter, count)},
		lines: lines{s.lineEnd()}, typed: true,
	}
	stats := make([]columnStats, count)
	var c cutter
	addresses := 0 // rows that hold an @
	eachRow(s, t.rows, func(data []byte, r *row) {
		if len(r.fields) != count {
			return
		}
		c.reset()
		for i := range stats {
			stats[i].index = i
			stats[i].count(t.value(&c, data, r, i))
		}
		if bytes.IndexByte(data[:r.end], '@') >= 0 {
			addresses++
		}
	})
	t.assign(stats)
	if !t.usable() || !t.named && 2*addresses > len(s.lines) || isURLList(stats) {
		return nil
	}
	return t
}

// unknownHeader returns where the first row ends when it is a header of names that are not known: words
// only, above a column of addresses. 0 when it is a row like the others.
func (t *table) unknownHeader(s *sample) (end int) {
	var r row
	start := 0
	for start < len(s.data) && isLineEnd(s.data[start]) {
		start++
	}
	data := s.data[start:]
	next := t.rows.next(data, s.whole(), &r)
	if !t.named || next == 0 || len(r.fields) != t.count {
		return 0
	}
	for i := range r.fields {
		field := r.fields[i]
		if !isColumnName(data[field.start:field.end]) {
			return 0
		}
	}
	return start + next
}

// isColumnName reports whether text is a word as columns are named by.
func isColumnName(text []byte) bool {
	text = identifier(text)
	if len(text) == 0 || isDigit(text[0]) {
		return false
	}
	for _, b := range text {
		if !isWord(b) && bytes.IndexByte([]byte("_-. "), b) < 0 {
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
			t.ids = append(t.ids, idColumn{s.index, hashing.KindEmail})
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
			t.ids = append(t.ids, idColumn{s.index, hashing.KindUnspecified})
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
func (t *table) typedCut(c *cutter, data []byte, r *row) Reason {
	if !t.named {
		t.lateAddresses(c, data, r)
	}
	addressed := false
	for _, column := range t.ids {
		id := identifier(t.value(c, data, r, column.index))
		if !couldName(id) || addressed && c.count() >= maxCuts-1 {
			continue
		}
		c.kind = column.kind
		if c.kind == hashing.KindEmail && !isEmail(id) {
			c.kind = hashing.KindUnspecified
		}
		had := c.count()
		t.typedSecrets(c, id, data, r, column.index)
		if column.email() {
			addressed = true
			if rest := column.index + 1; rest < len(r.fields) {
				c.add(id, r.verbatim(data, rest, len(r.fields)-1))
			}
		}
		if c.count() == had {
			c.untestable(id, t.hash(c, data, r))
		}
	}
	if c.count() == 0 {
		return ReasonNoIdentifier
	}
	return ""
}

// lateAddresses cuts a row around the addresses in it, where the sample showed no column of them: dumps
// are often sorted, and what is empty comes first.
func (t *table) lateAddresses(c *cutter, data []byte, r *row) {
	if bytes.IndexByte(data[:r.end], '@') < 0 {
		return
	}
	for i := range r.fields {
		if id := identifier(t.value(c, data, r, i)); isEmail(id) {
			c.kind = hashing.KindEmail
			t.typedSecrets(c, id, data, r, i)
		}
	}
	c.limit(maxCuts / 2) // the others have their columns
}

// typedSecrets leaves room for one cut more.
func (t *table) typedSecrets(c *cutter, id, data []byte, r *row, own int) {
	for _, i := range t.secrets {
		if i != own && c.count() < maxCuts-1 {
			c.add(id, t.value(c, data, r, i))
		}
	}
	for _, i := range t.hashes { // some rows hold what was found for the hash
		if text := t.value(c, data, r, i); len(text) > 0 && !isDigest(text) && c.count() < maxCuts-1 {
			c.add(id, text)
		}
	}
	if len(t.secrets) > 0 && c.count() < maxCuts-1 && t.secrets[0] != own {
		t.secret(c, id, data, r, t.secrets[0])
		c.limit(maxCuts - 1)
	}
}

// isNumber reports whether text is digits, as of a row or a phone.
func isNumber(text []byte) bool {
	digits := 0
	for i, b := range text {
		if isDigit(b) {
			digits++
		} else if b != '.' && !(i == 0 && (b == '+' || b == '-')) {
			return false
		}
	}
	return digits > 0
}

// isDate knows 2011-12-31, 31.12.2011 and 12/31/2011, with or without a time behind.
func isDate(text []byte) bool {
	const longest = len("2011-12-31T23:59:59.000000+00:00")
	if len(text) < len("1.1.2011") || len(text) > longest || !isDigit(text[0]) {
		return false
	}
	part, parts := 0, 1
	var mark byte
	for _, b := range text {
		switch {
		case isDigit(b):
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
		case isSpace(b):
			return 0
		case isDigit(b):
			digit = 1
		case b >= 'A' && b <= 'Z':
			upper = 1
		case isWord(b):
			lower = 1
		case b != '_' && b != '-' && b != '.':
			other = 1
		}
	}
	return max(lower+upper+digit+other-1, 0)
}
