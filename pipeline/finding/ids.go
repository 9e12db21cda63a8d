package finding

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"time"

	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/datasets/ledger"
	"github.com/credsieve/credsieve/hashing"
)

// IDs name findings and stored hashes without giving either away. They are safe for concurrent use.
type IDs struct{ findingKey, hashKey []byte }

// NewIDs returns the names under a key.
func NewIDs(key *hashing.Key) IDs {
	return IDsUnder(key.Derive(hashing.PurposeFinding, nil, sha256.Size), key.Derive(hashing.PurposeHashTag, nil, sha256.Size))
}

// IDsUnder returns the names under the subkeys of the purposes finding and hash-tag.
func IDsUnder(findingKey, hashKey []byte) IDs { return IDs{findingKey: findingKey, hashKey: hashKey} }

// Credential names an account with its stored hash: the same for the same account with the same stored hash, and
// another after the user changed the password.
func (ids IDs) Credential(a *index.Account) ledger.Credential {
	mac := hmac.New(sha256.New, ids.findingKey)
	// The length keeps account and hash apart: no two pairs give the same bytes.
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(len(a.ID))))
	mac.Write([]byte(a.ID))
	mac.Write([]byte(a.StoredHash))
	return ledger.Credential(mac.Sum(nil)[:len(ledger.Credential{})])
}

// Finding is the id of a finding: the credential in hexadecimal.
func (ids IDs) Finding(a *index.Account) string {
	c := ids.Credential(a)
	return hex.EncodeToString(c[:])
}

// HashTag is a fingerprint of a stored hash, in hexadecimal.
func (ids IDs) HashTag(storedHash string) string {
	mac := hmac.New(sha256.New, ids.hashKey)
	mac.Write([]byte(storedHash))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// ChangedTag is a fingerprint of the time at which an account's password was changed last, in hexadecimal; empty for
// an unknown time.
func (ids IDs) ChangedTag(accountID string, at time.Time) string {
	if at.IsZero() {
		return ""
	}
	mac := hmac.New(sha256.New, ids.hashKey)
	mac.Write([]byte("\x00changed\x00")) // no stored hash begins so
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(at.Unix())))
	mac.Write([]byte(accountID))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}
