package stored

import (
	"bytes"
	"strings"
)

// What the schemes of crypt(3) have in common: texts of cryptAlphabet, six bits a character with
// the lowest bits first, and a password that ends where a C string ends.
const (
	cryptAlphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

	// libxcrypt refuses these in a setting, besides spaces and what is not printable ASCII: they
	// end fields of the shadow file or mark locked accounts. $ ends the salt.
	badSaltCharacters = "$:*!;\\"
)

// refusesNUL is for schemes of C libraries: they see the password up to a NUL, others see all of
// it, so that there is no common answer.
func refusesNUL(password []byte) Cause {
	if bytes.IndexByte(password, 0) >= 0 {
		return CauseNULInPassword
	}
	return ""
}

// checkCryptSalt refuses a salt that crypt(3) would cut off or not accept: what it returned holds
// none such.
func checkCryptSalt(salt string, most int) error {
	if len(salt) > most {
		return refuse(CauseMalformed, "salt is longer than %d characters", most)
	}
	for i := range len(salt) {
		if b := salt[i]; b <= ' ' || b > '~' || strings.IndexByte(badSaltCharacters, b) >= 0 {
			return refuse(CauseMalformed, "salt has a character that crypt(3) does not accept")
		}
	}
	return nil
}

// checkCryptTag refuses a tag that is not the text of size bytes. The bits that its last character
// has to spare must be zero: no writer sets them.
func checkCryptTag(tag string, size int) error {
	if len(tag) != (size*8+5)/6 {
		return refuse(CauseMalformed, "tag is not of %d characters", (size*8+5)/6)
	}
	if !consistsOf(tag, cryptAlphabet) {
		return refuse(CauseMalformed, "tag has a character of another alphabet")
	}
	spare := len(tag)*6 - size*8
	if strings.IndexByte(cryptAlphabet, tag[len(tag)-1])>>(6-spare) != 0 {
		return refuse(CauseMalformed, "tag has spare bits set")
	}
	return nil
}

// cryptText is the text of bytes: groups of three, the first byte lowest.
func cryptText(src []byte) []byte {
	text := make([]byte, 0, (len(src)*8+5)/6)
	for len(src) > 0 {
		n := min(3, len(src))
		var value uint
		for i := range n {
			value |= uint(src[i]) << (8 * i)
		}
		for range (n*8 + 5) / 6 {
			text = append(text, cryptAlphabet[value&63])
			value >>= 6
		}
		src = src[n:]
	}
	return text
}

// parseCryptRounds reads a number of rounds that must lie between least and the limit.
func parseCryptRounds(text string, least, most uint64, lim Limits) (uint32, error) {
	rounds, ok := parseDecimal(text)
	switch {
	case !ok:
		return 0, refuse(CauseMalformed, "rounds are not a decimal number")
	case rounds < least:
		return 0, refuse(CauseMalformed, "fewer than %d rounds", least)
	case rounds > min(uint64(lim.CryptRounds), most):
		return 0, refuse(CauseOverLimit, "more than %d rounds", min(uint64(lim.CryptRounds), most))
	}
	return uint32(rounds), nil
}
