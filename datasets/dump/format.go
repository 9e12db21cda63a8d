package dump

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// format is one kind of dump that is read.
type format interface {
	// name is what a report says.
	name() string
	// score says which share of the sample's lines looks like this format, 0 to 100, or certain.
	score(s *sample) int
	// open readies the format for one member that begins with the sample.
	open(s *sample) (session, error)
}

// formats are the dumps that are read. Of two that score alike, the earlier is taken.
var formats = []format{
	combo{},
	ulp{},
	sql{}, // ahead of csv: a list of columns can look like a header row
	csv{"csv", ",;\t|"},
	csv{"tsv", "\t"}, // never the first to score: only by name
	stealerLog{},
	jsonFormat{},
	ldif{},
	passwd{},
}

// certain is the score of a format that the sample proves.
const certain = 102

// tabular is the score of a table without a header: above any share, because each of its lines is
// text of a list as well, and below what a beginning proves.
const tabular = 101

// formatAuto stands for no name at all.
const formatAuto = "auto"

// Formats returns the names that Options.Format and a sidecar accept beside "auto".
func Formats() []string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.name()
	}
	return names
}

// formatNamed returns the format of a name, nil for none or "auto".
func formatNamed(name string) (format, error) {
	if name == "" || name == formatAuto {
		return nil, nil
	}
	for _, f := range formats {
		if f.name() == name {
			return f, nil
		}
	}
	return nil, fmt.Errorf("unknown format %q: want one of %s, %s",
		name, formatAuto, strings.Join(Formats(), ", "))
}

// formatOf returns the format that explains most of the sample.
func formatOf(s *sample) (format, int) {
	best, top := formats[0], -1
	for _, f := range formats {
		if score := f.score(s); score > top {
			best, top = f, score
		}
	}
	return best, top
}

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

const byteOrderMark = "\xEF\xBB\xBF"

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

// joinNames writes the formats of an input's members as one name.
func joinNames(names []string) string {
	slices.Sort(names)
	return strings.Join(slices.Compact(names), "+")
}
