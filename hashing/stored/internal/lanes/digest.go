package lanes

import (
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"hash"
	"unsafe"
)

// word is what a digest computes with.
type word interface{ uint32 | uint64 }

// digest is a digest of several lanes at once. States and blocks are tables of words: the first word of each lane, then the
// second of each.
type digest[W word] struct {
	lanes     int
	size      int // bytes of a sum
	blockSize int // bytes
	new       func() hash.Hash
	begin     []W // of a state
	// compress puts a block of each lane, whose words are in the machine's order, into its state. It changes both.
	compress func(state, block []W)
}

func (d *digest[W]) wordSize() int { return int(unsafe.Sizeof(W(0))) }

// fill returns a table of so many words, the same in all lanes.
func (d *digest[W]) fill(words []W) []W {
	table := make([]W, 0, len(words)*d.lanes)
	for _, w := range words {
		for range d.lanes {
			table = append(table, w)
		}
	}
	return table
}

// put writes big-endian bytes into the words of a lane, from the first on.
func (d *digest[W]) put(table []W, lane int, text []byte) {
	size := d.wordSize()
	for i := 0; i < len(text)/size; i++ {
		if size == 8 {
			table[i*d.lanes+lane] = W(binary.BigEndian.Uint64(text[8*i:]))
		} else {
			table[i*d.lanes+lane] = W(binary.BigEndian.Uint32(text[4*i:]))
		}
	}
}

// get writes the words of a lane as big-endian bytes, as many as out has room for.
func (d *digest[W]) get(table []W, lane int, out []byte) {
	var text [sha512.Size]byte
	size := d.wordSize()
	for i := 0; i < d.size/size; i++ {
		if size == 8 {
			binary.BigEndian.PutUint64(text[8*i:], uint64(table[i*d.lanes+lane]))
		} else {
			binary.BigEndian.PutUint32(text[4*i:], uint32(table[i*d.lanes+lane]))
		}
	}
	copy(out, text[:d.size])
}

func digestSHA1(lanes int, compress func(state, block []uint32)) *digest[uint32] {
	return &digest[uint32]{
		lanes: lanes, size: sha1.Size, blockSize: sha1.BlockSize, new: sha1.New, compress: compress,
		begin: []uint32{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0},
	}
}

func digestSHA256(lanes int, compress func(state, block []uint32)) *digest[uint32] {
	return &digest[uint32]{
		lanes: lanes, size: sha256.Size, blockSize: sha256.BlockSize, new: sha256.New, compress: compress,
		begin: []uint32{
			0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
		},
	}
}

func digestSHA512(lanes int, compress func(state, block []uint64)) *digest[uint64] {
	return &digest[uint64]{
		lanes: lanes, size: sha512.Size, blockSize: sha512.BlockSize, new: sha512.New, compress: compress,
		begin: []uint64{
			0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
			0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
		},
	}
}
