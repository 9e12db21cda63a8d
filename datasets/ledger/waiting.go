package ledger

import (
	"encoding/binary"
	"errors"
	"hash/crc32"

	"go.etcd.io/bbolt"
)

// bucketWaiting is made when something goes into it: older states do not have it.
var bucketWaiting = []byte("waiting")

// printSize is the size of a print, sumSize that of the checksum after them.
const (
	printSize = 8
	sumSize   = 4
)

// Waiting returns the prints of the pairs that an earlier run left over for a credential, ascending; none is nil.
func (l *Ledger) Waiting(c Credential) (prints []uint64, err error) {
	err = l.view(func(tx *bbolt.Tx) error {
		prints, err = waitingIn(tx, c)
		return err
	})
	return prints, err
}

func waitingIn(tx *bbolt.Tx, c Credential) (prints []uint64, err error) {
	bucket := tx.Bucket(bucketWaiting)
	if bucket == nil {
		return nil, nil
	}
	value := bucket.Get(c[:])
	if value == nil {
		return nil, nil
	}
	if err := checkWaiting(c[:], value); err != nil {
		return nil, err
	}
	for ; len(value) > sumSize; value = value[printSize:] {
		prints = append(prints, binary.BigEndian.Uint64(value))
	}
	return prints, nil
}

func putWaiting(tx *bbolt.Tx, waiting map[Credential][]uint64) error {
	if len(waiting) == 0 {
		return nil
	}
	bucket, err := tx.CreateBucketIfNotExists(bucketWaiting)
	if err != nil {
		return err
	}
	for c, prints := range waiting {
		if len(prints) == 0 {
			err = bucket.Delete(c[:])
		} else {
			value := make([]byte, 0, len(prints)*printSize+sumSize)
			for _, print := range prints {
				value = binary.BigEndian.AppendUint64(value, print)
			}
			err = bucket.Put(c[:], binary.BigEndian.AppendUint32(value, waitingSum(c[:], value)))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func checkWaiting(key, value []byte) error {
	body := len(value) - sumSize
	if len(key) != len(Credential{}) || body < printSize || body%printSize != 0 ||
		binary.BigEndian.Uint32(value[body:]) != waitingSum(key, value[:body]) {
		return errors.New("what waits for its turn is not as it was written")
	}
	return nil
}

func waitingSum(key, body []byte) uint32 {
	return crc32.Update(crc32.Checksum(key, verdictSums), verdictSums, body)
}
