package lanes

import (
	"encoding/binary"
	"math/big"
	"sync"
	"unsafe"
)

// What one lane of bcrypt holds: the P-array of Blowfish and its four S-boxes, in words.
const (
	bcryptP    = 18
	bcryptBox  = 256
	bcryptLane = bcryptP + 4*bcryptBox

	bcryptLanes   = 4
	bcryptSize    = 23 // bytes of the 24 that are computed
	bcryptMost    = 72 // bytes of a password that change anything
	bcryptRepeats = 64 // encryptions of bcryptText
)

// bcryptText is what bcrypt encrypts in the end.
const bcryptText = "OrpheanBeholderScryDoubt"

// blowfish is four states of Blowfish, one after the other.
type blowfish [bcryptLanes * bcryptLane]uint32

// lane returns one of the states.
func (b *blowfish) lane(i int) *fishLane { return (*fishLane)(b[i*bcryptLane:]) }

type fishLane [bcryptLane]uint32

// expandFunc expands four states whose P-arrays the key was xored into.
type expandFunc func(state *[bcryptLanes * bcryptLane]uint32)

// bcryptKernel is bcrypt of $2a$, $2b$ and $2y$, four keys at once.
func bcryptKernel(name string, expand expandFunc) *kernel {
	return &kernel{
		name: name, lanes: bcryptLanes, least: 1, trial: Class{Bcrypt, [3]uint32{4}, bcryptSize}, salt: 16,
		run: func(a *arenas, tasks []*Task, keys [][]byte) {
			arena := a.get(int(unsafe.Sizeof(blowfish{})))
			defer a.put(arena)
			bcryptKeys((*blowfish)(unsafe.Pointer(unsafe.SliceData(arena))), expand, tasks, keys)
		},
	}
}

// bcryptKeys computes the keys of up to four tasks. What the other lanes hold does not matter.
func bcryptKeys(state *blowfish, expand expandFunc, tasks []*Task, keys [][]byte) {
	var key [bcryptLanes][bcryptP]uint32
	var salt [bcryptLanes][4]uint32
	for i, t := range tasks {
		key[i] = cycle(t.Password)
		for w := range salt[i] {
			salt[i][w] = binary.BigEndian.Uint32(t.Salt[4*w:])
		}
		lane := state.lane(i)
		*lane = *blowfishPi()
		lane.xor(&key[i])
		lane.expand(&salt[i])
	}
	for range uint64(1) << tasks[0].Costs[0] {
		for i := range tasks {
			state.lane(i).xor(&key[i])
		}
		expand((*[bcryptLanes * bcryptLane]uint32)(state))
		for i := range tasks {
			lane := state.lane(i)
			for w := range bcryptP {
				lane[w] ^= salt[i][w%4]
			}
		}
		expand((*[bcryptLanes * bcryptLane]uint32)(state))
	}
	for i := range tasks {
		state.lane(i).end(keys[i])
	}
}

// cycle is the password with a NUL after it, again and again: the C string that the first bcrypt took.
func cycle(password []byte) (words [bcryptP]uint32) {
	password = password[:min(len(password), bcryptMost)]
	at := 0
	for w := range words {
		for range 4 {
			words[w] <<= 8
			if at < len(password) {
				words[w] |= uint32(password[at])
				at++
			} else {
				at = 0
			}
		}
	}
	return words
}

func (f *fishLane) xor(key *[bcryptP]uint32) {
	for w, word := range key {
		f[w] ^= word
	}
}

// expand encrypts the state into itself, with a salt xored into what is encrypted.
func (f *fishLane) expand(salt *[4]uint32) {
	var l, r uint32
	for w := 0; w < bcryptLane; w += 2 {
		l, r = f.encrypt(l^salt[w%4], r^salt[w%4+1])
		f[w], f[w+1] = l, r
	}
}

func (f *fishLane) encrypt(l, r uint32) (uint32, uint32) {
	l ^= f[0]
	for w := 1; w < bcryptP-1; w += 2 {
		r ^= f.round(l) ^ f[w]
		l ^= f.round(r) ^ f[w+1]
	}
	return r ^ f[bcryptP-1], l
}

func (f *fishLane) round(x uint32) uint32 {
	box := func(i int, index uint32) uint32 { return f[bcryptP+i*bcryptBox+int(index&0xff)] }
	return (box(0, x>>24) + box(1, x>>16)) ^ box(2, x>>8) + box(3, x)
}

func (f *fishLane) end(key []byte) {
	var out [len(bcryptText)]byte
	for at := 0; at < len(out); at += 8 {
		l, r := binary.BigEndian.Uint32([]byte(bcryptText)[at:]), binary.BigEndian.Uint32([]byte(bcryptText)[at+4:])
		for range bcryptRepeats {
			l, r = f.encrypt(l, r)
		}
		binary.BigEndian.PutUint32(out[at:], l)
		binary.BigEndian.PutUint32(out[at+4:], r)
	}
	copy(key, out[:])
}

// expandGo is expandX4 for every machine.
func expandGo(state *[bcryptLanes * bcryptLane]uint32) {
	var none [4]uint32
	for i := range bcryptLanes {
		(*blowfish)(state).lane(i).expand(&none)
	}
}

// blowfishPi is what Blowfish begins with: the fraction of pi, 32 bits a word. By Machin: 16 atan(1/5) - 4 atan(1/239).
var blowfishPi = sync.OnceValue(func() *fishLane {
	const bits, spare = 32 * bcryptLane, 64
	one := new(big.Int).Lsh(big.NewInt(1), bits+spare)
	atan := func(x int64) *big.Int {
		sum, power := new(big.Int), new(big.Int).Quo(one, big.NewInt(x))
		for n := int64(1); power.Sign() != 0; n += 4 {
			for sign, k := range []int64{n, n + 2} {
				term := new(big.Int).Quo(power, big.NewInt(k))
				if sign == 0 {
					sum.Add(sum, term)
				} else {
					sum.Sub(sum, term)
				}
				power.Quo(power, big.NewInt(x*x))
			}
		}
		return sum
	}
	pi := new(big.Int).Mul(atan(5), big.NewInt(16))
	pi.Sub(pi, new(big.Int).Mul(atan(239), big.NewInt(4)))
	pi.Rsh(pi.Sub(pi, new(big.Int).Mul(one, big.NewInt(3))), spare)
	var raw [4 * bcryptLane]byte
	pi.FillBytes(raw[:])
	words := new(fishLane)
	for w := range words {
		words[w] = binary.BigEndian.Uint32(raw[4*w:])
	}
	return words
})
