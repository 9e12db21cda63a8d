package delimited

import (
	"bytes"

	"github.com/credsieve/credsieve/datasets/dump/internal/swar"
)

// Quoted fields that hold more than either, all of a row together, are taken for stray quotes: no row
// of a user table holds as much, and the rows after it must not vanish into it. For each field by
// itself, a row could hide all rows after it, and each of these as well: that takes for ever.
const (
	MaxQuotedBytes = 64 << 10
	MaxQuotedLines = 10
)

// Scanner scans delimited rows as RFC 4180 has them. encoding/csv will not do: it turns CRLF inside of
// quotes into LF, which changes a password, and one stray quote makes it swallow the rest of the
// file.
type Scanner struct {
	Delimiter byte
	Dialect   Dialect
	Count     int // fields of a row, 0 while it is not known
}

// Row is one row with its fields as they stand in the data.
type Row struct {
	Fields []field
	End    int  // of the text, without the line end
	Stray  bool // its quotes do not add up

	hiddenBytes, hiddenLines int // in its quoted fields
}

type field struct {
	Start, End int // without the quotes
	Quoted     bool
	Doubled    bool // holds ""
	escaped    bool // holds a quote after a backslash
}

// Next scans the row that data begins with and returns where the one after it begins. When data may
// go on (whole is false), it returns 0 for a row that may as well.
func (s Scanner) Next(data []byte, whole bool, r *Row) int {
	if s.Dialect == Escaped {
		return s.nextEscaped(data, whole, r)
	}
	n := s.nextQuoted(data, whole, r)
	if n == 0 || !r.Stray || s.Dialect != Quoted ||
		!bytes.Contains(data[:r.End], []byte(`\"`)) {
		return n
	}
	// Some writers put a backslash before a quote, and the sample need not have shown one.
	s.Dialect = Backslash
	return s.nextQuoted(data, whole, r)
}

func (s Scanner) nextQuoted(data []byte, whole bool, r *Row) int {
	*r = Row{Fields: r.Fields[:0]}
	for pos := 0; ; pos++ {
		if pos < len(data) && data[pos] == ' ' && s.Dialect != Exact {
			pos = s.spacedQuote(data, pos, whole, r)
		}
		if pos < len(data) && data[pos] == '"' {
			f, state := s.quoted(data, pos, whole, r)
			switch state {
			case quoteOpen:
				return 0
			case quoteStray:
				r.Stray = true
				return s.unquoted(data, whole, r)
			}
			r.Fields = append(r.Fields, f)
			r.hiddenBytes += f.End - f.Start
			pos = f.End + 1
		} else {
			start := pos
			pos = s.fieldEnd(data, pos)
			r.Fields = append(r.Fields, field{Start: start, End: pos})
		}
		if pos >= len(data) || data[pos] != s.Delimiter {
			return r.finish(data, pos, whole)
		}
	}
}

// fieldEnd returns where the field that is under way at pos ends, unless quotes hide that.
func (s Scanner) fieldEnd(data []byte, pos int) int {
	const controls = '\r' + 1 // below it are the line ends, and little else
	for pos < len(data) {
		word := swar.Load(data, pos)
		found := swar.Are(word, s.Delimiter) | swar.Below(word, controls)
		pos += swar.First(found)
		switch {
		case found == 0:
		case pos >= len(data):
			return len(data)
		case s.endsField(data[pos]):
			return pos
		default:
			pos++
		}
	}
	return len(data)
}

// spacedQuote returns where the quotes begin that stand after spaces at pos, and pos itself when there are none that
// close: some writers put a space after each delimiter.
func (s Scanner) spacedQuote(data []byte, pos int, whole bool, r *Row) int {
	quote := pos
	for quote < len(data) && data[quote] == ' ' {
		quote++
	}
	if quote == len(data) || data[quote] != '"' {
		return pos
	}
	before := *r
	_, state := s.quoted(data, quote, whole, r)
	r.hiddenBytes, r.hiddenLines = before.hiddenBytes, before.hiddenLines
	if state == quoteStray {
		return pos
	}
	return quote
}

// unquoted scans the same row as one line in which quotes mean nothing.
func (s Scanner) unquoted(data []byte, whole bool, r *Row) int {
	r.Fields = r.Fields[:0]
	start := 0
	for pos := 0; ; pos++ {
		if pos < len(data) && !s.endsField(data[pos]) {
			continue
		}
		r.Fields = append(r.Fields, field{Start: start, End: pos})
		start = pos + 1
		if pos >= len(data) || data[pos] != s.Delimiter {
			return r.finish(data, pos, whole)
		}
	}
}

// finish ends a row at pos and returns where the next one begins.
func (r *Row) finish(data []byte, pos int, whole bool) int {
	r.End = pos
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

// Lines returns how many line ends of one kind stand in the row that r was scanned from, up to where the next one begins.
func (s Scanner) Lines(data []byte, r *Row, next int, lineEnd byte) int64 {
	if r.hiddenLines > 0 || r.Stray || s.Dialect == Escaped { // not only at its end
		return int64(bytes.Count(data[:next], []byte{lineEnd}))
	}
	n := int64(0)
	for _, b := range data[r.End:next] {
		if b == lineEnd {
			n++
		}
	}
	return n
}

func (s Scanner) endsField(b byte) bool { return b == s.Delimiter || b == '\n' || b == '\r' }

const (
	quoteClosed = iota
	quoteOpen   // more data decides
	quoteStray  // no quoted field begins here
)

// quoted scans the quoted field that begins at pos.
func (s Scanner) quoted(data []byte, pos int, whole bool, r *Row) (f field, state int) {
	f = field{Start: pos + 1, Quoted: true}
	window := data[:min(len(data), f.Start+MaxQuotedBytes-r.hiddenBytes+1)]
	for at := f.Start; ; {
		i := bytes.IndexByte(window[at:], '"')
		stretch := window[at:]
		if i >= 0 {
			stretch = stretch[:i]
		}
		// CR and LF both, so that it does not matter how the lines of the member end.
		r.hiddenLines += max(bytes.Count(stretch, []byte("\n")), bytes.Count(stretch, []byte("\r")))
		if r.hiddenLines > MaxQuotedLines {
			return f, quoteStray
		}
		if i < 0 {
			return f, undecided(whole || len(window) < len(data))
		}
		f.End = at + i
		switch after := f.End + 1; {
		case s.Dialect == Backslash && IsEscaped(data[f.Start:f.End]):
			f.escaped = true
			at = after
		case after == len(data):
			if whole {
				return f, quoteClosed
			}
			return f, quoteOpen
		case data[after] == '"':
			f.Doubled = true
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

// SplitAt makes r a row of at most count fields that a mark parts; the last takes the rest.
func (r *Row) SplitAt(text, mark []byte, count int) {
	*r = Row{Fields: r.Fields[:0], End: len(text)}
	start := 0
	for len(r.Fields) < count-1 {
		i := bytes.Index(text[start:], mark)
		if i < 0 {
			break
		}
		r.Fields = append(r.Fields, field{Start: start, End: start + i})
		start += i + len(mark)
	}
	r.Fields = append(r.Fields, field{Start: start, End: len(text)})
}
