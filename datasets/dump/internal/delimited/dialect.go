package delimited

import "bytes"

// Dialect is how the fields of a table are written.
type Dialect uint8

const (
	// Quoted is RFC 4180.
	Quoted Dialect = iota
	// Backslash has a backslash before a quote in a quoted field.
	Backslash
	// Escaped has no quotes, and a backslash before what does not mean itself: MySQL's --tab
	// and INTO OUTFILE. A line end after a backslash belongs to the field
	// (https://dev.mysql.com/doc/refman/8.4/en/load-data.html#load-data-field-line-handling).
	Escaped
	// Exact is RFC 4180 as package rowtext writes it: what is quoted means itself.
	Exact
)

// nextEscaped scans a row in which a backslash may stand before a delimiter or a line end. Where the
// fields then do not add up, but do when the backslashes are taken for text, they are text.
func (s Scanner) nextEscaped(data []byte, whole bool, r *Row) int {
	r.Stray = false
	end, continued := s.escapedFields(data, true, r)
	if end == len(data) && !whole && end >= 0 {
		return 0
	}
	dangling := continued && end == len(data) && IsLineEnd(data[end-1]) // nothing goes on
	if end < 0 || dangling || continued && s.Count > 0 && len(r.Fields) != s.Count {
		end, _ = s.escapedFields(data, false, r)
	}
	if len(r.Fields) != s.Count && s.Count > 0 && bytes.IndexByte(data[:end], '\\') >= 0 {
		var plain Row
		if s.unquoted(data, true, &plain); len(plain.Fields) == s.Count {
			r.Fields, end = append(r.Fields[:0], plain.Fields...), plain.End
		}
	}
	return r.finish(data, end, whole)
}

// escapedFields scans fields up to the line end, or across line ends after a backslash when lines
// go on. The end is -1 when the row would be longer than a quoted field may be.
func (s Scanner) escapedFields(data []byte, goOn bool, r *Row) (end int, continued bool) {
	r.Fields = r.Fields[:0]
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
				if lines++; lines > MaxQuotedLines || pos > MaxQuotedBytes {
					return -1, true
				}
			}
			continue
		}
		if pos < len(data) && !s.endsField(data[pos]) {
			continue
		}
		r.Fields = append(r.Fields, field{Start: start, End: pos})
		start = pos + 1
		if pos >= len(data) || data[pos] != s.Delimiter {
			return pos, lines > 0
		}
	}
}

// IsEscaped reports whether an odd number of backslashes ends text.
func IsEscaped(text []byte) bool {
	n := len(text)
	for n > 0 && text[n-1] == '\\' {
		n--
	}
	return (len(text)-n)%2 == 1
}

// IsLineEnd reports whether a byte ends a line.
func IsLineEnd(b byte) bool { return b == '\n' || b == '\r' }

// HidesLineEnd returns the first backslash in front of a line end or of the end, -1 without one.
func HidesLineEnd(data []byte) int {
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
