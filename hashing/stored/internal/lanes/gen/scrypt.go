package main

import (
	"github.com/mmcloughlin/avo/attr"
	asm "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// scrypt writes BlockMix of RFC 7914 with Salsa20/8 whose words lie along the diagonals, so that a step is one instruction
// for four of them.
func scrypt() {
	asm.TEXT("blockMixAVX", attr.NOSPLIT, "func(in, other, out *uint32, r uint64)")
	asm.Doc("blockMixAVX sets out to BlockMix of in xored with other, which may be a block of zeros. All have 32*r words.")
	asm.Pragma("noescape")
	in, other := asm.Load(asm.Param("in"), asm.GP64()), asm.Load(asm.Param("other"), asm.GP64())
	even, r := asm.Load(asm.Param("out"), asm.GP64()), asm.Load(asm.Param("r"), asm.GP64())
	size := asm.GP64() // of half of out, in bytes
	asm.MOVQ(r, size)
	asm.SHLQ(operand.U8(6), size)
	odd := asm.GP64()
	asm.LEAQ(operand.Mem{Base: even, Index: size, Scale: 1}, odd)

	var x [4]reg.VecVirtual
	last := asm.GP64()
	asm.LEAQ(operand.Mem{Base: size, Index: size, Scale: 1, Disp: -64}, last)
	for i := range x {
		x[i] = asm.XMM()
		asm.VMOVDQU(operand.Mem{Base: in, Index: last, Scale: 1, Disp: 16 * i}, x[i])
		asm.VPXOR(operand.Mem{Base: other, Index: last, Scale: 1, Disp: 16 * i}, x[i], x[i])
	}
	asm.Label("pair")
	for half, out := range []reg.Register{even, odd} {
		for i := range x {
			asm.VPXOR(operand.Mem{Base: in, Disp: 64*half + 16*i}, x[i], x[i])
			asm.VPXOR(operand.Mem{Base: other, Disp: 64*half + 16*i}, x[i], x[i])
		}
		salsa(&x)
		for i := range x {
			asm.VMOVDQU(x[i], operand.Mem{Base: out, Disp: 16 * i})
		}
	}
	asm.ADDQ(operand.U32(128), in)
	asm.ADDQ(operand.U32(128), other)
	asm.ADDQ(operand.U8(64), even)
	asm.ADDQ(operand.U8(64), odd)
	asm.DECQ(r)
	asm.JNZ(operand.LabelRef("pair"))
	asm.RET()
}

// salsa is Salsa20/8.
func salsa(x *[4]reg.VecVirtual) {
	var begin [4]reg.VecVirtual
	for i := range x {
		begin[i] = asm.XMM()
		asm.VMOVDQA(x[i], begin[i])
	}
	step := func(to, a, b, n int) {
		t, u := asm.XMM(), asm.XMM()
		asm.VPADDD(x[a], x[b], t)
		asm.VPSLLD(operand.U8(n), t, u)
		asm.VPSRLD(operand.U8(32-n), t, t)
		asm.VPXOR(u, x[to], x[to])
		asm.VPXOR(t, x[to], x[to])
	}
	turn := func(i int, how uint8) { asm.VPSHUFD(operand.U8(how), x[i], x[i]) }
	for range 4 {
		step(1, 0, 3, 7)
		step(2, 1, 0, 9)
		step(3, 2, 1, 13)
		step(0, 3, 2, 18)
		turn(1, 0x93)
		turn(2, 0x4e)
		turn(3, 0x39)
		step(3, 0, 1, 7)
		step(2, 3, 0, 9)
		step(1, 2, 3, 13)
		step(0, 1, 2, 18)
		turn(1, 0x39)
		turn(2, 0x4e)
		turn(3, 0x93)
	}
	for i := range x {
		asm.VPADDD(begin[i], x[i], x[i])
	}
}
