package stored

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"hash"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// SchemePostgresSCRAM is what PostgreSQL 10 and later stores.
const SchemePostgresSCRAM Scheme = "postgres-scram-sha-256"

const scramPrefix = "SCRAM-SHA-256$"

// parseSCRAM reads SCRAM-SHA-256$4096:salt$StoredKey:ServerKey (RFC 5802 and RFC 7677; PostgreSQL:
// https://www.postgresql.org/docs/current/catalog-pg-authid.html).
func parseSCRAM(encoded string, lim Limits) (Hash, error) {
	fields, err := cutFields(encoded, "$", 3)
	if err != nil {
		return nil, err
	}
	head, err := cutFields(fields[1], ":", 2)
	if err != nil {
		return nil, err
	}
	keys, err := cutFields(fields[2], ":", 2)
	if err != nil {
		return nil, err
	}
	costs, err := newPBKDF2("sha256", head[0], lim)
	if err != nil {
		return nil, err
	}
	salt, err := decodeAs(base64.StdEncoding, head[1], "salt", leastSalt, maxSaltSize)
	if err != nil {
		return nil, err
	}
	stored, err := decodeAs(base64.StdEncoding, keys[0], "stored key", sha256.Size, sha256.Size)
	if err != nil {
		return nil, err
	}
	server, err := decodeAs(base64.StdEncoding, keys[1], "server key", sha256.Size, sha256.Size)
	if err != nil {
		return nil, err
	}
	r := costs.recipe(SchemePostgresSCRAM, sha256.Size, func(salt, tag []byte) string {
		b64 := base64.StdEncoding
		return fmt.Sprintf("%s%d:%s$%s:%s", scramPrefix, costs.iterations, b64.EncodeToString(salt),
			b64.EncodeToString(tag[:sha256.Size]), b64.EncodeToString(tag[sha256.Size:]))
	})
	r.sums = scramSums(sha256.New, costs.sum(sha256.Size))
	r.refuses = refusesNUL
	return newExact(encoded, r, salt, append(stored, server...))
}

// scramSums are those of the password as SASLprep leaves it, and of its bytes. PostgreSQL takes the
// bytes where SASLprep does not allow the password, by tables of Unicode 3.2 that are not here; either
// is the password of that login.
func scramSums(newHash func() hash.Hash, derive func(password, salt []byte) []byte) []sumFunc {
	mac := func(key []byte, text string) []byte {
		h := hmac.New(newHash, key)
		h.Write([]byte(text))
		return h.Sum(nil)
	}
	keys := func(password, salt []byte) []byte {
		salted := derive(password, salt)
		h := newHash()
		h.Write(mac(salted, "Client Key"))
		return append(h.Sum(nil), mac(salted, "Server Key")...)
	}
	return prepped(keys)
}

// prepped are the computations of the password as SASLprep leaves it, and of its bytes where they differ.
func prepped(sum sumFunc) []sumFunc {
	return []sumFunc{
		func(password, salt []byte) []byte { return sum(saslPrep(password), salt) },
		func(password, salt []byte) []byte {
			if bytes.Equal(saslPrep(password), password) {
				return nil
			}
			return sum(password, salt)
		},
	}
}

// saslPrep maps a password as RFC 4013 says: other spaces to a space, what RFC 3454 (B.1) maps to
// nothing away, then NFKC. ASCII and what is not UTF-8 stay as they are, as in PostgreSQL.
func saslPrep(password []byte) []byte {
	if !utf8.Valid(password) || isASCII(password) {
		return password
	}
	mapped := strings.Map(func(r rune) rune {
		switch {
		case mapsToNothing(r):
			return -1
		case r != ' ' && unicode.Is(unicode.Zs, r):
			return ' '
		}
		return r
	}, string(password))
	return norm.NFKC.Bytes([]byte(mapped))
}

// mapsToNothing is table B.1 of RFC 3454. The zero width space is in C.1.2 as well, which goes first in
// RFC 4013; PostgreSQL drops it.
func mapsToNothing(r rune) bool {
	switch r {
	case 0x00ad, 0x034f, 0x1806, 0x180b, 0x180c, 0x180d, 0x200b, 0x200c, 0x200d, 0x2060, 0xfeff:
		return true
	}
	return r >= 0xfe00 && r <= 0xfe0f
}
