package list

import (
	"bytes"
	"slices"
	"unicode"
	"unicode/utf8"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

const (
	markLines  = 500 // of a sample, which are enough to agree
	fewestMark = 5   // lines: fewer agree by chance
	agreement  = 80  // percent of the lines
)

// agreedMark returns what parts the fields of nearly all lines where that is none of the usual separators, and
// nil where nothing does: a sign between words, as often in each line.
func agreedMark(s *format.Sample) []byte {
	lines := s.Lines[:min(len(s.Lines), markLines)]
	if len(lines) < fewestMark {
		return nil
	}
	usual, have := 0, map[string]int{}
	for _, line := range lines {
		if bytes.ContainsAny(line, ":;|\t") {
			usual++
		}
		for mark := range marksOf(line) {
			have[mark]++
		}
	}
	best, fields := "", 0
	for mark, n := range have {
		if 100*n < agreement*len(lines) || 2*usual > len(lines) && !isRepeated(mark) {
			continue
		}
		more := agreedFields(lines, []byte(mark))
		if more > fields || more == fields && more > 0 &&
			(len(mark) > len(best) || len(mark) == len(best) && mark < best) {
			best, fields = mark, more
		}
	}
	if best == "" {
		return nil
	}
	return []byte(best)
}

// isRepeated knows marks that no text of a list with other separators holds by chance, like four dashes.
func isRepeated(mark string) bool {
	bare := bytes.TrimSpace([]byte(mark))
	return len(bare) > 2 && len(bytes.Trim(bare, string(bare[0]))) == 0
}

// agreedFields returns how many fields a mark parts off in nearly all lines, of which one column holds addresses,
// or the first is not the same word again and again, as a label is; 0 when they do not agree.
func agreedFields(lines [][]byte, mark []byte) int {
	counts, firsts := map[int]int{}, map[string]bool{}
	addresses, most, fields := 0, 0, 0
	for _, line := range lines {
		n := bytes.Count(line, mark)
		if n == 0 {
			continue
		}
		if counts[n]++; counts[n] > most || counts[n] == most && n > fields {
			most, fields = counts[n], n
		}
		first, _, _ := bytes.Cut(line, mark)
		firsts[string(first)] = true
		for field := range bytes.SplitSeq(line, mark) {
			if cut.IsEmail(cut.Identifier(field)) {
				addresses++
				break
			}
		}
	}
	distinct := 10*len(firsts) >= 9*len(lines)
	if len(bytes.TrimSpace(mark)) == 0 || bytes.Equal(mark, []byte(",")) { // which text is full of
		if 100*most < 90*len(lines) || fields > 1 || !distinct {
			return 0
		}
		return fields
	}
	if 100*most < agreement*len(lines) || 100*addresses < agreement*len(lines) && !distinct {
		return 0
	}
	return fields
}

// marksOf returns the signs in a line that may part its fields: what stands between words. A dot, a dash and
// the like alone are parts of words.
func marksOf(line []byte) map[string]bool {
	const longest = 8
	marks := map[string]bool{}
	start := -1
	for i := 0; i <= len(line); {
		r, n := utf8.DecodeRune(line[i:])
		if i < len(line) && !isWordRune(r) {
			if start < 0 {
				start = i
			}
			i += n
			continue
		}
		if start > 0 && i < len(line) && i-start <= longest {
			addMarks(marks, line[start:i])
		}
		start, i = -1, i+max(n, 1)
	}
	return marks
}

// addMarks adds a run of signs, and each sign in it with the spaces around it: a password may begin or end with
// one as well.
func addMarks(marks map[string]bool, run []byte) {
	if !isInner(run) {
		marks[string(run)] = true
	}
	for i := 0; i < len(run); {
		start := i
		for i < len(run) && run[i] == ' ' {
			i++
		}
		r, n := utf8.DecodeRune(run[i:])
		for sign := run[i : i+n]; n > 0 && bytes.HasPrefix(run[i:], sign); {
			i += n
		}
		for r != utf8.RuneError && i < len(run) && run[i] == ' ' {
			i++
		}
		if part := run[start:i]; !isInner(part) {
			marks[string(part)] = true
		}
	}
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == utf8.RuneError }

// isInner knows the signs that stand within names and addresses.
func isInner(mark []byte) bool {
	return len(mark) == 1 && slices.Contains([]byte("._-@+'"), mark[0])
}

// marked is the session of a list whose fields are parted by a mark.
type marked struct {
	format.Lines
	mark []byte
}

// Linewise marks a list.
func (marked) Linewise() bool { return true }

// Mark implements format.Marked.
func (m marked) Mark() []byte { return m.mark }

// Parse cuts each line that is not blank.
func (m marked) Parse(b *format.Block, record func(*leak.Record), reject func(leak.Reject)) {
	c := format.Collector{Block: b, Record: record, Reject: reject}
	at := format.Cursor{Data: b.Data, End: m.End, Line: b.Line}
	for at.Next() {
		if text := b.Data[at.Start:at.Stop]; !cut.IsBlank(text) {
			c.Done(at.Start, len(text), at.Line, c.Cuts.Marked(text, m.mark))
		}
	}
}
