#include "textflag.h"

// ROUND is one SipRound of eight texts, see sip.round.
#define ROUND(v0, v1, v2, v3) \
	VPADDQ v1, v0, v0; \
	VPADDQ v3, v2, v2; \
	VPROLQ $13, v1, v1; \
	VPROLQ $16, v3, v3; \
	VPXORQ v0, v1, v1; \
	VPXORQ v2, v3, v3; \
	VPROLQ $32, v0, v0; \
	VPADDQ v3, v0, v0; \
	VPADDQ v1, v2, v2; \
	VPROLQ $21, v3, v3; \
	VPROLQ $17, v1, v1; \
	VPXORQ v0, v3, v3; \
	VPXORQ v2, v1, v1; \
	VPROLQ $32, v2, v2

// START broadcasts half of a key, mixed with a constant of the hash.
#define START(half, constant, v) \
	MOVQ $constant, R8; \
	XORQ half, R8; \
	VPBROADCASTQ R8, v

// FINISH mixes a constant into a word of the state, does four rounds and stores one half of the sums.
#define FINISH(constant, v, half) \
	MOVQ constant, R8; \
	VPBROADCASTQ R8, Z8; \
	VPXORQ Z8, v, v; \
	ROUND(Z0, Z1, Z2, Z3); \
	ROUND(Z0, Z1, Z2, Z3); \
	ROUND(Z0, Z1, Z2, Z3); \
	ROUND(Z0, Z1, Z2, Z3); \
	VPXORQ Z0, Z1, Z4; \
	VPXORQ Z2, Z3, Z5; \
	VPXORQ Z4, Z5, Z4; \
	MOVQ half, DI; \
	VMOVDQU64 Z4, (DI)

// func sumLanes(key *[2]uint64, words *[8][8]uint64, counts *[8]uint64, most int, low, high *[8]uint64)
//
// A lane whose words are used up keeps its state until all are.
TEXT ·sumLanes(SB), NOSPLIT, $0-48
	MOVQ key+0(FP), AX
	MOVQ words+8(FP), SI
	MOVQ counts+16(FP), BX
	MOVQ most+24(FP), CX
	MOVQ (AX), R9
	MOVQ 8(AX), R10

	START(R9, 0x736f6d6570736575, Z0)
	START(R10, 0x646f72616e646f83, Z1) // with 0xee, which stands for 128 bits
	START(R9, 0x6c7967656e657261, Z2)
	START(R10, 0x7465646279746573, Z3)
	VMOVDQU64 (BX), Z9
	VPXORQ Z10, Z10, Z10
	MOVQ $1, R8
	VPBROADCASTQ R8, Z11

words:
	VPCMPUQ $6, Z10, Z9, K1 // more words than so many
	VMOVDQU64 (SI), Z8
	VMOVDQA64 Z0, Z4
	VMOVDQA64 Z1, Z5
	VMOVDQA64 Z2, Z6
	VPXORQ Z8, Z3, Z7
	ROUND(Z4, Z5, Z6, Z7)
	ROUND(Z4, Z5, Z6, Z7)
	VPXORQ Z8, Z4, K1, Z0
	VMOVDQA64 Z5, K1, Z1
	VMOVDQA64 Z6, K1, Z2
	VMOVDQA64 Z7, K1, Z3
	VPADDQ Z11, Z10, Z10
	ADDQ $64, SI
	DECQ CX
	JNZ words

	FINISH($0xee, Z2, low+32(FP))
	FINISH($0xdd, Z1, high+40(FP))
	VZEROUPPER
	RET

// Four times the same byte each.
DATA folding<>+0x00(SB)/4, $0x20202020 // space, and what makes a capital small
DATA folding<>+0x04(SB)/4, $0x5e5e5e5e // from space to tilde
DATA folding<>+0x08(SB)/4, $0x40404040 // @
DATA folding<>+0x0c(SB)/4, $0x41414141 // A
DATA folding<>+0x10(SB)/4, $0x19191919 // from A to Z
GLOBL folding<>(SB), RODATA|NOPTR, $20

// func foldLine(to *[64]byte, from *byte, n int) (at, spaces, odd uint64)
TEXT ·foldLine(SB), NOSPLIT, $0-48
	MOVQ to+0(FP), DI
	MOVQ from+8(FP), SI
	MOVQ n+16(FP), CX
	MOVQ $-1, AX
	BZHIQ CX, AX, AX
	KMOVQ AX, K1
	VPBROADCASTD folding<>+0x00(SB), Z1
	VPBROADCASTD folding<>+0x04(SB), Z2
	VPBROADCASTD folding<>+0x08(SB), Z3
	VPBROADCASTD folding<>+0x0c(SB), Z4
	VPBROADCASTD folding<>+0x10(SB), Z5

	VMOVDQU8.Z (SI), K1, Z0
	VPSUBB Z1, Z0, Z6
	VPSUBB Z4, Z0, Z7
	VPCMPUB $6, Z2, Z6, K1, K2
	VPCMPUB $0, Z3, Z0, K1, K3
	VPCMPUB $0, Z1, Z0, K1, K4
	VPCMPUB $2, Z5, Z7, K5
	VPADDB Z1, Z0, K5, Z0
	VMOVDQU64 Z0, (DI)
	KMOVQ K2, R8
	KMOVQ K3, R9
	KMOVQ K4, R10
	MOVQ R9, at+24(FP)
	MOVQ R10, spaces+32(FP)
	MOVQ R8, odd+40(FP)
	VZEROUPPER
	RET
