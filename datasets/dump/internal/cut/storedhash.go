package cut

import (
	"bytes"
	"strings"
)

// hashShapes are the beginnings of stored hashes with the least length that one can have; a shorter
// text may well be a password.
var hashShapes = []struct {
	prefix  string
	atLeast int
}{
	{"$2a$", 60}, {"$2b$", 60}, {"$2x$", 60}, {"$2y$", 60},
	{"$argon2", 40}, {"$bcrypt-sha256$", 60}, {"$scrypt$", 40}, {"$pbkdf2", 30},
	{"$1$", 25}, {"$5$", 46}, {"$6$", 89}, {"$apr1$", 28}, {"$sha1$", 34}, {"$md5", 27},
	{"$y$", 50}, {"$gy$", 50}, {"$7$", 50}, {"$P$", 34}, {"$H$", 34}, {"$S$", 55}, {"$wp$", 60},
	{"pbkdf2_sha", 40}, {"bcrypt$$2", 60}, {"bcrypt_sha256$$2", 70}, {"argon2$argon2", 50},
}

// ldapSchemes are what stands between the braces of RFC 2307 passwords, lower case, without
// variants.
var ldapSchemes = []string{
	"ssha", "sha", "smd5", "md5", "crypt", "pbkdf2", "argon2", "bcrypt", "scrypt", "pkcs5s2",
}

// MinStoredHash is 16 bytes of MD5 in base64 without padding.
const MinStoredHash = 22

// isStoredHash reports whether text is a stored hash and so cannot be what a user typed. What
// follows it after a separator, a salt or a found password, makes no difference.
func isStoredHash(text []byte) bool {
	if !MayBeginStoredHash(text[0]) {
		return false // nearly all
	}
	text = TrimSpace(text)
	if inner := insideQuotes(text); inner != nil {
		text = inner
	}
	n := StoredHash(text)
	return n > 0 && (n == len(text) || IsSeparator(text[n]) || IsSpace(text[n]))
}

// MayBeginStoredHash also takes the quotes and spaces that may stand before one.
func MayBeginStoredHash(c byte) bool {
	return c <= ' ' || strings.IndexByte("${pba\"'", c) >= 0
}

// StoredHash returns the length of the stored hash that text begins with, 0 without one.
func StoredHash(text []byte) int {
	if len(text) < MinStoredHash {
		return 0
	}
	if text[0] == '{' {
		return ldapHash(text)
	}
	for _, shape := range hashShapes {
		if string(text[:min(len(text), len(shape.prefix))]) == shape.prefix {
			return digestLength(text, shape.atLeast)
		}
	}
	return 0
}

func ldapHash(text []byte) int {
	brace := bytes.IndexByte(text, '}')
	if brace < 0 || brace > 20 {
		return 0
	}
	name := strings.ToLower(string(text[1:brace]))
	for _, scheme := range ldapSchemes {
		variant, ok := strings.CutPrefix(name, scheme)
		if ok && strings.Trim(variant, "-_@0123456789abcdefghijklmnopqrstuvwxyz") == "" {
			if n := digestLength(text[brace+1:], MinStoredHash); n > 0 {
				return brace + 1 + n
			}
		}
	}
	return 0
}

// clearSchemes name in braces that no hash follows but the password itself: of directories, mail servers and programs.
var clearSchemes = []string{"{PLAIN}", "{CLEARTEXT}", "{CLEAR}", "{PLAINTEXT}", "{NOOP}"}

// IsClearScheme reports whether a password follows what stands in braces, as in {PLAIN}.
func IsClearScheme(scheme []byte) bool {
	for _, clear := range clearSchemes {
		if strings.EqualFold(clear, string(scheme)) {
			return true
		}
	}
	return false
}

// inClear returns the password after the name of such a scheme, nil without one.
func inClear(text []byte) []byte {
	if end := bytes.IndexByte(text, '}') + 1; end > 0 && end < len("{PLAINTEXT}")+1 && IsClearScheme(text[:end]) {
		return text[end:]
	}
	return nil
}

// digestLength returns how many bytes at the start of text can be in a stored hash, 0 when fewer
// than atLeast.
func digestLength(text []byte, atLeast int) int {
	n := 0
	for n < len(text) && byteClasses[text[n]]&digestByte != 0 {
		n++
	}
	if n < atLeast {
		return 0
	}
	return n
}

// HexDigest returns the length of the bare digest that text begins with, 0 without one.
func HexDigest(text []byte) int {
	n := 0
	for n < len(text) && (IsDigit(text[n]) || text[n]|0x20 >= 'a' && text[n]|0x20 <= 'f') {
		n++
	}
	switch n {
	case 32, 40, 64, 96, 128: // MD5, SHA-1, SHA-256, SHA-384, SHA-512
		return n
	}
	return 0
}

// IsDigest reports whether text is a stored hash or a bare digest in hex, and nothing else.
func IsDigest(text []byte) bool {
	return len(text) > 0 && (isStoredHash(text) || HexDigest(text) == len(text))
}
