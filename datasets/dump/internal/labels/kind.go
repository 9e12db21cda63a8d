package labels

import (
	"bytes"
	"strings"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
)

// kind is what a line is by itself.
type kind uint8

const (
	lineText kind = iota
	lineBlank
	lineRule
	lineSection
	linePair // of a combo or ulp list
)

func kindOf(line []byte) kind {
	text := cut.TrimSpace(line)
	switch {
	case len(text) == 0:
		return lineBlank
	case isRule(text):
		return lineRule
	case sectionName(text) != nil:
		return lineSection
	case isPair(line):
		return linePair
	}
	return lineText
}

// isPair knows a line of a list: what begins with an address, or with a URL and has no labels.
func isPair(line []byte) bool {
	if i := cut.LeadingEmail(line); i > 0 {
		return len(cut.TrimSpace(line[i+1:])) > 0
	}
	if cut.SchemeEnd(line) == 0 {
		return false
	}
	var room [maxItems]item
	return !isFull(items(room[:0], line), line)
}

// isFull reports whether a line names a user and a password by itself.
func isFull(list []item, line []byte) bool {
	name, secret := false, false
	for i := range list {
		it := &list[i]
		value := cut.TrimSpace(line[it.start:it.short])
		if isNothing(value) || !it.quoted && roleOf(value) != roleNone && (it.role != roleSecret || !it.spaced) {
			continue
		}
		name = name || it.role == roleLogin || it.role == roleMail || it.role == rolePhone
		secret = secret || it.role == roleSecret
	}
	return name && secret
}

// isRule reports whether a line parts records: it draws a rule, with or without a text in its middle, or
// only opens and closes brackets or tags.
func isRule(text []byte) bool {
	if bytes.HasPrefix(text, []byte("-[ RECORD")) {
		return true
	}
	n := 0
	for n < len(text) && text[n] == text[0] && strings.IndexByte("=-*_~#+.", text[0]) >= 0 {
		n++
	}
	if n >= 3 && (n == len(text) || text[len(text)-1] == text[0] || isDrawn(text)) {
		return true
	}
	if text[0] == '<' && text[len(text)-1] == '>' && !bytes.Contains(text, []byte("=")) {
		return bytes.Count(text, []byte("<")) == 1
	}
	return len(bytes.Trim(text, "()[]{},;-*")) == 0
}

func isDrawn(text []byte) bool { return len(bytes.Trim(text, "=-*_~#+ \t.")) == 0 }

// sectionName returns the name of a section, [name], nil when a line is not one.
func sectionName(text []byte) []byte {
	text = cut.TrimSpace(text)
	if len(text) < 3 || text[0] != '[' || text[len(text)-1] != ']' {
		return nil
	}
	name := text[1 : len(text)-1]
	if bytes.ContainsAny(name, `[]"=`) {
		return nil
	}
	return cut.TrimSpace(name)
}

// keyOf returns the key of a line that only says "key:", and whether it is one.
func keyOf(line []byte) (key []byte, is bool) {
	text := cut.TrimSpace(line)
	if n := len(text); n < 2 || text[n-1] != ':' {
		return nil, false
	}
	key = bytes.TrimLeft(text[:len(text)-1], "-*+ ")
	key = cut.Identifier(key)
	if bytes.ContainsAny(key, ":= \t") || roleOf(key) != roleNone || !cut.CouldName(key) {
		return nil, true
	}
	return key, true
}

// isOther knows "key: value" and "key = value" with a key that says nothing of users: it may begin a
// block.
func isOther(line []byte) bool {
	text := bytes.TrimLeft(line, " \t-*+|")
	i := bytes.IndexAny(text, ":=|")
	if i <= 0 || i > longestLabel || bytes.HasPrefix(text[i:], []byte("://")) {
		return false
	}
	return cut.CouldName(text[:i]) && i+1 < len(text)
}

// bulletOf returns how far a line is indented before a bullet, -1 without one.
func bulletOf(line []byte) int {
	i := indent(line)
	if i < len(line) && (line[i] == '-' || line[i] == '*' || line[i] == '+') &&
		(i+1 == len(line) || line[i+1] == ' ' || line[i+1] == '\t') {
		return i
	}
	return -1
}

func indent(line []byte) int { return len(line) - len(bytes.TrimLeft(line, " \t")) }

// isNothing knows what logs write in place of a value.
func isNothing(value []byte) bool {
	for _, word := range []string{"", "UNKNOWN", "N/A", "NULL", "[NOT_SAVED]", "(null)", "none", "~"} {
		if len(word) == len(value) && strings.EqualFold(word, string(value)) {
			return true
		}
	}
	return false
}
