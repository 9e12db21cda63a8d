package dump

import (
	"bytes"
	"slices"
)

// whole reports whether the member ends within the sample.
func (s *sample) whole() bool { return len(s.data) < sampleSize-len(byteOrderMark) }

// sampleSize is how much of a member decides on its format. One read of a decompressor yields about
// as much, and it holds some thousand lines.
const sampleSize = 64 << 10

// sample is the beginning of a member.
type sample struct {
	data  []byte   // without the byte order mark
	lines [][]byte // that are not blank, without line ends; the last may be cut
	cr    bool     // CR alone ends lines
	exact bool     // it is a table that we wrote ourselves
}

func newSample(head []byte) *sample {
	s := &sample{data: bytes.TrimPrefix(head, []byte(byteOrderMark))}
	s.cr = bytes.IndexByte(s.data, '\r') >= 0 && bytes.IndexByte(s.data, '\n') < 0
	endsLine := func(r rune) bool { return r == '\n' || r == '\r' }
	for line := range bytes.FieldsFuncSeq(s.data, endsLine) {
		if !isBlank(line) {
			s.lines = append(s.lines, line)
		}
	}
	return s
}

// share returns how many of the lines, in percent, fulfil is.
func (s *sample) share(is func(line []byte) bool) int {
	if len(s.lines) == 0 {
		return 0
	}
	n := 0
	for _, line := range s.lines {
		if is(line) {
			n++
		}
	}
	return 100 * n / len(s.lines)
}

// lineEnd returns the byte that line numbers count in the sample's member.
func (s *sample) lineEnd() byte {
	if s.cr {
		return '\r'
	}
	return '\n'
}

// lowerStart returns the beginning of a line in lower case, enough to know its kind.
func lowerStart(line []byte) []byte {
	line = trimSpace(line)
	return bytes.ToLower(line[:min(len(line), 32)])
}

func hasAnyPrefix(text []byte, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool {
		return bytes.HasPrefix(text, []byte(p))
	})
}

// isStealerHeader knows the line ["Chrome" = "Default"] above a block.
func isStealerHeader(line []byte) bool {
	return bytes.HasPrefix(line, []byte(`["`)) && bytes.Contains(line, []byte(`" = "`))
}
