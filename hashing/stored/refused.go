package stored

import (
	"slices"
	"strings"
)

// What is recognised only so that it is counted under a cause of its own.

// refuseAs refuses what a claim has recognised.
func refuseAs(cause Cause, what string) func(string, Limits) (Hash, error) {
	return func(string, Limits) (Hash, error) { return nil, refuse(cause, "%s", what) }
}

// claimsNoPassword claims what stands for "no password opens this account": ! and anything after
// it (Django, shadow), and the marks of shadow files and of a crypt(3) that failed.
func claimsNoPassword(encoded string) bool {
	return strings.HasPrefix(encoded, "!") ||
		slices.Contains([]string{"*", "*0", "*1", "*LK*", "*NP*", "x", "NP"}, encoded)
}

// claimsBareDigest claims hexadecimal digits of the length of a digest, alone or before a colon and
// a salt.
func claimsBareDigest(encoded string) bool {
	digits, _, _ := strings.Cut(encoded, ":")
	return slices.Contains([]int{32, 40, 56, 64, 96, 128}, len(digits)) && isHex(digits, hexEither)
}

// claimsMySQL323 claims sixteen digits, which MySQL before 4.1 wrote; they may also be half of an
// LM hash.
func claimsMySQL323(encoded string) bool {
	return len(encoded) == 16 && isHex(encoded, hexEither)
}

// The lengths of the strings of DES: two characters of salt and eleven for each eight of the
// password, which bigcrypt alone has more than once, up to sixteen times.
const (
	desSalt     = 2
	desBlock    = 11
	bigcryptEnd = desSalt + 16*desBlock
	bsdiSize    = 20
)

func claimsDES(encoded string) bool {
	if rest, ok := strings.CutPrefix(encoded, "_"); ok {
		return len(encoded) == bsdiSize && consistsOf(rest, cryptAlphabet)
	}
	blocks := len(encoded) - desSalt
	return blocks > 0 && blocks%desBlock == 0 && len(encoded) <= bigcryptEnd &&
		consistsOf(encoded, cryptAlphabet)
}
