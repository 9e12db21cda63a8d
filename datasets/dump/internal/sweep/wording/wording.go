// Package wording knows the words that labels are made of, in the languages that stealers, kits and browsers speak: whether
// a label names a password, an identity or something else. The words are data (words.go), compared by their letters only.
package wording

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

// The classes of labels.
const (
	None = iota
	Unknown
	Other    // of what is no password
	Mentions // a word for a password, and more behind it
	Password
)

var passwordSet = func() map[string]bool {
	set := make(map[string]bool, len(passwordWords))
	for _, word := range passwordWords {
		set[word] = true
	}
	return set
}()

// Squeeze adds the letters of a label, in lower case: what is between them differs from tool to tool.
func Squeeze(dst, label []byte) []byte {
	for i := 0; i < len(label); {
		if c := label[i]; c < utf8.RuneSelf {
			if c|0x20 >= 'a' && c|0x20 <= 'z' {
				dst = append(dst, c|0x20)
			}
			i++
			continue
		}
		r, n := utf8.DecodeRune(label[i:])
		if unicode.IsLetter(r) || unicode.IsMark(r) {
			dst = utf8.AppendRune(dst, unicode.ToLower(r))
		}
		i += n
	}
	return dst
}

// leet are the letters that digits and signs stand for.
var leet = [256]byte{
	'0': 'o', '1': 'l', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', '$': 's', '!': 'i',
}

func unleet(dst, label []byte) []byte {
	for _, c := range label {
		if l := leet[c]; l != 0 {
			c = l
		}
		dst = append(dst, c)
	}
	return dst
}

// Longest is how many bytes a label has at most; a longer text is none.
const Longest = 64

// ClassOf says what a label introduces.
func ClassOf(label []byte) int {
	if len(label) == 0 || len(label) > Longest {
		return None
	}
	var room, more [Longest * 2]byte
	word := Squeeze(room[:0], label)
	if c := wordClass(word); c > Unknown {
		return c
	}
	if bytes.ContainsAny(label, "013457@$!") {
		return wordClass(Squeeze(room[:0], unleet(more[:0], label)))
	}
	return Unknown
}

func wordClass(word []byte) int {
	if passwordSet[string(word)] {
		return Password
	}
	best := Unknown
	if otherWords[string(word)] || IsName(word) {
		best = Other
	}
	for _, p := range passwordWords {
		if len(p) < 4 {
			continue
		}
		i := bytes.Index(word, []byte(p))
		if i >= 0 && i+len(p) == len(word) {
			return Password
		}
		if i >= 0 {
			best = Mentions
		}
	}
	return best
}

// IsName reports whether a label names an identity.
func IsName(label []byte) bool {
	var room [Longest * 2]byte
	if len(label) > Longest {
		return false
	}
	if hasName(Squeeze(room[:0], label)) {
		return true
	}
	var more [Longest]byte
	return bytes.ContainsAny(label, "013457") && hasName(Squeeze(room[:0], unleet(more[:0], label)))
}

func hasName(word []byte) bool {
	for _, name := range nameWords {
		if bytes.Contains(word, []byte(name)) {
			return true
		}
	}
	return false
}

// IsValue reports whether the letters of a key only say that a value follows.
func IsValue(letters []byte) bool { return valueWords[string(letters)] }

// IsNothing reports whether letters are what is written where there is no value.
func IsNothing(letters []byte) bool { return nothings[string(letters)] }
