package stored

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-crypt/x/crypt"
)

// The schemes of database servers for their own users.
const (
	SchemeMySQLNative      Scheme = "mysql-native"
	SchemeMySQLCachingSHA2 Scheme = "mysql-caching-sha2"
	SchemeMSSQL2005        Scheme = "mssql-2005"
	SchemeMSSQL2012        Scheme = "mssql-2012"
	SchemePostgresMD5      Scheme = "postgres-md5" // declared only: it needs the name of the user
)

const (
	mysqlNativePrefix = "*"

	cachingSHA2Prefix = "$A$"
	cachingSHA2Salt   = 20
	cachingSHA2Tag    = 43
	cachingSHA2Size   = len("$A$005$") + cachingSHA2Salt + cachingSHA2Tag
	cachingSHA2Least  = 5 // thousands of rounds, the server's own least

	// SHOW CREATE USER writes the bytes of $A$ so when they cannot be printed.
	cachingSHA2Hex = "0x244124"

	mssql2005Prefix = "0x0100"
	mssql2012Prefix = "0x0200"
	mssqlSalt       = 4

	postgresMD5Prefix = "md5"
)

// parseMySQLNative reads * and 40 digits: the digest of the digest.
func parseMySQLNative(encoded string, _ Limits) (Hash, error) {
	digits := strings.TrimPrefix(encoded, mysqlNativePrefix)
	twice := func(password []byte) []byte {
		inner := sha1.Sum(password)
		outer := sha1.Sum(inner[:])
		return outer[:]
	}
	return newUnsalted(SchemeMySQLNative, mysqlNativePrefix, digits, hexUpper, sha1.Size, twice)
}

// parseCachingSHA2 reads $A$, three digits of rounds in thousands, $, twenty bytes of salt and the
// tag of SHA-256-crypt. It is cut by length, because the salt is of any bytes.
func parseCachingSHA2(encoded string, lim Limits) (Hash, error) {
	restore := func(text string) string { return text }
	if digits, ok := strings.CutPrefix(encoded, "0x"); ok {
		raw, err := decodeHex(digits, "string", hexUpper, cachingSHA2Size)
		if err != nil {
			return nil, err
		}
		encoded = string(raw)
		restore = func(text string) string { return fmt.Sprintf("0x%X", text) }
	}
	head := len(cachingSHA2Prefix) + 3
	if len(encoded) != cachingSHA2Size || encoded[head] != '$' {
		return nil, refuse(CauseMalformed, "not $A$005$, 20 bytes and 43")
	}
	digits := encoded[len(cachingSHA2Prefix):head]
	thousands, err := strconv.ParseUint(digits, 16, 16)
	if err != nil || !consistsOf(digits, hexUpper) || thousands < cachingSHA2Least {
		return nil, refuse(CauseMalformed, "rounds are not three hexadecimal digits from 005 up")
	}
	rounds := int(thousands) * 1000
	if uint64(rounds) > uint64(lim.CryptRounds) {
		return nil, refuse(CauseOverLimit, "more than %d rounds", lim.CryptRounds)
	}
	salt, tag := encoded[head+1:head+1+cachingSHA2Salt], encoded[head+1+cachingSHA2Salt:]
	if err := checkCryptTag(tag, sha256.Size); err != nil {
		return nil, err
	}
	return newComputed(recipe{
		scheme: SchemeMySQLCachingSHA2,
		params: fmt.Sprintf("rounds=%d", rounds),
		sums: []sumFunc{func(password, salt []byte) []byte {
			return crypt.KeySHACrypt(sha256.New, password, salt, rounds)
		}},
		alphabet: alphanumerics, // the server avoids NUL and $
		encode: func(salt, tag []byte) string {
			return restore(encoded[:head+1] + string(salt) + string(tag))
		},
	}, []byte(salt), []byte(tag))
}

// parseMSSQL reads 0x0100 with SHA-1 and 0x0200 with SHA-512, over the password in UTF-16LE and
// four bytes.
func parseMSSQL(encoded string, _ Limits) (Hash, error) {
	scheme, newHash := SchemeMSSQL2005, sha1.New
	if strings.HasPrefix(encoded, mssql2012Prefix) {
		scheme, newHash = SchemeMSSQL2012, sha512.New
	}
	prefix, digits := encoded[:len(mssql2005Prefix)], encoded[len(mssql2005Prefix):]
	if scheme == SchemeMSSQL2005 && len(digits) == 2*(mssqlSalt+2*sha1.Size) {
		// Its second digest is of the password in capitals by the server's own rules.
		return nil, refuse(CauseUnsupportedVersion, "password hash of SQL Server 2000")
	}
	value, err := decodeHex(digits, "value", hexEither, mssqlSalt+newHash().Size())
	if err != nil {
		return nil, err
	}
	return newComputed(recipe{
		scheme:  scheme,
		params:  "utf-16",
		refuses: refusesNonText,
		sums:    []sumFunc{digest{newHash, saltAfter, true}.sum},
		encode: func(salt, tag []byte) string {
			return prefix + likeCase(digits, hex.EncodeToString(append(salt, tag...)))
		},
	}, value[:mssqlSalt], value[mssqlSalt:])
}

// claimsPostgresMD5 leaves md5$ to the web frameworks.
func claimsPostgresMD5(encoded string) bool {
	digits, ok := strings.CutPrefix(encoded, postgresMD5Prefix)
	return ok && len(digits) == 2*md5.Size && isHex(digits, hexLower)
}

// parsePostgresMD5 reads md5, 32 digits, a colon and the name of the user, which is the salt.
func parsePostgresMD5(encoded string) (Hash, error) {
	stored, user, _ := strings.Cut(encoded, ":")
	if !claimsPostgresMD5(stored) {
		return nil, refuse(CauseMalformed, "not of the shape md5 and 32 digits")
	}
	if user == "" {
		return nil, refuse(CauseNeedsUsername, "no colon and name after the digest")
	}
	tag, err := decodeHex(stored[len(postgresMD5Prefix):], "digest", hexLower, md5.Size)
	if err != nil {
		return nil, err
	}
	h := digest{new: md5.New, salt: saltAfter}
	return newComputed(recipe{
		scheme: SchemePostgresMD5,
		params: "digest=md5", digest: true,
		// The name stays what it is: a new hash for the same user has the same salt.
		sums: []sumFunc{func(password, _ []byte) []byte {
			return h.sum(password, []byte(user))
		}},
		encode: func(_, tag []byte) string {
			return postgresMD5Prefix + hex.EncodeToString(tag) + ":" + user
		},
	}, nil, tag)
}
