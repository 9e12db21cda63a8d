package ledger

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
)

// Finding is an account whose stored hash verified a leaked password, with what the dumps say about it.
type Finding struct {
	Account     Name      `json:"account"`
	Row         uint32    `json:"row"`                // of the account in the index of the last run, a hint
	IDPrint     uint64    `json:"id_print,omitempty"` // of its id, as the index has it; 0 in older states
	Pair        Name      `json:"pair"`
	Match       string    `json:"match"`
	Attribution uint8     `json:"attribution"`
	Kind        uint8     `json:"kind"` // of the identifier
	Marks       []string  `json:"marks,omitempty"`
	SharedBy    int       `json:"shared_by"`   // accounts met with the same password, this one included
	Independent int       `json:"independent"` // of the sources do not repeat each other
	Sources     []Source  `json:"sources"`
	ConfirmedAt time.Time `json:"confirmed_at"`
	ListedAt    time.Time `json:"listed_at"` // first published, zero: never
	// HeldAt is when the guard held it because of the dumps that it rested on; zero: not. Once it is listed, it says nothing.
	HeldAt time.Time `json:"held_at,omitzero"`

	// A login may hash the same password again, at a higher cost. The finding keeps its name then, which is the
	// credential of its first hash.
	Secret Name       `json:"secret,omitzero"`   // the confirmed password, whatever hash it opened; zero in older states
	Hash   Credential `json:"hash,omitzero"`     // the credential that it opened last; zero: the finding's own
	Ended  time.Time  `json:"ended_at,omitzero"` // when the password was seen not to open a later hash; zero: not
	// ChangedAt is when the account's password was changed last, as the export said at the confirmation; zero: unknown.
	ChangedAt time.Time `json:"password_changed_at,omitzero"`
}

// Current is the credential that the finding of a name is about.
func (f *Finding) Current(name Credential) Credential {
	if f.Hash == (Credential{}) {
		return name
	}
	return f.Hash
}

// Source is one dump that holds the confirmed password.
type Source struct {
	Name      string    `json:"name"`
	Kind      string    `json:"kind"`
	LeakedOn  time.Time `json:"leaked_on"` // zero: unknown
	FirstSeen time.Time `json:"first_seen"`
}

// findingHead is what stands before the sealed part of a finding.
const findingHead = 5

// head is what can be counted without the key. The same stands in what is sealed.
func (f *Finding) head() []byte {
	head := binary.BigEndian.AppendUint32(nil, day(f.ConfirmedAt))
	if f.ListedAt.IsZero() {
		return append(head, 0)
	}
	return append(head, 1)
}

func (l *Ledger) putFinding(tx *bbolt.Tx, c Credential, f *Finding) error {
	value, err := seal(l.aead, f.head(), c[:], f)
	if err != nil {
		return err
	}
	return tx.Bucket(bucketFindings).Put(c[:], value)
}

func (l *Ledger) openFinding(key, value []byte) (*Finding, error) {
	if len(key) != len(Credential{}) || len(value) < findingHead {
		return nil, errors.New("a finding is too short")
	}
	f := new(Finding)
	if err := unseal(l.aead, value[findingHead:], key, f); err != nil {
		return nil, fmt.Errorf("a finding: %w", err)
	}
	if !bytes.Equal(value[:findingHead], f.head()) {
		return nil, errors.New("the head of a finding is not as it was written")
	}
	return f, nil
}

// Findings calls visit for each finding, in the order of the credentials.
func (l *Ledger) Findings(visit func(Credential, *Finding) error) error {
	return l.view(func(tx *bbolt.Tx) error {
		return tx.Bucket(bucketFindings).ForEach(func(key, value []byte) error {
			f, err := l.openFinding(key, value)
			if err != nil {
				return err
			}
			return visit(Credential(key), f)
		})
	})
}

// Night is what a run leaves behind when its list is published, or held.
type Night struct {
	Findings map[Credential]*Finding // that changed
	Dumps    []Dump                  // that were read to their end, or left open
	Waiting  map[Credential][]uint64 // prints of pairs that had no turn, ascending; none: forget those of before
	Rates    *NightRates             // nil: none
}

// Finish writes down a run in one transaction.
func (l *Ledger) Finish(n Night) error {
	return l.update(func(tx *bbolt.Tx) error {
		for c, f := range n.Findings {
			if err := l.putFinding(tx, c, f); err != nil {
				return err
			}
		}
		for i := range n.Dumps {
			if err := l.putDump(tx, &n.Dumps[i]); err != nil {
				return err
			}
		}
		return errors.Join(putWaiting(tx, n.Waiting), l.putRates(tx, n.Rates))
	})
}

// MarkListed notes that findings were published at a time. It returns how many of them it knows; those
// that were published before stay as they are.
func (l *Ledger) MarkListed(ids []Credential, at time.Time) (known int, err error) {
	err = l.update(func(tx *bbolt.Tx) error {
		known = 0
		for _, c := range ids {
			value := tx.Bucket(bucketFindings).Get(c[:])
			if value == nil {
				continue
			}
			known++
			f, err := l.openFinding(c[:], value)
			if err != nil {
				return err
			}
			if !f.ListedAt.IsZero() {
				continue
			}
			f.ListedAt = at.UTC()
			if err := l.putFinding(tx, c, f); err != nil {
				return err
			}
		}
		return nil
	})
	return known, err
}
