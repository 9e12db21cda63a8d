package dumptest

import (
	"slices"
	"strings"

	"pgregory.net/rapid"
)

const (
	// BcryptHash is a stored hash as dumps hold them.
	BcryptHash = "$2a$10$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234"
	// OneLine is a line of a list.
	OneLine = "alice@example.com:pw\n"
)

// Passwords draws any bytes but those that the format cannot carry.
func Passwords(t *rapid.T, without string) []byte {
	return slices.DeleteFunc(append(rapid.SliceOfN(rapid.Byte(), 0, 30).Draw(t, "password"), 'x'),
		func(b byte) bool { return strings.IndexByte(without, b) >= 0 })
}

// MarkStored gives each want the mark for its secret that the cut has, since random passwords may be
// shaped like hashes.
func MarkStored(want, got []string) []string {
	out := slices.Clone(want)
	for i := range min(len(out), len(got)) {
		if id, secret, ok := strings.Cut(out[i], "="); ok && got[i] == id+"!"+secret {
			out[i] = got[i]
		}
	}
	return out
}
