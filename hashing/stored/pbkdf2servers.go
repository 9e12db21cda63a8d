package stored

import (
	"crypto/sha1"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
)

// The schemes of portals, brokers and libraries that have PBKDF2 inside, and of mosquitto before it had.
const (
	SchemeLiferay         Scheme = "liferay-pbkdf2"
	SchemeMosquittoSHA512 Scheme = "mosquitto-sha512"
	SchemeMosquittoPBKDF2 Scheme = "mosquitto-pbkdf2"
	SchemeJenkinsPBKDF2   Scheme = "jenkins-pbkdf2"
	SchemeDefusePBKDF2    Scheme = "defuse-pbkdf2"
)

// Liferay's string is the base64 of two numbers of 32 bits, the bits of the key and the iterations, then
// 8 bytes of salt and the key (class PBKDF2PasswordEncryptor of its portal). A key of 160 bits is that of
// PBKDF2WithHmacSHA1, one of 256 bits of whichever digest passwords.encryption.algorithm names.
const (
	liferayHead    = 8
	liferaySalt    = 8
	liferayPrefix  = "AAAAoA" // 160 bits, and fewer than 2^28 iterations
	liferayLonger  = "AAABAA" // 256 bits
	liferayMaxKey  = 32
	liferayMinSize = liferayHead + liferaySalt + sha1.Size
)

func claimsLiferay(encoded string) bool {
	return strings.HasPrefix(encoded, liferayPrefix) &&
		len(encoded) == base64.StdEncoding.EncodedLen(liferayMinSize) ||
		strings.HasPrefix(encoded, liferayLonger) &&
			len(encoded) == base64.StdEncoding.EncodedLen(liferayHead+liferaySalt+liferayMaxKey)
}

func parseLiferay(encoded string, lim Limits) (Hash, error) {
	blob, err := decodeAs(base64.StdEncoding, encoded, "blob", liferayMinSize,
		liferayHead+liferaySalt+liferayMaxKey)
	if err != nil {
		return nil, err
	}
	head, salt := blob[:liferayHead], blob[liferayHead:liferayHead+liferaySalt]
	key := blob[liferayHead+liferaySalt:]
	if int(binary.BigEndian.Uint32(head)) != 8*len(key) {
		return nil, refuse(CauseMalformed, "length of the key does not fit the blob")
	}
	digests := []string{"sha1"}
	if len(key) > sha1.Size {
		digests = []string{"sha256", "sha1", "sha512"}
	}
	var r recipe
	for _, digest := range digests {
		costs, err := checkPBKDF2(digest, uint64(binary.BigEndian.Uint32(head[4:])), lim)
		if err != nil {
			return nil, err
		}
		if r.encode == nil {
			r = costs.recipe(SchemeLiferay, len(key), func(salt, key []byte) string {
				return joinBase64(head, salt, key)
			})
			continue
		}
		r.sums = append(r.sums, costs.sum(len(key)))
	}
	return newExact(encoded, r, salt, key)
}

// Mosquitto's passwords begin like two schemes of crypt(3): $6$ is SHA-512 of the password and the salt, $7$
// PBKDF2, both in padded base64 (https://mosquitto.org/man/mosquitto_passwd-1.html).
const (
	mosquittoTag  = sha512.Size
	mosquittoText = 88 // characters of base64 of a tag
)

func claimsMosquitto(encoded string) bool {
	if !strings.HasPrefix(encoded, "$6$") && !strings.HasPrefix(encoded, "$7$") {
		return false
	}
	tag := encoded[strings.LastIndexByte(encoded, '$')+1:]
	return len(tag) == mosquittoText && strings.HasSuffix(tag, "==")
}

func parseMosquitto(encoded string, lim Limits) (Hash, error) {
	fields := strings.Split(encoded, "$")
	n := len(fields)
	if n != 4 && n != 5 || (n == 5) != (fields[1] == "7") {
		return nil, refuse(CauseMalformed, "neither $6$salt$hash nor $7$iterations$salt$hash")
	}
	salt, err := decodeAs(base64.StdEncoding, fields[n-2], "salt", leastSalt, maxSaltSize)
	if err != nil {
		return nil, err
	}
	tag, err := decodeAs(base64.StdEncoding, fields[n-1], "hash", mosquittoTag, mosquittoTag)
	if err != nil {
		return nil, err
	}
	head := strings.Join(fields[:n-2], "$")
	encode := func(salt, tag []byte) string {
		b64 := base64.StdEncoding
		return fmt.Sprintf("%s$%s$%s", head, b64.EncodeToString(salt), b64.EncodeToString(tag))
	}
	if n == 4 {
		return newExact(encoded, recipe{
			scheme: SchemeMosquittoSHA512, params: "digest=sha512", digest: true, encode: encode,
			sums: []sumFunc{digest{new: sha512.New, salt: saltAfter}.sum},
		}, salt, tag)
	}
	costs, err := newPBKDF2("sha512", fields[2], lim)
	if err != nil {
		return nil, err
	}
	return newExact(encoded, costs.recipe(SchemeMosquittoPBKDF2, mosquittoTag, encode), salt, tag)
}

// defuseDigests begin the strings of the password-hashing library of defuse.ca, whose code was copied into
// many languages: sha1:64000:18:salt:key, with the length of the key, and before that sha256:1000:salt:key
// (https://github.com/defuse/password-hashing).
var defuseDigests = []string{"sha1:", "sha256:", "sha512:"}

func claimsDefuse(encoded string) bool {
	for _, head := range defuseDigests {
		if rest, ok := strings.CutPrefix(encoded, head); ok {
			number, _, found := strings.Cut(rest, ":")
			_, isNumber := parseDecimal(number)
			return found && isNumber
		}
	}
	return false
}

func parseDefuse(encoded string, lim Limits) (Hash, error) {
	fields := strings.Split(encoded, ":")
	n := len(fields)
	if n != 4 && n != 5 {
		return nil, refuse(CauseMalformed, "neither of four nor of five fields")
	}
	costs, err := newPBKDF2(fields[0], fields[1], lim)
	if err != nil {
		return nil, err
	}
	salt, err := decodeAs(base64.StdEncoding, fields[n-2], "salt", leastSalt, maxSaltSize)
	if err != nil {
		return nil, err
	}
	key, err := decodeAs(base64.StdEncoding, fields[n-1], "key", minTagSize, maxTagSize)
	if err != nil {
		return nil, err
	}
	if err := checkWhole(key); n == 4 && err != nil {
		return nil, err // the string does not say how long the key is
	}
	return newExact(encoded, costs.recipe(SchemeDefusePBKDF2, len(key), func(salt, key []byte) string {
		size := ""
		if n == 5 {
			size = fmt.Sprintf("%d:", len(key))
		}
		return fmt.Sprintf("%s:%d:%s%s:%s", costs.digest, costs.iterations, size,
			base64.StdEncoding.EncodeToString(salt), base64.StdEncoding.EncodeToString(key))
	}), salt, key)
}

const jenkinsPBKDF2Prefix = "$PBKDF2$HMACSHA512:"

// parseJenkinsPBKDF2 reads $PBKDF2$HMACSHA512:210000:salt$key, hexadecimal, which Jenkins writes in its mode
// for FIPS 140 (class HudsonPrivateSecurityRealm).
func parseJenkinsPBKDF2(encoded string, lim Limits) (Hash, error) {
	body := strings.TrimPrefix(encoded, jenkinsPBKDF2Prefix)
	number, rest, _ := strings.Cut(body, ":")
	fields, err := cutFields(rest, "$", 2)
	if err != nil {
		return nil, err
	}
	costs, err := newPBKDF2("sha512", number, lim)
	if err != nil {
		return nil, err
	}
	salt, err := decodeHexOf(fields[0], "salt", hexLower, leastSalt, maxSaltSize)
	if err != nil {
		return nil, err
	}
	key, err := decodeHex(fields[1], "key", hexLower, sha512.Size)
	if err != nil {
		return nil, err
	}
	return newExact(encoded, costs.recipe(SchemeJenkinsPBKDF2, len(key), func(salt, key []byte) string {
		return fmt.Sprintf("%s%d:%x$%x", jenkinsPBKDF2Prefix, costs.iterations, salt, key)
	}), salt, key)
}
