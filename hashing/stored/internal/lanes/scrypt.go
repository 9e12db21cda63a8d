package lanes

import (
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/binary"
	"unsafe"
)

// scryptWords are the words of one block of Salsa20.
const scryptWords = 16

// blockMixFunc sets out to BlockMix of in xored with other. Blocks have their words along the diagonals.
type blockMixFunc func(in, other, out *uint32, r uint64)

// scryptKernel is scrypt of RFC 7914, one key at a time.
func scryptKernel(name string, mix blockMixFunc) *kernel {
	return &kernel{
		name: name, lanes: 1, least: 1, trial: Class{Scrypt, [3]uint32{16, 3, 2}, 64},
		run: func(a *arenas, tasks []*Task, keys [][]byte) {
			for i, t := range tasks {
				scryptKey(a, mix, t, keys[i])
			}
		},
	}
}

func scryptKey(a *arenas, mix blockMixFunc, t *Task, key []byte) {
	n, r, p := int(t.Costs[0]), int(t.Costs[1]), int(t.Costs[2])
	text := pbkdf2Reference(sha256.New, &Task{Class{Size: 128 * r * p, Costs: [3]uint32{1}}, t.Password, t.Salt})
	defer clear(text)
	words := 32 * r
	arena := a.get(4 * words * (n + 3))
	defer a.put(arena)
	table := unsafe.Slice((*uint32)(unsafe.Pointer(unsafe.SliceData(arena))), words*(n+3))
	for i := range p {
		scryptMix(mix, text[128*r*i:][:128*r], table, n, r)
	}
	derived, err := pbkdf2.Key(sha256.New, string(t.Password), text, 1, len(key))
	if err != nil {
		panic("lanes: scrypt: " + err.Error()) // only a build that allows nothing but FIPS 140 has one
	}
	copy(key, derived)
}

// scryptMix is ROMix: text is mixed with the help of n blocks, and three more, of the table.
func scryptMix(mix blockMixFunc, text []byte, table []uint32, n, r int) {
	words := 32 * r
	at := func(i int) []uint32 { return table[words*i:][:words] }
	for w := range words {
		at(0)[w] = binary.LittleEndian.Uint32(text[4*diagonal(w):])
	}
	x, y, zero := at(n), at(n+1), at(n+2)
	clear(zero)
	for i := range n {
		mix(&at(i)[0], &zero[0], &at(i + 1)[0], uint64(r))
	}
	for range n {
		// The second word of the last block lies elsewhere, and no N needs it.
		mix(&x[0], &at(int(x[words-scryptWords]) & (n - 1))[0], &y[0], uint64(r))
		x, y = y, x
	}
	for w := range words {
		binary.LittleEndian.PutUint32(text[4*diagonal(w):], x[w])
	}
}

// diagonal is where a word stands that lies at w along the diagonals.
func diagonal(w int) int { return w/scryptWords*scryptWords + w*5%scryptWords }

// blockMix is blockMixAVX for every machine.
func blockMix(in, other, out *uint32, r uint64) {
	words := int(32 * r)
	from, with, to := unsafe.Slice(in, words), unsafe.Slice(other, words), unsafe.Slice(out, words)
	var x [scryptWords]uint32
	for w := range x {
		x[diagonal(w)] = from[words-scryptWords+w] ^ with[words-scryptWords+w]
	}
	for block := range int(2 * r) {
		for w := range x {
			x[diagonal(w)] ^= from[block*scryptWords+w] ^ with[block*scryptWords+w]
		}
		salsa(&x)
		place := (block/2 + block%2*int(r)) * scryptWords
		for w := range x {
			to[place+w] = x[diagonal(w)]
		}
	}
}

func salsa(x *[scryptWords]uint32) {
	begin := *x
	quarter := func(a, b, c, d int) {
		for _, step := range [4][4]int{{b, a, d, 7}, {c, b, a, 9}, {d, c, b, 13}, {a, d, c, 18}} {
			sum := x[step[1]] + x[step[2]]
			x[step[0]] ^= sum<<step[3] | sum>>(32-step[3])
		}
	}
	for range 4 {
		quarter(0, 4, 8, 12)
		quarter(5, 9, 13, 1)
		quarter(10, 14, 2, 6)
		quarter(15, 3, 7, 11)
		quarter(0, 1, 2, 3)
		quarter(5, 6, 7, 4)
		quarter(10, 11, 8, 9)
		quarter(15, 12, 13, 14)
	}
	for w := range x {
		x[w] += begin[w]
	}
}
