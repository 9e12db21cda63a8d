package review

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/pipeline/finding"
)

// RecheckKey is what of a key a reset step needs, and nothing else: it checks the seal of a run, and whether a stored hash
// is the one that was confirmed. It opens no index and no state, and names no identifier.
//
// Checks are made with keyed hashes: whoever can check can also make what passes the check. A recheck key is a secret of
// the host that resets.
type RecheckKey struct {
	id     string         // of the key that it was derived of
	secret hashing.Secret // subkeys: findings, hash tags, seals of runs
}

const (
	recheckKeyPrefix = "CREDSIEVE-RECHECK-KEY-1 "
	recheckKeyIDSize = 8
	recheckSubkeys   = 3
	maxRecheckText   = 4 << 10
)

// DeriveRecheck returns the recheck key of a key.
func DeriveRecheck(key *hashing.Key) RecheckKey {
	var secret []byte
	for _, purpose := range []string{hashing.PurposeFinding, hashing.PurposeHashTag, hashing.PurposeRunSeal} {
		secret = append(secret, key.Derive(purpose, nil, sha256.Size)...)
	}
	return RecheckKey{id: key.ID(), secret: hashing.NewSecret(secret)}
}

// IsRecheckKey reports whether a text has a line of a recheck key.
func IsRecheckKey(text []byte) bool {
	for line := range bytes.Lines(text) {
		if bytes.HasPrefix(line, []byte(recheckKeyPrefix)) {
			return true
		}
	}
	return false
}

// ParseRecheckKey reads the text that Text gave: exactly one key line; blank lines and lines that begin with # are allowed
// around it. An error never says what stands there.
func ParseRecheckKey(text []byte) (RecheckKey, error) {
	var key RecheckKey
	if len(text) > maxRecheckText {
		return key, errors.New("failed to parse recheck key: too long")
	}
	number := 0
	for line := range bytes.Lines(text) {
		number++
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		if key.id != "" {
			return RecheckKey{}, fmt.Errorf("failed to parse recheck key: line %d: more than one key", number)
		}
		encoded, ok := bytes.CutPrefix(line, []byte(recheckKeyPrefix))
		if !ok {
			return RecheckKey{}, fmt.Errorf("failed to parse recheck key: line %d: not a recheck key, version 1", number)
		}
		decoded, err := base64.StdEncoding.Strict().AppendDecode(nil, encoded)
		if err != nil || len(decoded) != recheckKeyIDSize+recheckSubkeys*sha256.Size {
			return RecheckKey{}, fmt.Errorf("failed to parse recheck key: line %d: it was cut or changed", number)
		}
		key = RecheckKey{
			id: hex.EncodeToString(decoded[:recheckKeyIDSize]), secret: hashing.NewSecret(decoded[recheckKeyIDSize:]),
		}
	}
	if key.id == "" {
		return key, errors.New("failed to parse recheck key: no key line")
	}
	return key, nil
}

// Text returns the text of a file for the key.
func (k RecheckKey) Text() []byte {
	id, err := hex.DecodeString(k.id)
	if err != nil {
		panic("review: a recheck key without an id") // its makers give it one
	}
	text := fmt.Appendf(nil, "# recheck key of credsieve key %s: secret, for recheck and verify alone\n", k.id)
	text = append(text, recheckKeyPrefix...)
	text = base64.StdEncoding.AppendEncode(text, append(id, k.secret.Bytes()...))
	return append(text, '\n')
}

// ID names the key that it was derived of.
func (k RecheckKey) ID() string { return k.id }

func (k RecheckKey) subkey(i int) []byte { return k.secret.Bytes()[i*sha256.Size : (i+1)*sha256.Size] }

func (k RecheckKey) ids() finding.IDs { return finding.IDsUnder(k.subkey(0), k.subkey(1)) }

func (k RecheckKey) seal() []byte { return k.subkey(2) }

// String shows that this is a key, and nothing of it.
func (k RecheckKey) String() string { return "review.RecheckKey(redacted)" }

// Format does the same for every verb.
func (k RecheckKey) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, k.String()) }

// LogValue does the same for log/slog.
func (k RecheckKey) LogValue() slog.Value { return slog.StringValue(k.String()) }
