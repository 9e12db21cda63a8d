package dump

import "bytes"

// Quoted fields that hold more than either, all of a row together, are taken for stray quotes: no row
// of a user table holds as much, and the rows behind it must not vanish into it. For each field by
// itself, a row could hide all rows behind it, and each of these as well: that takes for ever.
const (
	maxQuotedBytes = 64 << 10
	maxQuotedLines = 10
)

// rows scans delimited rows as RFC 4180 has them. encoding/csv will not do: it turns CRLF inside of
// quotes into LF, which changes a password, and one stray quote makes it swallow the rest of the
// file.
type rows struct {
	delimiter byte
	dialect   tableDialect
	count     int // fields of a row, 0 while it is not known
}

// row is one row with its fields as they stand in the data.
type row struct {
	fields []field
	end    int  // of the text, without the line end
	stray  bool // its quotes do not add up

	hiddenBytes, hiddenLines int // in its quoted fields
}

type field struct {
	start, end int // without the quotes
	quoted     bool
	doubled    bool // holds ""
	escaped    bool // holds a quote behind a backslash
}

// next scans the row that data begins with and returns where the one after it begins. When data may
// go on (whole is false), it returns 0 for a row that may as well.
func (s rows) next(data []byte, whole bool, r *row) int {
	if s.dialect == escapedDialect {
		return s.nextEscaped(data, whole, r)
	}
	n := s.nextQuoted(data, whole, r)
	if n == 0 || !r.stray || s.dialect != quotedDialect ||
		!bytes.Contains(data[:r.end], []byte(`\"`)) {
		return n
	}
	// Some writers put a backslash before a quote, and the sample need not have shown one.
	s.dialect = backslashDialect
	return s.nextQuoted(data, whole, r)
}

func (s rows) nextQuoted(data []byte, whole bool, r *row) int {
	*r = row{fields: r.fields[:0]}
	for pos := 0; ; pos++ {
		if pos < len(data) && data[pos] == '"' {
			f, state := s.quoted(data, pos, whole, r)
			switch state {
			case quoteOpen:
				return 0
			case quoteStray:
				r.stray = true
				return s.unquoted(data, whole, r)
			}
			r.fields = append(r.fields, f)
			r.hiddenBytes += f.end - f.start
			pos = f.end + 1
		} else {
			start := pos
			for pos < len(data) && !s.endsField(data[pos]) {
				pos++
			}
			r.fields = append(r.fields, field{start: start, end: pos})
		}
		if pos >= len(data) || data[pos] != s.delimiter {
			return r.finish(data, pos, whole)
		}
	}
}

// unquoted scans the same row as one line in which quotes mean nothing.
func (s rows) unquoted(data []byte, whole bool, r *row) int {
	r.fields = r.fields[:0]
	start := 0
	for pos := 0; ; pos++ {
		if pos < len(data) && !s.endsField(data[pos]) {
			continue
		}
		r.fields = append(r.fields, field{start: start, end: pos})
		start = pos + 1
		if pos >= len(data) || data[pos] != s.delimiter {
			return r.finish(data, pos, whole)
		}
	}
}

// finish ends a row at pos and returns where the next one begins.
func (r *row) finish(data []byte, pos int, whole bool) int {
	r.end = pos
	switch {
	case pos >= len(data) && !whole:
		return 0
	case pos >= len(data):
		return len(data)
	case data[pos] == '\r' && pos+1 < len(data) && data[pos+1] == '\n':
		return pos + 2
	}
	return pos + 1
}

func (s rows) endsField(b byte) bool { return b == s.delimiter || b == '\n' || b == '\r' }

const (
	quoteClosed = iota
	quoteOpen   // more data decides
	quoteStray  // no quoted field begins here
)

// quoted scans the quoted field that begins at pos.
func (s rows) quoted(data []byte, pos int, whole bool, r *row) (f field, state int) {
	f = field{start: pos + 1, quoted: true}
	window := data[:min(len(data), f.start+maxQuotedBytes-r.hiddenBytes+1)]
	for at := f.start; ; {
		i := bytes.IndexByte(window[at:], '"')
		stretch := window[at:]
		if i >= 0 {
			stretch = stretch[:i]
		}
		// CR and LF both, so that it does not matter how the lines of the member end.
		r.hiddenLines += max(bytes.Count(stretch, []byte("\n")), bytes.Count(stretch, []byte("\r")))
		if r.hiddenLines > maxQuotedLines {
			return f, quoteStray
		}
		if i < 0 {
			return f, undecided(whole || len(window) < len(data))
		}
		f.end = at + i
		switch after := f.end + 1; {
		case s.dialect == backslashDialect && isEscaped(data[f.start:f.end]):
			f.escaped = true
			at = after
		case after == len(data):
			if whole {
				return f, quoteClosed
			}
			return f, quoteOpen
		case data[after] == '"':
			f.doubled = true
			at = after + 1
			if at > len(window) {
				return f, quoteStray
			}
		case s.endsField(data[after]):
			return f, quoteClosed
		default:
			return f, quoteStray
		}
	}
}

// undecided is the state of a field whose end is not in sight.
func undecided(whole bool) int {
	if whole {
		return quoteStray
	}
	return quoteOpen
}
