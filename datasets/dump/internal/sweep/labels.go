package sweep

import (
	"bytes"

	"github.com/credsieve/credsieve/datasets/dump/internal/sweep/wording"
)

// maxLabel is the length of the longest label; a longer text is none.
const maxLabel = wording.Longest

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
		return wording.ClassOf(label) == wording.Password
	}
	return i > 0 && w.atoms[i].rank < rankLine && w.atoms[i-1].hit < 0 &&
		wording.ClassOf(w.atomText(i-1)) == wording.Password
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
	if letters := wording.Squeeze(nil, label); len(letters) > 0 {
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
	if parts > 0 && w.atoms[at-1].hit < 0 && (parts == 1 || wording.ClassOf(w.atomText(at-1)) == wording.Password) {
		if key := wording.Squeeze(nil, shortLabel(w.text[w.atoms[from].start:w.atoms[at-1].end])); len(key) > 0 {
			return key, at
		}
	}
	return nil, from
}

func (w *window) atomText(i int) []byte { return w.text[w.atoms[i].start:w.atoms[i].end] }
