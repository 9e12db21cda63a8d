package stored

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
)

// SchemeAuth0Scrypt is scrypt as Auth0's bulk import describes it. Its other algorithms are schemes of
// this package inside JSON.
const (
	SchemeAuth0Scrypt Scheme = "auth0-scrypt"
	SchemeAuth0Digest Scheme = "auth0-digest"
)

// auth0Fields are those of custom_password_hash, the object that is stored here
// (https://auth0.com/docs/manage-users/user-migration/bulk-user-import-database-schema-and-examples).
var auth0Fields = []string{
	"algorithm", "hash", "salt", "password", "keylen", "cost", "blockSize", "parallelization",
}

// auth0Hash is a custom_password_hash, cut into what its algorithm is given.
type auth0Hash struct {
	fields        jsonObject
	hash, salt    jsonObject
	algorithm     string
	value         string // of the hash
	encoding      string // of the value
	saltText      string
	saltEncoding  string
	saltPosition  string
	passwordUTF16 bool
}

// parseAuth0 reads custom_password_hash for argon2, bcrypt, pbkdf2 (all three strings of their own),
// ldap, scrypt and the plain digests, and recognises hmac and md4.
func parseAuth0(encoded string, lim Limits) (Hash, error) {
	a, err := splitAuth0(encoded)
	if err != nil {
		return nil, err
	}
	switch a.algorithm {
	case "argon2":
		return a.inner(parseArgon2Any, lim)
	case "bcrypt":
		return a.inner(parseBcrypt, lim)
	case "pbkdf2":
		return a.inner(parsePBKDF2, lim)
	case "ldap":
		return a.inner(parseLDAPDigest, lim)
	case "scrypt":
		return a.scrypt(lim)
	case "md5", "sha1", "sha256", "sha512":
		return a.digest()
	}
	return nil, refuse(CauseUnsupportedVersion, "an algorithm of Auth0's import without a reader here")
}

func splitAuth0(encoded string) (*auth0Hash, error) {
	var a auth0Hash
	var err error
	if a.fields, err = parseJSONObject(encoded, auth0Fields...); err != nil {
		return nil, err
	}
	if a.hash, err = a.fields.object("hash", "value", "encoding", "digest", "key"); err != nil {
		return nil, err
	}
	if a.salt, err = a.fields.object("salt", "value", "encoding", "position"); err != nil {
		return nil, err
	}
	password, err := a.fields.object("password", "encoding")
	if err != nil {
		return nil, err
	}
	var passwordEncoding string
	for _, f := range []struct {
		to              *string
		from            jsonObject
		name, otherwise string
	}{
		{&a.algorithm, a.fields, "algorithm", ""},
		{&a.value, a.hash, "value", ""},
		{&a.encoding, a.hash, "encoding", "utf8"},
		{&a.saltText, a.salt, "value", ""},
		{&a.saltEncoding, a.salt, "encoding", "utf8"},
		{&a.saltPosition, a.salt, "position", "prefix"},
		{&passwordEncoding, password, "encoding", "utf8"},
	} {
		if *f.to, err = f.from.text(f.name, f.otherwise); err != nil {
			return nil, err
		}
	}
	if a.algorithm != "hmac" && (a.hash["digest"] != nil || a.hash["key"] != nil) {
		return nil, refuse(CauseMalformed, "the digest or key of an HMAC beside another algorithm")
	}
	a.passwordUTF16 = passwordEncoding == "utf16le"
	if !a.passwordUTF16 && passwordEncoding != "utf8" {
		return nil, refuse(CauseUnsupportedVersion, "a password of an encoding other than utf8 and utf16le")
	}
	return &a, nil
}

// inner reads a value that is a stored hash of its own. Beside it nothing may stand that would change
// the computation.
func (a *auth0Hash) inner(parse func(string, Limits) (Hash, error), lim Limits) (Hash, error) {
	if a.encoding != "utf8" || len(a.salt) > 0 || a.passwordUTF16 || a.hasCosts() {
		return nil, refuse(CauseMalformed, "%s with more than a value", a.algorithm)
	}
	inner, err := parse(a.value, lim)
	if err != nil {
		return nil, err
	}
	return &wrappedHash{Hash: inner, wrap: func(inner string) string {
		return encodeJSON(map[string]any{
			"algorithm": a.algorithm, "hash": map[string]string{"encoding": "utf8", "value": inner},
		})
	}}, nil
}

func (a *auth0Hash) hasCosts() bool {
	for _, name := range []string{"keylen", "cost", "blockSize", "parallelization"} {
		if a.fields[name] != nil {
			return true
		}
	}
	return false
}

func (a *auth0Hash) scrypt(lim Limits) (Hash, error) {
	if a.passwordUTF16 || a.salt["position"] != nil {
		return nil, refuse(CauseUnsupportedVersion, "scrypt with a place of the salt or UTF-16")
	}
	var costs [4]uint64
	for i, f := range []struct {
		name      string
		otherwise uint64
	}{{"cost", 16384}, {"blockSize", 8}, {"parallelization", 1}, {"keylen", 0}} {
		value, err := a.fields.number(f.name, f.otherwise)
		if err != nil {
			return nil, err
		}
		costs[i] = value
	}
	checked, err := checkScrypt(costs[0], costs[1], costs[2], lim)
	if err != nil {
		return nil, err
	}
	salt, tag, err := a.saltAndTag(minTagSize, maxTagSize)
	if err != nil {
		return nil, err
	}
	if costs[3] != uint64(len(tag)) || len(salt) == 0 {
		return nil, refuse(CauseMalformed, "keylen is not the length of the hash, or there is no salt")
	}
	r := checked.recipe(SchemeAuth0Scrypt, len(tag), a.encode)
	r.alphabet = a.saltAlphabet()
	return newComputed(r, salt, tag)
}

func (a *auth0Hash) digest() (Hash, error) {
	newHash, _ := digestNamed(a.algorithm)
	if a.hasCosts() {
		return nil, refuse(CauseMalformed, "a digest with costs")
	}
	salt, tag, err := a.saltAndTag(newHash().Size(), newHash().Size())
	if err != nil {
		return nil, err
	}
	d := digest{new: newHash, utf16: a.passwordUTF16}
	switch {
	case len(a.salt) == 0:
	case a.saltPosition == "prefix":
		d.salt = saltBefore
	case a.saltPosition == "suffix":
		d.salt = saltAfter
	default:
		return nil, refuse(CauseMalformed, "salt is neither prefix nor suffix")
	}
	r := recipe{
		scheme: SchemeAuth0Digest, params: a.algorithm + d.salt, digest: true, encode: a.encode,
		sums: []func(password, salt []byte) []byte{d.sum}, alphabet: a.saltAlphabet(),
	}
	if d.utf16 {
		r.refuses = refusesNonText
	}
	return newComputed(r, salt, tag)
}

func (a *auth0Hash) saltAndTag(least, most int) (salt, tag []byte, err error) {
	if tag, err = decodeNamed(a.encoding, a.value, "value", least, most); err != nil {
		return nil, nil, err
	}
	if a.encoding == "utf8" {
		return nil, nil, refuse(CauseMalformed, "value is neither hex nor base64")
	}
	if len(a.salt) == 0 {
		return nil, tag, nil
	}
	salt, err = decodeNamed(a.saltEncoding, a.saltText, "salt", leastSalt, maxTextSalt)
	return salt, tag, err
}

// saltAlphabet is that of a new salt: text for a salt that was text.
func (a *auth0Hash) saltAlphabet() string {
	if a.saltEncoding == "utf8" {
		return alphanumerics
	}
	return ""
}

// encode puts the object together again with another salt and tag.
func (a *auth0Hash) encode(salt, tag []byte) string {
	o := map[string]any{}
	for name, value := range a.fields {
		o[name] = value
	}
	o["hash"] = map[string]string{"encoding": a.encoding, "value": encodeNamed(a.encoding, tag)}
	if len(a.salt) > 0 {
		fields := map[string]json.RawMessage{}
		for name, value := range a.salt {
			fields[name] = value
		}
		fields["value"] = json.RawMessage(encodeJSON(encodeNamed(a.saltEncoding, salt)))
		o["salt"] = fields
	}
	return encodeJSON(o)
}

func decodeNamed(encoding, text, what string, least, most int) ([]byte, error) {
	switch encoding {
	case "hex":
		return decodeHexOf(text, what, hexEither, least, most)
	case "base64":
		return decodeAs(base64.StdEncoding, text, what, least, most)
	case "utf8":
		return []byte(text), checkSize([]byte(text), what, least, most)
	}
	return nil, refuse(CauseUnsupportedVersion, "%s is of an unknown encoding", what)
}

func encodeNamed(encoding string, value []byte) string {
	switch encoding {
	case "hex":
		return hex.EncodeToString(value)
	case "base64":
		return base64.StdEncoding.EncodeToString(value)
	}
	return string(value)
}
