package ledger

import (
	"bytes"
	"crypto/cipher"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"github.com/credsieve/credsieve/datasets/internal/durable"
	"github.com/credsieve/credsieve/hashing"
)

const (
	fileName      = "state.db"
	schemaVersion = 1
	// lockWait is how long the lock of another process is waited for: a second run ends at once.
	lockWait = 50 * time.Millisecond
)

// The buckets.
var (
	bucketMeta     = []byte("meta")
	bucketVerdicts = []byte("verdicts")
	bucketFindings = []byte("findings")
	bucketDumps    = []byte("dumps")
)

// Keys of the bucket meta.
var (
	metaSchema  = []byte("schema")
	metaKeyID   = []byte("key_id")
	metaCreated = []byte("created")
)

// Ledger is an open state folder. Its methods but Close are safe for concurrent use.
type Ledger struct {
	Names
	dir   string
	db    *bbolt.DB
	aead  cipher.AEAD
	queue chan request
	ended chan struct{} // closed when the committer has ended
}

// Open opens the state folder, makes it when it is not there, and locks it against other processes. It
// refuses a state of another key: under another key nothing in it has a name.
func Open(dir string, key *hashing.Key, now time.Time) (*Ledger, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("failed to open state %q: %w", dir, err)
	}
	return openAs(dir, key, false, func(tx *bbolt.Tx) error { return prepare(tx, key, now) })
}

// ErrNoState says that a folder holds no state.
var ErrNoState = errors.New("there is no state")

// OpenExisting is Open for a state that must be there already. One that is opened read-only is not
// changed in any byte; Decide, Finish and MarkListed fail on it.
func OpenExisting(dir string, key *hashing.Key, readOnly bool) (*Ledger, error) {
	if err := exists(dir); err != nil {
		return nil, err
	}
	return openAs(dir, key, readOnly, func(tx *bbolt.Tx) error { return checkMeta(tx, key) })
}

// errEmpty: a first run was killed before it had written anything.
var errEmpty = errors.New("it is empty; remove the folder, or let a run fill it")

// openAs opens the database and begins with a transaction that makes or checks what must be there.
func openAs(dir string, key *hashing.Key, readOnly bool, first func(*bbolt.Tx) error) (*Ledger, error) {
	if key == nil {
		return nil, fmt.Errorf("failed to open state %q: there is no key", dir)
	}
	l := &Ledger{dir: dir, Names: newNames(key), queue: make(chan request), ended: make(chan struct{})}
	var err error
	if l.aead, err = newSeal(key); err != nil {
		return nil, fmt.Errorf("failed to open state %q: %w", dir, err)
	}
	if l.db, err = openFile(dir, readOnly); err != nil {
		return nil, err
	}
	begin := l.db.Update
	if readOnly {
		begin = l.db.View
	}
	err = guarded(func() error { return begin(first) })
	if err != nil {
		return nil, errors.Join(fmt.Errorf("failed to open state %q: %w", dir, err), l.db.Close())
	}
	go l.commit()
	return l, nil
}

// Close waits for what is being written and gives the state folder free.
func (l *Ledger) Close() error {
	close(l.queue)
	<-l.ended
	if err := l.db.Close(); err != nil {
		return fmt.Errorf("failed to close state %q: %w", l.dir, err)
	}
	return nil
}

// openFile opens and locks the database of a state folder.
func openFile(dir string, readOnly bool) (*bbolt.DB, error) {
	path := filepath.Join(dir, fileName)
	before, err := os.Stat(path)
	if err == nil && readOnly && before.Size() == 0 {
		err = errEmpty // bbolt would begin to fill it
	}
	if readOnly && err != nil {
		return nil, fmt.Errorf("failed to open state %q: %w", dir, err)
	}
	var db *bbolt.DB
	err = guarded(func() (err error) {
		db, err = bbolt.Open(path, 0o600, &bbolt.Options{
			Timeout: lockWait, ReadOnly: readOnly, FreelistType: bbolt.FreelistMapType,
			OpenFile: openChecked,
		})
		return err
	})
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, fmt.Errorf("refusing to use state %q: another run is using it", dir)
	}
	if err != nil {
		return nil, fmt.Errorf("failed to open state %q: %w", dir, err)
	}
	// A compaction may have put a new file in the place of the one that was just locked.
	after, err := os.Stat(path)
	if err != nil || (before != nil && !os.SameFile(before, after)) {
		return nil, errors.Join(fmt.Errorf("refusing to use state %q: another run is using it", dir), db.Close())
	}
	return db, nil
}

// openChecked opens the file of a database, locks it as bbolt will again, and checks its pages under the lock.
func openChecked(path string, flag int, _ os.FileMode) (*os.File, error) {
	f, err := durable.OpenOwn(path, flag)
	if err != nil {
		return nil, err
	}
	if err = lockFile(f, flag&os.O_RDWR != 0); err == nil {
		err = checkPages(f)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// prepare makes what a new state needs and refuses what is none of ours.
func prepare(tx *bbolt.Tx, key *hashing.Key, now time.Time) error {
	meta := tx.Bucket(bucketMeta)
	if meta != nil {
		return checkMeta(tx, key)
	}
	if k, _ := tx.Cursor().First(); k != nil {
		return errors.New("it is not a state of this program")
	}
	for _, name := range [][]byte{bucketMeta, bucketVerdicts, bucketFindings, bucketDumps} {
		if _, err := tx.CreateBucket(name); err != nil {
			return err
		}
	}
	meta = tx.Bucket(bucketMeta)
	return errors.Join(
		meta.Put(metaSchema, []byte(strconv.Itoa(schemaVersion))),
		meta.Put(metaKeyID, []byte(key.ID())),
		meta.Put(metaCreated, []byte(now.UTC().Format(time.RFC3339))),
	)
}

// checkMeta checks what the state says about itself; without a key, all but the key.
func checkMeta(tx *bbolt.Tx, key *hashing.Key) error {
	if k, _ := tx.Cursor().First(); k == nil {
		return errEmpty
	}
	for _, name := range [][]byte{bucketMeta, bucketVerdicts, bucketFindings, bucketDumps} {
		if tx.Bucket(name) == nil {
			return fmt.Errorf("it has no %s; it is damaged, or not a state of this program", name)
		}
	}
	meta := tx.Bucket(bucketMeta)
	if got := meta.Get(metaSchema); !bytes.Equal(got, []byte(strconv.Itoa(schemaVersion))) {
		return fmt.Errorf("it has schema version %q, this program has %d", got, schemaVersion)
	}
	if key != nil {
		if id := string(meta.Get(metaKeyID)); id != key.ID() {
			return fmt.Errorf("it was made with key %q, the given key is %q", id, key.ID())
		}
	}
	return nil
}

// guarded turns a panic of bbolt into an error: it panics on pages that are not as it wrote them, and
// follows numbers in them out of the mapped file.
func guarded(do func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = errors.New("it is damaged")
		}
	}()
	return do()
}

// view reads; its errors name the state.
func (l *Ledger) view(read func(tx *bbolt.Tx) error) error {
	if err := guarded(func() error { return l.db.View(read) }); err != nil {
		return fmt.Errorf("failed to read state %q: %w", l.dir, err)
	}
	return nil
}

// update writes in one durable transaction; its errors name the state.
func (l *Ledger) update(write func(tx *bbolt.Tx) error) error {
	if err := guarded(func() error { return l.db.Update(write) }); err != nil {
		return fmt.Errorf("failed to write state %q: %w", l.dir, err)
	}
	return nil
}

// exists says whether a folder holds a state.
func exists(dir string) error {
	_, err := os.Stat(filepath.Join(dir, fileName))
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w in %q", ErrNoState, dir)
	}
	return err
}
