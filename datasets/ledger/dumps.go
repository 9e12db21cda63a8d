package ledger

import (
	"bytes"
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

// sealedDump is what is sealed of a dump.
type sealedDump struct {
	*Dump
	Open *int64 `json:"open,omitempty"` // nil in older states
}

// head is what can be counted without the key. The same stands in what is sealed.
func (d *Dump) head() []byte {
	head := binary.BigEndian.AppendUint32(nil, day(d.FirstSeen))
	head = binary.BigEndian.AppendUint32(head, day(d.LastSeen))
	return binary.BigEndian.AppendUint64(head, uint64(d.Open))
}

func (l *Ledger) putDump(tx *bbolt.Tx, d *Dump) error {
	value, err := seal(l.aead, d.head(), d.Name[:], sealedDump{d, &d.Open})
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
	sealed := sealedDump{Dump: d}
	if err := unseal(l.aead, value[dumpHead:], key, &sealed); err != nil {
		return nil, fmt.Errorf("a dump: %w", err)
	}
	if sealed.Open != nil {
		d.Open = *sealed.Open
	}
	if !bytes.Equal(value[:dumpHead], d.head()) {
		return nil, errors.New("the head of a dump is not as it was written")
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
