package ledger

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
)

// Dump is one dump by its content: under another name it is the same.
type Dump struct {
	Name       Name      `json:"-"`
	Called     string    `json:"called"`     // its name in the last run
	Generation int64     `json:"generation"` // of the index that it was scanned with last
	FirstSeen  time.Time `json:"first_seen"`
	LastSeen   time.Time `json:"last_seen"`
	Open       int64     `json:"-"` // candidates that the last run left unchecked
}

// dumpHead is what stands before the sealed part of a dump.
const dumpHead = 16

func (l *Ledger) putDump(tx *bbolt.Tx, d *Dump) error {
	value := binary.BigEndian.AppendUint32(nil, day(d.FirstSeen))
	value = binary.BigEndian.AppendUint32(value, day(d.LastSeen))
	value = binary.BigEndian.AppendUint64(value, uint64(d.Open))
	value, err := seal(l.aead, value, d.Name[:], d)
	if err != nil {
		return err
	}
	return tx.Bucket(bucketDumps).Put(d.Name[:], value)
}

func (l *Ledger) openDump(key, value []byte) (*Dump, error) {
	if len(key) != len(Name{}) || len(value) < dumpHead {
		return nil, errors.New("a dump is too short")
	}
	d := &Dump{Name: Name(key), Open: int64(binary.BigEndian.Uint64(value[8:]))}
	if err := unseal(l.aead, value[dumpHead:], key, d); err != nil {
		return nil, fmt.Errorf("a dump: %w", err)
	}
	return d, nil
}

// Seen returns what is known of a dump, nil when it was neither read to its end nor left open.
func (l *Ledger) Seen(name Name) (d *Dump, err error) {
	err = l.view(func(tx *bbolt.Tx) error {
		value := tx.Bucket(bucketDumps).Get(name[:])
		if value == nil {
			return nil
		}
		d, err = l.openDump(name[:], value)
		return err
	})
	if err != nil {
		return nil, err
	}
	return d, nil
}
