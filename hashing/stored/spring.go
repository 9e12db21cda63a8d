package stored

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// The schemes of Spring Security that have a computation of their own.
const (
	SchemeSpringPBKDF2 Scheme = "spring-pbkdf2"
	SchemeSpringScrypt Scheme = "spring-scrypt"
	SchemeSpringSHA256 Scheme = "spring-sha256"
)

// What Spring Security puts in braces before a hash
// (https://docs.spring.io/spring-security/reference/features/authentication/password-storage.html).
const (
	springNoop   = "{noop}"
	springLDAP   = "{ldap}"
	springSHA256 = "{sha256}"
	springPBKDF2 = "{pbkdf2}"
	springScrypt = "{scrypt}"

	springSince58 = "@SpringSecurity_v5_8}"
	springPBKDF58 = "{pbkdf2" + springSince58
	springScryp58 = "{scrypt" + springSince58
	springArgon58 = "{argon2" + springSince58
)

// StandardPasswordEncoder: hexadecimal of 8 bytes of salt and of SHA-256, called 1024 times.
const (
	springSHA256Salt   = 8
	springSHA256Rounds = 1024
	springSHA256Hex    = 2 * (springSHA256Salt + sha256.Size)
)

// claimsSpringSHA256 tells Spring's {sha256} from LDAP's by what stands after it.
func claimsSpringSHA256(encoded string) bool {
	return strings.HasPrefix(encoded, springSHA256) && len(encoded) == len(springSHA256)+springSHA256Hex
}

// claimsSpringPBKDF2 tells Spring's {pbkdf2} from LDAP's: only the latter has $ between its fields.
func claimsSpringPBKDF2(encoded string) bool {
	return strings.HasPrefix(encoded, springPBKDF58) ||
		strings.HasPrefix(encoded, springPBKDF2) && !strings.Contains(encoded, "$")
}

// parseSpringPBKDF2 reads the hexadecimal of salt and key. Costs are not in the string: those of
// Spring's two sets of defaults are taken. An application that sets a secret or costs of its own has
// strings that look the same and do not match, which only a known answer shows.
func parseSpringPBKDF2(encoded string, lim Limits) (Hash, error) {
	head, digest, iterations, salt := springPBKDF2, "sha1", uint64(185_000), 8
	if strings.HasPrefix(encoded, springPBKDF58) {
		head, digest, iterations, salt = springPBKDF58, "sha256", 310_000, 16
	}
	costs, err := checkPBKDF2(digest, iterations, lim)
	if err != nil {
		return nil, err
	}
	const size = 32
	value, err := decodeHex(strings.TrimPrefix(encoded, head), "value", hexLower, salt+size)
	if err != nil {
		return nil, err
	}
	return newExact(encoded, costs.recipe(SchemeSpringPBKDF2, size, func(salt, key []byte) string {
		return head + hex.EncodeToString(salt) + hex.EncodeToString(key)
	}), value[:salt], value[salt:])
}

// parseSpringScrypt reads $e0801$salt$key, with or without {scrypt}: the first field is the
// hexadecimal of log2 N << 16 | r << 8 | p.
func parseSpringScrypt(encoded string, lim Limits) (Hash, error) {
	head := encoded[:strings.IndexByte(encoded, '}')+1]
	fields, err := cutFields(encoded[len(head):], "$", 4)
	if err != nil {
		return nil, err
	}
	if fields[0] != "" {
		return nil, refuse(CauseMalformed, "not of the shape $e0801$ salt $ key")
	}
	packed, err := strconv.ParseUint(fields[1], 16, 32)
	if err != nil || strconv.FormatUint(packed, 16) != fields[1] {
		return nil, refuse(CauseMalformed, "costs are not hexadecimal")
	}
	costs, err := checkScrypt(scryptN(packed>>16), packed>>8&0xff, packed&0xff, lim)
	if err != nil {
		return nil, err
	}
	salt, err := decodeAs(base64.StdEncoding, fields[2], "salt", leastSalt, maxSaltSize)
	if err != nil {
		return nil, err
	}
	key, err := decodeAs(base64.StdEncoding, fields[3], "key", minTagSize, maxTagSize)
	if err != nil {
		return nil, err
	}
	if err := checkWhole(key); err != nil {
		return nil, err
	}
	return newExact(encoded, costs.recipe(SchemeSpringScrypt, len(key), func(salt, key []byte) string {
		b64 := base64.StdEncoding
		return fmt.Sprintf("%s$%s$%s$%s", head, fields[1], b64.EncodeToString(salt), b64.EncodeToString(key))
	}), salt, key)
}

// parseSpringSHA256 reads what StandardPasswordEncoder writes; one with a secret looks the same.
func parseSpringSHA256(encoded string, _ Limits) (Hash, error) {
	value, err := decodeHex(strings.TrimPrefix(encoded, springSHA256), "value", hexLower,
		springSHA256Salt+sha256.Size)
	if err != nil {
		return nil, err
	}
	return newExact(encoded, recipe{
		scheme: SchemeSpringSHA256, params: fmt.Sprintf("sha256,i=%d", springSHA256Rounds),
		sums: []func(password, salt []byte) []byte{func(password, salt []byte) []byte {
			sum := sha256.Sum256(append(append([]byte(nil), salt...), password...))
			for range springSHA256Rounds - 1 {
				sum = sha256.Sum256(sum[:])
			}
			return sum[:]
		}},
		encode: func(salt, key []byte) string {
			return springSHA256 + hex.EncodeToString(salt) + hex.EncodeToString(key)
		},
	}, value[:springSHA256Salt], value[springSHA256Salt:])
}

// parseSpringLDAP reads {ldap} and what an LDAP server would hold.
func parseSpringLDAP(encoded string, lim Limits) (Hash, error) {
	return after(encoded, len(springLDAP), parseInner, lim)
}
