package ledger

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"slices"
	"sync"
	"time"

	"go.etcd.io/bbolt"

	"github.com/credsieve/credsieve/hashing"
)

// Extract is what a ledger knows of some credentials, to be asked where the state folder is not.
type Extract struct {
	Refuted []byte    `json:"refuted,omitempty"` // keys of verdicts, ascending
	Waiting []Waiting `json:"waiting,omitempty"` // by credential, ascending
}

// Waiting is what an earlier run left over of an account.
type Waiting struct {
	Credential Credential `json:"credential"`
	Prints     []uint64   `json:"prints"` // ascending
}

// OpenDump is a dump of which the last run that read it left candidates unchecked.
type OpenDump struct {
	Name Name  `json:"name"`
	Left int64 `json:"left"`
}

// Extract returns what the ledger knows of credentials, in one transaction.
func (l *Ledger) Extract(credentials []Credential) (e *Extract, err error) {
	credentials = slices.Clone(credentials)
	slices.SortFunc(credentials, compareCredentials)
	e = new(Extract)
	err = l.view(func(tx *bbolt.Tx) error {
		verdicts := tx.Bucket(bucketVerdicts).Cursor()
		for _, c := range credentials {
			for key, value := verdicts.Seek(c[:]); bytes.HasPrefix(key, c[:]); key, value = verdicts.Next() {
				if err := checkVerdict(key, value); err != nil {
					return err
				}
				e.Refuted = append(e.Refuted, key...)
			}
			prints, err := waitingIn(tx, c)
			if err != nil {
				return err
			}
			if len(prints) > 0 {
				e.Waiting = append(e.Waiting, Waiting{c, prints})
			}
		}
		return nil
	})
	return e, err
}

func compareCredentials(a, b Credential) int { return bytes.Compare(a[:], b[:]) }

// OpenDumps returns the dumps that were left open, by name.
func (l *Ledger) OpenDumps() (open []OpenDump, err error) {
	err = l.view(func(tx *bbolt.Tx) error {
		return tx.Bucket(bucketDumps).ForEach(func(key, value []byte) error {
			d, err := l.openDump(key, value)
			if err == nil && d.Open > 0 {
				open = append(open, OpenDump{d.Name, d.Open})
			}
			return err
		})
	})
	return open, err
}

// Books names what the nights have left but for verdicts, which only spare work: two that are equal say that no night was
// finished and nothing was released in between. It is empty for a state of which no night is finished.
func (l *Ledger) Books() (sum string, err error) {
	err = l.view(func(tx *bbolt.Tx) error {
		of, records := sha256.New(), 0
		for _, name := range [][]byte{bucketFindings, bucketDumps, bucketWaiting, bucketNights, bucketApprovals} {
			bucket := tx.Bucket(name)
			if bucket == nil {
				continue
			}
			err := bucket.ForEach(func(key, value []byte) error {
				for _, part := range [][]byte{name, key, value} {
					of.Write(binary.BigEndian.AppendUint64(nil, uint64(len(part))))
					of.Write(part)
				}
				records++
				return nil
			})
			if err != nil {
				return err
			}
		}
		if records > 0 {
			sum = hex.EncodeToString(of.Sum(nil))
		}
		return nil
	})
	return sum, err
}

// Refute writes verdicts that tasks have reached: keys as Lent.Decided has them.
func (l *Ledger) Refute(keys []byte, at time.Time) error {
	if len(keys)%verdictKeySize != 0 {
		return errors.New("failed to write verdicts of tasks: they are not what this version writes")
	}
	return l.update(func(tx *bbolt.Tx) error {
		for key := range slices.Chunk(keys, verdictKeySize) {
			if err := putVerdict(tx, key, at); err != nil {
				return err
			}
		}
		return nil
	})
}

// Lent answers out of an extract, and remembers what is decided beside it. It is safe for concurrent use.
type Lent struct {
	Names
	refuted []byte
	waiting []Waiting
	open    map[Name]int64

	mu      sync.Mutex
	decided []byte
}

// Lend opens an extract of a ledger of the key, with the dumps that it says were left open.
func Lend(key *hashing.Key, e *Extract, open []OpenDump) *Lent {
	l := &Lent{Names: newNames(key), refuted: e.Refuted, waiting: e.Waiting, open: make(map[Name]int64)}
	for _, d := range open {
		l.open[d.Name] = d.Left
	}
	return l
}

// Refuted reports whether an earlier run found that a pair does not match.
func (l *Lent) Refuted(c Credential, pair Name) (bool, error) {
	want := verdictKey(c, pair)
	from, to := 0, len(l.refuted)/verdictKeySize
	for from < to {
		middle := (from + to) / 2
		switch key := l.refuted[middle*verdictKeySize:][:verdictKeySize]; bytes.Compare(key, want) {
		case 0:
			return true, nil
		case -1:
			from = middle + 1
		default:
			to = middle
		}
	}
	return false, nil
}

// Waiting returns the prints of the pairs that an earlier run left over for a credential, ascending; none is nil.
func (l *Lent) Waiting(c Credential) ([]uint64, error) {
	at, ok := slices.BinarySearchFunc(l.waiting, c, func(w Waiting, c Credential) int {
		return compareCredentials(w.Credential, c)
	})
	if !ok {
		return nil, nil
	}
	return l.waiting[at].Prints, nil
}

// Seen returns what is known of a dump that was left open; nil of all others.
func (l *Lent) Seen(name Name) (*Dump, error) {
	if left := l.open[name]; left > 0 {
		return &Dump{Name: name, Open: left}, nil
	}
	return nil, nil
}

// Decide remembers a verdict. Findings are kept by those who made them.
func (l *Lent) Decide(_ context.Context, d Decision) error {
	if d.Finding == nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.decided = append(l.decided, verdictKey(d.Credential, d.Pair)...)
	}
	return nil
}

// Decided returns the keys of the verdicts that were remembered, ascending.
func (l *Lent) Decided() []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	keys := slices.Collect(slices.Chunk(l.decided, verdictKeySize))
	slices.SortFunc(keys, bytes.Compare)
	return slices.Concat(keys...)
}
