package sweep

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

// The classes of labels.
const (
	labelNone = iota
	labelUnknown
	labelOther    // of what is no password
	labelMentions // a word for a password, and more behind it
	labelPassword
)

var passwordSet = func() map[string]bool {
	set := make(map[string]bool, len(passwordWords))
	for _, word := range passwordWords {
		set[word] = true
	}
	return set
}()

// squeeze adds the letters of a label, in lower case: what is between them differs from tool to tool.
func squeeze(dst, label []byte) []byte {
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

const maxLabel = 64 // bytes; a longer text is no label

// class says what a label introduces.
func class(label []byte) int {
	if len(label) == 0 || len(label) > maxLabel {
		return labelNone
	}
	var room, more [maxLabel * 2]byte
	word := squeeze(room[:0], label)
	if c := wordClass(word); c > labelUnknown {
		return c
	}
	if bytes.ContainsAny(label, "013457@$!") {
		return wordClass(squeeze(room[:0], unleet(more[:0], label)))
	}
	return labelUnknown
}

func wordClass(word []byte) int {
	if passwordSet[string(word)] {
		return labelPassword
	}
	best := labelUnknown
	if otherWords[string(word)] || isName(word) {
		best = labelOther
	}
	for _, p := range passwordWords {
		if len(p) < 4 {
			continue
		}
		i := bytes.Index(word, []byte(p))
		if i >= 0 && i+len(p) == len(word) {
			return labelPassword
		}
		if i >= 0 {
			best = labelMentions
		}
	}
	return best
}

// isName reports whether a label names an identity.
func isName(label []byte) bool {
	var room [maxLabel * 2]byte
	if len(label) > maxLabel {
		return false
	}
	if hasName(squeeze(room[:0], label)) {
		return true
	}
	var more [maxLabel]byte
	return bytes.ContainsAny(label, "013457") && hasName(squeeze(room[:0], unleet(more[:0], label)))
}

func hasName(word []byte) bool {
	for _, name := range nameWords {
		if bytes.Contains(word, []byte(name)) {
			return true
		}
	}
	return false
}

// label returns the key that stands before atom i, nil without one.
func (w *window) label(i int) []byte {
	if i == 0 || !w.atoms[i].key || w.atoms[i-1].hit >= 0 {
		return nil
	}
	first := i - 1
	const words = 5
	for first > 0 && i-first < words && w.atoms[first].quote == 0 && w.atoms[first-1].quote == 0 &&
		w.atoms[first].rank == rankSpace && w.atoms[first].low == w.atoms[i-1].depth &&
		w.atoms[first-1].hit < 0 {
		first--
	}
	return shortLabel(w.text[w.atoms[first].start:w.atoms[i-1].end])
}

func shortLabel(label []byte) []byte {
	if len(label) > maxLabel {
		return nil
	}
	return label
}

// isSecret reports whether what looks like an address of a stranger is labelled as a password.
func (w *window) isSecret(i int) bool {
	if w.atoms[i].hit < 0 || w.hits[w.atoms[i].hit].ours {
		return false
	}
	if label := w.label(i); label != nil {
		return class(label) == labelPassword
	}
	return i > 0 && w.atoms[i].rank < rankLine && w.atoms[i-1].hit < 0 &&
		class(w.atomText(i-1)) == labelPassword
}

// phrase returns the words up to atom i with single blanks between them.
func (w *window) phrase(i, from int) []byte {
	first := i
	const words = 5
	for first > from && i-first < words && w.atoms[first].rank == rankSpace && !w.atoms[first].broken &&
		w.atoms[first].quote == 0 && w.atoms[first-1].quote == 0 && w.atoms[first-1].hit < 0 {
		first--
	}
	return w.text[w.atoms[first].start:w.atoms[i].end]
}

// comparable returns a label as labels are compared: by its letters, or as it is when its encoding has lost them.
func comparable(label []byte) []byte {
	if letters := squeeze(nil, label); len(letters) > 0 {
		return letters
	}
	return bytes.TrimSpace(label)
}

// keyOf returns the label that an item begins with, as far as labels are compared, and the first atom after
// it.
func (w *window) keyOf(from, to int) (label []byte, after int) {
	const words = 5
	for i := from + 1; i < to && i <= from+words; i++ {
		if w.atoms[i].key && w.atoms[i-1].hit < 0 {
			return comparable(shortLabel(w.text[w.atoms[from].start:w.atoms[i-1].end])), i
		}
	}
	// Two columns, as of a name and a value.
	parts, at := 0, 0
	for i := from + 1; i < to && (at > 0 || w.atoms[i-1].hit < 0); i++ {
		if w.atoms[i].rank >= rankPart {
			if parts++; parts == 1 {
				at = i
			}
		}
	}
	if parts > 0 && w.atoms[at-1].hit < 0 && (parts == 1 || class(w.atomText(at-1)) == labelPassword) {
		if key := squeeze(nil, shortLabel(w.text[w.atoms[from].start:w.atoms[at-1].end])); len(key) > 0 {
			return key, at
		}
	}
	return nil, from
}

func (w *window) atomText(i int) []byte { return w.text[w.atoms[i].start:w.atoms[i].end] }
