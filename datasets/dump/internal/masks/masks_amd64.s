#include "textflag.h"

// func lookAVX2(text *byte, out *Mask, n int, low, high *[16]uint8)
//
// The classes of a byte are those of its low half that are also those of its high half. VPSHUFB looks
// both up, 32 bytes at once, and gives 0 where the highest bit of a byte is set. The class of @ is the
// highest bit, which VPMOVMSKB gathers.
TEXT ·lookAVX2(SB), NOSPLIT, $0-40
	MOVQ text+0(FP), SI
	MOVQ out+8(FP), DI
	MOVQ n+16(FP), CX
	MOVQ low+24(FP), R8
	MOVQ high+32(FP), R9

	VBROADCASTI128 (R8), Y8
	VBROADCASTI128 (R9), Y9
	MOVQ $0x0f0f0f0f0f0f0f0f, AX
	MOVQ AX, X10
	VPBROADCASTQ X10, Y10
	MOVQ $0x1f1f1f1f1f1f1f1f, AX // packedClasses
	MOVQ AX, X11
	VPBROADCASTQ X11, Y11
	MOVQ $0x6060606060606060, AX // signClasses
	MOVQ AX, X12
	VPBROADCASTQ X12, Y12
	VPXOR Y13, Y13, Y13
	MOVQ $0xefefefefefefefef, AX // wideSign
	MOVQ AX, X14
	VPBROADCASTQ X14, Y14

loop:
	VMOVDQU (SI), Y0
	VMOVDQU 32(SI), Y1

	VPCMPEQB Y14, Y0, Y2
	VPCMPEQB Y14, Y1, Y3
	VPMOVMSKB Y2, DX
	VPMOVMSKB Y3, BX
	SHLQ $32, BX
	ORQ BX, DX

	VPSHUFB Y0, Y8, Y2
	VPSHUFB Y1, Y8, Y3
	VPSRLW $4, Y0, Y0
	VPSRLW $4, Y1, Y1
	VPAND Y10, Y0, Y0
	VPAND Y10, Y1, Y1
	VPSHUFB Y0, Y9, Y0
	VPSHUFB Y1, Y9, Y1
	VPAND Y2, Y0, Y0
	VPAND Y3, Y1, Y1

	VPMOVMSKB Y0, AX
	VPMOVMSKB Y1, BX
	SHLQ $32, BX
	ORQ BX, AX
	MOVQ AX, (DI)

	VPAND Y12, Y0, Y2
	VPAND Y12, Y1, Y3
	VPCMPEQB Y13, Y2, Y2
	VPCMPEQB Y13, Y3, Y3
	VPMOVMSKB Y2, AX
	VPMOVMSKB Y3, BX
	SHLQ $32, BX
	ORQ BX, AX
	NOTQ AX
	ORQ DX, AX
	MOVQ AX, 8(DI)

	VPAND Y11, Y0, Y2
	VPAND Y11, Y1, Y3
	VPCMPEQB Y13, Y2, Y2
	VPCMPEQB Y13, Y3, Y3
	VPMOVMSKB Y2, AX
	VPMOVMSKB Y3, BX
	SHLQ $32, BX
	ORQ BX, AX
	NOTQ AX
	MOVQ AX, 16(DI)

	ADDQ $64, SI
	ADDQ $24, DI
	DECQ CX
	JNZ loop

	VZEROUPPER
	RET
