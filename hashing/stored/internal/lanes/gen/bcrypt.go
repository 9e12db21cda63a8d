package main

import (
	"fmt"

	asm "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// What a lane of bcrypt is: the P-array and then the four S-boxes of Blowfish, so that one expansion fills it from its
// beginning to its end. Sizes are in bytes.
const (
	bcryptLanes = 4
	bcryptP     = 18 * 4
	bcryptBox   = 256 * 4
	bcryptLane  = bcryptP + 4*bcryptBox
)

// bcrypt writes the expansion of Blowfish, which encrypts its own output over and over: each round waits for four
// reads that depend on the one before. Four lanes side by side use what one leaves idle.
func bcrypt() {
	asm.TEXT("expandX4", 0, fmt.Sprintf("func(state *[%d]uint32)", bcryptLanes*bcryptLane/4))
	asm.Doc("expandX4 expands four states of Blowfish whose P-arrays the key was xored into.")
	asm.Pragma("noescape")
	base := asm.Load(asm.Param("state"), asm.GP64())
	at := asm.GP64()
	asm.MOVQ(base, at)
	count := asm.GP32()
	asm.MOVL(operand.U32(bcryptLane/8), count)
	var left, right [bcryptLanes]reg.GPVirtual
	for lane := range bcryptLanes {
		left[lane], right[lane] = asm.GP32(), asm.GP32()
		asm.XORL(left[lane], left[lane])
		asm.XORL(right[lane], right[lane])
	}
	asm.Label("next")
	for lane := range bcryptLanes {
		asm.XORL(p(base, lane, 0), left[lane])
	}
	for round := 1; round <= 16; round++ {
		for lane := range bcryptLanes {
			asm.XORL(p(base, lane, round), right[lane])
			feistel(base, lane, left[lane], right[lane])
		}
		left, right = right, left
	}
	for lane := range bcryptLanes {
		// The halves are swapped once more than they should be, so the left one goes to the right.
		asm.XORL(p(base, lane, 17), right[lane])
		asm.MOVL(right[lane], operand.Mem{Base: at}.Offset(lane*bcryptLane))
		asm.MOVL(left[lane], operand.Mem{Base: at}.Offset(lane*bcryptLane+4))
		// Sixteen rounds left each half in its register; what follows takes them the other way around.
		asm.XCHGL(left[lane], right[lane])
	}
	asm.ADDQ(operand.Imm(8), at)
	asm.DECL(count)
	asm.JNZ(operand.LabelRef("next"))
	asm.RET()
}

// p is a word of the P-array of a lane.
func p(base reg.Register, lane, word int) operand.Mem {
	return operand.Mem{Base: base}.Offset(lane*bcryptLane + 4*word)
}

// feistel xors F(x) into y.
func feistel(base reg.Register, lane int, x, y reg.GPVirtual) {
	box := func(i int, index reg.Register) operand.Mem {
		return operand.Mem{Base: base, Index: index, Scale: 4}.Offset(lane*bcryptLane + bcryptP + i*bcryptBox)
	}
	t, sum := asm.GP64(), asm.GP32()
	asm.MOVL(x, t.As32())
	asm.SHRL(operand.Imm(24), t.As32())
	asm.MOVL(box(0, t), sum)
	asm.MOVL(x, t.As32())
	asm.SHRL(operand.Imm(16), t.As32())
	asm.MOVBLZX(t.As8(), t.As32())
	asm.ADDL(box(1, t), sum)
	asm.MOVL(x, t.As32())
	asm.SHRL(operand.Imm(8), t.As32())
	asm.MOVBLZX(t.As8(), t.As32())
	asm.XORL(box(2, t), sum)
	asm.MOVBLZX(x.As8(), t.As32())
	asm.ADDL(box(3, t), sum)
	asm.XORL(sum, y)
}
