package hashing

import (
	"bytes"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// KeySize is the length of the secret in a key file, in bytes.
const KeySize = 32

// The purposes that subkeys are derived for. One subkey never serves two of them.
const (
	PurposeToken     = "token"      // tokens of identifiers
	PurposeVault     = "vault"      // sealing of stored hashes in the index
	PurposeFinding   = "finding"    // ids of findings
	PurposeHashTag   = "hash-tag"   // fingerprints of stored hashes in the at-risk list
	PurposeIndexSeal = "index-seal" // authentication of the index's own description
	PurposeRunSeal   = "run-seal"   // authentication of a run: its manifest, its lists and its approval
	PurposePrint     = "print"      // fingerprints of account rows in the index
	PurposeLedger    = "ledger"     // names of what earlier runs decided
	PurposeEvidence  = "evidence"   // sealing of what earlier runs found
	PurposeTasks     = "tasks"      // sealing of the key of a run past one machine
	PurposeLots      = "lots"       // what a budget is spent on among equals

	PurposeCredentialTag = "credential-tag" // tags that auth services store

	purposeKeyID = "key-id"
)

const (
	keyPrefix  = "CREDSIEVE-KEY-1 "
	redacted   = "hashing.Key(redacted)"
	infoPrefix = "credsieve/v1/"
	keyIDSize  = 8

	// A key file is two lines; whatever is much longer is another file, named by mistake.
	maxKeyText = 4096
)

// Key is an organisation's secret. Printed or logged in any way it shows only that it is a key. Use
// one that NewKey or ParseKey returned.
type Key struct{ master hidden[[KeySize]byte] }

// NewKey makes a random key.
func NewKey() (*Key, error) {
	master := new([KeySize]byte)
	if _, err := rand.Read(master[:]); err != nil {
		return nil, fmt.Errorf("failed to make a key: %w", err)
	}
	return &Key{hide(master)}, nil
}

// ParseKey reads the text of a key file: exactly one key line; blank lines and lines that begin
// with # are allowed around it. An error gives the line, never what stands there.
func ParseKey(text []byte) (*Key, error) {
	if len(text) > maxKeyText {
		return nil, fmt.Errorf("failed to parse key: %d bytes are too long for a key file", len(text))
	}
	var key *Key
	number := 0
	for line := range bytes.Lines(text) {
		number++
		line = bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		if key != nil {
			return nil, fmt.Errorf("failed to parse key: line %d: more than one key", number)
		}
		var err error
		if key, err = parseKeyLine(line); err != nil {
			return nil, fmt.Errorf("failed to parse key: line %d: %w", number, err)
		}
	}
	if key == nil {
		return nil, errors.New("failed to parse key: no key line")
	}
	return key, nil
}

func parseKeyLine(line []byte) (*Key, error) {
	encoded, ok := bytes.CutPrefix(line, []byte(keyPrefix))
	if !ok {
		return nil, errors.New("not a credsieve key, version 1")
	}
	// The exact length, and no line end inside, which the decoder would skip over.
	if len(encoded) != base64.StdEncoding.EncodedLen(KeySize) || bytes.ContainsAny(encoded, "\r\n") {
		return nil, errors.New("key of a wrong length")
	}
	decoded, err := base64.StdEncoding.Strict().AppendDecode(nil, encoded)
	if err != nil {
		// The decoder's own error is left out: it counts positions inside the secret.
		return nil, errors.New("key is not base64")
	}
	if len(decoded) != KeySize {
		return nil, errors.New("key of a wrong length")
	}
	master := [KeySize]byte(decoded)
	// A zeroed disk block or a forgotten placeholder, and a key that everybody knows.
	if master == ([KeySize]byte{}) {
		return nil, errors.New("key is all zero")
	}
	return &Key{hide(&master)}, nil
}

// Text returns the text of a key file for k: a comment that names its id, and the key line.
func (k *Key) Text() []byte {
	text := fmt.Appendf(nil, "# credsieve key %s: secret, keep it from backups of the index\n", k.ID())
	text = append(text, keyPrefix...)
	text = base64.StdEncoding.AppendEncode(text, k.master.reveal()[:])
	return append(text, '\n')
}

// ID names the key without telling anything about it: 16 hexadecimal characters.
func (k *Key) ID() string {
	return hex.EncodeToString(k.Derive(purposeKeyID, nil, keyIDSize))
}

// Derive returns n bytes of the subkey for purpose and salt, by HKDF-SHA256. Use one of the Purpose
// constants. It panics when n is not between 1 and 8160, the most that HKDF gives.
func (k *Key) Derive(purpose string, salt []byte, n int) []byte {
	if n < 1 {
		panic("hashing: Derive of no bytes")
	}
	sub, err := hkdf.Key(sha256.New, k.master.reveal()[:], salt, infoPrefix+purpose, n)
	if err != nil {
		panic("hashing: " + err.Error())
	}
	return sub
}

// String shows that this is a key, and nothing of it. By value, as the three below: a key that is
// copied into a struct or printed through a pointer is covered alike.
func (Key) String() string { return redacted }

// GoString does the same for %#v.
func (Key) GoString() string { return redacted }

// Format does the same for every verb; without it %x would print the bytes.
func (Key) Format(s fmt.State, _ rune) {
	// A fmt.State reports no write errors that anybody could act on.
	_, _ = io.WriteString(s, redacted)
}

// LogValue does the same for log/slog.
func (Key) LogValue() slog.Value { return slog.StringValue(redacted) }
