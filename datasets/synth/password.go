package synth

import (
	"math/rand/v2"
	"strconv"
	"unicode/utf8"
)

// Passwords of one account are numbered: 0 is the current one, 1 to 9 are those it does not have.
const passwordVersions = 10

// minPasswordLength, in characters, is so long that a search for a password in an output cannot
// hit by chance.
const minPasswordLength = 10

// password is the given version of the account's password. It holds one run of digits, a number
// that no other password has, because the factor is coprime to the modulus and so no two inputs
// meet. It holds neither "_" nor "." and so never looks like a user name or an address. It is
// shorter than 72 bytes, beyond which bcrypt does not look.
func (p people) password(a *account, version int) string {
	const factor, modulus = 387_420_489, 10_000_000_000
	number := (uint64(a.index)*passwordVersions + uint64(version) + 1) * factor % modulus
	r := newStream(p.seed, "password", uint64(a.index), uint64(version))
	return compose(r, strconv.FormatUint(number, 10), a.email != "")
}

// compose strings words and symbols around the digits, in the ways that break readers of dumps.
// An "@" is only for accounts with an address: after a user name it leaves a reader in doubt
// which of the two is the identifier.
func compose(r *rand.Rand, digits string, at bool) string {
	a, b := capitalized(word(r)), word(r)
	symbol := pick(r, []string{"!", "#", "$", "%", "&", "*", "=", "?", "~", "^", "\\", "<", ")"})
	var s string
	switch r.IntN(10) {
	case 0: // a separator of combo lists inside
		s = a + pick(r, []string{":", ";", "|"}) + b + digits
	case 1: // more than one, and at the end
		s = digits + ":" + a + pick(r, []string{";", "|", ":"}) + b + ":"
	case 2:
		s = a + " " + b + " " + digits
	case 3: // quotes and commas, the bane of CSV
		s = a + `"` + b + `,` + digits + `""`
	case 4:
		s = pick(r, []string{`"`, `'`})
		s += a + b + digits + s
	case 5:
		s = pick(r, foreignWords) + digits + symbol + b
	case 6:
		s = a + symbol + b + "-" + word(r) + "-" + word(r) + digits
	case 7:
		if at {
			s = a + "@" + b + digits
			break
		}
		fallthrough
	default:
		s = a + b + digits + symbol
	}
	for utf8.RuneCountInString(s) < minPasswordLength {
		s += word(r)
	}
	return s
}
