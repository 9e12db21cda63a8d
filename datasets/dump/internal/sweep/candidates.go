package sweep

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/credsieve/credsieve/datasets/dump/internal/escape"
	"github.com/credsieve/credsieve/datasets/dump/internal/sweep/wording"
)

// candidate is a text as it is written.
type candidate struct {
	start, end int // in the arena
	quote      byte
	coding     coding
	score      int
}

// coding says how the address is written that a text stands beside.
type coding uint8

const (
	codingNone    coding = iota
	codingSigns          // with signs encoded, so that a text's decoded form is the likelier one
	codingPrinted        // as quoted-printable
)

// candidates are the texts beside one address.
type candidates struct {
	all        []candidate
	arena      []byte
	texts      [][]byte
	hashes     [][]byte
	have       map[string]bool
	esc        escape.Text
	cut        bool
	outOfReach bool
}

// maxHashes is more than a row has: a digest and what it was made stronger with.
const maxHashes = 4

func (l *candidates) reset() {
	l.all, l.arena, l.texts, l.hashes = l.all[:0], l.arena[:0], l.texts[:0], l.hashes[:0]
	l.cut, l.outOfReach = false, false
}

func (l *candidates) add(text []byte, quote byte, score int, c coding) {
	if isWeak(text) {
		score += scoreWeak
	}
	l.all = append(l.all, candidate{len(l.arena), len(l.arena) + len(text), quote, c, score})
	l.arena = append(l.arena, text...)
}

// emit fills texts with the likeliest, decoded, each once.
func (l *candidates) emit(address []byte, most int, counts *Counts) {
	slices.SortStableFunc(l.all, func(a, b candidate) int { return cmp.Compare(a.score, b.score) })
	if l.have == nil {
		l.have = map[string]bool{}
	}
	clear(l.have)
	for _, c := range l.all {
		if l.cut {
			break
		}
		counts.Work += int64(c.end - c.start)
		l.readings(l.arena[c.start:c.end:c.end], c, func(text []byte) {
			if l.have[string(text)] || isNothing(text) || bytes.EqualFold(text, address) {
				return
			}
			if isHash(text) {
				if len(l.hashes) < maxHashes {
					l.have[string(text)] = true
					l.hashes = append(l.hashes, text)
				}
				return
			}
			if len(l.texts) == most {
				l.cut = true
				return
			}
			l.have[string(text)] = true
			l.texts = append(l.texts, text)
		})
	}
}

// readings gives the texts that a candidate may stand for.
func (l *candidates) readings(raw []byte, c candidate, yield func([]byte)) {
	text := raw
	if c.quote != 0 {
		text = unquote(raw, c.quote)
	}
	if bytes.HasPrefix(raw, []byte("0x")) || bytes.HasPrefix(raw, []byte("0X")) {
		if out := escape.Unhex(raw); out != nil && escape.Readable(out) != nil {
			yield(out)
		}
	}
	l.decoded(text, c, yield)
	if c.quote != 0 && !bytes.Equal(text, raw) {
		yield(raw)
	}
	if trimmed := bytes.TrimSpace(text); len(trimmed) < len(text) {
		yield(trimmed)
	}
	if c.quote == 0 || c.quote == '"' && len(text) > 0 && text[0] == '\'' {
		if bare := withoutStray(text); bare != nil {
			yield(bare)
		}
	}
	if inner, ok := bytes.CutPrefix(text, []byte("$HEX[")); ok {
		if out := escape.Unhex(bytes.TrimSuffix(inner, []byte("]"))); out != nil {
			yield(out)
		}
	} else if len(text) >= 6 { // of four letters, packed
		l.unpacked(text, yield)
	}
}

// withoutStray returns a word without the one quote that it begins or ends with: the other one of a cell of several lines
// stands on another line, or before what a reader has taken; spreadsheets write one before a text. Marks of code go
// however many there are. Nil when there is no such quote.
func withoutStray(text []byte) []byte {
	if bare := bytes.Trim(text, "`"); len(bare) < len(text) {
		return bare
	}
	n := len(text) - 1
	if n < 1 {
		return nil
	}
	switch quote := text[0]; {
	case (quote == '"' || quote == '\'') && bytes.IndexByte(text[1:], quote) < 0:
		return text[1:]
	case text[n] == '"' && bytes.IndexByte(text, '"') == n:
		return text[:n]
	}
	return nil
}

// decoded gives a text with its signs decoded, and as it is.
func (l *candidates) decoded(text []byte, c candidate, yield func([]byte)) {
	kinds := l.kinds(text, c)
	if !l.esc.UndoOnce(text, kinds) {
		yield(text)
		return
	}
	first := bytes.Clone(l.esc.Bytes)
	likelier := c.coding != codingNone || bytes.IndexByte(text, '&') >= 0 ||
		bytes.ContainsAny(text, "\u200b\ufeff\u200d")
	if !likelier {
		yield(text)
	}
	yield(first)
	if l.esc.Undo(first, kinds) {
		yield(bytes.Clone(l.esc.Bytes))
	}
	if likelier {
		yield(text)
	}
	if c.coding != codingNone && bytes.IndexByte(text, '+') >= 0 { // a form's blank
		l.esc.UndoOnce(bytes.ReplaceAll(text, []byte("+"), []byte(" ")), escape.Percent)
		yield(bytes.Clone(l.esc.Bytes))
	}
}

func (l *candidates) kinds(text []byte, c candidate) int {
	kinds := escape.Percent | escape.Entity | escape.Width
	if c.coding == codingPrinted {
		kinds |= escape.Quoted
	}
	if bytes.Contains(text, []byte(`\u`)) || bytes.Contains(text, []byte(`\x`)) {
		kinds |= escape.Backslash
	}
	return kinds
}

// unpacked gives what a word of base64 or hex stands for.
func (l *candidates) unpacked(text []byte, yield func([]byte)) {
	for _, c := range bytes.TrimRight(text, "=") {
		if !IsPacked(c) {
			return
		}
	}
	out := escape.Unpack(text)
	if out == nil {
		return
	}
	if n := len(out); n > 2 && out[0] == '"' && out[n-1] == '"' { // unicodePwd of Active Directory
		yield(out[1 : n-1])
	}
	yield(out)
}

// unquote returns what a quoted string holds.
func unquote(raw []byte, quote byte) []byte {
	text := raw
	if bytes.Contains(text, []byte{quote, quote}) {
		text = bytes.ReplaceAll(text, []byte{quote, quote}, []byte{quote})
	}
	if bytes.IndexByte(text, '\\') >= 0 {
		var u escape.Text
		u.UndoOnce(text, escape.Backslash)
		text = u.Bytes
	}
	return text
}

func isNothing(text []byte) bool {
	const short = 3 // bytes; no service allows less
	if len(text) < short {
		return true
	}
	if i := bytes.IndexAny(text, ",;|:"); i >= 0 && len(text) < 32 { // several of them
		return isNothing(text[:i]) && isNothing(text[i+1:])
	}
	if len(text) > 12 {
		return false
	}
	for _, c := range text {
		if classes[c]&wordByte != 0 && c < 0x80 && (c|0x20 < 'a' || c|0x20 > 'z') || c >= 0x80 {
			return false
		}
	}
	var room [16]byte
	word := wording.Squeeze(room[:0], text)
	return len(word) == 0 && len(text) < 6 || len(word) > 0 && wording.IsNothing(word)
}

// isWeak reports whether a text is rather a number of a row, a date, an address of a machine or of a
// page than a password; it may still be one.
func isWeak(text []byte) bool {
	digits, letters, signs := 0, 0, 0
	for _, c := range text {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case c == '.' || c == '-' || c == ':' || c == '/' || c == ' ':
			signs++
		default:
			letters++
		}
	}
	switch {
	case letters == 0 && signs > 1 && digits >= 4, letters == 0 && signs == 0 && digits < 6:
		return true
	case len(text) > 8 && (bytes.Contains(text, []byte("://")) || bytes.HasPrefix(text, []byte("//"))):
		return true
	case len(text) == 36 && text[8] == '-' && text[13] == '-' && text[18] == '-': // UUID
		return true
	}
	return len(text) == 20 && text[4] == '-' && text[10] == 'T' || len(text) >= 19 && digits == 14 &&
		letters <= 1 && signs > 3
}
