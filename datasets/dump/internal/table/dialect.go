package table

import (
	"bytes"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/delimited"
	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// tableDialectOf tells the dialect of a table by how many rows of the sample do not add up in each. Of
// those that explain as many, the plainest is taken.
func tableDialectOf(s *format.Sample, start int, delimiter byte, count int) delimited.Dialect {
	if s.Exact {
		return delimited.Exact
	}
	text := s.Data[start:]
	t := delimited.Scanner{Delimiter: delimiter, Count: count}
	fit := fitOf(t, text, s.Whole())
	if fit.misfits == 0 && delimiter != '\t' {
		return delimited.Quoted
	}
	if delimiter == '\t' {
		// TAB between unquoted fields is what MySQL writes, and nothing is lost where it was another.
		// Where most rows have quotes, they are quotes, unless they only hide line ends between rows
		// that are whole without them.
		t.Dialect = delimited.Escaped
		bare := fitOf(t, text, s.Whole())
		if bare.misfits <= fit.misfits && (2*fit.quotes <= fit.rows || bare.rows > fit.rows) {
			return delimited.Escaped
		}
	}
	if bytes.IndexByte(text, '\\') >= 0 {
		for _, t.Dialect = range []delimited.Dialect{delimited.Backslash, delimited.Escaped} {
			if fitOf(t, text, s.Whole()).misfits < fit.misfits {
				return t.Dialect
			}
		}
	}
	return delimited.Quoted
}

// fit says how well a dialect explains a sample.
type fit struct {
	rows    int
	misfits int // rows with a wrong number of fields, or whose quotes do not add up
	quotes  int // quoted fields in the others
}

func fitOf(s delimited.Scanner, text []byte, whole bool) (n fit) {
	var r delimited.Row
	for pos := 0; pos < len(text); {
		next := s.Next(text[pos:], whole, &r)
		if next == 0 {
			break
		}
		pos += next
		n.rows++
		if len(r.Fields) != s.Count || r.Stray {
			n.misfits++
			continue
		}
		for _, f := range r.Fields {
			if f.Quoted {
				n.quotes++
			}
		}
	}
	return n
}

// secret adds a field as the secret of id in each way that it may have been written.
func (t *table) secret(c *cut.Cutter, id, data []byte, r *delimited.Row, i int) {
	f := r.Fields[i]
	text := t.Value(c, data, r, i)
	raw := data[f.Start:f.End]
	escaped := len(text) > 0 && t.Dialect != delimited.Exact && bytes.IndexByte(raw, '\\') >= 0
	if escaped { // each way to write it first: what each may stand for would leave no room
		c.Literal(id, text)
		c.Literal(id, raw)
		c.Literal(id, delimited.Unbackslash(c, raw))
		c.Literal(id, c.Unquote(raw))
		if f.Quoted && t.Delimiter == '\t' {
			c.Literal(id, r.Verbatim(data, i, i))
		}
	}
	c.Secrets(id, text)
	if len(text) == 0 {
		return
	}
	if text[0] == '\'' {
		c.Add(id, text[1:]) // a spreadsheet's mark of text
	}
	if t.Dialect == delimited.Exact {
		return
	}
	if escaped {
		if end := format.IndexLineEnd(raw); end > 0 {
			c.Add(id, raw[:end]) // what follows may be a line of its own
		}
	}
	if f.Quoted && t.Delimiter == '\t' {
		c.Add(id, r.Verbatim(data, i, i)) // most programs that write TAB do not quote
	}
}

// joined cuts a row with more fields than there are columns: some value holds the delimiter. It may
// be the secret, or stand before or after it.
func (t *table) joined(c *cut.Cutter, data []byte, r *delimited.Row) leak.Reason {
	extra := len(r.Fields) - t.Count
	for _, column := range t.ids {
		for _, i := range []int{column.Index, column.Index + extra} {
			id := cut.Identifier(t.Value(c, data, r, i))
			isAddress := cut.IsEmail(id)
			if !cut.CouldName(id) || !isAddress && (column.Email() || i != column.Index) {
				continue
			}
			c.Kind = column.Kind
			had := c.Count()
			for _, p := range t.secrets {
				switch shifted, after := i != column.Index, p > column.Index; {
				case p == column.Index: // of a table without a header
				case shifted && after:
					t.secret(c, id, data, r, p+extra)
				case !shifted && !after:
					t.secret(c, id, data, r, p)
				default:
					t.joinedSecret(c, id, data, r, p, extra)
				}
			}
			if c.Count() == had {
				c.Untestable(id, t.hash(c, data, r))
			}
		}
	}
	if c.Count() == 0 {
		return c.StrayLine(data[:r.End], leak.ReasonFieldCount)
	}
	return ""
}

func (t *table) joinedSecret(c *cut.Cutter, id, data []byte, r *delimited.Row, p, extra int) {
	whole := r.Verbatim(data, p, p+extra)
	tail := r.Verbatim(data, t.Count, len(r.Fields)-1)
	if cut.IsBlank(bytes.Trim(tail, string(t.Delimiter))) { // the row only ends in empty fields
		c.Add(id, t.Value(c, data, r, p))
	}
	c.Add(id, whole)
	c.Add(id, c.Unquote(cut.TrimSpace(whole))) // in single quotes
	c.Add(id, delimited.Unbackslash(c, whole))
	c.Add(id, t.Value(c, data, r, p))
	c.Add(id, t.Value(c, data, r, p+extra))
}
