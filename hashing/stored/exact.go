package stored

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
)

const (
	// Some old software salts with a few bytes. That weakens the store, not what a match says.
	leastSalt = 1

	// Characters of a salt that is hashed as the text it is.
	maxTextSalt = 64
)

// newExact is newComputed for a string that must be spelled as its recipe spells it: so that no other
// string is the same hash, whatever the decoders before let pass.
func newExact(encoded string, r recipe, salt, tag []byte) (Hash, error) {
	if r.encode(salt, tag) != encoded {
		return nil, refuse(CauseMalformed, "not spelled as writers of %s spell it", r.scheme)
	}
	return newComputed(r, salt, tag)
}

// cutFields cuts text at each separator into exactly n fields.
func cutFields(text, separator string, n int) ([]string, error) {
	fields := strings.Split(text, separator)
	if len(fields) != n {
		return nil, refuse(CauseMalformed, "not of %d fields", n)
	}
	return fields, nil
}

// checkTextSalt refuses a salt that no framework makes: they use letters and digits, and none can use
// the $ that ends it.
func checkTextSalt(salt string) error {
	if salt == "" {
		return refuse(CauseMalformed, "salt is empty")
	}
	if len(salt) > maxTextSalt {
		return refuse(CauseOverLimit, "salt is longer than %d characters", maxTextSalt)
	}
	for i := range len(salt) {
		if salt[i] <= ' ' || salt[i] > '~' || salt[i] == '$' {
			return refuse(CauseMalformed, "salt is not of printable ASCII")
		}
	}
	return nil
}

// decodeAs decodes what newExact or the caller holds against its one spelling.
func decodeAs(enc *base64.Encoding, text, what string, least, most int) ([]byte, error) {
	decoded, err := enc.Strict().DecodeString(text)
	if err != nil || strings.ContainsAny(text, "\r\n") {
		return nil, refuse(CauseMalformed, "%s is not base64 as this scheme writes it", what)
	}
	return decoded, checkSize(decoded, what, least, most)
}

// base64Like is standard base64 with padding where one of the texts has any. newExact then holds all of
// them against it.
func base64Like(texts ...string) *base64.Encoding {
	for _, text := range texts {
		if strings.HasSuffix(text, "=") {
			return base64.StdEncoding
		}
	}
	return base64.RawStdEncoding
}

// decodeHexOf is decodeHex for a size within bounds.
func decodeHexOf(text, what, letters string, least, most int) ([]byte, error) {
	if len(text)%2 != 0 || !isHex(text, letters) {
		return nil, refuse(CauseMalformed, "%s is not hexadecimal as this scheme writes it", what)
	}
	decoded, err := hex.DecodeString(text)
	if err != nil {
		return nil, refuse(CauseMalformed, "%s is not hexadecimal", what)
	}
	return decoded, checkSize(decoded, what, least, most)
}

func checkSize(decoded []byte, what string, least, most int) error {
	if len(decoded) < least || len(decoded) > most {
		return refuse(CauseOverLimit, "%s is not of %d to %d bytes", what, least, most)
	}
	return nil
}

// decodePHC reads the last two segments of a PHC string.
func decodePHC(saltText, keyText string) (salt, key []byte, err error) {
	if salt, err = decodeBase64(saltText, "salt", leastSalt); err != nil {
		return nil, nil, err
	}
	key, err = decodeBase64(keyText, "key", minTagSize)
	return salt, key, err
}

// keyUnit divides the length of every key that somebody derives: 16, 20, 32, 64 bytes.
const keyUnit = 4

// checkWhole refuses a key that lost its last byte. PBKDF2 and scrypt derive the beginning of a longer key
// as a shorter one, so that a damaged string would still match.
func checkWhole(key []byte) error {
	if len(key)%keyUnit != 0 {
		return refuse(CauseMalformed, "key is not a multiple of %d bytes", keyUnit)
	}
	return nil
}
