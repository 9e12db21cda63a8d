package format

import (
	"bytes"
	"slices"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
)

// SampleSize is how much of a stretch decides on its format. One read of a decompressor yields about
// as much, and it holds some thousand lines.
const SampleSize = 64 << 10

// Sample is the beginning of a stretch.
type Sample struct {
	Data  []byte   // without the byte order mark
	Lines [][]byte // that are not blank, without line ends; the last may be cut
	CR    bool     // CR alone ends lines
	Exact bool     // it is a table that we wrote ourselves
}

// NewSample returns the sample that the head of a stretch is; head has at most SampleSize bytes.
func NewSample(head []byte) *Sample {
	s := &Sample{Data: bytes.TrimPrefix(head, []byte(cut.ByteOrderMark))}
	s.CR = bytes.IndexByte(s.Data, '\r') >= 0 && bytes.IndexByte(s.Data, '\n') < 0
	endsLine := func(r rune) bool { return r == '\n' || r == '\r' }
	for line := range bytes.FieldsFuncSeq(s.Data, endsLine) {
		if !cut.IsBlank(line) {
			s.Lines = append(s.Lines, line)
		}
	}
	return s
}

// Share returns how many of the lines, in percent, fulfil is.
func (s *Sample) Share(is func(line []byte) bool) int {
	if len(s.Lines) == 0 {
		return 0
	}
	n := 0
	for _, line := range s.Lines {
		if is(line) {
			n++
		}
	}
	return 100 * n / len(s.Lines)
}

// LineEnd returns the byte that line numbers count in the sample's stretch.
func (s *Sample) LineEnd() byte {
	if s.CR {
		return '\r'
	}
	return '\n'
}

// Whole reports whether the stretch ends within the sample.
func (s *Sample) Whole() bool { return len(s.Data) < SampleSize-len(cut.ByteOrderMark) }

// LowerStart returns the beginning of a line in lower case, enough to know its kind.
func LowerStart(line []byte) []byte {
	line = cut.TrimSpace(line)
	return bytes.ToLower(line[:min(len(line), 32)])
}

// HasAnyPrefix reports whether text begins with one of the prefixes.
func HasAnyPrefix(text []byte, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool {
		return bytes.HasPrefix(text, []byte(p))
	})
}

// IsStealerHeader knows the line ["Chrome" = "Default"] above a block.
func IsStealerHeader(line []byte) bool {
	return bytes.HasPrefix(line, []byte(`["`)) && bytes.Contains(line, []byte(`" = "`))
}
