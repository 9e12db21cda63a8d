package dump

import "bytes"

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
