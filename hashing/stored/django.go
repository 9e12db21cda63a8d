package stored

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
)

// The schemes that Django and Werkzeug have for themselves. Django's bcrypt$ and argon2 are those
// schemes after a word.
const (
	SchemeDjangoPBKDF2   Scheme = "django-pbkdf2"
	SchemeDjangoScrypt   Scheme = "django-scrypt"
	SchemeWerkzeugPBKDF2 Scheme = "werkzeug-pbkdf2"
	SchemeWerkzeugScrypt Scheme = "werkzeug-scrypt"
)

// parseDjangoPBKDF2 reads pbkdf2_sha256$870000$salt$key: the salt is hashed as its text, the key is
// base64 with padding
// (https://docs.djangoproject.com/en/stable/topics/auth/passwords/).
func parseDjangoPBKDF2(encoded string, lim Limits) (Hash, error) {
	fields, err := cutFields(encoded, "$", 4)
	if err != nil {
		return nil, err
	}
	costs, err := newPBKDF2(strings.TrimPrefix(fields[0], "pbkdf2_"), fields[1], lim)
	if err != nil {
		return nil, err
	}
	if err := checkTextSalt(fields[2]); err != nil {
		return nil, err
	}
	newHash, _ := digestNamed(costs.digest)
	key, err := decodeAs(base64.StdEncoding, fields[3], "key", newHash().Size(), newHash().Size())
	if err != nil {
		return nil, err
	}
	recipe := costs.recipe(SchemeDjangoPBKDF2, len(key), func(salt, key []byte) string {
		return fmt.Sprintf("%s$%d$%s$%s", fields[0], costs.iterations, salt,
			base64.StdEncoding.EncodeToString(key))
	})
	recipe.alphabet = alphanumerics
	return newExact(encoded, recipe, []byte(fields[2]), key)
}

// parseDjangoScrypt reads scrypt$16384$salt$8$1$key: N, salt, r, p.
func parseDjangoScrypt(encoded string, lim Limits) (Hash, error) {
	fields, err := cutFields(encoded, "$", 6)
	if err != nil {
		return nil, err
	}
	costs, err := parseScryptNumbers(fields[1], fields[3], fields[4], lim)
	if err != nil {
		return nil, err
	}
	if err := checkTextSalt(fields[2]); err != nil {
		return nil, err
	}
	key, err := decodeAs(base64.StdEncoding, fields[5], "key", minTagSize, maxTagSize)
	if err != nil {
		return nil, err
	}
	if err := checkWhole(key); err != nil {
		return nil, err
	}
	recipe := costs.recipe(SchemeDjangoScrypt, len(key), func(salt, key []byte) string {
		return fmt.Sprintf("scrypt$%d$%s$%d$%d$%s", costs.n, salt, costs.r, costs.p,
			base64.StdEncoding.EncodeToString(key))
	})
	recipe.alphabet = alphanumerics
	return newExact(encoded, recipe, []byte(fields[2]), key)
}

func parseScryptNumbers(n, r, p string, lim Limits) (scryptCosts, error) {
	values := [3]uint64{}
	for i, text := range []string{n, r, p} {
		value, ok := parseDecimal(text)
		if !ok {
			return scryptCosts{}, refuse(CauseMalformed, "a cost is not a decimal number")
		}
		values[i] = value
	}
	return checkScrypt(values[0], values[1], values[2], lim)
}

// parseWerkzeugPBKDF2 reads pbkdf2:sha256:600000$salt$key, with the key in hexadecimal
// (https://werkzeug.palletsprojects.com/en/stable/utils/#module-werkzeug.security).
func parseWerkzeugPBKDF2(encoded string, lim Limits) (Hash, error) {
	fields, err := cutFields(encoded, "$", 3)
	if err != nil {
		return nil, err
	}
	method := strings.Split(fields[0], ":")
	if len(method) == 2 {
		// The login then takes the number that its release of Werkzeug has as a default.
		return nil, refuse(CauseUnsupportedVersion, "the number of iterations is not in the string")
	}
	if len(method) != 3 {
		return nil, refuse(CauseMalformed, "method is not of three fields")
	}
	costs, err := newPBKDF2(method[1], method[2], lim)
	if err != nil {
		return nil, err
	}
	newHash, _ := digestNamed(method[1])
	recipe := costs.recipe(SchemeWerkzeugPBKDF2, newHash().Size(), func(salt, key []byte) string {
		return fmt.Sprintf("pbkdf2:%s:%d$%s$%s", costs.digest, costs.iterations, salt,
			hex.EncodeToString(key))
	})
	return newWerkzeug(encoded, recipe, fields[1], fields[2], newHash().Size())
}

// parseWerkzeugScrypt reads scrypt:32768:8:1$salt$key; the key is of 64 bytes.
func parseWerkzeugScrypt(encoded string, lim Limits) (Hash, error) {
	fields, err := cutFields(encoded, "$", 3)
	if err != nil {
		return nil, err
	}
	method, err := cutFields(fields[0], ":", 4)
	if err != nil {
		return nil, err
	}
	costs, err := parseScryptNumbers(method[1], method[2], method[3], lim)
	if err != nil {
		return nil, err
	}
	const size = 64
	recipe := costs.recipe(SchemeWerkzeugScrypt, size, func(salt, key []byte) string {
		return fmt.Sprintf("scrypt:%d:%d:%d$%s$%s", costs.n, costs.r, costs.p, salt,
			hex.EncodeToString(key))
	})
	return newWerkzeug(encoded, recipe, fields[1], fields[2], size)
}

func newWerkzeug(encoded string, r recipe, salt, key string, size int) (Hash, error) {
	if err := checkTextSalt(salt); err != nil {
		return nil, err
	}
	tag, err := decodeHex(key, "key", hexLower, size)
	if err != nil {
		return nil, err
	}
	r.alphabet = alphanumerics
	return newExact(encoded, r, []byte(salt), tag)
}
