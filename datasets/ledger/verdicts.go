package ledger

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"time"

	"go.etcd.io/bbolt"
)

const (
	verdictKeySize   = 32
	verdictBareSize  = 5 // of states that are older than the checksum
	verdictValueSize = verdictBareSize + crc32.Size
	verdictRefuted   = 1
)

// verdictSums are what the processors of today compute in one instruction.
var verdictSums = crc32.MakeTable(crc32.Castagnoli)

// Decision is what one verification found out: that the pair is refuted, or, with a finding, that it is
// confirmed. The finding then has the credential and the pair of the decision, or goes on under the name of an
// earlier one.
type Decision struct {
	Credential Credential
	Name       Credential // of the finding; zero: the credential
	Pair       Name
	At         time.Time
	Finding    *Finding
}

// request is a decision whose worker waits.
type request struct {
	decision Decision
	done     chan error // of one
}

// maxBatch bounds what one transaction writes.
const maxBatch = 1024

// Decide writes a decision and returns when it is on disk, or when ctx ends, with the decision perhaps
// still on its way there.
func (l *Ledger) Decide(ctx context.Context, d Decision) error {
	r := request{decision: d, done: make(chan error, 1)}
	select {
	case l.queue <- r:
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-r.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// commit writes what is waiting, all of it in one transaction, until the ledger is closed.
func (l *Ledger) commit() {
	defer close(l.ended)
	for first := range l.queue {
		batch := l.waiting(first)
		err := l.update(func(tx *bbolt.Tx) error {
			for _, r := range batch {
				if err := l.put(tx, &r.decision); err != nil {
					return err
				}
			}
			return nil
		})
		for _, r := range batch {
			r.done <- err
		}
	}
}

// waiting returns the first request with all others that are there without waiting for them.
func (l *Ledger) waiting(first request) []request {
	batch := []request{first}
	for len(batch) < maxBatch {
		select {
		case r, ok := <-l.queue:
			if !ok {
				return batch
			}
			batch = append(batch, r)
		default:
			return batch
		}
	}
	return batch
}

func (l *Ledger) put(tx *bbolt.Tx, d *Decision) error {
	if d.Finding != nil {
		name := d.Name
		if name == (Credential{}) {
			name = d.Credential
		}
		return l.putFinding(tx, name, d.Finding)
	}
	return putVerdict(tx, verdictKey(d.Credential, d.Pair), d.At)
}

func putVerdict(tx *bbolt.Tx, key []byte, at time.Time) error {
	value := binary.BigEndian.AppendUint32([]byte{verdictRefuted}, day(at))
	return tx.Bucket(bucketVerdicts).Put(key, binary.BigEndian.AppendUint32(value, verdictSum(key, value)))
}

// verdictSum is over all of a record: bbolt notices damage to the frame of a page, but not to what is in it.
func verdictSum(key, value []byte) uint32 {
	return crc32.Update(crc32.Checksum(key, verdictSums), verdictSums, value[:verdictBareSize])
}

func verdictKey(c Credential, pair Name) []byte {
	return append(append(make([]byte, 0, verdictKeySize), c[:]...), pair[:]...)
}

// Refuted reports whether an earlier run found that a pair does not match.
func (l *Ledger) Refuted(c Credential, pair Name) (refuted bool, err error) {
	err = l.view(func(tx *bbolt.Tx) error {
		key := verdictKey(c, pair)
		value := tx.Bucket(bucketVerdicts).Get(key)
		if value == nil {
			return nil
		}
		refuted = true
		return checkVerdict(key, value)
	})
	return refuted && err == nil, err
}

func checkVerdict(key, value []byte) error {
	bare := len(value) == verdictBareSize
	if !bare && len(value) != verdictValueSize || value[0] != verdictRefuted {
		return fmt.Errorf("a verdict has %d bytes of a form that is not known", len(value))
	}
	if !bare && binary.BigEndian.Uint32(value[verdictBareSize:]) != verdictSum(key, value) {
		return errors.New("a verdict is not as it was written")
	}
	return nil
}
