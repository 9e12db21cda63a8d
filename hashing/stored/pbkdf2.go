package stored

import (
	"crypto/pbkdf2"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/credsieve/credsieve/hashing/stored/internal/lanes"
)

// The schemes of PBKDF2 (RFC 8018) without a framework of their own: passlib, PHC and OpenLDAP write
// the first three, 389 Directory Server the last.
const (
	SchemePBKDF2SHA1   Scheme = "pbkdf2-sha1"
	SchemePBKDF2SHA224 Scheme = "pbkdf2-sha224"
	SchemePBKDF2SHA256 Scheme = "pbkdf2-sha256"
	SchemePBKDF2SHA384 Scheme = "pbkdf2-sha384"
	SchemePBKDF2SHA512 Scheme = "pbkdf2-sha512"
	SchemePBKDF2389DS  Scheme = "389ds-pbkdf2-sha256"
)

// SchemeMediaWikiPBKDF2 is what MediaWiki has written since 1.24.
const (
	SchemeMediaWikiPBKDF2 Scheme = "mediawiki-pbkdf2"

	maxMediaWikiKey = 128 // bytes; its first releases wrote so many
)

// The value of 389 Directory Server: iterations, salt and key of fixed lengths, in bytes.
const (
	size389Iterations = 4
	size389Salt       = 64
	size389Key        = 256
)

// pbkdf2Costs are what one computation of PBKDF2 takes: the name of the digest under its HMAC, and how
// often that is called for each piece of the key.
type pbkdf2Costs struct {
	digest     string
	iterations uint64
	engine     *engine
}

func (c pbkdf2Costs) String() string { return fmt.Sprintf("%s,i=%d", c.digest, c.iterations) }

// newPBKDF2 checks costs out of a string.
func newPBKDF2(digest, iterations string, lim Limits) (pbkdf2Costs, error) {
	count, ok := parseDecimal(iterations)
	if !ok {
		return pbkdf2Costs{}, refuse(CauseMalformed, "iterations are not a decimal number")
	}
	return checkPBKDF2(digest, count, lim)
}

func checkPBKDF2(digest string, iterations uint64, lim Limits) (pbkdf2Costs, error) {
	switch _, known := digestNamed(digest); {
	case !known || digest == "md5":
		return pbkdf2Costs{}, refuse(CauseUnsupportedVersion, "PBKDF2 of an unknown digest")
	case iterations == 0:
		return pbkdf2Costs{}, refuse(CauseMalformed, "iterations are zero")
	case iterations > uint64(lim.PBKDF2Iterations):
		return pbkdf2Costs{}, refuse(CauseOverLimit, "more than %d iterations", lim.PBKDF2Iterations)
	}
	return pbkdf2Costs{
		digest: digest, iterations: iterations, engine: &engine{scheme: lanes.Scheme("pbkdf2-" + digest)},
	}, nil
}

// sum computes size bytes of key. HMAC pads a short password with NULs, so that one more at its end
// changes nothing: the login does not see the difference either.
func (c pbkdf2Costs) sum(size int) func(password, salt []byte) []byte {
	newHash, _ := digestNamed(c.digest)
	return func(password, salt []byte) []byte {
		if key := c.engine.key([3]uint32{uint32(c.iterations)}, size, password, salt); key != nil {
			return key
		}
		key, err := pbkdf2.Key(newHash, string(password), salt, int(c.iterations), size)
		if err != nil {
			// Only a build that allows nothing but FIPS 140 refuses what the parser let through.
			panic("stored: " + err.Error())
		}
		return key
	}
}

func (c pbkdf2Costs) recipe(scheme Scheme, size int, encode func(salt, tag []byte) string) recipe {
	return recipe{
		scheme: scheme, params: c.String(), encode: encode, engine: c.engine,
		sums: []func(password, salt []byte) []byte{c.sum(size)},
	}
}

// pbkdf2Heads are the beginnings of passlib's and OpenLDAP's strings; those in braces are compared
// without regard to case.
var pbkdf2Heads = []struct {
	scheme Scheme
	digest string
	passlib, ldap,
	ldapToo string
}{
	{SchemePBKDF2SHA1, "sha1", "$pbkdf2$", "PBKDF2", "PBKDF2-SHA1"},
	{SchemePBKDF2SHA224, "sha224", "$pbkdf2-sha224$", "PBKDF2-SHA224", ""},
	{SchemePBKDF2SHA256, "sha256", "$pbkdf2-sha256$", "PBKDF2-SHA256", ""},
	{SchemePBKDF2SHA384, "sha384", "$pbkdf2-sha384$", "PBKDF2-SHA384", ""},
	{SchemePBKDF2SHA512, "sha512", "$pbkdf2-sha512$", "PBKDF2-SHA512", ""},
}

// parsePBKDF2 reads passlib's $pbkdf2-sha256$29000$salt$key and the PHC form, whose third segment is
// i=29000,l=32.
func parsePBKDF2(encoded string, lim Limits) (Hash, error) {
	for _, h := range pbkdf2Heads {
		body, ok := strings.CutPrefix(encoded, h.passlib)
		switch {
		case !ok:
		case strings.HasPrefix(body, "f="):
			return parseMattermost(encoded, lim)
		case strings.HasPrefix(body, "i="):
			return parsePHCPBKDF2(h.scheme, h.digest, encoded, lim)
		default:
			return parsePasslibPBKDF2(h.scheme, h.digest, h.passlib, encoded, lim)
		}
	}
	// The name was cut off, or $pbkdf2-sha1$, which PHC writes and passlib does not.
	if strings.HasPrefix(encoded, "$pbkdf2-sha1$i=") {
		return parsePHCPBKDF2(SchemePBKDF2SHA1, "sha1", encoded, lim)
	}
	if strings.HasPrefix(encoded, "$pbkdf2-sha1$") {
		return parsePasslibPBKDF2(SchemePBKDF2SHA1, "sha1", "$pbkdf2-sha1$", encoded, lim)
	}
	return nil, refuse(CauseMalformed, "not of the shape $pbkdf2-sha256$ costs $ salt $ key")
}

// parseLDAPPBKDF2 reads {PBKDF2-SHA256}29000$salt$key.
func parseLDAPPBKDF2(encoded string, lim Limits) (Hash, error) {
	name, body, _ := cutLDAP(encoded)
	if name == "PBKDF2" {
		switch {
		case strings.HasPrefix(body, "$1$"):
			return parseDovecotPBKDF2(encoded, lim)
		case strings.Contains(body, ":"):
			return parseOpenDJPBKDF2(encoded, lim)
		case strings.HasSuffix(body, "="):
			return parseElastic(encoded, lim)
		}
	}
	for _, h := range pbkdf2Heads {
		if name == h.ldap || name == h.ldapToo {
			head := strings.TrimSuffix(encoded, body)
			return parsePasslibPBKDF2(h.scheme, h.digest, head, encoded, lim)
		}
	}
	return nil, refuse(CauseUnsupportedVersion, "PBKDF2 of an unknown digest")
}

// parsePasslibPBKDF2 reads iterations$salt$key after head. passlib writes base64 with . for +
// (https://passlib.readthedocs.io/en/stable/lib/passlib.hash.pbkdf2_digest.html), others leave the +, and 389
// Directory Server pads it as well (its plugin pwdchan, the default since release 2.1).
func parsePasslibPBKDF2(scheme Scheme, digest, head, encoded string, lim Limits) (Hash, error) {
	fields, err := cutFields(strings.TrimPrefix(encoded, head), "$", 3)
	if err != nil {
		return nil, err
	}
	costs, err := newPBKDF2(digest, fields[0], lim)
	if err != nil {
		return nil, err
	}
	enc := base64.RawStdEncoding
	padded := strings.HasSuffix(fields[1], "=") || strings.HasSuffix(fields[2], "=")
	if padded {
		enc = base64.StdEncoding
	}
	dots := !padded && !strings.Contains(fields[1]+fields[2], "+")
	spell := func(text string, from, to string) string {
		if !dots {
			return text
		}
		return strings.ReplaceAll(text, from, to)
	}
	salt, err := decodeAs(enc, spell(fields[1], ".", "+"), "salt", leastSalt, maxSaltSize)
	if err != nil {
		return nil, err
	}
	// The key is as long as the digest: the beginning of a longer key is that of a shorter one, so that
	// a string which lost its end could match.
	newHash, _ := digestNamed(digest)
	size := newHash().Size()
	key, err := decodeAs(enc, spell(fields[2], ".", "+"), "key", size, size)
	if err != nil {
		return nil, err
	}
	return newExact(encoded, costs.recipe(scheme, len(key), func(salt, key []byte) string {
		return spell(fmt.Sprintf("%s%d$%s$%s", head, costs.iterations, enc.EncodeToString(salt),
			enc.EncodeToString(key)), "+", ".")
	}), salt, key)
}

// parsePHCPBKDF2 reads $pbkdf2-sha256$i=29000,l=32$salt$key, as Auth0 and RustCrypto write it.
func parsePHCPBKDF2(scheme Scheme, digest, encoded string, lim Limits) (Hash, error) {
	fields, err := cutFields(encoded, "$", 5)
	if err != nil {
		return nil, err
	}
	values, err := splitParams(fields[2], "i", "l")
	if err != nil {
		return nil, err
	}
	costs, err := checkPBKDF2(digest, values[0], lim)
	if err != nil {
		return nil, err
	}
	salt, key, err := decodePHC(fields[3], fields[4])
	if err != nil {
		return nil, err
	}
	return newExact(encoded, costs.recipe(scheme, len(key), func(salt, key []byte) string {
		b64 := base64.RawStdEncoding
		return fmt.Sprintf("$%s$i=%d,l=%d$%s$%s", fields[1], costs.iterations, len(key),
			b64.EncodeToString(salt), b64.EncodeToString(key))
	}), salt, key)
}

// parse389PBKDF2 reads {PBKDF2_SHA256} and the base64 of iterations (big-endian), salt and key.
func parse389PBKDF2(encoded string, lim Limits) (Hash, error) {
	_, body, _ := cutLDAP(encoded)
	const size = size389Iterations + size389Salt + size389Key
	value, err := decodeAs(base64.StdEncoding, body, "value", size, size)
	if err != nil {
		return nil, err
	}
	iterations := value[:size389Iterations]
	costs, err := checkPBKDF2("sha256", uint64(binary.BigEndian.Uint32(iterations)), lim)
	if err != nil {
		return nil, err
	}
	head := strings.TrimSuffix(encoded, body)
	salt, key := value[size389Iterations:][:size389Salt], value[size389Iterations+size389Salt:]
	return newExact(encoded, costs.recipe(SchemePBKDF2389DS, size389Key,
		func(salt, key []byte) string {
			return head + joinBase64(iterations, salt, key)
		}), salt, key)
}

// parseMediaWikiPBKDF2 reads :pbkdf2:sha512:30000:64:salt:key, with the length of the key before the salt
// (https://www.mediawiki.org/wiki/Manual:$wgPasswordConfig).
func parseMediaWikiPBKDF2(encoded string, lim Limits) (Hash, error) {
	fields, err := cutFields(encoded, ":", 7)
	if err != nil {
		return nil, err
	}
	costs, err := newPBKDF2(fields[2], fields[3], lim)
	if err != nil {
		return nil, err
	}
	salt, err := decodeAs(base64.StdEncoding, fields[5], "salt", leastSalt, maxSaltSize)
	if err != nil {
		return nil, err
	}
	key, err := decodeAs(base64.StdEncoding, fields[6], "key", minTagSize, maxMediaWikiKey)
	if err != nil {
		return nil, err
	}
	// newExact holds the stated length against that of the key.
	return newExact(encoded, costs.recipe(SchemeMediaWikiPBKDF2, len(key), func(salt, key []byte) string {
		return fmt.Sprintf(":pbkdf2:%s:%d:%d:%s:%s", costs.digest, costs.iterations, len(key),
			base64.StdEncoding.EncodeToString(salt), base64.StdEncoding.EncodeToString(key))
	}), salt, key)
}
