package stored

import (
	"bytes"
	"crypto/hmac"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"slices"
	"strings"

	"github.com/credsieve/credsieve/hashing"
)

// StepKind says what a step does.
type StepKind string

// The kinds of steps.
const (
	StepTrim    StepKind = "trim"    // drops blanks around the text, as PHP's trim: " \t\n\r\v\x00"
	StepLower   StepKind = "lower"   // UTF-8 in small letters
	StepUpper   StepKind = "upper"   // UTF-8 in capital letters
	StepUTF16LE StepKind = "utf16le" // UTF-8 to UTF-16, little-endian, without a mark
	StepDigest  StepKind = "digest"
	StepHMAC    StepKind = "hmac"    // under Key; the text is the message
	StepAppend  StepKind = "append"  // of Key
	StepPrepend StepKind = "prepend" // of Key
	StepBcrypt  StepKind = "bcrypt"  // under the setting that is Key; the text becomes its 60 characters
)

// Step is one thing that a store did to a password before it gave it to the hash that it keeps.
type Step struct {
	Kind      StepKind
	Algorithm string         // of a digest or HMAC: md5 sha1 sha256 sha384 sha512
	Encoding  string         // of its output: hex HEX base64 raw
	Key       hashing.Secret // of HMAC, append, prepend
	KeyName   string         // what sentences call the key: the name of its file
	Column    Template       // makes Key of columns of the row, by Bind; empty: Key is that of all rows
	Longer    int            // bytes that the text must have more than, or the step leaves it alone; 0: none
}

// Steps come before the outer hash, in order. Nothing in a stored hash shows them, so they must be told.
type Steps []Step

// Encodings of what a digest gives.
const (
	encodingHex    = "hex"
	encodingUpper  = "HEX"
	encodingBase64 = "base64" // with padding
	encodingRaw    = "raw"
)

// stepDigest returns the hash function of a name, nil for one that no step has.
func stepDigest(algorithm string) func() hash.Hash {
	if algorithm == "sha224" { // of declared schemes only
		return nil
	}
	newHash, _ := digestNamed(algorithm)
	return newHash
}

// Check refuses steps that mean nothing, with the number of the step from 1.
func (s Steps) Check() error {
	for i := range s {
		if err := s[i].check(); err != nil {
			return fmt.Errorf("step %d: %w", i+1, err)
		}
	}
	return nil
}

func (s *Step) check() error {
	if s.Kind == StepDigest || s.Kind == StepHMAC {
		if stepDigest(s.Algorithm) == nil {
			return fmt.Errorf("unknown %s %q: want one of md5, sha1, sha256, sha384, sha512",
				s.Kind, s.Algorithm)
		}
		known := []string{encodingHex, encodingUpper, encodingBase64, encodingRaw}
		if !slices.Contains(known, s.Encoding) {
			return fmt.Errorf("unknown encoding %q of a %s: want one of %s",
				s.Encoding, s.Kind, strings.Join(known, ", "))
		}
	}
	if s.Longer != 0 && (s.Kind != StepDigest && s.Kind != StepHMAC || s.Longer < 0 || s.Longer > maxFormed) {
		return fmt.Errorf("%s takes no length, or not that one", s.Kind)
	}
	switch s.Kind {
	case StepTrim, StepLower, StepUpper, StepUTF16LE, StepDigest:
		return nil
	case StepHMAC, StepAppend, StepPrepend, StepBcrypt:
		return s.checkKey()
	}
	return fmt.Errorf("unknown step %q", s.Kind)
}

func (s *Step) checkKey() error {
	switch {
	case s.Column != "":
		return s.Column.check()
	case len(s.Key.Bytes()) == 0:
		return fmt.Errorf("%s has no key", s.Kind)
	case s.Kind == StepBcrypt:
		if !isBcryptSetting(string(s.Key.Bytes())) {
			return errors.New("the key of bcrypt is not a setting: $2b$, two digits of cost, $, 22 characters of salt")
		}
	}
	return nil
}

// String names the steps for people, without their keys.
func (s Steps) String() string {
	names := make([]string, len(s))
	for i := range s {
		names[i] = s[i].String()
	}
	return strings.Join(names, ", ")
}

// String names the step for people, without its key.
func (s Step) String() string {
	key, longer := s.KeyName, ""
	if s.Column != "" {
		key = s.Column.String()
	}
	if s.Longer > 0 {
		longer = fmt.Sprintf(" if longer than %d bytes", s.Longer)
	}
	switch s.Kind {
	case StepDigest:
		return s.Algorithm + " as " + s.Encoding + longer
	case StepHMAC:
		return fmt.Sprintf("hmac-%s with %s as %s%s", s.Algorithm, key, s.Encoding, longer)
	case StepAppend, StepPrepend, StepBcrypt:
		return string(s.Kind) + " " + key
	}
	return string(s.Kind)
}

// NeedsProof reports whether the steps have a key or wrap a digest: done wrongly they make every
// password look refuted, so known answers must have shown that they are right.
func (s Steps) NeedsProof() bool {
	return slices.ContainsFunc(s, func(step Step) bool {
		return !slices.Contains([]StepKind{StepTrim, StepLower, StepUpper, StepUTF16LE}, step.Kind)
	})
}

// MayGiveNUL reports whether the outer hash may be given NUL bytes, where bcrypt would stop.
func (s Steps) MayGiveNUL() bool {
	binary := false
	for i := range s {
		switch s[i].Kind {
		case StepUTF16LE:
			binary = true
		case StepDigest, StepHMAC:
			binary = s[i].Encoding == encodingRaw || binary && s[i].Longer > 0
		case StepBcrypt:
			binary = false
		case StepAppend, StepPrepend:
			binary = binary || bytes.IndexByte(s[i].Key.Bytes(), 0) >= 0 || s[i].Column.mayBeBinary()
		}
	}
	return binary
}

// Apply returns what the outer hash is computed of, or why there is no such thing for this password.
// It does not change password, but may return it.
func (s Steps) Apply(password []byte) ([]byte, Cause) {
	text := password
	for i := range s {
		var cause Cause
		if text, cause = s[i].apply(text); cause != "" {
			return nil, cause
		}
	}
	return text, ""
}

func (s *Step) apply(text []byte) ([]byte, Cause) {
	if len(text) <= s.Longer && s.Longer > 0 {
		return text, ""
	}
	switch s.Kind {
	case StepTrim:
		return trimPassword(text), ""
	case StepLower, StepUpper:
		return s.fold(text)
	case StepBcrypt:
		return bcryptStep(text, s.Key.Bytes())
	case StepUTF16LE:
		return encodeUTF16LE(text)
	case StepDigest:
		h := stepDigest(s.Algorithm)()
		h.Write(text)
		return s.encode(h.Sum(nil)), ""
	case StepHMAC:
		h := hmac.New(stepDigest(s.Algorithm), s.Key.Bytes())
		h.Write(text)
		return s.encode(h.Sum(nil)), ""
	case StepAppend:
		return slices.Concat(text, s.Key.Bytes()), ""
	case StepPrepend:
		return slices.Concat(s.Key.Bytes(), text), ""
	}
	panic("stored: step of an unknown kind") // Check refuses it
}

func (s *Step) encode(sum []byte) []byte {
	switch s.Encoding {
	case encodingHex:
		return hex.AppendEncode(nil, sum)
	case encodingUpper:
		return bytes.ToUpper(hex.AppendEncode(nil, sum))
	case encodingBase64:
		return base64.StdEncoding.AppendEncode(nil, sum)
	}
	return sum
}

// WrapsDigest reports whether text is, by its shape, what the first step makes of a password: then a
// dump that holds only this digest can be tested. The first step must be a digest of the password and
// nothing else. The shape is hexadecimal, as dumps write digests, whatever the step's own encoding.
func (s Steps) WrapsDigest(text []byte) bool {
	if len(s) == 0 || s[0].Kind != StepDigest || s[0].Longer > 0 {
		return false
	}
	if len(text) != hex.EncodedLen(stepDigest(s[0].Algorithm)().Size()) {
		return false
	}
	return !slices.ContainsFunc(text, func(b byte) bool {
		return (b < '0' || b > '9') && (b|0x20 < 'a' || b|0x20 > 'f')
	})
}

// ApplyDigest does what Apply does, from a hexadecimal digest on that stands for the first step.
func (s Steps) ApplyDigest(digest []byte) ([]byte, Cause) {
	if !s.WrapsDigest(digest) {
		return nil, CauseMalformed
	}
	sum, err := hex.AppendDecode(nil, digest)
	if err != nil {
		return nil, CauseMalformed
	}
	return s[1:].Apply(s[0].encode(sum))
}

// trimPassword drops what PHP's trim drops: https://www.php.net/manual/en/function.trim.php
func trimPassword(text []byte) []byte { return bytes.Trim(text, " \t\n\r\v\x00") }

// encodeUTF16LE refuses what is not UTF-8: libraries put U+FFFD there, which stands for many texts.
func encodeUTF16LE(text []byte) ([]byte, Cause) {
	if cause := refusesNonText(text); cause != "" {
		return nil, cause
	}
	return utf16LE(text), ""
}
