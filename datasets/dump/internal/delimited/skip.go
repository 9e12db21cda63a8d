package delimited

import "bytes"

// Skip returns what Next does for data that may go on, without a look at what stands outside of quotes: whoever only
// looks for the ends of rows has no use for their fields. What takes a closer look is left to Next.
func (s Scanner) Skip(data []byte, r *Row) int {
	if s.Dialect == Escaped {
		return s.Next(data, false, r)
	}
	r.hiddenBytes, r.hiddenLines = 0, 0
	end := -1 // of the line
	for pos := 0; ; {
		if end < pos {
			n := bytes.IndexByte(data[pos:], '\n')
			if n < 0 {
				return s.Next(data, false, r)
			}
			end = pos + n
			if cr := bytes.IndexByte(data[pos:end], '\r'); cr >= 0 && cr < end-pos-1 {
				return s.Next(data, false, r)
			}
		}
		line := data[pos:end]
		quote := bytes.IndexByte(line, '"')
		if quote < 0 {
			return end + 1
		}
		at := pos + quote
		switch {
		case at > 0 && data[at-1] == ' ':
			return s.Next(data, false, r)
		case at > 0 && data[at-1] != s.Delimiter: // within a field that is not quoted
			next := bytes.IndexByte(line[quote:], s.Delimiter)
			if next < 0 {
				return end + 1
			}
			pos = at + next
			continue
		}
		f, state := s.quoted(data, at, false, r)
		if state != quoteClosed {
			return s.Next(data, false, r)
		}
		r.hiddenBytes += f.End - f.Start
		pos = f.End + 1
	}
}
