#include "textflag.h"

// func markAVX2(text *byte, out *mark, n int, low, high *[16]uint8)
//
// The classes of a byte are those of its low half that are also those of its high half. VPSHUFB looks
// both up, 32 bytes at once, and gives 0 where the highest bit of a byte is set.
TEXT ·markAVX2(SB), NOSPLIT, $0-40
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
	MOVQ $0x1f1f1f1f1f1f1f1f, AX // hostClasses
	MOVQ AX, X11
	VPBROADCASTQ X11, Y11
	MOVQ $0x2e2e2e2e2e2e2e2e, AX // dots
	MOVQ AX, X12
	VPBROADCASTQ X12, Y12
	VPXOR Y13, Y13, Y13

loop:
	VMOVDQU (SI), Y0
	VMOVDQU 32(SI), Y1

	VPCMPEQB Y12, Y0, Y2
	VPCMPEQB Y12, Y1, Y3
	VPMOVMSKB Y2, AX
	VPMOVMSKB Y3, BX
	SHLQ $32, BX
	ORQ BX, AX
	MOVQ AX, 16(DI)

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

	VPCMPEQB Y13, Y0, Y2
	VPCMPEQB Y13, Y1, Y3
	VPMOVMSKB Y2, AX
	VPMOVMSKB Y3, BX
	SHLQ $32, BX
	ORQ BX, AX
	MOVQ AX, (DI)

	VPAND Y11, Y0, Y0
	VPAND Y11, Y1, Y1
	VPCMPEQB Y13, Y0, Y2
	VPCMPEQB Y13, Y1, Y3
	VPMOVMSKB Y2, AX
	VPMOVMSKB Y3, BX
	SHLQ $32, BX
	ORQ BX, AX
	MOVQ AX, 8(DI)

	ADDQ $64, SI
	ADDQ $24, DI
	DECQ CX
	JNZ loop

	VZEROUPPER
	RET
