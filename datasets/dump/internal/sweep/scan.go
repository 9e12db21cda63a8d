package sweep

import (
	"bytes"
	"math/bits"

	"github.com/credsieve/credsieve/datasets/dump/internal/masks"
)

// look fills the masks of a chunk, with one more for what comes next, up to last.
func (f *finder) look(from, to, last int) {
	text := f.text[from:min(last, to+masks.Size)]
	n := len(text) / masks.Size
	all := f.masks[:n+2]
	masks.All(text[:n*masks.Size], all[:n])
	all[n], all[n+1] = masks.Mask{}, masks.Mask{}
	if tail := text[n*masks.Size:]; len(tail) > 0 {
		var rest [masks.Size]byte // zero is in no class
		copy(rest[:], tail)
		masks.All(rest[:], all[n:n+1])
	}
}

// inChunk returns how many masks a chunk has.
func inChunk(from, to int) int { return (to - from + masks.Size - 1) / masks.Size }

// signs marks each @ of a chunk, unless bare, and what may encode one. It returns how many there are of the first.
func (f *finder) signs(from, to int, bare bool) (count int) {
	for i, m := range f.masks[:inChunk(from, to)] {
		count += bits.OnesCount64(m.At)
		found := m.Sign &^ (m.Sign>>1 | f.masks[i+1].Sign<<(masks.Size-1)) // none begins with two of these, but for one that the second begins
		for ; found != 0; found &= found - 1 {
			if at := from + i*masks.Size + bits.TrailingZeros64(found); at < to && isSign(f.text[at:]) {
				f.marks = append(f.marks, uint64(at)<<1)
			}
		}
		if bare {
			continue
		}
		for at := m.At; at != 0; at &= at - 1 {
			f.marks = append(f.marks, uint64(from+i*masks.Size+bits.TrailingZeros64(at))<<1)
		}
	}
	return count
}

// words marks words of a chunk that may be packed text, from PackedLength bytes on. What is longer than can be looked at
// is looked at in parts.
func (f *finder) words(from, to, last int) {
	for at := max(from, f.wordEnd); at < to; {
		a := f.nextWord(from, at, to)
		if a < 0 {
			return
		}
		b := a + PackedLength
		for b < last && b-a < 2*Reach && packedByte[f.text[b]] != 0 {
			b++
		}
		f.steps += int64(b-a) / 8
		if mayBePacked(f.text[a:b]) {
			f.marks = append(f.marks, uint64(a)<<1|1)
		}
		at, f.wordEnd = b, b
	}
}

// nextWord returns where the next PackedLength bytes of a packed word begin, from at on and before to; -1 without any.
func (f *finder) nextWord(from, at, to int) int {
	skip := (at - from) % masks.Size
	for i := (at - from) / masks.Size; i < inChunk(from, to); i++ {
		if low := runs(f.masks[i].Packed, f.masks[i+1].Packed) >> skip << skip; low != 0 {
			if a := from + i*masks.Size + bits.TrailingZeros64(low); a < to {
				return a
			}
			return -1
		}
		skip = 0
	}
	return -1
}

// runs has the bits of low that begin PackedLength of them, which may go on in high.
func runs(low, high uint64) uint64 {
	const half = PackedLength / 2
	for n := 1; n < half; n *= 2 {
		low &= low>>n | high<<(masks.Size-n)
		high &= high >> n
	}
	if low == 0 { // words of half the length are few
		return 0
	}
	return low & (low>>half | high<<(masks.Size-half))
}

// bare reports whether text holds only so many signs, and nothing that may encode one.
func (f *finder) bare(text []byte, signs int, counts *Counts) bool {
	f.reset(text, nil)
	f.gap1 = int32(len(text))
	count := 0
	for from := 0; from < len(text) && len(f.hits) == 0 && count <= signs; from += chunk {
		end := min(len(text), from+chunk)
		f.marks = f.marks[:0]
		f.look(from, end, len(text))
		count += f.signs(from, end, true)
		f.spelledSigns(from, end)
		f.words(from, end, len(text))
		f.markAll(f.gap1)
	}
	counts.Work += int64(len(text)) + f.steps
	return len(f.hits) == 0 && count == signs
}

// secondOfSign are the bytes that what encodes an @ can have at its second place.
var secondOfSign = func() (table [256]bool) {
	for _, signs := range encodedSigns {
		for _, sign := range signs {
			table[sign[1]] = true
		}
	}
	return table
}()

// isSign reports whether text begins with an encoded @.
func isSign(text []byte) bool {
	if len(text) < 3 || !secondOfSign[text[1]] {
		return false
	}
	for _, sign := range encodedSigns[text[0]] {
		if bytes.HasPrefix(text, []byte(sign)) {
			return true
		}
	}
	return false
}
