package ledger

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
)

// bucketNights is made when something goes into it: older states do not have it.
var bucketNights = []byte("nights")

// NightRates is what one night tells the guard of later ones.
type NightRates struct {
	At       time.Time `json:"at"`
	RunID    string    `json:"run_id"`
	Approved bool      `json:"approved,omitempty"` // what was held of it was released by a person
	// Small are, by kind of dump, the small dumps that were not refused: accounts that they met and newly confirmed.
	Small map[string]Rate `json:"small,omitempty"`
	// Usual are the shares that large dumps confirmed which no earlier night had read and which were not refused.
	Usual map[string][]float64 `json:"usual,omitempty"`
}

// Rate counts accounts.
type Rate struct {
	Met       int64 `json:"met"`
	Confirmed int64 `json:"confirmed"`
}

// mostNights is how many nights are kept.
const mostNights = 400

// nightKey orders nights by time; a run at the same second takes the place of the earlier one.
func nightKey(at time.Time) []byte {
	return binary.BigEndian.AppendUint64(nil, uint64(max(at.Unix(), 0)))
}

func (l *Ledger) putRates(tx *bbolt.Tx, n *NightRates) error {
	if n == nil {
		return nil
	}
	bucket, err := tx.CreateBucketIfNotExists(bucketNights)
	if err != nil {
		return err
	}
	if err := l.putNight(bucket, nightKey(n.At), n); err != nil {
		return err
	}
	kept := 0 // Stats would not count what this transaction has put there
	err = bucket.ForEach(func(_, _ []byte) error { kept++; return nil })
	for cursor := bucket.Cursor(); err == nil && kept > mostNights; kept-- {
		cursor.First()
		err = cursor.Delete()
	}
	return err
}

func (l *Ledger) putNight(bucket *bbolt.Bucket, key []byte, n *NightRates) error {
	value, err := seal(l.aead, nil, key, n)
	if err != nil {
		return err
	}
	return bucket.Put(key, value)
}

func (l *Ledger) openNight(key, value []byte) (*NightRates, error) {
	n := new(NightRates)
	if err := unseal(l.aead, value, key, n); err != nil {
		return nil, fmt.Errorf("a night: %w", err)
	}
	return n, nil
}

// Nights returns what earlier nights tell, the last first.
func (l *Ledger) Nights() (nights []*NightRates, err error) {
	err = l.view(func(tx *bbolt.Tx) error {
		bucket := tx.Bucket(bucketNights)
		if bucket == nil {
			return nil
		}
		cursor := bucket.Cursor()
		for key, value := cursor.Last(); key != nil; key, value = cursor.Prev() {
			n, err := l.openNight(key, value)
			if err != nil {
				return err
			}
			nights = append(nights, n)
		}
		return nil
	})
	return nights, err
}

// bucketApprovals has the runs of which a held list was released: an approval is good for once, also when somebody puts
// the held run back. It is made when something goes into it.
var bucketApprovals = []byte("approvals")

// Approved is when what was held of a run was released; zero: not yet.
func (l *Ledger) Approved(runID string) (at time.Time, err error) {
	err = l.view(func(tx *bbolt.Tx) error {
		bucket := tx.Bucket(bucketApprovals)
		if bucket == nil {
			return nil
		}
		value := bucket.Get([]byte(runID))
		if value == nil {
			return nil
		}
		return unseal(l.aead, value, []byte(runID), &at)
	})
	return at, err
}

// Approve notes that a person released what was held of a run.
func (l *Ledger) Approve(runID string, at time.Time) error {
	return l.update(func(tx *bbolt.Tx) error {
		approvals, err := tx.CreateBucketIfNotExists(bucketApprovals)
		if err != nil {
			return err
		}
		value, err := seal(l.aead, nil, []byte(runID), at.UTC())
		if err == nil {
			err = approvals.Put([]byte(runID), value)
		}
		if err != nil {
			return err
		}
		return l.approveNight(tx, runID)
	})
}

func (l *Ledger) approveNight(tx *bbolt.Tx, runID string) error {
	bucket := tx.Bucket(bucketNights)
	if bucket == nil {
		return nil
	}
	cursor := bucket.Cursor()
	for key, value := cursor.Last(); key != nil; key, value = cursor.Prev() {
		n, err := l.openNight(key, value)
		if err != nil {
			return err
		}
		if n.RunID == runID {
			n.Approved = true
			return l.putNight(bucket, append([]byte(nil), key...), n)
		}
	}
	return nil
}

// checkNight looks at the shape of a night; who has the key opens it.
func checkNight(key, value []byte) error {
	const shortest = 12 + 16 // nonce and tag
	if len(key) != 8 || len(value) < shortest {
		return errors.New("a night is damaged")
	}
	return nil
}
