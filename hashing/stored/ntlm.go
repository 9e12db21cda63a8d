package stored

import (
	"strings"
	"unicode/utf8"

	//lint:ignore SA1019 Windows stores MD4, whatever it is worth.
	"golang.org/x/crypto/md4"
)

// SchemeNTLM is the NT hash of Windows and Active Directory: MD4 of the password in UTF-16LE,
// unsalted.
// https://learn.microsoft.com/openspecs/windows_protocols/ms-nlmp/464551a8-9fc4-428e-b3d3-bc5bfb2e73a5
const SchemeNTLM Scheme = "ntlm"

const (
	ntlmPrefix  = "$NT$"
	ntlmLibrary = "$3$$" // libxcrypt's way to write it
)

// parseNTLM reads $NT$ and libxcrypt's $3$$, both before 32 hexadecimal digits.
func parseNTLM(encoded string, _ Limits) (Hash, error) {
	digits, ok := strings.CutPrefix(encoded, ntlmLibrary)
	if !ok {
		return newNTLM(ntlmPrefix, strings.TrimPrefix(encoded, ntlmPrefix), hexEither)
	}
	h, err := newUnsalted(SchemeNTLM, ntlmLibrary, digits, hexLower, md4.Size,
		func(password []byte) []byte { return md4Sum(widened(password)) })
	if c, ok := h.(*computed); ok {
		// passlib writes the same prefix and does turn the password into UTF-16.
		c.sums = append(c.sums, func(password, _ []byte) []byte {
			if !utf8.Valid(password) {
				return nil
			}
			return md4Sum(utf16LE(password))
		})
	}
	return h, err
}

// newNTLM makes the hash of a prefix, or none, and 32 hexadecimal digits.
func newNTLM(prefix, digits, letters string) (Hash, error) {
	h, err := newUnsalted(SchemeNTLM, prefix, digits, letters, md4.Size,
		func(password []byte) []byte { return md4Sum(utf16LE(password)) })
	if c, ok := h.(*computed); ok {
		c.refuses = refusesNonText
	}
	return h, err
}

func md4Sum(text []byte) []byte {
	h := md4.New()
	h.Write(text)
	return h.Sum(nil)
}

// widened puts a zero after each byte, which is how libxcrypt and FreeBSD make UTF-16 of a
// password.
func widened(password []byte) []byte {
	wide := make([]byte, 2*len(password))
	for i, b := range password {
		wide[2*i] = b
	}
	return wide
}
