package stored

import (
	"crypto/sha1"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
)

// The schemes of products that put PBKDF2 into a string of their own.
const (
	SchemeMattermost       Scheme = "mattermost-pbkdf2"
	SchemeElastic          Scheme = "elastic-pbkdf2"
	SchemeElasticStretched Scheme = "elastic-pbkdf2-stretch" // of the digits of SHA-512 of the password
	SchemeOpenDJPBKDF2     Scheme = "opendj-pbkdf2"
	SchemeDovecotPBKDF2    Scheme = "dovecot-pbkdf2"
	SchemeCouchDBPBKDF2    Scheme = "couchdb-pbkdf2"
	SchemeCouchDBSHA1      Scheme = "couchdb-sha1" // of CouchDB 1.2 and before
)

// parseMattermost reads $pbkdf2$f=SHA256,w=600000,l=32$salt$key, which Mattermost writes since release 11
// (https://github.com/mattermost/mattermost/tree/master/server/channels/app/password/hashers).
func parseMattermost(encoded string, lim Limits) (Hash, error) {
	fields, err := cutFields(encoded, "$", 5)
	if err != nil {
		return nil, err
	}
	name, numbers, _ := strings.Cut(fields[2], ",")
	values, err := splitParams(numbers, "w", "l")
	if err != nil {
		return nil, err
	}
	digest := strings.ToLower(strings.TrimPrefix(name, "f="))
	costs, err := checkPBKDF2(digest, values[0], lim)
	if err != nil {
		return nil, err
	}
	salt, key, err := decodePHC(fields[3], fields[4])
	if err != nil {
		return nil, err
	}
	return newExact(encoded, costs.recipe(SchemeMattermost, len(key), func(salt, key []byte) string {
		b64 := base64.RawStdEncoding
		return fmt.Sprintf("$pbkdf2$f=%s,w=%d,l=%d$%s$%s", strings.ToUpper(digest), costs.iterations, len(key),
			b64.EncodeToString(salt), b64.EncodeToString(key))
	}), salt, key)
}

// elasticUnit divides the length of an Elasticsearch key, in bytes: its reader takes no other.
const elasticUnit = 16

// parseElastic reads {PBKDF2}10000$salt$key of Elasticsearch, padded base64 and HMAC-SHA-512, and
// {PBKDF2_STRETCH}, which derives the key from the digits of SHA-512
// (https://www.elastic.co/docs/reference/elasticsearch/configuration-reference/security-settings).
func parseElastic(encoded string, lim Limits) (Hash, error) {
	name, body, _ := cutLDAP(encoded)
	head := encoded[:len(encoded)-len(body)]
	fields, err := cutFields(body, "$", 3)
	if err != nil {
		return nil, err
	}
	costs, err := newPBKDF2("sha512", fields[0], lim)
	if err != nil {
		return nil, err
	}
	salt, err := decodeAs(base64.StdEncoding, fields[1], "salt", minSaltSize, maxSaltSize)
	if err != nil {
		return nil, err
	}
	key, err := decodeAs(base64.StdEncoding, fields[2], "key", elasticUnit, maxTagSize)
	if err != nil {
		return nil, err
	}
	if len(key)%elasticUnit != 0 {
		return nil, refuse(CauseMalformed, "key is not a multiple of %d bytes", elasticUnit)
	}
	r := costs.recipe(SchemeElastic, len(key), func(salt, key []byte) string {
		b64 := base64.StdEncoding
		return fmt.Sprintf("%s%d$%s$%s", head, costs.iterations, b64.EncodeToString(salt),
			b64.EncodeToString(key))
	})
	if name == "PBKDF2_STRETCH" {
		derive := costs.sum(len(key))
		r.scheme = SchemeElasticStretched
		r.sums = []sumFunc{func(password, salt []byte) []byte {
			sum := sha512.Sum512(password)
			return derive(hexSum(sum[:]), salt)
		}}
	}
	return newExact(encoded, r, salt, key)
}

// openDJDigests are the names of OpenDJ's and ForgeRock DS's schemes.
var openDJDigests = map[string]string{
	"PBKDF2": "sha1", "PBKDF2-HMAC-SHA1": "sha1", "PBKDF2-HMAC-SHA256": "sha256", "PBKDF2-HMAC-SHA512": "sha512",
}

// parseOpenDJPBKDF2 reads {PBKDF2}10000:base64 of key and salt, in that order
// (https://github.com/OpenIdentityPlatform/OpenDJ, class PBKDF2PasswordStorageScheme).
func parseOpenDJPBKDF2(encoded string, lim Limits) (Hash, error) {
	name, body, _ := cutLDAP(encoded)
	head := encoded[:len(encoded)-len(body)]
	fields, err := cutFields(body, ":", 2)
	if err != nil {
		return nil, err
	}
	costs, err := newPBKDF2(openDJDigests[name], fields[0], lim)
	if err != nil {
		return nil, err
	}
	newHash, _ := digestNamed(costs.digest)
	size := newHash().Size()
	value, err := decodeAs(base64.StdEncoding, fields[1], "value", size+leastSalt, size+maxSaltSize)
	if err != nil {
		return nil, err
	}
	return newExact(encoded, costs.recipe(SchemeOpenDJPBKDF2, size, func(salt, key []byte) string {
		return fmt.Sprintf("%s%d:%s", head, costs.iterations, joinBase64(key, salt))
	}), value[size:], value[:size])
}

// parseDovecotPBKDF2 reads {PBKDF2}$1$salt$5000$hex: HMAC-SHA-1, with the salt as the text it is
// (https://doc.dovecot.org/main/core/config/auth/schemes.html).
func parseDovecotPBKDF2(encoded string, lim Limits) (Hash, error) {
	_, body, _ := cutLDAP(encoded)
	head := encoded[:len(encoded)-len(body)]
	fields, err := cutFields(body, "$", 5)
	if err != nil {
		return nil, err
	}
	costs, err := newPBKDF2("sha1", fields[3], lim)
	if err != nil {
		return nil, err
	}
	if err := checkTextSalt(fields[2]); err != nil {
		return nil, err
	}
	key, err := decodeHex(fields[4], "key", hexLower, sha1.Size)
	if err != nil {
		return nil, err
	}
	r := costs.recipe(SchemeDovecotPBKDF2, len(key), func(salt, key []byte) string {
		return fmt.Sprintf("%s$1$%s$%d$%x", head, salt, costs.iterations, key)
	})
	r.alphabet = alphanumerics
	return newExact(encoded, r, []byte(fields[2]), key)
}

const (
	couchPBKDF2Prefix = "-pbkdf2-"
	couchPBKDF2Named  = "-pbkdf2:" // release 3.4 and later name the digest
	couchHashedPrefix = "-hashed-"
)

// parseCouchDB reads what CouchDB has in its section [admins]: -pbkdf2-key,salt,iterations;
// -pbkdf2:sha256-key,salt,iterations; -hashed-digest,salt. The salt is hashed as the text it is
// (https://docs.couchdb.org/en/stable/config/auth.html).
func parseCouchDB(encoded string, lim Limits) (Hash, error) {
	head, digest := couchPBKDF2Prefix, "sha1"
	switch {
	case strings.HasPrefix(encoded, couchHashedPrefix):
		fields, err := cutFields(strings.TrimPrefix(encoded, couchHashedPrefix), ",", 2)
		if err != nil {
			return nil, err
		}
		return newCouchSHA1(encoded, fields[0], fields[1], func(salt, tag []byte) string {
			return fmt.Sprintf("%s%x,%s", couchHashedPrefix, tag, salt)
		})
	case strings.HasPrefix(encoded, couchPBKDF2Named):
		name, _, ok := strings.Cut(strings.TrimPrefix(encoded, couchPBKDF2Named), "-")
		if !ok {
			return nil, refuse(CauseMalformed, "not of the shape -pbkdf2:sha256-key,salt,iterations")
		}
		head, digest = couchPBKDF2Named+name+"-", name
	}
	fields, err := cutFields(strings.TrimPrefix(encoded, head), ",", 3)
	if err != nil {
		return nil, err
	}
	costs, err := newPBKDF2(digest, fields[2], lim)
	if err != nil {
		return nil, err
	}
	return newCouchPBKDF2(encoded, costs, fields[1], fields[0], func(salt, key []byte) string {
		return fmt.Sprintf("%s%x,%s,%d", head, key, salt, costs.iterations)
	})
}

func newCouchPBKDF2(encoded string, costs pbkdf2Costs, salt, key string,
	encode func(salt, key []byte) string,
) (Hash, error) {
	if err := checkTextSalt(salt); err != nil {
		return nil, err
	}
	newHash, _ := digestNamed(costs.digest)
	size := newHash().Size()
	tag, err := decodeHex(key, "key", hexLower, size)
	if err != nil {
		return nil, err
	}
	r := costs.recipe(SchemeCouchDBPBKDF2, size, encode)
	r.alphabet = hexLower
	if encoded == "" { // a document, whose spaces nobody counts
		return newComputed(r, []byte(salt), tag)
	}
	return newExact(encoded, r, []byte(salt), tag)
}

func newCouchSHA1(encoded, text, salt string, encode func(salt, tag []byte) string) (Hash, error) {
	if err := checkTextSalt(salt); err != nil {
		return nil, err
	}
	tag, err := decodeHex(text, "digest", hexLower, sha1.Size)
	if err != nil {
		return nil, err
	}
	r := recipe{
		scheme: SchemeCouchDBSHA1, params: "digest=sha1", digest: true, alphabet: hexLower, encode: encode,
		sums: []sumFunc{digest{new: sha1.New, salt: saltAfter}.sum},
	}
	if encoded == "" {
		return newComputed(r, []byte(salt), tag)
	}
	return newExact(encoded, r, []byte(salt), tag)
}

// couchFields are those of a document of the database _users that are about its password.
var couchFields = []string{"password_scheme", "iterations", "derived_key", "salt", "pbkdf2_prf", "password_sha"}

// parseCouchDBDocument reads the fields of a document of _users.
func parseCouchDBDocument(text string, lim Limits) (Hash, error) {
	o, err := parseJSONObject(text, couchFields...)
	if err != nil {
		return nil, err
	}
	var values [5]string
	for i, name := range []string{"password_scheme", "derived_key", "salt", "pbkdf2_prf", "password_sha"} {
		if values[i], err = o.text(name, ""); err != nil {
			return nil, err
		}
	}
	scheme, key, salt, prf, digest := values[0], values[1], values[2], values[3], values[4]
	fill := func(name string) func(salt, tag []byte) string {
		return func(salt, tag []byte) string {
			filled := map[string]any{}
			for name, value := range o {
				filled[name] = value
			}
			filled["salt"], filled[name] = string(salt), hex.EncodeToString(tag)
			return encodeJSON(filled)
		}
	}
	switch scheme {
	case "simple":
		return newCouchSHA1("", digest, salt, fill("password_sha"))
	case "pbkdf2":
	default:
		return nil, refuse(CauseUnknownScheme, "a CouchDB document of another password_scheme")
	}
	iterations, err := o.number("iterations", 0)
	if err != nil {
		return nil, err
	}
	if prf == "" || prf == "sha" {
		prf = "sha1"
	}
	costs, err := checkPBKDF2(prf, iterations, lim)
	if err != nil {
		return nil, err
	}
	return newCouchPBKDF2("", costs, salt, key, fill("derived_key"))
}
