package sweep

import (
	"bytes"

	"github.com/credsieve/credsieve/datasets/dump/internal/escape"
)

// hashSchemes are what stored hashes begin with, besides "$" and a scheme between braces.
var hashSchemes = []string{"pbkdf2", "bcrypt", "argon2", "sha1$", "sha256$", "md5$", "scrypt", "*"}

// isHash reports whether a text is shaped like a hash. Bare digests count as such: where one stands
// beside an address, it is far more often a hash than what a user typed.
func isHash(text []byte) bool {
	if len(text) < 32 {
		return false
	}
	if out := escape.Unhex(text); out != nil && escape.Readable(out) != nil {
		return false // a text, written in hex
	}
	if isDigest(text) || text[0] == '*' && isDigest(text[1:]) || text[1]|0x20 == 'x' && isDigest(text[2:]) {
		return true
	}
	if bytes.ContainsAny(text, " \t\n\"'<>@") {
		return false
	}
	if text[0] == '$' {
		return bytes.IndexByte(text[1:], '$') >= 0 && !bytes.HasPrefix(text, []byte("$HEX["))
	}
	if text[0] == '{' {
		return bytes.IndexByte(text[:24], '}') > 0
	}
	for _, scheme := range hashSchemes {
		if len(scheme) > 1 && bytes.HasPrefix(text, []byte(scheme)) && bytes.IndexByte(text, '$') > 0 {
			return true
		}
	}
	if i := bytes.IndexByte(text, ':'); i > 0 { // digest:salt
		return isDigest(text[:i])
	}
	return false
}

func isDigest(text []byte) bool {
	switch len(text) {
	case 32, 40, 48, 56, 64, 96, 128:
	default:
		return false
	}
	for _, c := range text {
		if escape.HexValue(c) < 0 {
			return false
		}
	}
	return true
}
