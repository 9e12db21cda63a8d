package stored

import (
	"bytes"
	"crypto/md5"
	"crypto/sha512"
	"fmt"
	"hash"
	"strings"
)

// The schemes of phpass and of what Drupal 7 made of it. The portable hash is described at
// https://www.openwall.com/articles/PHP-Users-Passwords and is what WordPress before 6.8 and phpBB
// 3 write.
const (
	SchemePHPass  Scheme = "phpass"
	SchemeDrupal7 Scheme = "drupal7"
)

const (
	phpassIDSize   = 3 // $P$
	phpassSaltSize = 8
	phpassHead     = phpassIDSize + 1 + phpassSaltSize

	// The costs that its own checker accepts, as powers of two.
	phpassLeast = 7
	phpassMost  = 30

	// Drupal cuts its string at 55 characters: 43 of the 86 that 64 bytes have.
	drupalTag = 55 - phpassHead

	// What PHP's trim takes off, which WordPress calls on the password of a login.
	phpTrimmed = " \t\n\r\x00\x0b"

	phpBBMark = "$H$" // in the place of $P$

	// Drupal put a U before a hash that it computed from the MD5 that its version 6 had stored.
	drupalUpgraded = "U"
)

// parsePHPass reads $P$, $H$ and $S$, one character of cost, eight of salt, and the tag; each also
// after a U.
func parsePHPass(encoded string, lim Limits) (Hash, error) {
	body, upgraded := strings.CutPrefix(encoded, drupalUpgraded)
	if len(body) < phpassHead {
		return nil, refuse(CauseMalformed, "too short for cost and salt")
	}
	id, salt, tag := body[:phpassIDSize], body[phpassIDSize+1:phpassHead], body[phpassHead:]
	scheme, newHash := SchemePHPass, md5.New
	if id == "$S$" {
		scheme, newHash = SchemeDrupal7, sha512.New
	}
	cost := strings.IndexByte(cryptAlphabet, body[phpassIDSize])
	switch {
	case cost < phpassLeast:
		return nil, refuse(CauseMalformed, "cost is below 2^%d", phpassLeast)
	case cost > min(lim.PHPassCost, phpassMost):
		return nil, refuse(CauseOverLimit, "cost is above 2^%d", min(lim.PHPassCost, phpassMost))
	case !consistsOf(salt, cryptAlphabet):
		return nil, refuse(CauseMalformed, "salt has a character of another alphabet")
	}
	if err := checkPHPassTag(scheme, tag); err != nil {
		return nil, err
	}
	sum := func(password, salt []byte) []byte {
		if upgraded {
			password = hexSum(md5Of(password))
		}
		return phpassSum(newHash, cost, password, salt)[:len(tag)]
	}
	sums := []sumFunc{sum}
	if id == "$P$" && !upgraded {
		sums = append(sums, trimmed(sum))
	}
	head := encoded[:len(encoded)-len(tag)-phpassSaltSize]
	return newComputed(recipe{
		scheme:   scheme,
		mark:     id,
		params:   fmt.Sprintf("cost=%d", cost),
		sums:     sums,
		alphabet: cryptAlphabet,
		encode:   func(salt, tag []byte) string { return head + string(salt) + string(tag) },
	}, []byte(salt), []byte(tag))
}

func checkPHPassTag(scheme Scheme, tag string) error {
	if scheme == SchemePHPass {
		return checkCryptTag(tag, md5.Size)
	}
	if len(tag) != drupalTag || !consistsOf(tag, cryptAlphabet) {
		return refuse(CauseMalformed, "tag is not of %d characters", drupalTag)
	}
	return nil
}

// trimmed is the computation for a login that trims. The string does not say whether WordPress
// wrote it, and a match of the trimmed password is a match all the same: it is the account's own
// password.
func trimmed(sum sumFunc) sumFunc {
	return func(password, salt []byte) []byte {
		short := bytes.Trim(password, phpTrimmed)
		if len(short) == len(password) {
			return nil
		}
		return sum(short, salt)
	}
}

func phpassSum(newHash func() hash.Hash, cost int, password, salt []byte) []byte {
	h := newHash()
	h.Write(salt)
	h.Write(password)
	sum := h.Sum(nil)
	for range 1 << cost {
		h.Reset()
		h.Write(sum)
		h.Write(password)
		sum = h.Sum(sum[:0])
	}
	return cryptText(sum)
}
