package stored

import (
	"bytes"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"strings"

	bcryptsalt "github.com/go-crypt/x/bcrypt"
)

// The schemes of products that take a bcrypt string apart, or say where else to look for its salt.
const (
	SchemeRequestTracker Scheme = "request-tracker-bcrypt"
	SchemeOTRS           Scheme = "otrs-bcrypt"
)

const (
	jenkinsPrefix = "#jbcrypt:"
	rtPrefix      = "!bcrypt!"
	otrsPrefix    = "BCRYPT:"
	graylogPrefix = "{bcrypt}"
	graylogSalt   = "{salt}"
	otrsTextSalt  = bcryptRawSalt
	bcryptHead    = bcryptHashStart // $2b$NN$ and the salt
)

// eitherBcrypt is bcrypt whose string does not tell what the product gives it: each key is tried.
type eitherBcrypt struct {
	*bcryptHash
	scheme Scheme
	keys   []func(password []byte) []byte // the first is that of a new hash
	wrap   func(bcrypt string) string
}

func (h *eitherBcrypt) Scheme() Scheme { return h.scheme }

// Format keeps salt and hash out of whatever prints a hash.
func (h *eitherBcrypt) Format(s fmt.State, _ rune) { describe(s, h) }

func (h *eitherBcrypt) Verify(password []byte) Result {
	all := Result{Outcome: NoMatch}
	for _, key := range h.keys {
		switch one := h.bcryptHash.verifyKey(key(password)); one.Outcome {
		case Match:
			return one
		case CannotVerify:
			all = one
		}
	}
	return all
}

// Plant implements Planter.
func (h *eitherBcrypt) Plant(password []byte) (string, error) {
	encoded, err := h.bcryptHash.plantKey(h.keys[0](password))
	if err != nil {
		return "", err
	}
	return h.wrap(encoded), nil
}

// parseRequestTracker reads !bcrypt!10!salt and hash. RT 4.2 and later gives bcrypt the SHA-512 of the password,
// NULs and all; what it took over from elsewhere may be of the password itself
// (https://github.com/bestpractical/rt, RT::User).
func parseRequestTracker(encoded string, lim Limits) (Hash, error) {
	cost, body, ok := strings.Cut(strings.TrimPrefix(encoded, rtPrefix), "!")
	if !ok || len(cost) != 2 {
		return nil, refuse(CauseMalformed, "not of the shape !bcrypt!10! and 53 characters")
	}
	hash, err := parseBcryptText("$2a$"+cost+"$"+body, lim)
	if err != nil {
		return nil, err
	}
	return &eitherBcrypt{
		bcryptHash: hash, scheme: SchemeRequestTracker,
		keys: []func([]byte) []byte{
			func(password []byte) []byte {
				sum := sha512.Sum512(password)
				return sum[:]
			},
			refuseNULKey,
		},
		wrap: func(bcrypt string) string {
			return rtPrefix + bcrypt[bcryptCostStart:bcryptCostStart+2] + "!" + bcrypt[bcryptSaltStart:]
		},
	}, nil
}

// refuseNULKey is the password, or nothing for one that bcrypt has no answer for.
func refuseNULKey(password []byte) []byte {
	if bytes.IndexByte(password, 0) >= 0 {
		return nil
	}
	return password
}

// parseOTRS reads BCRYPT:9:salt:hash of OTRS and Znuny. Its salt is sixteen characters, which are bcrypt's bytes as
// they stand, or 22 of bcrypt's own text.
func parseOTRS(encoded string, lim Limits) (Hash, error) {
	fields, err := cutFields(encoded, ":", 4)
	if err != nil {
		return nil, err
	}
	cost, ok := parseDecimal(strings.TrimPrefix(fields[1], "0"))
	if !ok || cost > 99 || len(fields[1]) > 2 {
		return nil, refuse(CauseMalformed, "cost is not one or two digits")
	}
	salt := fields[2]
	if len(salt) == otrsTextSalt {
		salt = string(bcryptsalt.Base64Encode([]byte(salt)))
	}
	hash, err := parseBcryptText(fmt.Sprintf("$2a$%02d$%s%s", cost, salt, fields[3]), lim)
	if err != nil {
		return nil, err
	}
	return &eitherBcrypt{
		bcryptHash: hash, scheme: SchemeOTRS, keys: []func([]byte) []byte{refuseNULKey},
		wrap: func(bcrypt string) string {
			return fmt.Sprintf("%s%s:%s:%s", otrsPrefix, fields[1], bcrypt[bcryptSaltStart:bcryptHashStart],
				bcrypt[bcryptHashStart:])
		},
	}, nil
}

func claimsGraylog(encoded string) bool {
	return strings.HasPrefix(encoded, graylogPrefix) && strings.Contains(encoded, graylogSalt)
}

// parseGraylog reads {bcrypt}$2a$…{salt}$2a$…, which has the salt twice
// (https://github.com/Graylog2/graylog2-server, class BCryptPasswordAlgorithm).
func parseGraylog(encoded string, lim Limits) (Hash, error) {
	text, salt, _ := strings.Cut(strings.TrimPrefix(encoded, graylogPrefix), graylogSalt)
	inner, err := parseBcrypt(text, lim)
	if err != nil {
		return nil, err
	}
	if salt != text[:bcryptHead] {
		return nil, refuse(CauseMalformed, "the salt is not that of the hash before it")
	}
	return &wrappedHash{Hash: inner, wrap: func(inner string) string {
		return graylogPrefix + inner + graylogSalt + inner[:bcryptHead]
	}}, nil
}

// bcryptLong is what Symfony gives bcrypt of a password that is too long for it or holds a NUL: base64 of its
// SHA-512 (https://github.com/symfony/symfony, class NativePasswordHasher).
func bcryptLong(password []byte) []byte {
	sum := sha512.Sum512(password)
	return base64.StdEncoding.AppendEncode(nil, sum[:])
}
