package main

import (
	"github.com/mmcloughlin/avo/attr"
	asm "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// quad is a row of the 4x4 words of two states of BLAKE2b: two registers of four words each.
type quad [2]reg.VecVirtual

func quads() (a, b, c, d quad) {
	for i := range 2 {
		a[i], b[i], c[i], d[i] = asm.YMM(), asm.YMM(), asm.YMM(), asm.YMM()
	}
	return a, b, c, d
}

// argon2 writes fillBlock, the compression function G of RFC 9106, section 3.5: eight rounds over rows, eight over
// columns, two at a time.
func argon2() {
	rot24 := rotation("rot24", 3)
	rot16 := rotation("rot16", 2)

	asm.TEXT("fillBlockAVX2", 0, "func(out, prev, ref, next *[128]uint64, xor bool)")
	asm.Doc("fillBlockAVX2 sets out to G(prev, ref), xored with what out was if xor says so, and asks for next, the block",
		"that will be needed after it. All must be different blocks but next.")
	asm.Pragma("noescape")
	out, prev := asm.Load(asm.Param("out"), asm.GP64()), asm.Load(asm.Param("prev"), asm.GP64())
	ref, next := asm.Load(asm.Param("ref"), asm.GP64()), asm.Load(asm.Param("next"), asm.GP64())
	xor := asm.Load(asm.Param("xor"), asm.GP8())
	g := mixer{rot24: asm.YMM(), rot16: asm.YMM()}
	asm.VMOVDQU(rot24, g.rot24)
	asm.VMOVDQU(rot16, g.rot16)
	r := asm.AllocLocal(1024)

	for i := range 4 { // rows, two at a time
		for line := range 4 {
			asm.PREFETCHT0(operand.Mem{Base: next}.Offset(64 * (4*i + line)))
		}
		a, b, c, d := quads()
		for row := range 2 {
			for j, x := range []reg.VecVirtual{a[row], b[row], c[row], d[row]} {
				at := 256*i + 128*row + 32*j
				asm.VMOVDQU(operand.Mem{Base: prev}.Offset(at), x)
				asm.VPXOR(operand.Mem{Base: ref}.Offset(at), x, x)
			}
		}
		// What the result is xored with at last is put where the result goes.
		keep(out, xor, i, a, b, c, d)
		g.mix(a, b, c, d)
		g.turn(b, c, d, 0x39, 0x4e, 0x93)
		g.mix(a, b, c, d)
		g.turn(b, c, d, 0x93, 0x4e, 0x39)
		for row := range 2 {
			for j, x := range []reg.VecVirtual{a[row], b[row], c[row], d[row]} {
				asm.VMOVDQU(x, r.Offset(256*i+128*row+32*j))
			}
		}
	}
	for i := range 4 { // columns, two at a time
		a, b, c, d := quads()
		for row, x := range []reg.VecVirtual{a[0], a[1], b[0], b[1], c[0], c[1], d[0], d[1]} {
			asm.VMOVDQU(r.Offset(128*row+32*i), x)
		}
		g.mix(a, b, c, d)
		b, c, d = g.diagonal(b, c, d)
		g.mix(a, b, c, d)
		b, c, d = g.undiagonal(b, c, d)
		for row, x := range []reg.VecVirtual{a[0], a[1], b[0], b[1], c[0], c[1], d[0], d[1]} {
			at := operand.Mem{Base: out}.Offset(128*row + 32*i)
			asm.VPXOR(at, x, x)
			asm.VMOVDQU(x, at)
		}
	}
	asm.VZEROUPPER()
	asm.RET()
}

// rotation is what VPSHUFB needs to rotate words right by whole bytes.
func rotation(name string, count int) operand.Mem {
	table := asm.GLOBL(name, attr.RODATA|attr.NOPTR)
	for i := range 32 {
		asm.DATA(i, operand.U8(i%16&8|(i+count)&7))
	}
	// VPSHUFB looks at each half alone, so the same 16 numbers stand there twice.
	return table
}

// keep writes two rows of prev^ref to out, xored with what is there if xor is set.
func keep(out reg.Register, xor reg.Register, i int, regs ...quad) {
	fresh, done := label("fresh", i), label("kept", i)
	asm.TESTB(xor, xor)
	asm.JE(operand.LabelRef(fresh))
	tmp := asm.YMM()
	for row := range 2 {
		for j, q := range regs {
			at := operand.Mem{Base: out}.Offset(256*i + 128*row + 32*j)
			asm.VPXOR(at, q[row], tmp)
			asm.VMOVDQU(tmp, at)
		}
	}
	asm.JMP(operand.LabelRef(done))
	asm.Label(fresh)
	for row := range 2 {
		for j, q := range regs {
			asm.VMOVDQU(q[row], operand.Mem{Base: out}.Offset(256*i+128*row+32*j))
		}
	}
	asm.Label(done)
}

func label(name string, i int) string { return name + string(rune('0'+i)) }

// mixer is BlaMka: the G of BLAKE2b with products in its sums.
type mixer struct{ rot24, rot16 reg.VecVirtual }

func (g mixer) mix(a, b, c, d quad) {
	g.add(a, b)
	for i := range 2 {
		asm.VPXOR(a[i], d[i], d[i])
		asm.VPSHUFD(operand.Imm(0xb1), d[i], d[i])
	}
	g.add(c, d)
	for i := range 2 {
		asm.VPXOR(c[i], b[i], b[i])
		asm.VPSHUFB(g.rot24, b[i], b[i])
	}
	g.add(a, b)
	for i := range 2 {
		asm.VPXOR(a[i], d[i], d[i])
		asm.VPSHUFB(g.rot16, d[i], d[i])
	}
	g.add(c, d)
	for i := range 2 {
		tmp := asm.YMM()
		asm.VPXOR(c[i], b[i], b[i])
		asm.VPADDQ(b[i], b[i], tmp)
		asm.VPSRLQ(operand.Imm(63), b[i], b[i])
		asm.VPXOR(tmp, b[i], b[i])
	}
}

// add adds b and twice the product of the low halves to a.
func (g mixer) add(a, b quad) {
	for i := range 2 {
		tmp := asm.YMM()
		asm.VPMULUDQ(a[i], b[i], tmp)
		asm.VPADDQ(b[i], a[i], a[i])
		asm.VPADDQ(tmp, tmp, tmp)
		asm.VPADDQ(tmp, a[i], a[i])
	}
}

// turn turns the words of three rows of states that have a register for each row.
func (g mixer) turn(b, c, d quad, left, half, right uint64) {
	for i := range 2 {
		asm.VPERMQ(operand.Imm(left), b[i], b[i])
		asm.VPERMQ(operand.Imm(half), c[i], c[i])
		asm.VPERMQ(operand.Imm(right), d[i], d[i])
	}
}

// diagonal does the same for two states side by side: each register has two words of either.
func (g mixer) diagonal(b, c, d quad) (quad, quad, quad) {
	d = shift(d)
	return shift(b), quad{c[1], c[0]}, quad{d[1], d[0]}
}

func (g mixer) undiagonal(b, c, d quad) (quad, quad, quad) {
	b = shift(b)
	return quad{b[1], b[0]}, quad{c[1], c[0]}, shift(d)
}

// shift makes x1 x2 and x3 x0 of x0 x1 and x2 x3, in each half.
func shift(q quad) quad {
	turned := quad{asm.YMM(), asm.YMM()}
	asm.VPALIGNR(operand.Imm(8), q[0], q[1], turned[0])
	asm.VPALIGNR(operand.Imm(8), q[1], q[0], turned[1])
	return turned
}
