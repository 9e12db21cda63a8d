package delimited

import (
	"bytes"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
)

// Unbackslash undoes backslashes as LOAD DATA does, and returns nil when there are none.
func Unbackslash(c *cut.Cutter, text []byte) []byte {
	i := bytes.IndexByte(text, '\\')
	if i < 0 {
		return nil
	}
	from := len(c.Arena)
	c.Arena = append(c.Arena, text[:i]...)
	for ; i < len(text); i++ {
		b := text[i]
		if b == '\\' && i+1 < len(text) {
			i++
			b = unescaped(text[i])
		}
		c.Arena = append(c.Arena, b)
	}
	return c.Since(from)
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

// Value returns what a field means, nil for NULL.
func (s Scanner) Value(c *cut.Cutter, data []byte, r *Row, i int) []byte {
	f := r.Fields[i]
	text := data[f.Start:f.End]
	switch {
	case f.Quoted && s.Dialect == Exact && !f.Doubled:
		return text
	case string(text) == `\N`, !f.Quoted && string(text) == "NULL":
		return nil
	case f.escaped, s.Dialect == Escaped || s.Dialect == Backslash && f.Quoted:
		if plain := Unbackslash(c, text); plain != nil {
			text = plain
		}
	}
	if f.Doubled {
		return c.Undouble(text, '"')
	}
	return text
}

// Verbatim returns what stands from one field to another, quotes and delimiters included.
func (r *Row) Verbatim(data []byte, from, to int) []byte {
	first, last := r.Fields[from], r.Fields[to]
	start, end := first.Start, last.End
	if first.Quoted {
		start--
	}
	if last.Quoted {
		end++
	}
	return data[start:end]
}
