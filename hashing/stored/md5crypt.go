package stored

import (
	"crypto/md5"
	"strings"
)

// The schemes of md5crypt: FreeBSD's of 1994, and the one that Apache's htpasswd made of it.
const (
	SchemeMD5Crypt Scheme = "md5crypt"
	SchemeAPR1     Scheme = "apr1"
)

const (
	md5CryptSalt   = 8
	md5CryptRounds = 1000
)

// md5CryptOrder is how the sixteen bytes of the last digest lie in the tag.
var md5CryptOrder = [md5.Size]byte{12, 6, 0, 13, 7, 1, 14, 8, 2, 15, 9, 3, 5, 10, 4, 11}

// parseMD5Crypt reads $1$salt$tag and $apr1$salt$tag. They differ in nothing but that name, which
// is hashed too.
func parseMD5Crypt(scheme Scheme, magic string) func(string, Limits) (Hash, error) {
	return func(encoded string, lim Limits) (Hash, error) {
		if lim.CryptRounds < md5CryptRounds {
			return nil, refuse(CauseOverLimit, "more than %d rounds", lim.CryptRounds)
		}
		salt, tag, found := strings.Cut(strings.TrimPrefix(encoded, magic), "$")
		if !found {
			return nil, refuse(CauseMalformed, "salt or tag is missing")
		}
		if err := checkCryptSalt(salt, md5CryptSalt); err != nil {
			return nil, err
		}
		if err := checkCryptTag(tag, md5.Size); err != nil {
			return nil, err
		}
		sum := func(password, salt []byte) []byte { return md5Crypt(magic, password, salt) }
		return newCrypt(scheme, "rounds=1000", magic, "$", salt, tag, sum)
	}
}

// md5Crypt is the algorithm of FreeBSD's crypt-md5.c; passlib documents it under md5_crypt:
// https://passlib.readthedocs.io/en/stable/lib/passlib.hash.md5_crypt.html#algorithm
func md5Crypt(magic string, password, salt []byte) []byte {
	sum := md5CryptSum(magic, password, salt)
	var ordered [md5.Size]byte
	for i, from := range md5CryptOrder {
		ordered[i] = sum[from]
	}
	return cryptText(ordered[:])
}

// md5CryptSum is the digest before its bytes are put in the order of the tag.
func md5CryptSum(magic string, password, salt []byte) []byte {
	h := md5.New()
	h.Write(password)
	h.Write(salt)
	h.Write(password)
	inner := h.Sum(nil)

	h.Reset()
	h.Write(password)
	h.Write([]byte(magic))
	h.Write(salt)
	for left := len(password); left > 0; left -= md5.Size {
		h.Write(inner[:min(left, md5.Size)])
	}
	for bits := len(password); bits > 0; bits >>= 1 {
		if bits&1 == 1 {
			h.Write([]byte{0})
		} else {
			h.Write(password[:1])
		}
	}
	sum := h.Sum(nil)
	for round := range md5CryptRounds {
		h.Reset()
		first, last := sum, password
		if round&1 == 1 {
			first, last = password, sum
		}
		h.Write(first)
		if round%3 != 0 {
			h.Write(salt)
		}
		if round%7 != 0 {
			h.Write(password)
		}
		h.Write(last)
		sum = h.Sum(sum[:0])
	}
	return sum
}
