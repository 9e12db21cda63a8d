package hashing

import "encoding/binary"

const (
	// laneCount is how many texts are hashed side by side.
	laneCount = 8
	// laneWords is how many words a text has at most with its domain and its length.
	laneWords = 8
	// maxLaneText leaves room for both.
	maxLaneText = 8*laneWords - 2
)

// Lanes makes the tokens of a tokenizer, several side by side where the processor can: each round of a hash waits for
// the one before it, and those of other texts fill the time. It is not safe for concurrent use.
type Lanes struct {
	of     Tokenizer
	n      int                          // of texts that wait
	tokens [laneCount]*Token            // of these
	words  [laneWords][laneCount]uint64 // of their texts
	counts [laneCount]uint64            // of their words
}

// Lanes returns lanes for t in which no text waits.
func (t Tokenizer) Lanes() *Lanes { return &Lanes{of: t} }

// Into sets token to that of f, at the latest when Flush is called. Until then token must not move; f may change at once.
// It panics on a form that no Canonicalizer made.
func (l *Lanes) Into(token *Token, f Form) {
	const seen = 8*laneWords - 1 // bytes of the room of the text, which are looked at whatever its length: no branch
	if !hasLanes || len(f.Text) > maxLaneText || cap(f.Text) < seen {
		l.of.Into(token, f)
		return
	}
	text, i := (*[seen]byte)(f.Text[:seen]), l.n%laneCount
	l.words[0][i] = uint64(f.domain()) | binary.LittleEndian.Uint64(text[:])<<8
	l.words[1][i] = binary.LittleEndian.Uint64(text[7:])
	l.words[2][i] = binary.LittleEndian.Uint64(text[15:])
	l.words[3][i] = binary.LittleEndian.Uint64(text[23:])
	l.words[4][i] = binary.LittleEndian.Uint64(text[31:])
	l.words[5][i] = binary.LittleEndian.Uint64(text[39:])
	l.words[6][i] = binary.LittleEndian.Uint64(text[47:])
	l.words[7][i] = binary.LittleEndian.Uint64(text[55:])
	size := uint64(len(f.Text) + 1)
	last := &l.words[size/8%laneWords][i]
	*last = *last&(1<<(size%8*8)-1) | size<<56
	l.counts[i], l.tokens[i] = size/8+1, token
	if l.n++; l.n == laneCount {
		l.Flush()
	}
}

// Flush sets the tokens of all texts that wait.
func (l *Lanes) Flush() {
	if l.n == 0 {
		return
	}
	clear(l.counts[l.n:])
	most := uint64(0)
	for _, n := range l.counts {
		most = max(most, n)
	}
	var low, high [laneCount]uint64
	sumLanes(l.of.sub.reveal(), &l.words, &l.counts, int(most), &low, &high)
	for i, token := range l.tokens[:l.n] {
		binary.LittleEndian.PutUint64(token[:8], low[i])
		binary.LittleEndian.PutUint64(token[8:], high[i])
	}
	l.n = 0
}
