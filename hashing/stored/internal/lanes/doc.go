// Package lanes computes password hashes faster than the libraries that everybody uses, several at once where that is what makes
// it faster. Its answers are those of the libraries, or it is switched off:
//
//   - argon2id, argon2i and argon2d: one at a time, with AVX2, in memory that is used again ([Kernels.Close] wipes it)
//   - scrypt: one at a time, with AVX, in such memory
//   - bcrypt: four at once, interleaved
//   - PBKDF2 with SHA-1, SHA-256 and SHA-512, sha256crypt and sha512crypt: four to sixteen at once, a word of each in one
//     register, with AVX2 or AVX-512
//
// [Reference] is what computes the same by golang.org/x/crypto, github.com/go-crypt/x and the standard library.
//
// # Trust
//
//  1. The first time that a process asks for a kernel, it computes random tasks in every lane, with different salts side by
//     side and passwords of each class of length. One that differs from the reference is switched off: [Kernels.Off]
//     says so, and the reference takes its place.
//  2. Of what it computes afterwards, the first key of each class (kernel, lane, length of the password) and then one in
//     a thousand are computed once more by the reference. A difference is [Kernels.Err], and the run must fail.
//  3. Whoever calls this package holds a match against the reference before it counts. What a match is, this package
//     does not know.
//
// # Several at once
//
// A task of a kernel with several lanes waits until a worker is free; the worker takes all tasks of the same costs that wait by
// then, as many as there are lanes. So there must be more tasks under way than workers: twice as many as there are
// lanes keep all lanes full. No goroutine is started here.
//
// Not guaranteed: that nothing of a password stays in memory that Go's heap and stacks use.
package lanes

//go:generate go run ./gen -kernel argon2 -pkg lanes -out argon2_amd64.s -stubs argon2_amd64.go
//go:generate go run ./gen -kernel bcrypt -pkg lanes -out bcrypt_amd64.s -stubs bcrypt_amd64.go
//go:generate go run ./gen -kernel sha -pkg lanes -out sha_amd64.s -stubs sha_amd64.go
//go:generate go run ./gen -kernel scrypt -pkg lanes -out scrypt_amd64.s -stubs scrypt_amd64.go
