// Package shown decides what of a foreign text a person or a spreadsheet gets to see: on the terminal, in CSV and in
// logs. Names of files, members and dumps, and even account ids, were chosen by somebody else.
//
// # Text
//
// A character is shown when it is a letter, mark, number, punctuation, symbol or space of Unicode. Control, format and
// bidirectional characters, private use, line and paragraph separators, what Unicode has not assigned, and letters that
// are drawn as nothing are not: they steer a terminal, turn a name around, or make two names look alike. Text puts '?'
// in their place, and where bytes are not UTF-8.
//
// # Cells
//
// A spreadsheet runs a cell of CSV that begins with = + - @, a tab or a line end, also in their wide forms. Cell puts an
// apostrophe in front, which a spreadsheet takes for "this is text". Parts of a list in a cell are treated alike, as
// a spreadsheet that parts columns at semicolons sees them as cells. What already is apostrophes before such a
// character gets one more, so that Uncell gives back exactly what Cell was given.
//
// Not guaranteed: that what is shown is what it looks like. Letters of two scripts can have one shape.
package shown

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Rune reports whether a character is shown as itself.
func Rune(r rune) bool {
	if r >= ' ' && r < 0x7f {
		return true
	}
	return unicode.IsGraphic(r) && !unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
}

// Can reports whether a text is shown as it is.
func Can(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool { return !Rune(r) })
}

// Text is what is shown of a text: one line, with '?' for each character that is not shown.
func Text(text string) string {
	if Can(text) {
		return text
	}
	return strings.Map(func(r rune) rune {
		if Rune(r) {
			return r
		}
		return '?'
	}, strings.ToValidUTF8(text, "?"))
}

// runs are the characters that make a spreadsheet run a cell which begins with one.
const runs = "=+-@\t\r\n＝＋－＠"

// apostrophe makes the cell text.
const apostrophe = "'"

// Cell is a cell of CSV that no spreadsheet runs.
func Cell(text string) string {
	return eachPart(text, func(part string) string {
		if wouldRun(part) {
			return apostrophe + part
		}
		return part
	})
}

// Uncell gives back what Cell was given.
func Uncell(cell string) string {
	return eachPart(cell, func(part string) string {
		if rest, ok := strings.CutPrefix(part, apostrophe); ok && wouldRun(rest) {
			return rest
		}
		return part
	})
}

// wouldRun reports whether a part begins with one of runs, after any apostrophes of its own.
func wouldRun(part string) bool {
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(part, apostrophe))
	return r != utf8.RuneError && strings.ContainsRune(runs, r)
}

func eachPart(text string, change func(string) string) string {
	if !strings.ContainsAny(text, runs) { // nearly all cells
		return text
	}
	parts := strings.Split(text, ";")
	for i := range parts {
		parts[i] = change(parts[i])
	}
	return strings.Join(parts, ";")
}
