package terminal

import (
	"strings"
	"unicode"

	"github.com/jedib0t/go-pretty/v6/text"
)

// wrap breaks a cell where its column ends, between words. A word that is longer is broken after what joins its parts, such
// as the "_" of a name. Lines of a cell stay apart, because each can be a name, and what goes on from one is indented: else
// the end of a name looks like another name.
func wrap(cell string, width int) string {
	lines, indent := strings.Split(cell, "\n"), ""
	if len(lines) > 1 {
		indent = " "
	}
	var out []string
	for _, line := range lines {
		for i, part := range wrapLine(line, width, width-len(indent)) {
			if i > 0 {
				part = indent + part
			}
			out = append(out, part)
		}
	}
	return strings.Join(out, "\n")
}

// wrapLine breaks a line into one of first columns and others of rest columns.
func wrapLine(line string, first, rest int) (lines []string) {
	if columns(line) <= first {
		return []string{line}
	}
	room, current := max(first, 1), ""
	flush := func() {
		lines, current, room = append(lines, current), "", max(rest, 1)
	}
	for i, word := range strings.Split(line, " ") {
		if i > 0 && current != "" && columns(current)+1+columns(word) <= room {
			current += " " + word
			continue
		}
		if i > 0 && current != "" {
			flush()
		}
		for columns(word) > room {
			head := beginning(word, room)
			current, word = head, word[len(head):]
			flush()
		}
		current = word
	}
	return append(lines, current)
}

// beginning is as much of a word as has room: up to what joins its parts, where that is not too little.
func beginning(word string, room int) string {
	end, joint, used := 0, 0, 0
	for at, r := range word {
		if used += text.RuneWidth(r); used > room && at > 0 {
			break
		}
		end = at + len(string(r))
		if joins(word, r, end) {
			joint = end
		}
	}
	if 3*joint > end {
		return word[:joint]
	}
	return word[:max(end, 1)]
}

// joins reports whether a word can be broken after r, which ends at a place in it: never within numbers, dates and times.
func joins(word string, r rune, end int) bool {
	switch r {
	case '_', '/', '@', '=', ';':
		return true
	case '-', '.', ',', ':':
		for _, next := range word[end:] {
			return unicode.IsLetter(next)
		}
	}
	return false
}

// longestPart is how many columns the longest part of a text has that need not be broken.
func longestPart(cell string) (longest int) {
	for _, word := range strings.Fields(cell) {
		begin := 0
		for at, r := range word {
			if end := at + len(string(r)); joins(word, r, end) || end == len(word) {
				longest = max(longest, columns(word[begin:end]))
				begin = end
			}
		}
	}
	return longest
}

func columns(s string) int { return text.StringWidthWithoutEscSequences(s) }

func longestLine(s string) int { return text.LongestLineLen(s) }
