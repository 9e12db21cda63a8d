package labels

import (
	"bytes"
	"strings"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	vocabulary "github.com/credsieve/credsieve/datasets/dump/internal/words"
)

const (
	longestLabel = 64 // bytes, of any alphabet
	mostWords    = 5
)

// roles are the words, folded.
var roles = func() map[string]role {
	out := map[string]role{}
	for role, list := range words {
		for word := range strings.SplitSeq(list, ",") {
			out[string(vocabulary.Fold(nil, []byte(word)))] = role
		}
	}
	return out
}()

// leet are the letters that digits and signs stand for. 1 is l or i.
var leet = [256]byte{'0': 'o', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', '$': 's'}

// roleOf returns the role of a label, roleNone when it is not one.
func roleOf(label []byte) role {
	if len(label) == 0 || len(label) > longestLabel {
		return roleNone
	}
	var room [2 * longestLabel]byte
	word := vocabulary.Fold(room[:0], label)
	wholly := bytes.IndexByte(cut.TrimSpace(label), ' ') >= 0
	if role := roleOfWord(word, wholly); role != roleNone {
		return role
	}
	if at := bytes.LastIndexByte(label, '_'); at > 0 && !wholly && isVariable(label) { // DB_USER
		if role := roles[string(vocabulary.Fold(room[:0], label[at+1:]))]; role != roleNone {
			return role
		}
	}
	if dot := bytes.LastIndexByte(label, '.'); dot > 0 && !wholly { // db.user
		return roleOf(label[dot+1:])
	}
	if !bytes.ContainsAny(word, "013457@$") {
		return roleOfNumbered(word, wholly)
	}
	for _, one := range []byte{'l', 'i'} {
		var plain [2 * longestLabel]byte
		n := copy(plain[:], word)
		for i, b := range plain[:n] {
			if l := leet[b]; l != 0 {
				plain[i] = l
			} else if b == '1' {
				plain[i] = one
			}
		}
		if role := roleOfWord(plain[:n], wholly); role != roleNone {
			return role
		}
	}
	return roleOfNumbered(word, wholly)
}

// isVariable knows the name of a variable of an environment.
func isVariable(label []byte) bool {
	for _, b := range label {
		if b != '_' && (b < 'A' || b > 'Z') && !cut.IsDigit(b) {
			return false
		}
	}
	return true
}

// roleOfNumbered tells a label after which stands which of several it is: User2, Pass2.
func roleOfNumbered(word []byte, wholly bool) role {
	if bare := bytes.TrimRight(word, "0123456789"); len(bare) < len(word) {
		return roleOfWord(bare, wholly)
	}
	return roleNone
}

// roleOfWord tells a label that is folded; wholly: it was several words, and the last of them alone does not tell it.
func roleOfWord(word []byte, wholly bool) role {
	if role := roles[string(word)]; role != roleNone {
		return role
	}
	for _, e := range endings {
		if !wholly && len(word) > len(e.text) && string(word[len(word)-len(e.text):]) == e.text {
			return e.role
		}
	}
	return roleNone
}

// labelBefore finds the label that text ends with, and returns where it begins.
func labelBefore(text []byte) (start int, role role) {
	end := labelEnd(text)
	at := labelStart(text, end)
	words := 0
	for start = end; start > at && words < mostWords; words++ { // where the last words begin
		start = wordStart(text, at, start)
	}
	for ; start < end; start = nextWord(text, start, end) {
		if role = roleOf(text[start:end]); role != roleNone {
			return start, role
		}
	}
	return 0, roleNone
}

// labelEnd leaves out what closes around a label: quotes, brackets, the marks of bold type, a tag.
func labelEnd(text []byte) int {
	end := len(text)
	for end > 0 {
		switch b := text[end-1]; b {
		case ' ', '\t', '"', '\'', '`', ']', ')', '*', '\\', '.':
			end--
		case '>':
			tag := bytes.LastIndexByte(text[:end], '<')
			if tag < 0 || tag+1 == end || end-tag > 12 || text[tag+1] != '/' {
				return end
			}
			end = tag
		default:
			return end
		}
	}
	return end
}

// labelStart returns where the run of words that ends at end begins.
func labelStart(text []byte, end int) int {
	i := end
	for i > 0 && end-i < longestLabel && !isHard[text[i-1]] {
		i--
	}
	for i < end && (text[i] == ' ' || text[i] == '-' || text[i]&0xC0 == 0x80) {
		i++
	}
	return i
}

// isHard are bytes that no label goes across.
var isHard = func() (table [256]bool) {
	for _, b := range []byte("\"`|,;&?([{<>=:\t*#~•\\") {
		table[b] = true
	}
	for _, b := range []byte("•") {
		table[b] = false // its bytes are those of letters too
	}
	return table
}()

// wordStart returns where the word that ends at end begins, blanks after it left out.
func wordStart(text []byte, at, end int) int {
	for end > at && text[end-1] == ' ' {
		end--
	}
	for end > at && text[end-1] != ' ' {
		end--
	}
	return end
}

func nextWord(text []byte, start, end int) int {
	for start < end && text[start] != ' ' {
		start++
	}
	for start < end && text[start] == ' ' {
		start++
	}
	return start
}
