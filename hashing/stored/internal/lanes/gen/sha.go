package main

import (
	"fmt"
	"math/big"

	"github.com/mmcloughlin/avo/attr"
	asm "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// vector is a way to work on a word of each lane at once.
type vector struct {
	word int  // bits of a word
	wide bool // AVX-512 with registers of 64 bytes, else AVX2 with 32

	byBytes operand.Mem // how VPSHUFB rotates words of 64 bits by 8 bits
}

func (v vector) size() int {
	if v.wide {
		return 64
	}
	return 32
}

func (v vector) lanes() int { return 8 * v.size() / v.word }

func (v vector) reg() reg.VecVirtual {
	if v.wide {
		return asm.ZMM()
	}
	return asm.YMM()
}

// at is a word of all lanes in a table of words.
func (v vector) at(base reg.Register, word int) operand.Mem {
	return operand.Mem{Base: base}.Offset(v.size() * word)
}

func (v vector) load(from operand.Op, to reg.VecVirtual) {
	if v.wide {
		asm.VMOVDQU64(from, to)
	} else {
		asm.VMOVDQU(from, to)
	}
}

func (v vector) store(from reg.VecVirtual, to operand.Mem) {
	if v.wide {
		asm.VMOVDQU64(from, to)
	} else {
		asm.VMOVDQU(from, to)
	}
}

// broadcast copies one word to all lanes.
func (v vector) broadcast(from operand.Mem, to reg.VecVirtual) {
	if v.word == 64 {
		asm.VPBROADCASTQ(from, to)
	} else {
		asm.VPBROADCASTD(from, to)
	}
}

func (v vector) add(x operand.Op, to reg.VecVirtual) {
	if v.word == 64 {
		asm.VPADDQ(x, to, to)
	} else {
		asm.VPADDD(x, to, to)
	}
}

func (v vector) xor(x operand.Op, y, to reg.VecVirtual) {
	if v.wide {
		asm.VPXORQ(x, y, to)
	} else {
		asm.VPXOR(x, y, to)
	}
}

func (v vector) and(x, y, to reg.VecVirtual) {
	if v.wide {
		asm.VPANDQ(x, y, to)
	} else {
		asm.VPAND(x, y, to)
	}
}

func (v vector) right(n int, x, to reg.VecVirtual) {
	if v.word == 64 {
		asm.VPSRLQ(operand.U8(n), x, to)
	} else {
		asm.VPSRLD(operand.U8(n), x, to)
	}
}

func (v vector) left(n int, x, to reg.VecVirtual) {
	if v.word == 64 {
		asm.VPSLLQ(operand.U8(n), x, to)
	} else {
		asm.VPSLLD(operand.U8(n), x, to)
	}
}

// xor3 xors y and z into x.
func (v vector) xor3(x, y, z reg.VecVirtual) {
	if v.wide {
		asm.VPTERNLOGQ(operand.U8(0x96), z, y, x)
		return
	}
	v.xor(y, x, x)
	v.xor(z, x, x)
}

// rotate returns x rotated to the right.
func (v vector) rotate(n int, x reg.VecVirtual) reg.VecVirtual {
	to := v.reg()
	switch {
	case v.wide && v.word == 64:
		asm.VPRORQ(operand.U8(n), x, to)
	case v.wide:
		asm.VPRORD(operand.U8(n), x, to)
	case v.word == 64 && n == 8:
		asm.VPSHUFB(v.byBytes, x, to) // whole bytes change places in one instruction instead of three
	default:
		other := v.reg()
		v.right(n, x, to)
		v.left(v.word-n, x, other)
		v.xor(other, to, to)
	}
	return to
}

// mixed returns three rotations of x xored; shift says that the last is a shift.
func (v vector) mixed(x reg.VecVirtual, n [3]int, shift bool) reg.VecVirtual {
	sum, second := v.rotate(n[0], x), v.rotate(n[1], x)
	if !v.wide {
		v.xor(second, sum, sum)
	}
	var third reg.VecVirtual
	if shift {
		third = v.reg()
		v.right(n[2], x, third)
	} else {
		third = v.rotate(n[2], x)
	}
	if v.wide {
		v.xor3(sum, second, third)
	} else {
		v.xor(third, sum, sum)
	}
	return sum
}

// choose returns f where e has ones, g elsewhere.
func (v vector) choose(e, f, g reg.VecVirtual) reg.VecVirtual {
	to := v.reg()
	if v.wide {
		asm.VMOVDQA64(e, to)
		asm.VPTERNLOGQ(operand.U8(0xca), g, f, to)
		return to
	}
	v.xor(f, g, to)
	v.and(e, to, to)
	v.xor(g, to, to)
	return to
}

// majority returns what two or three of a, b and c have.
func (v vector) majority(a, b, c reg.VecVirtual) reg.VecVirtual {
	to := v.reg()
	if v.wide {
		asm.VMOVDQA64(a, to)
		asm.VPTERNLOGQ(operand.U8(0xe8), c, b, to)
		return to
	}
	other := v.reg()
	v.xor(b, c, to)
	v.and(a, to, to)
	v.and(b, c, other)
	v.xor(other, to, to)
	return to
}

// sha2 is SHA-256 or SHA-512 of FIPS 180-4, by the size of its words.
type sha2 struct {
	vector
	rounds         int
	sums, schedule [2][3]int
	state, w, k    reg.Register
	// differ are b^c of a round, and a^b, which is b^c of the next.
	differ [2]reg.VecVirtual
}

func newSHA2(word int, wide bool) *sha2 {
	s := &sha2{vector: vector{word: word, wide: wide}}
	if word == 64 {
		s.rounds, s.sums = 80, [2][3]int{{28, 34, 39}, {14, 18, 41}}
		s.schedule = [2][3]int{{1, 8, 7}, {19, 61, 6}}
	} else {
		s.rounds, s.sums = 64, [2][3]int{{2, 13, 22}, {6, 11, 25}}
		s.schedule = [2][3]int{{7, 18, 3}, {17, 19, 10}}
	}
	return s
}

// constants are the fractions of the cube roots of the first primes.
func (s *sha2) constants() operand.Mem {
	table := asm.GLOBL(fmt.Sprintf("k%d", s.word), attr.RODATA|attr.NOPTR)
	for i, n := 0, int64(2); i < s.rounds; n++ {
		if !big.NewInt(n).ProbablyPrime(0) {
			continue
		}
		root := cubeRoot(new(big.Int).Lsh(big.NewInt(n), uint(3*s.word)))
		root.And(root, new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), uint(s.word)), big.NewInt(1)))
		if s.word == 64 {
			asm.DATA(8*i, operand.U64(root.Uint64()))
		} else {
			asm.DATA(4*i, operand.U32(root.Uint64()))
		}
		i++
	}
	return table
}

func cubeRoot(n *big.Int) *big.Int {
	low, high := big.NewInt(0), new(big.Int).Set(n)
	for new(big.Int).Sub(high, low).Cmp(big.NewInt(1)) > 0 {
		middle := new(big.Int).Rsh(new(big.Int).Add(low, high), 1)
		if new(big.Int).Exp(middle, big.NewInt(3), nil).Cmp(n) > 0 {
			high = middle
		} else {
			low = middle
		}
	}
	return low
}

func (s *sha2) write(k operand.Mem) {
	name := fmt.Sprintf("sha%dx%d", 256*s.word/32, s.lanes())
	asm.TEXT(name, attr.NOSPLIT, fmt.Sprintf("func(state *[%d]uint%d, w *[%d]uint%d)", 8*s.lanes(), s.word, 16*s.lanes(), s.word))
	asm.Doc(name + " puts one block of each lane into its state. Words of all lanes stand side by side; w is used up.")
	asm.Pragma("noescape")
	s.state, s.w = asm.Load(asm.Param("state"), asm.GP64()), asm.Load(asm.Param("w"), asm.GP64())
	s.k = asm.GP64()
	asm.LEAQ(k, s.k)
	var regs [8]reg.VecVirtual
	for i := range regs {
		regs[i] = s.reg()
		s.load(s.at(s.state, i), regs[i])
	}
	if !s.wide {
		s.differ = [2]reg.VecVirtual{s.reg(), s.reg()}
		s.xor(regs[1], regs[2], s.differ[0])
	}
	for i := range 16 {
		regs = s.round(i, regs, false)
	}
	count := asm.GP32()
	asm.MOVL(operand.U32(s.rounds/16-1), count)
	asm.Label("more")
	asm.ADDQ(operand.U32(16*s.word/8), s.k)
	for i := range 16 {
		regs = s.round(i, regs, true)
	}
	asm.DECL(count)
	asm.JNZ(operand.LabelRef("more"))
	for i, x := range regs {
		s.add(s.at(s.state, i), x)
		s.store(x, s.at(s.state, i))
	}
	asm.VZEROUPPER()
	asm.RET()
}

// round does one round and returns the registers in the order of the next. After sixteen each has its place again.
func (s *sha2) round(i int, r [8]reg.VecVirtual, extend bool) [8]reg.VecVirtual {
	a, b, c, d, e, f, g, h := r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7]
	w := s.reg()
	s.load(s.at(s.w, i), w)
	if extend {
		x := s.reg()
		s.load(s.at(s.w, (i+1)%16), x)
		s.add(s.mixed(x, s.schedule[0], true), w)
		s.add(s.at(s.w, (i+9)%16), w)
		s.load(s.at(s.w, (i+14)%16), x)
		s.add(s.mixed(x, s.schedule[1], true), w)
		s.store(w, s.at(s.w, i))
	}
	s.add(w, h)
	k := s.reg()
	s.broadcast(operand.Mem{Base: s.k}.Offset(i*s.word/8), k)
	s.add(k, h)
	s.add(s.mixed(e, s.sums[1], false), h)
	s.add(s.choose(e, f, g), h)
	s.add(h, d)
	s.add(s.mixed(a, s.sums[0], false), h)
	if s.wide {
		s.add(s.majority(a, b, c), h)
	} else {
		// Where a and b agree it is b, elsewhere c.
		now, next := s.differ[i%2], s.differ[1-i%2]
		s.xor(a, b, next)
		s.and(next, now, now)
		s.xor(b, now, now)
		s.add(now, h)
	}
	return [8]reg.VecVirtual{h, a, b, c, d, e, f, g}
}

// sha writes the compression functions of SHA-256, SHA-512 and SHA-1.
func sha() {
	rot8 := rotation("rot8", 1)
	for _, word := range []int{32, 64} {
		k := newSHA2(word, false).constants()
		for _, wide := range []bool{false, true} {
			s := newSHA2(word, wide)
			s.byBytes = rot8
			s.write(k)
		}
	}
	constants := asm.GLOBL("k1", attr.RODATA|attr.NOPTR)
	for i, k := range []uint32{0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6} {
		asm.DATA(4*i, operand.U32(k))
	}
	for _, wide := range []bool{false, true} {
		sha1(vector{word: 32, wide: wide}, constants)
	}
}

func sha1(v vector, constants operand.Mem) {
	name := fmt.Sprintf("sha1x%d", v.lanes())
	asm.TEXT(name, attr.NOSPLIT, fmt.Sprintf("func(state *[%d]uint32, w *[%d]uint32)", 5*v.lanes(), 16*v.lanes()))
	asm.Doc(name + " puts one block of each lane into its state. Words of all lanes stand side by side; w is used up.")
	asm.Pragma("noescape")
	state, w := asm.Load(asm.Param("state"), asm.GP64()), asm.Load(asm.Param("w"), asm.GP64())
	k := asm.GP64()
	asm.LEAQ(constants, k)
	var r [5]reg.VecVirtual
	for i := range r {
		r[i] = v.reg()
		v.load(v.at(state, i), r[i])
	}
	constant := v.reg()
	for i := range 80 {
		if i%20 == 0 {
			v.broadcast(operand.Mem{Base: k}.Offset(i/20*4), constant)
		}
		word := v.reg()
		v.load(v.at(w, i%16), word)
		if i >= 16 {
			v.xor(v.at(w, (i+2)%16), word, word)
			v.xor(v.at(w, (i+8)%16), word, word)
			v.xor(v.at(w, (i+13)%16), word, word)
			word = v.rotate(31, word)
			v.store(word, v.at(w, i%16))
		}
		a, b, c, d, e := r[0], r[1], r[2], r[3], r[4]
		v.add(word, e)
		v.add(constant, e)
		var f reg.VecVirtual
		switch i / 20 {
		case 0:
			f = v.choose(b, c, d)
		case 2:
			f = v.majority(b, c, d)
		default:
			f = v.reg()
			v.xor(b, c, f)
			v.xor(d, f, f)
		}
		v.add(f, e)
		v.add(v.rotate(27, a), e)
		r = [5]reg.VecVirtual{e, a, v.rotate(2, b), c, d}
	}
	for i, x := range r {
		v.add(v.at(state, i), x)
		v.store(x, v.at(state, i))
	}
	asm.VZEROUPPER()
	asm.RET()
}
