package lanes

import (
	"encoding/binary"
	"hash"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/blake2b"
)

const (
	blockWords = 128
	blockSize  = 8 * blockWords
	syncPoints = 4 // of a pass; RFC 9106 calls them slices
)

// block is 1 KiB of the memory of argon2.
type block [blockWords]uint64

// fillFunc sets out to G(prev, ref), xored with what out was if xor says so; next is a block that will be needed soon.
// Out is another block than those before it.
type fillFunc func(out, prev, ref, next *[blockWords]uint64, xor bool)

// argon2Kernel is argon2 of version 19 (RFC 9106), one key at a time.
func argon2Kernel(scheme Scheme, name string, fill fillFunc) *kernel {
	return &kernel{
		name: name, lanes: 1, least: 1, trial: Class{scheme, [3]uint32{64, 2, 2}, 32},
		run: func(a *arenas, tasks []*Task, keys [][]byte) {
			for i, t := range tasks {
				argon2Key(a, fill, t, keys[i])
			}
		},
	}
}

// filling is one key under way.
type filling struct {
	fill           fillFunc
	memory         []block
	mode           uint64 // 0, 1, 2: d, i, id
	time, threads  uint32
	lane, segment  uint32 // blocks
	in, mid, where block  // of addresses that do not depend on the password
	zero           block
}

func argon2Key(a *arenas, fill fillFunc, t *Task, key []byte) { argon2Keyed(a, fill, t, nil, nil, key) }

// argon2Keyed knows a secret and associated data, which stored hashes do not have and the known answers do.
func argon2Keyed(a *arenas, fill fillFunc, t *Task, secret, data, key []byte) {
	memory, time, threads := t.Costs[0], t.Costs[1], t.Costs[2]
	blockCount := max(memory/(syncPoints*threads), 2) * syncPoints * threads
	arena := a.get(int(blockCount) * blockSize)
	defer a.put(arena)
	f := &filling{
		fill: fill, memory: asBlocks(arena), time: time, threads: threads,
		lane: blockCount / threads, segment: blockCount / threads / syncPoints,
	}
	switch t.Scheme {
	case Argon2i:
		f.mode = 1
	case Argon2id:
		f.mode = 2
	}
	f.begin(t, secret, data)
	for pass := range time {
		for slice := range uint32(syncPoints) {
			for lane := range threads {
				f.part(pass, slice, lane)
			}
		}
	}
	f.end(key)
}

// begin makes the first two blocks of each lane.
func (f *filling) begin(t *Task, secret, data []byte) {
	first := make([]byte, 0, 10*4+len(t.Password)+len(t.Salt)+len(secret)+len(data))
	for _, word := range []uint32{f.threads, uint32(t.Size), t.Costs[0], f.time, argon2.Version, uint32(f.mode)} {
		first = binary.LittleEndian.AppendUint32(first, word)
	}
	for _, text := range [][]byte{t.Password, t.Salt, secret, data} {
		first = append(binary.LittleEndian.AppendUint32(first, uint32(len(text))), text...)
	}
	sum := blake2b.Sum512(first)
	clear(first)
	h0 := append(make([]byte, 0, blake2b.Size+8), sum[:]...)
	var raw [blockSize]byte
	for lane := range f.threads {
		for i := range uint32(2) {
			seed := binary.LittleEndian.AppendUint32(h0, i)
			blake2bLong(raw[:], binary.LittleEndian.AppendUint32(seed, lane))
			b := &f.memory[lane*f.lane+i]
			for w := range b {
				b[w] = binary.LittleEndian.Uint64(raw[8*w:])
			}
		}
	}
	clear(raw[:])
}

// part fills one slice of one lane.
func (f *filling) part(pass, slice, lane uint32) {
	fixed := f.mode == 1 || f.mode == 2 && pass == 0 && slice < syncPoints/2
	if fixed {
		f.in = block{uint64(pass), uint64(lane), uint64(slice), uint64(f.lane * f.threads), uint64(f.time), f.mode}
	}
	first := uint32(0)
	if pass == 0 && slice == 0 {
		first = 2
	}
	at := lane*f.lane + slice*f.segment + first
	prev := at - 1
	if slice == 0 && first == 0 {
		prev += f.lane // the last of the lane
	}
	var next uint32
	if fixed {
		next = f.fixed(pass, slice, lane, first)
	}
	for i := first; i < f.segment; i++ {
		ref := next
		if !fixed {
			ref = f.refer(f.memory[prev][0], pass, slice, lane, i)
		} else if i+1 < f.segment {
			next = f.fixed(pass, slice, lane, i+1)
		}
		f.fill((*[blockWords]uint64)(&f.memory[at]), (*[blockWords]uint64)(&f.memory[prev]),
			(*[blockWords]uint64)(&f.memory[ref]), (*[blockWords]uint64)(&f.memory[next]), pass > 0)
		prev, at = at, at+1
	}
}

// fixed returns the block that the i-th of a part refers to, where that does not depend on the password. It is asked for
// one after the other.
func (f *filling) fixed(pass, slice, lane, i uint32) uint32 {
	if i%blockWords == 0 || f.in[6] == 0 {
		f.in[6]++
		f.fill((*[blockWords]uint64)(&f.mid), (*[blockWords]uint64)(&f.zero), (*[blockWords]uint64)(&f.in),
			(*[blockWords]uint64)(&f.in), false)
		f.fill((*[blockWords]uint64)(&f.where), (*[blockWords]uint64)(&f.zero), (*[blockWords]uint64)(&f.mid),
			(*[blockWords]uint64)(&f.mid), false)
	}
	return f.refer(f.where[i%blockWords], pass, slice, lane, i)
}

// refer is the mapping of RFC 9106, section 3.4.2.
func (f *filling) refer(random uint64, pass, slice, lane, i uint32) uint32 {
	other := uint32(random>>32) % f.threads
	if pass == 0 && slice == 0 {
		other = lane
	}
	area, start := 3*f.segment, (slice+1)%syncPoints*f.segment
	if pass == 0 {
		area, start = slice*f.segment, 0
	}
	if other == lane {
		area += i
	}
	if i == 0 || other == lane {
		area--
	}
	x := random & 0xffffffff
	x = x * x >> 32
	x = x * uint64(area) >> 32
	return other*f.lane + uint32((uint64(start)+uint64(area)-1-x)%uint64(f.lane))
}

// end makes the key of the last blocks of all lanes.
func (f *filling) end(key []byte) {
	last := f.memory[f.lane-1]
	for lane := uint32(1); lane < f.threads; lane++ {
		for w, word := range &f.memory[(lane+1)*f.lane-1] {
			last[w] ^= word
		}
	}
	raw := make([]byte, 0, blockSize)
	for _, word := range &last {
		raw = binary.LittleEndian.AppendUint64(raw, word)
	}
	blake2bLong(key, raw)
}

// blake2bLong is H' of RFC 9106, section 3.3.
func blake2bLong(out, in []byte) {
	begin := func(size int) hash.Hash {
		h, _ := blake2b.New(size, nil) // 1 to 64 are allowed
		h.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(out))))
		h.Write(in)
		return h
	}
	if len(out) <= blake2b.Size {
		begin(len(out)).Sum(out[:0])
		return
	}
	var v [blake2b.Size]byte
	begin(blake2b.Size).Sum(v[:0])
	for len(out) > blake2b.Size {
		copy(out, v[:blake2b.Size/2])
		out = out[blake2b.Size/2:]
		if len(out) >= blake2b.Size {
			v = blake2b.Sum512(v[:]) // most of them: nothing is allocated
		}
	}
	if len(out) < blake2b.Size {
		h, _ := blake2b.New(len(out), nil)
		h.Write(v[:])
		h.Sum(out[:0])
	} else {
		copy(out, v[:])
	}
	clear(v[:])
}
