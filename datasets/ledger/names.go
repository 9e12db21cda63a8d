package ledger

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/dchest/siphash"

	"github.com/credsieve/credsieve/hashing"
)

// Credential names one account with one stored hash. It is the id of a finding for it.
type Credential [16]byte

// Name is a keyed name of something that must not stand in the ledger.
type Name [16]byte

// What a name is of; the same bytes have different names as different things.
const (
	domainAccount = 'a'
	domainPair    = 'p'
	domainDump    = 'd'
	domainSecret  = 's'
)

// Names makes names under one key.
type Names struct{ k0, k1 uint64 }

func newNames(key *hashing.Key) Names {
	sub := key.Derive(hashing.PurposeLedger, nil, 16)
	return Names{binary.LittleEndian.Uint64(sub), binary.LittleEndian.Uint64(sub[8:])}
}

// String keeps the subkey out of whatever prints a ledger.
func (Names) String() string { return "ledger.Names(redacted)" }

// Format does the same for every verb.
func (n Names) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte(n.String())) }

// name puts the length before each part, so that no two lists of parts give the same bytes.
func (n Names) name(domain byte, parts ...[]byte) (name Name) {
	var short [256]byte
	input := append(short[:0], domain)
	for _, part := range parts {
		input = binary.BigEndian.AppendUint32(input, uint32(len(part)))
		input = append(input, part...)
	}
	low, high := siphash.Hash128(n.k0, n.k1, input)
	binary.LittleEndian.PutUint64(name[:8], low)
	binary.LittleEndian.PutUint64(name[8:], high)
	return name
}

// Account names an account.
func (n Names) Account(id string) Name { return n.name(domainAccount, []byte(id)) }

// Pair names a leaked password for a credential. How says by which rules it is verified: a verdict under
// other rules is another one.
func (n Names) Pair(c Credential, how string, password []byte) Name {
	return n.name(domainPair, c[:], []byte(how), password)
}

// Secret names a leaked password of an account, whatever stored hash it is held against.
func (n Names) Secret(id string, digest bool, password []byte) Name {
	kind := []byte("password")
	if digest {
		kind = []byte("digest")
	}
	return n.name(domainSecret, []byte(id), kind, password)
}

// Dump names the content of a dump by the SHA-256 and the size of its bytes.
func (n Names) Dump(sha256 string, size int64) Name {
	return n.name(domainDump, []byte(sha256), binary.BigEndian.AppendUint64(nil, uint64(size)))
}

func newSeal(key *hashing.Key) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key.Derive(hashing.PurposeEvidence, nil, sha256.Size))
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// seal appends value as sealed JSON.
func seal(aead cipher.AEAD, dst, id []byte, value any) ([]byte, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, aead.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return nil, err
	}
	return aead.Seal(append(dst, nonce...), nonce, text, id), nil
}

// unseal reads what seal wrote.
func unseal(aead cipher.AEAD, sealed, id []byte, value any) error {
	if len(sealed) < aead.NonceSize() {
		return errors.New("a sealed record is too short")
	}
	nonce, sealed := sealed[:aead.NonceSize()], sealed[aead.NonceSize():]
	text, err := aead.Open(nil, nonce, sealed, id)
	if err != nil {
		return errors.New("a sealed record does not open: it was changed or moved")
	}
	return json.Unmarshal(text, value)
}

// day counts from 1970-01-01 UTC; the time of day is nobody's business.
func day(t time.Time) uint32 { return uint32(max(t.Unix(), 0) / 86400) }

func dayTime(d uint32) time.Time { return time.Unix(int64(d)*86400, 0).UTC() }
