package stored

import (
	"crypto/sha1"
	"crypto/sha512"
	"fmt"
	"strings"
)

// The schemes of Oracle's own users, as SYS.USER$ has them in spare4.
const (
	SchemeOracle11 Scheme = "oracle-11g"
	SchemeOracle12 Scheme = "oracle-12c"
)

const (
	oracle11Prefix = "S:"
	oracle11Salt   = 10

	oracle12Prefix     = "T:"
	oracle12Salt       = 16
	oracle12Iterations = 4096
	oracle12Word       = "AUTH_PBKDF2_SPEEDY_KEY" // hashed after the salt

	oracleHTTPPrefix = "H:" // a digest of name and realm, for XML DB
	oracleHTTPSize   = 16
)

// parseOracle reads S:, T: and H: with their digits, one or several with semicolons between them. They are of one
// password; the one of SHA-1 is the cheapest, and H: alone needs the user's name.
func parseOracle(encoded string, lim Limits) (Hash, error) {
	parts := strings.Split(strings.TrimSuffix(encoded, ";"), ";")
	values := map[string]string{}
	for _, part := range parts {
		if len(part) < len(oracle11Prefix) || part[1] != ':' || !isOraclePart(part[0]) {
			return nil, refuse(CauseMalformed, "not of the shape S:digits;T:digits")
		}
		if _, twice := values[part[:2]]; twice {
			return nil, refuse(CauseMalformed, "one of its parts is there twice")
		}
		values[part[:2]] = part[2:]
	}
	if digits, ok := values[oracleHTTPPrefix]; ok {
		if _, err := decodeHex(digits, "H:", hexUpper, oracleHTTPSize); err != nil {
			return nil, err
		}
	}
	long, hasLong := values[oracle12Prefix]
	short, hasShort := values[oracle11Prefix]
	switch {
	case hasShort && hasLong:
		if _, err := parseOracle12(long, lim); err != nil {
			return nil, err
		}
		return parseOracle11(short)
	case hasShort:
		return parseOracle11(short)
	case hasLong:
		return parseOracle12(long, lim)
	}
	return nil, refuse(CauseNeedsUsername, "H: alone is salted with the user's name")
}

// parseOracle11 reads the 60 digits of S: SHA-1 over password and salt, and the ten bytes of salt.
func parseOracle11(digits string) (Hash, error) {
	value, err := decodeHex(digits, "S:", hexUpper, sha1.Size+oracle11Salt)
	if err != nil {
		return nil, err
	}
	return newComputed(recipe{
		scheme: SchemeOracle11,
		params: "digest=sha1", digest: true,
		sums: []sumFunc{digest{new: sha1.New, salt: saltAfter}.sum},
		encode: func(salt, tag []byte) string {
			return fmt.Sprintf("%s%X", oracle11Prefix, append(tag, salt...))
		},
	}, value[sha1.Size:], value[:sha1.Size])
}

// parseOracle12 reads the 160 digits of T: SHA-512 over a key of PBKDF2 and the salt, and the salt.
func parseOracle12(digits string, lim Limits) (Hash, error) {
	value, err := decodeHex(digits, "T:", hexUpper, sha512.Size+oracle12Salt)
	if err != nil {
		return nil, err
	}
	costs, err := checkPBKDF2("sha512", oracle12Iterations, lim)
	if err != nil {
		return nil, err
	}
	derive := costs.sum(sha512.Size)
	r := costs.recipe(SchemeOracle12, sha512.Size, func(salt, tag []byte) string {
		return fmt.Sprintf("%s%X", oracle12Prefix, append(tag, salt...))
	})
	r.sums = []sumFunc{func(password, salt []byte) []byte {
		key := derive(password, append(append([]byte(nil), salt...), oracle12Word...))
		return digest{new: sha512.New, salt: saltAfter}.sum(key, salt)
	}}
	return newComputed(r, value[sha512.Size:], value[:sha512.Size])
}

// claimsOracle claims the parts in either order.
func claimsOracle(encoded string) bool {
	return strings.HasPrefix(encoded, oracle11Prefix) || len(encoded) > 2 && encoded[1] == ':' && isOraclePart(encoded[0]) &&
		consistsOf(encoded, hexUpper+"STH:;")
}

func isOraclePart(letter byte) bool { return letter == 'S' || letter == 'T' || letter == 'H' }
