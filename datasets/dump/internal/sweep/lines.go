package sweep

import (
	"bytes"
)

// lineState decides at the end of a line whether its brackets were brackets.
type lineState struct {
	depth  int32
	open   int
	quoted bool // a line with quotes is written by a program
	words  bool
	tags   int   // that open after words, and are still open
	loose  int32 // brackets that open, less those that close, with words on both sides
}

// endLine reads the end of a line, and the lines that hold nothing or ornaments.
func (w *window) endLine(i int) int {
	if l := &w.line; !l.quoted && l.words && l.loose != 0 {
		w.depth, w.open = l.depth, w.open[:min(l.open, len(w.open))]
		w.gap.low = min(w.gap.low, w.depth)
	}
	for ; w.line.tags > 0 && len(w.open) > 0 && w.open[len(w.open)-1] == '<'; w.line.tags-- {
		w.leave() // HTML leaves out ends
		w.gap.low, w.gap.rank = w.depth, 0
	}
	w.part(rankLine, false)
	w.gap.spaced = true
	i++
	for i < w.hi {
		end, rank := w.lineRank(i)
		if rank == 0 {
			break
		}
		w.part(rank, false)
		i = end
	}
	w.line = lineState{depth: w.depth, open: len(w.open)}
	return i
}

// lineRank returns the rank of a line that holds no atom, and where it ends.
func (w *window) lineRank(i int) (int, uint8) {
	const longest = 200 // what is longer is text
	if w.text[i] == '\n' && w.text[i-1] == '\r' {
		return i + 1, rankLine
	}
	end, ornaments, words, brackets := i, 0, 0, 0
	for ; end < w.hi && end-i < longest && w.text[end] != '\n'; end++ {
		switch c := w.text[end]; {
		case classes[c]&spaceByte != 0 || c == '\r':
		case bytes.IndexByte([]byte("-=*_#~+|."), c) >= 0:
			ornaments++
		case isOpening(c) || isClosing(c):
			brackets++
		default:
			if words++; words > 40 || words == 1 && ornaments == 0 && brackets == 0 {
				return 0, 0
			}
			if bytes.IndexByte([]byte("\"'@:,;<>"), c) >= 0 {
				return 0, 0
			}
		}
	}
	if end < w.hi && w.text[end] != '\n' {
		return 0, 0
	}
	line := bytes.TrimSpace(w.text[i:end])
	switch {
	case len(line) == 0 && end < w.hi:
		return end + 1, rankBlank
	case len(line) == 0, ornaments == 0 && (brackets != 2 || words == 0):
		return 0, 0
	case words == 0 && brackets == 0, isHeading(line):
		return min(end+1, w.hi), rankRule
	}
	return 0, 0
}

// isHeading knows "[name]", "--[ RECORD 1 ]--", "*** 1. row ***".
func isHeading(line []byte) bool {
	first, last := line[0], line[len(line)-1]
	if first == '[' && last == ']' {
		return bytes.Count(line, []byte("[")) == 1
	}
	return len(line) > 6 && classes[first]&wordByte == 0 && last == line[len(line)-3] &&
		classes[last]&wordByte == 0 && (line[1] == first || line[1] == '[') &&
		!isOpening(first) && !isClosing(last)
}
