//go:build !purego

package lanes

import "golang.org/x/sys/cpu"

// native are the kernels of this processor.
func native() []*kernel {
	list := []*kernel{bcryptKernel("blowfish-x4", expandX4)}
	if cpu.X86.HasAVX2 {
		for _, scheme := range []Scheme{Argon2d, Argon2i, Argon2id} {
			list = append(list, argon2Kernel(scheme, "blamka-avx2", fillBlockAVX2))
		}
	}
	if cpu.X86.HasAVX {
		list = append(list, scryptKernel("salsa20-avx", blockMixAVX))
	}
	return append(list, digests()...)
}

// digests are the kernels that put digests of several lanes side by side.
func digests() []*kernel {
	switch {
	case cpu.X86.HasAVX512F:
		return []*kernel{
			pbkdf2Kernel(PBKDF2SHA1, "sha1-avx512-x16", 4, digestSHA1(16, compressSHA1x16)),
			pbkdf2Kernel(PBKDF2SHA256, "sha256-avx512-x16", 4, digestSHA256(16, compressSHA256x16)),
			pbkdf2Kernel(PBKDF2SHA512, "sha512-avx512-x8", 2, digestSHA512(8, compressSHA512x8)),
			shaCryptKernel(SHA256Crypt, "sha256-avx512-x16", 6, digestSHA256(16, compressSHA256x16), cryptOrder256),
			shaCryptKernel(SHA512Crypt, "sha512-avx512-x8", 3, digestSHA512(8, compressSHA512x8), cryptOrder512),
		}
	case cpu.X86.HasAVX2:
		return avx2Digests()
	}
	return nil
}

// avx2Digests are those of processors without AVX-512. Where the standard library uses SHA-NI, fewer lanes than these
// are no faster than it.
func avx2Digests() []*kernel {
	return []*kernel{
		pbkdf2Kernel(PBKDF2SHA1, "sha1-avx2-x8", 4, digestSHA1(8, compressSHA1x8)),
		pbkdf2Kernel(PBKDF2SHA256, "sha256-avx2-x8", 6, digestSHA256(8, compressSHA256x8)),
		pbkdf2Kernel(PBKDF2SHA512, "sha512-avx2-x4", 2, digestSHA512(4, compressSHA512x4)),
		shaCryptKernel(SHA256Crypt, "sha256-avx2-x8", 6, digestSHA256(8, compressSHA256x8), cryptOrder256),
		shaCryptKernel(SHA512Crypt, "sha512-avx2-x4", 2, digestSHA512(4, compressSHA512x4), cryptOrder512),
	}
}

func compressSHA1x8(s, w []uint32)    { sha1x8((*[40]uint32)(s), (*[128]uint32)(w)) }
func compressSHA1x16(s, w []uint32)   { sha1x16((*[80]uint32)(s), (*[256]uint32)(w)) }
func compressSHA256x8(s, w []uint32)  { sha256x8((*[64]uint32)(s), (*[128]uint32)(w)) }
func compressSHA256x16(s, w []uint32) { sha256x16((*[128]uint32)(s), (*[256]uint32)(w)) }
func compressSHA512x4(s, w []uint64)  { sha512x4((*[32]uint64)(s), (*[64]uint64)(w)) }
func compressSHA512x8(s, w []uint64)  { sha512x8((*[64]uint64)(s), (*[128]uint64)(w)) }
