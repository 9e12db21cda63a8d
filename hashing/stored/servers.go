package stored

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"strings"
)

// The schemes of application servers, message brokers and libraries of other languages.
const (
	SchemeTomcat           Scheme = "tomcat"
	SchemeShiro            Scheme = "shiro1"
	SchemeRabbitMQSHA256   Scheme = "rabbitmq-sha256"
	SchemeRabbitMQSHA512   Scheme = "rabbitmq-sha512"
	SchemeASPNetMembership Scheme = "aspnet-membership"
	SchemeNodePasswordHash Scheme = "node-password-hash"
)

const maxTomcatSalt = 128 // digits

// claimsTomcat claims digits, $, a number, $, digits.
func claimsTomcat(encoded string) bool {
	fields := strings.Split(encoded, "$")
	if len(fields) != 3 || fields[0] == "" || len(fields[0]) > maxTomcatSalt || len(fields[0])%2 != 0 {
		return false
	}
	_, isNumber := parseDecimal(fields[1])
	return isNumber && isHex(fields[0], hexLower) && tomcatDigest(len(fields[2])) != "" &&
		isHex(fields[2], hexLower)
}

func tomcatDigest(digits int) string {
	for _, d := range digestAlgorithms {
		if d.name != "sha224" && 2*d.new().Size() == digits {
			return d.name
		}
	}
	return ""
}

// parseTomcat reads salt$iterations$digest of Tomcat's two credential handlers, which look alike: a digest of salt
// and password that is digested again, and PBKDF2. Of the latter the default is HMAC-SHA-1; the length of the
// digest tells the former. Each is computed, and a match of either counts
// (https://tomcat.apache.org/tomcat-10.1-doc/config/credentialhandler.html).
func parseTomcat(encoded string, lim Limits) (Hash, error) {
	fields, err := cutFields(encoded, "$", 3)
	if err != nil {
		return nil, err
	}
	salt, err := decodeHexOf(fields[0], "salt", hexLower, leastSalt, maxTomcatSalt/2)
	if err != nil {
		return nil, err
	}
	name := tomcatDigest(len(fields[2]))
	newHash, _ := digestNamed(name)
	tag, err := decodeHex(fields[2], "digest", hexLower, newHash().Size())
	if err != nil {
		return nil, err
	}
	costs, err := newPBKDF2("sha1", fields[1], lim)
	if err != nil {
		return nil, err
	}
	rounds := uint32(costs.iterations)
	sums := []sumFunc{func(password, salt []byte) []byte { return iterated(newHash, rounds, salt, password) }}
	for _, prf := range []string{"sha1", "sha256", "sha512"} {
		if name != "md5" { // no handler derives so short a key
			costs.digest = prf
			sums = append(sums, costs.sum(len(tag)))
		}
	}
	return newExact(encoded, recipe{
		scheme: SchemeTomcat, params: fmt.Sprintf("%s,i=%s", name, fields[1]), sums: sums,
		encode: func(salt, tag []byte) string { return fmt.Sprintf("%x$%s$%x", salt, fields[1], tag) },
	}, salt, tag)
}

const shiroPrefix = "$shiro1$"

// shiroDigests are the names that Apache Shiro gives them.
var shiroDigests = map[string]string{
	"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512",
}

// parseShiro reads $shiro1$SHA-256$500000$salt$digest
// (https://shiro.apache.org/configuration.html#encrypting-passwords).
func parseShiro(encoded string, lim Limits) (Hash, error) {
	fields, err := cutFields(strings.TrimPrefix(encoded, shiroPrefix), "$", 4)
	if err != nil {
		return nil, err
	}
	newHash, ok := digestNamed(shiroDigests[fields[0]])
	if !ok {
		return nil, refuse(CauseUnsupportedVersion, "an unknown digest")
	}
	rounds, err := parseCryptRounds(fields[1], 1, 1<<32-1, lim)
	if err != nil {
		return nil, err
	}
	salt, err := decodeAs(base64.StdEncoding, fields[2], "salt", leastSalt, maxSaltSize)
	if err != nil {
		return nil, err
	}
	tag, err := decodeAs(base64.StdEncoding, fields[3], "digest", newHash().Size(), newHash().Size())
	if err != nil {
		return nil, err
	}
	return newExact(encoded, recipe{
		scheme: SchemeShiro, params: fmt.Sprintf("%s,i=%d", shiroDigests[fields[0]], rounds),
		sums: []sumFunc{func(password, salt []byte) []byte { return iterated(newHash, rounds, salt, password) }},
		encode: func(salt, tag []byte) string {
			b64 := base64.StdEncoding
			return fmt.Sprintf("%s%s$%d$%s$%s", shiroPrefix, fields[0], rounds, b64.EncodeToString(salt),
				b64.EncodeToString(tag))
		},
	}, salt, tag)
}

const rabbitSalt = 4 // bytes, before the digest

// claimsRabbitMQ claims base64 of four bytes and a digest by its length alone.
func claimsRabbitMQ(encoded string) bool {
	for _, size := range []int{sha256.Size, sha512.Size} {
		if len(encoded) == base64.StdEncoding.EncodedLen(rabbitSalt+size) {
			value, err := base64.StdEncoding.Strict().DecodeString(encoded)
			return err == nil && len(value) == rabbitSalt+size
		}
	}
	return false
}

// parseRabbitMQ reads base64 of salt and digest. Nothing in it says so: other products write base64 of that
// length, too (https://www.rabbitmq.com/docs/passwords).
func parseRabbitMQ(encoded string, _ Limits) (Hash, error) {
	value, err := decodeAs(base64.StdEncoding, encoded, "value", rabbitSalt+sha256.Size, rabbitSalt+sha512.Size)
	if err != nil {
		return nil, err
	}
	scheme, newHash := SchemeRabbitMQSHA256, sha256.New
	if len(value) == rabbitSalt+sha512.Size {
		scheme, newHash = SchemeRabbitMQSHA512, sha512.New
	}
	if len(value) != rabbitSalt+newHash().Size() {
		return nil, refuse(CauseMalformed, "value is not a digest and %d bytes of salt", rabbitSalt)
	}
	return newExact(encoded, recipe{
		scheme: scheme, params: "likely", digest: true, unsure: true,
		sums:   []sumFunc{digest{new: newHash, salt: saltBefore}.sum},
		encode: func(salt, tag []byte) string { return joinBase64(salt, tag) },
	}, value[:rabbitSalt], value[rabbitSalt:])
}

const membershipSalt = 16 // bytes

// claimsMembership claims base64 of a digest, a colon, and base64 of sixteen bytes.
func claimsMembership(encoded string) bool {
	text, salt, ok := strings.Cut(encoded, ":")
	return ok && len(salt) == base64.StdEncoding.EncodedLen(membershipSalt) && strings.HasSuffix(salt, "==") &&
		(len(text) == base64.StdEncoding.EncodedLen(sha1.Size) ||
			len(text) == base64.StdEncoding.EncodedLen(sha256.Size)) && strings.HasSuffix(text, "=")
}

// parseMembership reads the columns Password and PasswordSalt of ASP.NET Membership with a colon between them:
// the digest of the salt and of the password in UTF-16LE, or since .NET 4 the HMAC under the salt.
func parseMembership(encoded string, _ Limits) (Hash, error) {
	text, saltText, _ := strings.Cut(encoded, ":")
	salt, err := decodeAs(base64.StdEncoding, saltText, "salt", membershipSalt, membershipSalt)
	if err != nil {
		return nil, err
	}
	tag, err := decodeAs(base64.StdEncoding, text, "digest", sha1.Size, sha256.Size)
	if err != nil {
		return nil, err
	}
	newHash := sha1.New
	if len(tag) != sha1.Size {
		newHash = sha256.New
	}
	if len(tag) != newHash().Size() {
		return nil, refuse(CauseMalformed, "digest is of no known length")
	}
	return newExact(encoded, recipe{
		scheme: SchemeASPNetMembership, params: "likely", unsure: true, refuses: refusesNonText,
		sums: []sumFunc{
			digest{new: newHash, salt: saltBefore, utf16: true}.sum,
			digest{new: newHash, salt: saltAsSecret, utf16: true}.sum,
			func(password, salt []byte) []byte { // its key is repeated to the length of a block
				key := make([]byte, newHash().BlockSize())
				for i := range key {
					key[i] = salt[i%len(salt)]
				}
				return digest{new: newHash, salt: saltAsSecret, utf16: true}.sum(password, key)
			},
		},
		encode: func(salt, tag []byte) string {
			b64 := base64.StdEncoding
			return b64.EncodeToString(tag) + ":" + b64.EncodeToString(salt)
		},
	}, salt, tag)
}

// claimsNodePasswordHash tells the four fields of Node's module password-hash from the three of Django.
func claimsNodePasswordHash(encoded string) bool {
	fields := strings.Split(encoded, "$")
	_, known := digestNamed(fields[0])
	return known && len(fields) == 4
}

// parseNodePasswordHash reads sha1$salt$iterations$hex: HMAC under the salt's text, of the password and then of the
// digits before (https://www.npmjs.com/package/password-hash).
func parseNodePasswordHash(encoded string, lim Limits) (Hash, error) {
	fields, err := cutFields(encoded, "$", 4)
	if err != nil {
		return nil, err
	}
	newHash, _ := digestNamed(fields[0])
	rounds, err := parseCryptRounds(fields[2], 1, 1<<32-1, lim)
	if err != nil {
		return nil, err
	}
	if err := checkTextSalt(fields[1]); err != nil {
		return nil, err
	}
	tag, err := decodeHex(fields[3], "digest", hexLower, newHash().Size())
	if err != nil {
		return nil, err
	}
	return newExact(encoded, recipe{
		scheme: SchemeNodePasswordHash, params: fmt.Sprintf("%s,i=%d", fields[0], rounds), alphabet: hexLower,
		sums: []sumFunc{func(password, salt []byte) []byte {
			text := password
			var sum []byte
			for range rounds {
				mac := hmac.New(newHash, salt)
				mac.Write(text)
				sum = mac.Sum(nil)
				text = hexSum(sum)
			}
			return sum
		}},
		encode: func(salt, tag []byte) string {
			return fmt.Sprintf("%s$%s$%d$%x", fields[0], salt, rounds, tag)
		},
	}, []byte(fields[1]), tag)
}
