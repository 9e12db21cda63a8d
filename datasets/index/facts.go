package index

import (
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"math"
	"time"

	"github.com/credsieve/credsieve/datasets/accounts"
)

// factsSize is the width of the column of facts: three blocks of the cipher.
const factsSize = 48

// Where facts stand in their column; what is left over is zero.
const (
	factChangedAt  = 0
	factActiveAt   = 8
	factMFA        = 16
	factCanary     = 17
	factPrivilege  = 18
	factStatus     = 19
	factSteps      = 20
	factClass      = 21
	factTagged     = 22
	factUnused     = 23
	factChangedIn  = 24
	factHashSize   = 28
	factUnusedToo  = 30
	factCounts     = 32
	factUnusedTail = factCounts + countsSize
)

// facts are what is short of a row. Nothing of them can be told from the file without the key.
type facts [factsSize]byte

func (f *facts) time(at int) time.Time {
	if seconds := int64(binary.LittleEndian.Uint64(f[at:])); seconds != 0 {
		return time.Unix(seconds, 0).UTC()
	}
	return time.Time{}
}

func (f *facts) setTime(at int, t time.Time) {
	if !t.IsZero() {
		binary.LittleEndian.PutUint64(f[at:], uint64(t.Unix()))
	}
}

func (f *facts) changedIn() uint32          { return binary.LittleEndian.Uint32(f[factChangedIn:]) }
func (f *facts) hashSize() int              { return int(binary.LittleEndian.Uint16(f[factHashSize:])) }
func (f *facts) counts() [countsSize]byte   { return [countsSize]byte(f[factCounts:]) }
func (f *facts) is(at int) bool             { return f[at] == 1 }
func (f *facts) class(all []ClassMeta) bool { return int(f[factClass]) < len(all) }

func (f *facts) set(at int, is bool) {
	if is {
		f[at] = 1
	}
}

// check refuses what no build writes, such as what the mask of another row leaves.
func (f *facts) check() error {
	unused := uint64(f[factUnused]) | uint64(binary.LittleEndian.Uint16(f[factUnusedToo:])) |
		binary.LittleEndian.Uint64(f[factUnusedTail:])
	if unused != 0 || f[factMFA] > uint8(accounts.MFADisabled) || f[factCanary] > 1 || f[factTagged] > 1 ||
		int(f[factPrivilege]) >= len(privileges) || int(f[factStatus]) >= len(statuses) {
		return errors.New("the facts of the row are not such as a build writes them")
	}
	return nil
}

// factsOf packs the facts of a row.
func factsOf(a *sealedRow) (f facts) {
	f.setTime(factChangedAt, a.PasswordChangedAt)
	f.setTime(factActiveAt, a.LastActiveAt)
	f[factMFA] = uint8(a.MFA)
	f.set(factCanary, a.Canary)
	f[factPrivilege] = position(privileges[:], a.Privilege)
	f[factStatus] = position(statuses[:], a.Status)
	f[factSteps] = a.HashSteps
	f[factClass] = a.class
	f.set(factTagged, a.CredentialTag != "")
	binary.LittleEndian.PutUint32(f[factChangedIn:], a.changedIn)
	binary.LittleEndian.PutUint16(f[factHashSize:], uint16(min(len(a.StoredHash), math.MaxUint16)))
	copy(f[factCounts:], a.counts[:])
	return f
}

// masker covers and uncovers facts: it adds the key stream of a block cipher in counter mode, under a key of its own. A row of an
// export has facts once in a build, and so a counter is used once. That nobody changed them is what the digests of
// pages are for, which the description binds and its seal with them.
type masker struct {
	block   cipher.Block
	counter [16]byte
	stream  [16]byte
}

// mask is its own opposite.
func (m *masker) mask(exportRow uint32, f *facts) {
	binary.BigEndian.PutUint64(m.counter[:], uint64(exportRow))
	for i := 0; i < factsSize; i += len(m.stream) {
		m.counter[15] = byte(i / len(m.stream))
		m.block.Encrypt(m.stream[:], m.counter[:])
		for k, b := range m.stream {
			f[i+k] ^= b
		}
	}
}
