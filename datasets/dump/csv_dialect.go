package dump

import "bytes"

// tableDialect is how the fields of a table are written.
type tableDialect uint8

const (
	// quotedDialect is RFC 4180.
	quotedDialect tableDialect = iota
	// backslashDialect has a backslash before a quote in a quoted field.
	backslashDialect
	// escapedDialect has no quotes, and a backslash before what does not mean itself: MySQL's --tab
	// and INTO OUTFILE. A line end behind a backslash belongs to the field
	// (https://dev.mysql.com/doc/refman/8.4/en/load-data.html#load-data-field-line-handling).
	escapedDialect
	// exactDialect is RFC 4180 as tableText writes it: what is quoted means itself.
	exactDialect
)

// tableDialectOf tells the dialect of a table by how many rows of the sample do not add up in each. Of
// those that explain as many, the plainest is taken.
func tableDialectOf(s *sample, start int, delimiter byte, count int) tableDialect {
	if s.exact {
		return exactDialect
	}
	text := s.data[start:]
	t := rows{delimiter: delimiter, count: count}
	fit := fitOf(t, text, s.whole())
	if fit.misfits == 0 && delimiter != '\t' {
		return quotedDialect
	}
	if delimiter == '\t' {
		// TAB between unquoted fields is what MySQL writes, and nothing is lost where it was another.
		// Where most rows have quotes, they are quotes, unless they only hide line ends between rows
		// that are whole without them.
		t.dialect = escapedDialect
		bare := fitOf(t, text, s.whole())
		if bare.misfits <= fit.misfits && (2*fit.quotes <= fit.rows || bare.rows > fit.rows) {
			return escapedDialect
		}
	}
	if bytes.IndexByte(text, '\\') >= 0 {
		for _, t.dialect = range []tableDialect{backslashDialect, escapedDialect} {
			if fitOf(t, text, s.whole()).misfits < fit.misfits {
				return t.dialect
			}
		}
	}
	return quotedDialect
}

// fit says how well a dialect explains a sample.
type fit struct {
	rows    int
	misfits int // rows with a wrong number of fields, or whose quotes do not add up
	quotes  int // quoted fields in the others
}

func fitOf(s rows, text []byte, whole bool) (n fit) {
	var r row
	for pos := 0; pos < len(text); {
		next := s.next(text[pos:], whole, &r)
		if next == 0 {
			break
		}
		pos += next
		n.rows++
		if len(r.fields) != s.count || r.stray {
			n.misfits++
			continue
		}
		for _, f := range r.fields {
			if f.quoted {
				n.quotes++
			}
		}
	}
	return n
}

// nextEscaped scans a row in which a backslash may stand before a delimiter or a line end. Where the
// fields then do not add up, but do when the backslashes are taken for text, they are text.
func (s rows) nextEscaped(data []byte, whole bool, r *row) int {
	r.stray = false
	end, continued := s.escapedFields(data, true, r)
	if end == len(data) && !whole && end >= 0 {
		return 0
	}
	dangling := continued && end == len(data) && isLineEnd(data[end-1]) // nothing goes on
	if end < 0 || dangling || continued && s.count > 0 && len(r.fields) != s.count {
		end, _ = s.escapedFields(data, false, r)
	}
	if len(r.fields) != s.count && s.count > 0 && bytes.IndexByte(data[:end], '\\') >= 0 {
		var plain row
		if s.unquoted(data, true, &plain); len(plain.fields) == s.count {
			r.fields, end = append(r.fields[:0], plain.fields...), plain.end
		}
	}
	return r.finish(data, end, whole)
}

// escapedFields scans fields up to the line end, or across line ends behind a backslash when lines
// go on. The end is -1 when the row would be longer than a quoted field may be.
func (s rows) escapedFields(data []byte, goOn bool, r *row) (end int, continued bool) {
	r.fields = r.fields[:0]
	start, lines := 0, 0
	for pos := 0; ; pos++ {
		if pos < len(data) && data[pos] == '\\' && pos+1 < len(data) {
			next := data[pos+1]
			if next != '\n' && next != '\r' {
				pos++
				continue
			}
			if goOn {
				pos++
				if next == '\r' && pos+1 < len(data) && data[pos+1] == '\n' {
					pos++
				}
				if lines++; lines > maxQuotedLines || pos > maxQuotedBytes {
					return -1, true
				}
			}
			continue
		}
		if pos < len(data) && !s.endsField(data[pos]) {
			continue
		}
		r.fields = append(r.fields, field{start: start, end: pos})
		start = pos + 1
		if pos >= len(data) || data[pos] != s.delimiter {
			return pos, lines > 0
		}
	}
}

// isEscaped reports whether an odd number of backslashes ends text.
func isEscaped(text []byte) bool {
	n := len(text)
	for n > 0 && text[n-1] == '\\' {
		n--
	}
	return (len(text)-n)%2 == 1
}

func isLineEnd(b byte) bool { return b == '\n' || b == '\r' }

// hidesLineEnd returns the first backslash in front of a line end or of the end, -1 without one.
func hidesLineEnd(data []byte) int {
	for pos := 0; ; pos++ {
		i := bytes.IndexByte(data[pos:], '\\')
		if i < 0 {
			return -1
		}
		pos += i
		if pos+1 == len(data) || data[pos+1] == '\n' || data[pos+1] == '\r' {
			return pos
		}
	}
}

// unbackslash undoes backslashes as LOAD DATA does, and returns nil when there are none.
func unbackslash(c *cutter, text []byte) []byte {
	i := bytes.IndexByte(text, '\\')
	if i < 0 {
		return nil
	}
	from := len(c.arena)
	c.arena = append(c.arena, text[:i]...)
	for ; i < len(text); i++ {
		b := text[i]
		if b == '\\' && i+1 < len(text) {
			i++
			b = unescaped(text[i])
		}
		c.arena = append(c.arena, b)
	}
	return c.since(from)
}

func unescaped(b byte) byte {
	const letters, means = "0bnrtZ", "\x00\b\n\r\t\x1a"
	for i := range len(letters) {
		if letters[i] == b {
			return means[i]
		}
	}
	return b
}

// value returns what a field means, nil for NULL.
func (s rows) value(c *cutter, data []byte, r *row, i int) []byte {
	f := r.fields[i]
	text := data[f.start:f.end]
	switch {
	case f.quoted && s.dialect == exactDialect && !f.doubled:
		return text
	case string(text) == `\N`, !f.quoted && string(text) == "NULL":
		return nil
	case f.escaped, s.dialect == escapedDialect || s.dialect == backslashDialect && f.quoted:
		if plain := unbackslash(c, text); plain != nil {
			text = plain
		}
	}
	if f.doubled {
		return c.undouble(text, '"')
	}
	return text
}

// verbatim returns what stands from one field to another, quotes and delimiters included.
func (r *row) verbatim(data []byte, from, to int) []byte {
	first, last := r.fields[from], r.fields[to]
	start, end := first.start, last.end
	if first.quoted {
		start--
	}
	if last.quoted {
		end++
	}
	return data[start:end]
}

// secret adds a field as the secret of id in each way that it may have been written.
func (t *table) secret(c *cutter, id, data []byte, r *row, i int) {
	f := r.fields[i]
	text := t.value(c, data, r, i)
	c.secrets(id, text)
	if len(text) == 0 {
		return
	}
	if text[0] == '\'' {
		c.add(id, text[1:]) // a spreadsheet's mark of text
	}
	if t.dialect == exactDialect {
		return
	}
	if raw := data[f.start:f.end]; bytes.IndexByte(raw, '\\') >= 0 {
		c.add(id, raw)
		c.add(id, unbackslash(c, raw))
		c.add(id, c.unquote(raw))
		if end := indexLineEnd(raw); end > 0 {
			c.add(id, raw[:end]) // what follows may be a line of its own
		}
	}
	if f.quoted && t.delimiter == '\t' {
		c.add(id, r.verbatim(data, i, i)) // most programs that write TAB do not quote
	}
}

// joined cuts a row with more fields than there are columns: some value holds the delimiter. It may
// be the secret, or stand before or behind it.
func (t *table) joined(c *cutter, data []byte, r *row) Reason {
	extra := len(r.fields) - t.count
	for _, column := range t.ids {
		for _, i := range []int{column.index, column.index + extra} {
			id := identifier(t.value(c, data, r, i))
			isAddress := isEmail(id)
			if !couldName(id) || !isAddress && (column.email() || i != column.index) {
				continue
			}
			c.kind = column.kind
			had := c.count()
			for _, p := range t.secrets {
				switch shifted, behind := i != column.index, p > column.index; {
				case p == column.index: // of a table without a header
				case shifted && behind:
					t.secret(c, id, data, r, p+extra)
				case !shifted && !behind:
					t.secret(c, id, data, r, p)
				default:
					t.joinedSecret(c, id, data, r, p, extra)
				}
			}
			if c.count() == had {
				c.untestable(id, t.hash(c, data, r))
			}
		}
	}
	if c.count() == 0 {
		return c.strayLine(data[:r.end], ReasonFieldCount)
	}
	return ""
}

func (t *table) joinedSecret(c *cutter, id, data []byte, r *row, p, extra int) {
	whole := r.verbatim(data, p, p+extra)
	tail := r.verbatim(data, t.count, len(r.fields)-1)
	if isBlank(bytes.Trim(tail, string(t.delimiter))) { // the row only ends in empty fields
		c.add(id, t.value(c, data, r, p))
	}
	c.add(id, whole)
	c.add(id, unbackslash(c, whole))
	c.add(id, t.value(c, data, r, p))
	c.add(id, t.value(c, data, r, p+extra))
}
