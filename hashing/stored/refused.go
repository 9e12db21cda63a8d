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
	return strings.HasPrefix(encoded, "!") && !strings.HasPrefix(encoded, rtPrefix) ||
		slices.Contains([]string{"*", "*0", "*1", "*LK*", "*NP*", "x", "NP"}, encoded)
}

// claimsBareDigest claims hexadecimal digits of the length of a digest, alone or before a colon and
// a salt.
func claimsBareDigest(encoded string) bool {
	digits, _, _ := strings.Cut(encoded, ":")
	return bareDigests[len(digits)] != "" && isHex(digits, hexEither)
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

// claimsPlaintext claims the names in braces that stand for a password as it is, in whatever encoding.
func claimsPlaintext(encoded string) bool {
	name, _, ok := cutLDAP(encoded)
	bare, _, _ := cutEncoding(name)
	return ok && slices.Contains([]string{"CLEARTEXT", "CLEAR", "PLAIN", "PLAINTEXT"}, bare)
}

// bareDigests are what hexadecimal digits of a length may be.
var bareDigests = map[int]string{
	32:  "MD5, NTLM, LM, a digest of a digest",
	40:  "SHA-1, MySQL's without its *, or with a salt OpenCart, Redmine, Joomla",
	56:  "SHA-224",
	64:  "SHA-256, OTRS, or Discourse without its salt",
	96:  "SHA-384",
	100: "Grafana or Gitea without its salt",
	128: "SHA-512",
}

// refuseBareDigest names what digits of that length may be.
func refuseBareDigest(encoded string, _ Limits) (Hash, error) {
	digits, _, _ := strings.Cut(encoded, ":")
	return nil, refuse(CauseAmbiguous, "bare digits do not tell their scheme: %d may be %s; say it in --hash-steps",
		len(digits), bareDigests[len(digits)])
}
