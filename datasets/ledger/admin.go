package ledger

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"

	"github.com/credsieve/credsieve/datasets/internal/durable"
	"github.com/credsieve/credsieve/hashing"
)

// Info is what a state holds, as far as it can be told without the key.
type Info struct {
	SchemaVersion int       `json:"schema_version"`
	KeyID         string    `json:"key_id"`
	CreatedAt     time.Time `json:"created_at"`
	Bytes         int64     `json:"bytes"`    // of the file
	Verdicts      int64     `json:"verdicts"` // refuted pairs
	Findings      int64     `json:"findings"`
	FindingsNew   int64     `json:"findings_not_listed"` // never published
	Dumps         int64     `json:"dumps"`
	DumpsOpen     int64     `json:"dumps_left_open"` // with candidates that a budget left
	Oldest        string    `json:"oldest"`          // day of the oldest verdict or finding, empty without any
	Newest        string    `json:"newest"`
}

// Inspect counts what a state holds.
func Inspect(dir string) (*Info, error) {
	db, err := openExisting(dir, true)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	stat, err := os.Stat(filepath.Join(dir, fileName))
	if err != nil {
		return nil, fmt.Errorf("failed to inspect state %q: %w", dir, err)
	}
	info := &Info{SchemaVersion: schemaVersion, Bytes: stat.Size()}
	err = guarded(func() error {
		return db.View(func(tx *bbolt.Tx) error {
			if err := checkMeta(tx, nil); err != nil {
				return err
			}
			return info.fill(tx)
		})
	})
	if err != nil {
		return nil, fmt.Errorf("failed to inspect state %q: %w", dir, err)
	}
	return info, nil
}

func (i *Info) fill(tx *bbolt.Tx) error {
	meta := tx.Bucket(bucketMeta)
	i.KeyID = string(meta.Get(metaKeyID))
	var err error
	if i.CreatedAt, err = time.Parse(time.RFC3339, string(meta.Get(metaCreated))); err != nil {
		return errors.New("its date is damaged")
	}
	oldest, newest := ^uint32(0), uint32(0)
	met := func(d uint32) { oldest, newest = min(oldest, d), max(newest, d) }
	err = walkRecords(tx, recordChecks{
		verdict: func(_, value []byte) error {
			i.Verdicts++
			met(binary.BigEndian.Uint32(value[1:]))
			return nil
		},
		finding: func(_, value []byte) error {
			i.Findings++
			if value[4] == 0 {
				i.FindingsNew++
			}
			met(binary.BigEndian.Uint32(value))
			return nil
		},
		dump: func(_, value []byte) error {
			i.Dumps++
			if binary.BigEndian.Uint64(value[8:]) > 0 {
				i.DumpsOpen++
			}
			return nil
		},
		night: checkNight,
	})
	if newest > 0 {
		i.Oldest = dayTime(oldest).Format(time.DateOnly)
		i.Newest = dayTime(newest).Format(time.DateOnly)
	}
	return err
}

// recordChecks are told of every record whose shape is right.
type recordChecks struct {
	verdict, finding, dump, night func(key, value []byte) error
}

// walkRecords checks the shape of every record.
func walkRecords(tx *bbolt.Tx, c recordChecks) error {
	err := tx.Bucket(bucketVerdicts).ForEach(func(key, value []byte) error {
		if len(key) != verdictKeySize {
			return errors.New("the name of a verdict is damaged")
		}
		if err := checkVerdict(key, value); err != nil {
			return err
		}
		return c.verdict(key, value)
	})
	if err != nil {
		return err
	}
	for _, part := range []struct {
		bucket []byte
		head   int
		visit  func(key, value []byte) error
	}{{bucketFindings, findingHead, c.finding}, {bucketDumps, dumpHead, c.dump}, {bucketWaiting, sumSize, checkWaiting}} {
		if tx.Bucket(part.bucket) == nil { // of an older state
			continue
		}
		err := tx.Bucket(part.bucket).ForEach(func(key, value []byte) error {
			if len(key) != len(Name{}) || len(value) < part.head {
				return fmt.Errorf("a record of the %s is damaged", part.bucket)
			}
			return part.visit(key, value)
		})
		if err != nil {
			return err
		}
	}
	if nights := tx.Bucket(bucketNights); nights != nil {
		return nights.ForEach(c.night)
	}
	return nil
}

func openExisting(dir string, readOnly bool) (*bbolt.DB, error) {
	if err := exists(dir); err != nil {
		return nil, err
	}
	return openFile(dir, readOnly)
}

// Verify checks every page of a state and every record, with the key also what is sealed.
func Verify(dir string, key *hashing.Key) error {
	db, err := openExisting(dir, true)
	if err != nil {
		return err
	}
	defer db.Close()
	err = guarded(func() error {
		return db.View(func(tx *bbolt.Tx) error {
			if err := checkMeta(tx, key); err != nil {
				return err
			}
			// Before bbolt's own check, which runs where a fault in a damaged file cannot be caught: what
			// is met here and found again by its key was touched on every page above it.
			if err := verifyRecords(tx, key); err != nil {
				return err
			}
			var first error
			for err := range tx.Check() { // to its end, or its goroutine waits for ever
				first = cmp.Or(first, err)
			}
			if first != nil {
				return fmt.Errorf("it is damaged: %w", first)
			}
			return nil
		})
	})
	if err != nil {
		return fmt.Errorf("state %q is not whole: %w", dir, err)
	}
	return nil
}

func verifyRecords(tx *bbolt.Tx, key *hashing.Key) error {
	nothing := func(_, _ []byte) error { return nil }
	checks := recordChecks{verdict: nothing, finding: nothing, dump: nothing, night: checkNight}
	if key != nil {
		aead, err := newSeal(key)
		if err != nil {
			return err
		}
		l := &Ledger{aead: aead}
		checks.finding = func(key, value []byte) error { _, err := l.openFinding(key, value); return err }
		checks.dump = func(key, value []byte) error { _, err := l.openDump(key, value); return err }
		checks.night = func(key, value []byte) error { _, err := l.openNight(key, value); return err }
	}
	for _, name := range [][]byte{bucketMeta, bucketVerdicts, bucketFindings, bucketDumps, bucketWaiting, bucketNights} {
		bucket := tx.Bucket(name)
		if bucket == nil {
			continue // of an older state
		}
		err := bucket.ForEach(func(key, value []byte) error {
			if !bytes.Equal(bucket.Get(key), value) {
				return fmt.Errorf("a record of the %s is not where it belongs", name)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return walkRecords(tx, checks)
}

// compactStep bounds what one transaction of a compaction holds in memory, in bytes.
const compactStep = 16 << 20

// Compact writes a state again without its free pages and puts it in the place of the old one in one step.
// It returns the sizes before and after, in bytes.
func Compact(dir string) (before, after int64, err error) {
	source, err := openExisting(dir, false)
	if err != nil {
		return 0, 0, err
	}
	// Closed last, so that no other process uses the old file before the new one is in its place.
	defer source.Close()
	path := filepath.Join(dir, fileName)
	fresh := path + ".compact"
	defer os.Remove(fresh) // does nothing after the rename
	err = guarded(func() error { return compactTo(fresh, source) })
	if err != nil {
		return 0, 0, fmt.Errorf("failed to compact state %q: %w", dir, err)
	}
	for _, size := range []struct {
		path string
		into *int64
	}{{path, &before}, {fresh, &after}} {
		info, err := os.Stat(size.path)
		if err != nil {
			return 0, 0, fmt.Errorf("failed to compact state %q: %w", dir, err)
		}
		*size.into = info.Size()
	}
	if err := errors.Join(os.Rename(fresh, path), durable.SyncDir(dir)); err != nil {
		return 0, 0, fmt.Errorf("failed to compact state %q: %w", dir, err)
	}
	return before, after, nil
}

func compactTo(path string, source *bbolt.DB) error {
	// What a killed compaction left is half a copy.
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := source.View(func(tx *bbolt.Tx) error { return checkMeta(tx, nil) }); err != nil {
		return err
	}
	target, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: lockWait, FreelistType: bbolt.FreelistMapType})
	if err != nil {
		return err
	}
	return errors.Join(bbolt.Compact(target, source, compactStep), target.Sync(), target.Close())
}
