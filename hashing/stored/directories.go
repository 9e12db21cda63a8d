package stored

import (
	"crypto/md5"
	"encoding/base64"
	"fmt"
	"hash"
	"slices"
	"strings"
)

// The schemes of directories and mail servers that have a computation of their own after a name in braces.
const (
	SchemeOpenLDAPAPR1   Scheme = "openldap-apr1"
	SchemeOpenLDAPBSDMD5 Scheme = "openldap-bsdmd5"
	SchemeAIXMD5         Scheme = "aix-smd5"
	SchemeAIX            Scheme = "aix-pbkdf2" // {ssha1}, {ssha256}, {ssha512}
	SchemeSCRAMSHA1      Scheme = "scram-sha-1"
	SchemeSCRAMSHA256    Scheme = "scram-sha-256"
	SchemeSCRAMSHA512    Scheme = "scram-sha-512"
	SchemePlainMD4       Scheme = "dovecot-plain-md4"
	SchemeFSHP           Scheme = "fshp"
)

// cryptNames are names in braces before a string of crypt(3): of LDAP servers, Dovecot, 389 Directory Server and
// ApacheDS.
var cryptNames = []string{
	"CRYPT", "MD5-CRYPT", "SHA256-CRYPT", "SHA512-CRYPT", "DES-CRYPT", // the last is unsupported inside
	"CRYPT-MD5", "CRYPT-SHA256", "CRYPT-SHA512", "CRYPT-SHA-256", "CRYPT-SHA-512",
}

// claimsDovecotMD5 claims {MD5} and {MD5-CRYPT}, which in Dovecot are one name for a string of md5crypt and for
// 32 digits of MD5.
func claimsDovecotMD5(encoded string) bool {
	name, body, ok := cutLDAP(encoded)
	switch {
	case !ok:
		return false
	case name == "MD5":
		return strings.HasPrefix(body, "$1$")
	}
	return name == "MD5-CRYPT" && isMD5Hex(body)
}

func parseDovecotMD5(encoded string, lim Limits) (Hash, error) {
	_, body, _ := cutLDAP(encoded)
	head := encoded[:len(encoded)-len(body)]
	if strings.HasPrefix(body, "$1$") {
		return after(encoded, len(head), parseInner, lim)
	}
	return newUnsalted("ldap-md5", head, body, hexEither, md5.Size,
		func(password []byte) []byte { return md5Of(password) })
}

// parsePlainMD4 reads {PLAIN-MD4} and {NTLM} of Dovecot, in hexadecimal: MD4 of the password, as it is or in
// UTF-16LE.
func parsePlainMD4(encoded string, _ Limits) (Hash, error) {
	name, body, _ := cutLDAP(encoded)
	head := encoded[:len(encoded)-len(body)]
	if name == "PLAIN-MD4" {
		return newUnsalted(SchemePlainMD4, head, body, hexEither, md5.Size, md4Sum)
	}
	return newNTLM(head, body, hexEither)
}

// parseOpenLDAPMD5 reads {APR1} and {BSDMD5} of OpenLDAP's module pw-apr1: base64 of the last digest of md5crypt
// and the salt.
func parseOpenLDAPMD5(encoded string, lim Limits) (Hash, error) {
	if lim.CryptRounds < md5CryptRounds {
		return nil, refuse(CauseOverLimit, "more than %d rounds", lim.CryptRounds)
	}
	name, body, _ := cutLDAP(encoded)
	head := encoded[:len(encoded)-len(body)]
	value, err := decodePaddedBase64(body, "value")
	if err != nil {
		return nil, err
	}
	if len(value) <= md5.Size || len(value) > md5.Size+md5CryptSalt {
		return nil, refuse(CauseMalformed, "value is not a digest and up to %d characters of salt", md5CryptSalt)
	}
	scheme, magic := SchemeOpenLDAPAPR1, "$apr1$"
	if name == "BSDMD5" {
		scheme, magic = SchemeOpenLDAPBSDMD5, "$1$"
	}
	return newComputed(recipe{
		scheme: scheme, params: "rounds=1000", refuses: refusesNUL, alphabet: cryptAlphabet,
		sums: []sumFunc{func(password, salt []byte) []byte { return md5CryptSum(magic, password, salt) }},
		encode: func(salt, tag []byte) string {
			return head + joinBase64(tag, salt)
		},
	}, value[md5.Size:], value[:md5.Size])
}

// aixDigests are the names of AIX's loadable password algorithms; the number before the salt is the logarithm
// of the iterations of PBKDF2.
var aixDigests = map[string]string{"SSHA1": "sha1", "SSHA256": "sha256", "SSHA512": "sha512"}

const aixMostCost = 31

// claimsAIX tells AIX's {smd5} and {ssha256} from those of LDAP by the $ before the tag, which base64 has not.
func claimsAIX(encoded string) bool {
	name, body, ok := cutLDAP(encoded)
	return ok && strings.Contains(body, "$") && (name == "SMD5" || aixDigests[name] != "")
}

// parseAIX reads {smd5}salt$tag, which is md5crypt with no name hashed, and {ssha256}06$salt$tag
// (https://www.ibm.com/docs/en/aix/7.3?topic=passwords-system-password-algorithm).
func parseAIX(encoded string, lim Limits) (Hash, error) {
	name, body, _ := cutLDAP(encoded)
	head := encoded[:len(encoded)-len(body)]
	if name == "SMD5" {
		return parseAIXMD5(head, body, lim)
	}
	fields, err := cutFields(body, "$", 3)
	if err != nil {
		return nil, err
	}
	cost, ok := parseDecimal(strings.TrimPrefix(fields[0], "0"))
	if !ok || len(fields[0]) != 2 || cost > aixMostCost {
		return nil, refuse(CauseMalformed, "cost is not two digits of at most %d", aixMostCost)
	}
	costs, err := checkPBKDF2(aixDigests[name], 1<<cost, lim)
	if err != nil {
		return nil, err
	}
	if err := checkTextSalt(fields[1]); err != nil {
		return nil, err
	}
	newHash, _ := digestNamed(costs.digest)
	size := newHash().Size()
	tag := fields[2]
	if len(tag) != (size*8+5)/6 || !consistsOf(tag, cryptAlphabet) {
		return nil, refuse(CauseMalformed, "tag is not of %d characters", (size*8+5)/6)
	}
	derive := costs.sum(size)
	r := costs.recipe(SchemeAIX, size, func(salt, tag []byte) string {
		return fmt.Sprintf("%s%s$%s$%s", head, fields[0], salt, tag)
	})
	r.alphabet, r.refuses = cryptAlphabet, refusesNUL
	r.sums = []sumFunc{func(password, salt []byte) []byte { return aixText(derive(password, salt)) }}
	return newExact(encoded, r, []byte(fields[1]), []byte(tag))
}

// aixText is AIX's own text of a key: of each three bytes, the first highest, four characters, the lowest bits first. A
// last group of fewer bytes is filled up with zeros at its end and loses the characters that a shorter text has not:
// they are its highest bits.
func aixText(key []byte) []byte {
	text := make([]byte, 0, (len(key)+2)/3*4)
	for i := 0; i < len(key); i += 3 {
		var group [3]byte
		copy(group[:], key[i:])
		value := uint(group[0])<<16 | uint(group[1])<<8 | uint(group[2])
		for range 4 {
			text = append(text, cryptAlphabet[value&63])
			value >>= 6
		}
	}
	return text[:(len(key)*8+5)/6]
}

func parseAIXMD5(head, body string, lim Limits) (Hash, error) {
	if lim.CryptRounds < md5CryptRounds {
		return nil, refuse(CauseOverLimit, "more than %d rounds", lim.CryptRounds)
	}
	salt, tag, _ := strings.Cut(body, "$")
	if err := checkCryptSalt(salt, md5CryptSalt); err != nil {
		return nil, err
	}
	if err := checkCryptTag(tag, md5.Size); err != nil {
		return nil, err
	}
	return newCrypt(SchemeAIXMD5, "rounds=1000", head, "$", salt, tag,
		func(password, salt []byte) []byte { return md5Crypt("", password, salt) })
}

// scramNames are those of the mechanisms of RFC 5802, RFC 7677 and their kin.
var scramNames = []struct {
	name, digest string
	scheme       Scheme
}{
	{"SCRAM-SHA-1", "sha1", SchemeSCRAMSHA1},
	{"SCRAM-SHA-256", "sha256", SchemeSCRAMSHA256},
	{"SCRAM-SHA-512", "sha512", SchemeSCRAMSHA512},
}

// parseBracedSCRAM reads {SCRAM-SHA-256}4096,salt,StoredKey,ServerKey as Dovecot writes it, and the same with
// colons.
func parseBracedSCRAM(encoded string, lim Limits) (Hash, error) {
	name, body, _ := cutLDAP(encoded)
	head, separator := encoded[:len(encoded)-len(body)], ","
	if !strings.Contains(body, separator) {
		separator = ":"
	}
	fields, err := cutFields(body, separator, 4)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(scramNames, func(s struct {
		name, digest string
		scheme       Scheme
	}) bool {
		return s.name == name
	})
	newHash, _ := digestNamed(scramNames[at].digest)
	costs, err := newPBKDF2(scramNames[at].digest, fields[0], lim)
	if err != nil {
		return nil, err
	}
	salt, err := decodeAs(base64.StdEncoding, fields[1], "salt", leastSalt, maxSaltSize)
	if err != nil {
		return nil, err
	}
	size := newHash().Size()
	var keys [2][]byte
	for i, text := range fields[2:] {
		if keys[i], err = decodeAs(base64.StdEncoding, text, "key", size, size); err != nil {
			return nil, err
		}
	}
	r := costs.recipe(scramNames[at].scheme, size, func(salt, tag []byte) string {
		b64 := base64.StdEncoding
		return head + strings.Join([]string{
			fmt.Sprint(costs.iterations), b64.EncodeToString(salt), b64.EncodeToString(tag[:size]),
			b64.EncodeToString(tag[size:]),
		}, separator)
	})
	r.sums = scramSums(newHash, costs.sum(size))
	r.refuses = refusesNUL
	return newExact(encoded, r, salt, slices.Concat(keys[0], keys[1]))
}

// fshpDigests are FSHP's, by the number in its name.
var fshpDigests = []string{"sha1", "sha256", "sha384", "sha512"}

// parseFSHP reads {FSHP1|16|8192}base64 of salt and digest: PBKDF1 with password and salt the other way round
// (https://passlib.readthedocs.io/en/stable/lib/passlib.hash.fshp.html).
func parseFSHP(encoded string, lim Limits) (Hash, error) {
	name, body, _ := strings.Cut(encoded, "}")
	fields, err := cutFields(strings.TrimPrefix(name, fshpPrefix), "|", 3)
	if err != nil {
		return nil, err
	}
	variant, ok := parseDecimal(fields[0])
	size, isSize := parseDecimal(fields[1])
	switch {
	case !ok || !isSize:
		return nil, refuse(CauseMalformed, "variant or length of the salt is not a decimal number")
	case variant >= uint64(len(fshpDigests)):
		return nil, refuse(CauseUnsupportedVersion, "a variant of an unknown number")
	case size > maxDigestSalt:
		return nil, refuse(CauseOverLimit, "salt is longer than %d bytes", maxDigestSalt)
	}
	rounds, err := parseCryptRounds(fields[2], 1, 1<<32-1, lim)
	if err != nil {
		return nil, err
	}
	newHash, _ := digestNamed(fshpDigests[variant])
	digest := newHash().Size()
	value, err := decodeAs(base64.StdEncoding, body, "value", int(size)+digest, int(size)+digest)
	if err != nil {
		return nil, err
	}
	return newExact(encoded, recipe{
		scheme: SchemeFSHP, params: fmt.Sprintf("%s,i=%d", fshpDigests[variant], rounds),
		sums: []sumFunc{func(password, salt []byte) []byte {
			return iterated(newHash, rounds, salt, password)
		}},
		encode: func(salt, tag []byte) string { return name + "}" + joinBase64(salt, tag) },
	}, value[:size], value[size:])
}

const fshpPrefix = "{FSHP"

// iterated is the digest of first and second, and then of itself, rounds times in all.
func iterated(newHash func() hash.Hash, rounds uint32, first, second []byte) []byte {
	h := newHash()
	h.Write(first)
	h.Write(second)
	sum := h.Sum(nil)
	for range rounds - 1 {
		h.Reset()
		h.Write(sum)
		sum = h.Sum(sum[:0])
	}
	return sum
}
