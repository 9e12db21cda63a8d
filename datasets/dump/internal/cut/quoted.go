package cut

import "bytes"

// maxQuoted is how many cuts a row of quoted fields gets without its quotes. The others are for what it
// is when the quotes belong to the password.
const maxQuoted = MaxCuts / 2

// quotedRow cuts a line that is a row of fields in quotes, of a table too short to be known as one. It makes
// no cut of a line that is anything else.
func (c *Cutter) quotedRow(line []byte) {
	var row [maxFields]quotedField
	n := splitQuoted(line, &row)
	for i := range row[:n] {
		id := Identifier(row[i].text)
		if !IsEmail(id) {
			continue
		}
		for _, near := range []int{i + 1, i - 1} { // where most lists have the password
			if near >= 0 && near < n {
				c.quotedSecret(id, row[near])
			}
		}
		for other := range row[:n] {
			if other != i {
				c.quotedSecret(id, row[other])
			}
		}
	}
}

func (c *Cutter) quotedSecret(id []byte, field quotedField) {
	if c.n >= maxQuoted || StoredHash(field.text) > 0 {
		return
	}
	text := field.text
	if field.quoted {
		text = c.Undouble(text, '"')
	}
	c.Add(id, text)
}

// quotedField is a field of a row, without the quotes around it.
type quotedField struct {
	text   []byte
	quoted bool
}

// splitQuoted splits a row of three fields or more of which at least one stands in quotes, and returns how
// many they are, 0 when it is not such a row: two are a line of a list. What parts the fields is the first that follows one of them.
func splitQuoted(line []byte, row *[maxFields]quotedField) (n int) {
	delimiter, anyQuoted := byte(0), false
	for rest := line; n < len(row); n++ {
		var field quotedField
		var after []byte
		end := quotedEnd(rest)
		if end > 0 {
			field, after, anyQuoted = quotedField{rest[1 : end-1], true}, rest[end:], true
		} else if end = bytes.IndexAny(rest, ",;|\t"); end >= 0 && bytes.IndexByte(rest[:end], '"') < 0 {
			field, after = quotedField{text: rest[:end]}, rest[end:]
		} else if bytes.IndexByte(rest, '"') < 0 {
			field = quotedField{text: rest}
		} else {
			return 0
		}
		row[n] = field
		switch {
		case len(after) == 0 && anyQuoted && n > 1:
			return n + 1
		case len(after) == 0 || delimiter != 0 && after[0] != delimiter:
			return 0
		}
		delimiter, rest = after[0], after[1:]
		if bytes.IndexByte([]byte(",;|\t:"), delimiter) < 0 {
			return 0
		}
	}
	return 0
}

// quotedEnd returns where the quoted field ends that text begins with, 0 without one.
func quotedEnd(text []byte) int {
	if len(text) == 0 || text[0] != '"' {
		return 0
	}
	for i := 1; i < len(text); i++ {
		if text[i] != '"' {
			continue
		}
		if i+1 == len(text) || text[i+1] != '"' {
			return i + 1
		}
		i++
	}
	return 0
}
