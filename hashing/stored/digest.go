package stored

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDigestSalt bounds the salt of a plain digest, in bytes. Writers use 4 to 64.
const maxDigestSalt = 256

// Where a digest takes its salt.
const (
	saltNowhere  = ""
	saltBefore   = "-salt-password"
	saltAfter    = "-password-salt"
	saltAsSecret = "-hmac-salt" // the salt is the key of an HMAC over the password
)

// digest is one computation of a plain digest over a password and a salt.
type digest struct {
	new   func() hash.Hash
	salt  string // one of the places above
	utf16 bool   // the password is hashed as UTF-16LE
}

// digestAlgorithms are those that password stores use bare.
var digestAlgorithms = []struct {
	name string
	new  func() hash.Hash
}{
	{"md5", md5.New},
	{"sha1", sha1.New},
	{"sha224", sha256.New224},
	{"sha256", sha256.New},
	{"sha384", sha512.New384},
	{"sha512", sha512.New},
}

func digestNamed(name string) (func() hash.Hash, bool) {
	for _, algorithm := range digestAlgorithms {
		if algorithm.name == name {
			return algorithm.new, true
		}
	}
	return nil, false
}

// sum needs a password that is text where the digest is one of UTF-16: see refusesNonText.
func (d digest) sum(password, salt []byte) []byte {
	if d.utf16 {
		password = utf16LE(password)
	}
	if d.salt == saltAsSecret {
		mac := hmac.New(d.new, salt)
		mac.Write(password)
		return mac.Sum(nil)
	}
	h := d.new()
	if d.salt == saltBefore {
		h.Write(salt)
	}
	h.Write(password)
	if d.salt == saltAfter {
		h.Write(salt)
	}
	return h.Sum(nil)
}

// refusesNonText is for schemes that turn the password into UTF-16: bytes that are not UTF-8 would
// all become U+FFFD, so that different passwords had one hash.
func refusesNonText(password []byte) Cause {
	if !utf8.Valid(password) {
		return CausePasswordNotText
	}
	return ""
}

func utf16LE(text []byte) []byte {
	out := make([]byte, 0, 2*len(text))
	for _, unit := range utf16.Encode([]rune(string(text))) {
		out = binary.LittleEndian.AppendUint16(out, unit)
	}
	return out
}

func hexSum(sum []byte) []byte { return hex.AppendEncode(nil, sum) }

func md5Of(parts ...[]byte) []byte {
	h := md5.New()
	for _, part := range parts {
		h.Write(part)
	}
	return h.Sum(nil)
}

// Letters of hexadecimal digits, as a scheme's writers write them.
const (
	hexLower  = "0123456789abcdef"
	hexUpper  = "0123456789ABCDEF"
	hexEither = hexLower + hexUpper // but one of the two throughout
)

// decodeHex reads exactly size bytes from digits of the given letters.
func decodeHex(text, what, letters string, size int) ([]byte, error) {
	if len(text) != 2*size {
		return nil, refuse(CauseMalformed, "%s is not of %d hexadecimal digits", what, 2*size)
	}
	if !isHex(text, letters) {
		return nil, refuse(CauseMalformed, "%s is not hexadecimal as this scheme writes it", what)
	}
	decoded, err := hex.DecodeString(text)
	if err != nil {
		return nil, refuse(CauseMalformed, "%s is not hexadecimal", what)
	}
	return decoded, nil
}

func isHex(text, letters string) bool {
	if letters == hexEither {
		return isHex(text, hexLower) || isHex(text, hexUpper)
	}
	return consistsOf(text, letters)
}

func consistsOf(text, alphabet string) bool {
	for i := range len(text) {
		if strings.IndexByte(alphabet, text[i]) < 0 {
			return false
		}
	}
	return true
}

// decodePaddedBase64 accepts the padding whole or not at all, and no spare bits.
func decodePaddedBase64(text, what string) ([]byte, error) {
	bare := strings.TrimRight(text, "=")
	if padding := len(text) - len(bare); padding > 0 && (padding > 2 || len(text)%4 != 0) {
		return nil, refuse(CauseMalformed, "%s has a padding of a wrong length", what)
	}
	if strings.ContainsAny(bare, "\r\n") {
		return nil, refuse(CauseMalformed, "%s has a line end inside", what)
	}
	decoded, err := base64.RawStdEncoding.Strict().DecodeString(bare)
	if err != nil {
		return nil, refuse(CauseMalformed, "%s is not base64", what)
	}
	return decoded, nil
}
