package dump

import "bytes"

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
