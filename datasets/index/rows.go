package index

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/dchest/siphash"

	"github.com/credsieve/credsieve/datasets/accounts"
	"github.com/credsieve/credsieve/hashing"
)

// add takes one account in, or rejects it.
func (b *builder) add(a *accounts.Account) error {
	if len(a.ID) > maxText {
		return fmt.Errorf("its account id is longer than %d bytes", maxText)
	}
	if first, err := b.seen.add(a.ID, a.Row); err != nil {
		return err
	} else if first > 0 {
		return fmt.Errorf("account id %q was already used in row %d", a.ID, first)
	}
	if b.table.rows == math.MaxUint32 {
		return errors.New("an index cannot hold more accounts")
	}
	indexed := a.PasswordHash != "" || a.Canary
	before := len(b.entries)
	identifier := b.identify(a)
	if identifier == "" {
		b.reject(a)
		return nil
	}
	b.count(a)
	if !indexed {
		b.entries = b.entries[:before]
		return nil
	}
	row := Account{
		ID: a.ID, Identifier: identifier, StoredHash: a.PasswordHash,
		PasswordChangedAt: a.PasswordChangedAt, LastActiveAt: a.LastActiveAt,
		MFA: a.MFA, Canary: a.Canary, Privilege: a.Privilege, Status: a.Status,
		CredentialTag: a.CredentialTag,
	}
	if b.o.StepsOf != nil {
		row.HashSteps = b.o.StepsOf(a.PasswordHash)
	}
	return b.table.append(&row, b.parseHash(&row))
}

// identify appends the tokens of an account and returns its first usable identifier.
func (b *builder) identify(a *accounts.Account) (first string) {
	row := uint32(b.table.rows)
	unusable := int64(0)
	for _, id := range a.Identifiers {
		var forms []hashing.Form
		if len(id.Text) <= maxText {
			b.forms = append(b.forms[:0], id.Text...)
			forms = b.canonicalizer.Forms(id.Kind, b.forms)
		}
		if len(forms) == 0 {
			unusable++
			continue
		}
		if first == "" {
			first = id.Text
		}
		for _, f := range forms {
			b.entries = append(b.entries, newEntry(b.tokenizer.Token(f), row, f))
		}
	}
	// The identifiers of a rejected row are not counted one by one: the row is.
	if first != "" {
		b.meta.IdentifiersUnusable += unusable
	}
	return first
}

func (b *builder) reject(a *accounts.Account) {
	b.meta.RowsRejected++
	if len(b.meta.Rejected) == maxRejected {
		return
	}
	reason := "no identifier"
	if len(a.Identifiers) > 0 {
		reason = "no usable identifier"
	}
	b.meta.Rejected = append(b.meta.Rejected, RejectedRow{Row: a.Row, Reason: reason})
}

func (b *builder) count(a *accounts.Account) {
	b.meta.Accounts++
	if a.PasswordHash == "" {
		b.meta.NoPassword++
	}
	if a.Canary {
		b.meta.Canaries++
	}
}

// parseHash sets why the stored hash cannot be verified, or returns its scheme. Either is counted.
func (b *builder) parseHash(row *Account) hashing.Scheme {
	switch {
	case row.StoredHash == "":
		row.HashCause = CauseNoPassword // counted as such already
		return ""
	case len(row.StoredHash) > maxText:
		row.StoredHash, row.HashCause = "", hashing.CauseOverLimit
	default:
		h, err := b.o.Parse(row.StoredHash)
		if err == nil {
			b.meta.Schemes[string(h.Scheme())]++
			return h.Scheme()
		}
		row.HashCause = hashing.CauseMalformed
		var why *hashing.HashError
		if errors.As(err, &why) {
			row.HashCause = why.Cause
		}
	}
	b.meta.NotVerifiable[string(row.HashCause)]++
	return ""
}

// seenIDs knows which account ids were read, by 128 bits of a hash under a random key: two ids that
// share one by chance, or by somebody's intent, do not occur.
type seenIDs struct {
	k0, k1 uint64
	rows   map[[2]uint64]uint32
}

func (s *seenIDs) init() error {
	var key [16]byte
	if _, err := rand.Read(key[:]); err != nil {
		return err
	}
	s.k0 = binary.LittleEndian.Uint64(key[:8])
	s.k1 = binary.LittleEndian.Uint64(key[8:])
	s.rows = map[[2]uint64]uint32{}
	return nil
}

// add returns the row in which the id was seen before, or 0.
func (s *seenIDs) add(id string, row int64) (int64, error) {
	if row < 1 || row > math.MaxUint32 {
		return 0, errors.New("an index cannot hold more rows")
	}
	low, high := siphash.Hash128(s.k0, s.k1, []byte(id))
	if first, ok := s.rows[[2]uint64{low, high}]; ok {
		return int64(first), nil
	}
	s.rows[[2]uint64{low, high}] = uint32(row)
	return 0, nil
}
