package synth

import (
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
)

// newStream returns the stream of random numbers that belongs to label and numbers under seed.
// Streams are independent, so accounts and dumps can be made in any order and on any worker.
func newStream(seed uint64, label string, numbers ...uint64) *rand.Rand {
	buf := make([]byte, 0, 96)
	buf = append(buf, "credsieve/synth/1/"...)
	buf = append(buf, label...)
	// The labels are constants without a NUL, so the numbers begin at a place without doubt.
	buf = append(buf, 0)
	buf = binary.LittleEndian.AppendUint64(buf, seed)
	for _, n := range numbers {
		buf = binary.LittleEndian.AppendUint64(buf, n)
	}
	return rand.New(rand.NewChaCha8(sha256.Sum256(buf)))
}

// oneIn is true once in n times.
func oneIn(r *rand.Rand, n int) bool { return r.IntN(n) == 0 }

// pick returns one of choices, each as likely as the others.
func pick[T any](r *rand.Rand, choices []T) T { return choices[r.IntN(len(choices))] }
