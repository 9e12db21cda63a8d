package lanes

import "math/bits"

// fillBlock is fillBlockAVX2 for every machine.
func fillBlock(out, prev, ref, _ *[blockWords]uint64, xor bool) {
	var r, z block
	for i := range r {
		r[i] = prev[i] ^ ref[i]
	}
	z = r
	for i := 0; i < blockWords; i += 16 {
		blamka(&z[i], &z[i+1], &z[i+2], &z[i+3], &z[i+4], &z[i+5], &z[i+6], &z[i+7],
			&z[i+8], &z[i+9], &z[i+10], &z[i+11], &z[i+12], &z[i+13], &z[i+14], &z[i+15])
	}
	for i := 0; i < 16; i += 2 {
		blamka(&z[i], &z[i+1], &z[i+16], &z[i+17], &z[i+32], &z[i+33], &z[i+48], &z[i+49],
			&z[i+64], &z[i+65], &z[i+80], &z[i+81], &z[i+96], &z[i+97], &z[i+112], &z[i+113])
	}
	for i := range out {
		word := r[i] ^ z[i]
		if xor {
			word ^= out[i]
		}
		out[i] = word
	}
}

// blamka is a round of BLAKE2b with products in its sums.
func blamka(v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13, v14, v15 *uint64) {
	mixWords(v0, v4, v8, v12)
	mixWords(v1, v5, v9, v13)
	mixWords(v2, v6, v10, v14)
	mixWords(v3, v7, v11, v15)
	mixWords(v0, v5, v10, v15)
	mixWords(v1, v6, v11, v12)
	mixWords(v2, v7, v8, v13)
	mixWords(v3, v4, v9, v14)
}

func mixWords(a, b, c, d *uint64) {
	*a = product(*a, *b)
	*d = bits.RotateLeft64(*d^*a, -32)
	*c = product(*c, *d)
	*b = bits.RotateLeft64(*b^*c, -24)
	*a = product(*a, *b)
	*d = bits.RotateLeft64(*d^*a, -16)
	*c = product(*c, *d)
	*b = bits.RotateLeft64(*b^*c, -63)
}

func product(a, b uint64) uint64 { return a + b + 2*uint64(uint32(a))*uint64(uint32(b)) }
