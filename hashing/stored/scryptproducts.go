package stored

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// The schemes of scrypt that single products write.
const (
	SchemeBetterAuth Scheme = "better-auth-scrypt"
	SchemeSCryptGem  Scheme = "ruby-scrypt"
	SchemeGrowi      Scheme = "growi-scrypt"
)

// Better Auth's costs, which its strings do not hold.
const (
	betterAuthSalt = 16 // bytes, hashed as their digits
	betterAuthKey  = 64
)

func claimsBetterAuth(encoded string) bool {
	return len(encoded) == 2*betterAuthSalt+1+2*betterAuthKey && encoded[2*betterAuthSalt] == ':' &&
		isHex(encoded[:2*betterAuthSalt], hexLower) && isHex(encoded[2*betterAuthSalt+1:], hexLower)
}

// parseBetterAuth reads salt:key, both in hexadecimal. The password is put into NFKC
// (https://github.com/better-auth/better-auth, packages/better-auth/src/crypto/password.ts).
func parseBetterAuth(encoded string, lim Limits) (Hash, error) {
	salt, key := encoded[:2*betterAuthSalt], encoded[2*betterAuthSalt+1:]
	costs, err := checkScrypt(16384, 16, 1, lim)
	if err != nil {
		return nil, err
	}
	tag, err := decodeHex(key, "key", hexLower, betterAuthKey)
	if err != nil {
		return nil, err
	}
	r := costs.recipe(SchemeBetterAuth, betterAuthKey, func(salt, tag []byte) string {
		return string(salt) + ":" + hex.EncodeToString(tag)
	})
	derive := costs.sum(betterAuthKey)
	r.unsure, r.alphabet = true, hexLower
	r.sums = []sumFunc{func(password, salt []byte) []byte { return derive(norm.NFKC.Bytes(password), salt) }}
	return newExact(encoded, r, []byte(salt), tag)
}

// claimsSCryptGem claims three hexadecimal numbers and two fields of digits.
func claimsSCryptGem(encoded string) bool {
	fields := strings.Split(encoded, "$")
	if len(fields) != 5 {
		return false
	}
	for _, field := range fields {
		if field == "" || !isHex(field, hexLower) {
			return false
		}
	}
	return len(fields[0]) <= 8 && len(fields[1]) <= 4 && len(fields[2]) <= 4
}

// parseSCryptGem reads 400$8$36$salt$key of Ruby's gem scrypt, as Authlogic and Devise keep it: N, r and p, salt and
// key in hexadecimal (https://github.com/pbhogan/scrypt).
func parseSCryptGem(encoded string, lim Limits) (Hash, error) {
	fields, err := cutFields(encoded, "$", 5)
	if err != nil {
		return nil, err
	}
	var numbers [3]uint64
	for i := range numbers {
		value, err := strconv.ParseUint(fields[i], 16, 32)
		if err != nil || strconv.FormatUint(value, 16) != fields[i] {
			return nil, refuse(CauseMalformed, "a cost is not hexadecimal")
		}
		numbers[i] = value
	}
	costs, err := checkScrypt(numbers[0], numbers[1], numbers[2], lim)
	if err != nil {
		return nil, err
	}
	salt, err := decodeHexOf(fields[3], "salt", hexLower, leastSalt, maxSaltSize)
	if err != nil {
		return nil, err
	}
	key, err := decodeHexOf(fields[4], "key", hexLower, minTagSize, maxTagSize)
	if err != nil {
		return nil, err
	}
	if err := checkWhole(key); err != nil {
		return nil, err
	}
	head := strings.Join(fields[:3], "$")
	return newExact(encoded, costs.recipe(SchemeSCryptGem, len(key), func(salt, key []byte) string {
		return fmt.Sprintf("%s$%x$%x", head, salt, key)
	}), salt, key)
}

// claimsGrowi tells scrypt$16384$8$1$salt$key of GROWI from Django's scrypt$16384$salt$8$1$key: a salt of Django is of
// more than four characters.
func claimsGrowi(encoded string) bool {
	fields := strings.Split(encoded, "$")
	if len(fields) != 6 || fields[0] != "scrypt" || len(fields[2]) > 4 || len(fields[3]) > 4 {
		return false
	}
	_, isR := parseDecimal(fields[2])
	_, isP := parseDecimal(fields[3])
	return isR && isP
}

// parseGrowi reads it (https://github.com/growilabs/growi).
func parseGrowi(encoded string, lim Limits) (Hash, error) {
	fields, err := cutFields(encoded, "$", 6)
	if err != nil {
		return nil, err
	}
	costs, err := parseScryptNumbers(fields[1], fields[2], fields[3], lim)
	if err != nil {
		return nil, err
	}
	salt, err := decodeAs(base64.StdEncoding, fields[4], "salt", leastSalt, maxSaltSize)
	if err != nil {
		return nil, err
	}
	key, err := decodeAs(base64.StdEncoding, fields[5], "key", minTagSize, maxTagSize)
	if err != nil {
		return nil, err
	}
	if err := checkWhole(key); err != nil {
		return nil, err
	}
	return newExact(encoded, costs.recipe(SchemeGrowi, len(key), func(salt, key []byte) string {
		b64 := base64.StdEncoding
		return fmt.Sprintf("scrypt$%d$%d$%d$%s$%s", costs.n, costs.r, costs.p, b64.EncodeToString(salt),
			b64.EncodeToString(key))
	}), salt, key)
}
