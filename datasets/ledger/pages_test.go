package ledger

import (
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"go.etcd.io/bbolt"
)

// churn fills and empties buckets within buckets, with values of up to several pages.
func churn(t testing.TB, path string, seed uint64, steps int) {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 7))
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{NoSync: true, FreelistType: bbolt.FreelistMapType})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for range steps {
		err := db.Update(func(tx *bbolt.Tx) error {
			b, err := tx.CreateBucketIfNotExists([]byte{byte(random.IntN(3))})
			if err != nil {
				return err
			}
			for random.IntN(3) == 0 {
				if b, err = b.CreateBucketIfNotExists([]byte{'b', byte(random.IntN(2))}); err != nil {
					return err
				}
			}
			for range random.IntN(200) {
				key := binary.BigEndian.AppendUint32([]byte{'k'}, random.Uint32N(5000))
				if random.IntN(3) == 0 {
					err = b.Delete(key)
				} else {
					err = b.Put(key, make([]byte, random.IntN(1<<(random.IntN(15)))))
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func checked(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return checkPages(f)
}

// TestCheckPages_passes_what_bbolt_wrote and never what is cut off or has one page twice.
func TestCheckPages_passes_what_bbolt_wrote(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		path := filepath.Join(t.TempDir(), fileName)
		churn(t, path, seed, 1+int(seed)*8)
		if err := checked(path); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		meta, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer meta.Close()
		newest, err := newestMeta(meta, int64(len(whole)))
		if err != nil {
			t.Fatal(err)
		}
		// The root is what both the tree and, now, the list of free pages name.
		root, list := newest.root*newest.pageSize, newest.freelist*newest.pageSize
		other := append([]byte(nil), whole...)
		binary.NativeEndian.PutUint16(other[list+10:], 1)
		binary.NativeEndian.PutUint64(other[list+pageHeader:], newest.root)
		mustRefuse(t, path, other, "a free page in use")
		other = append([]byte(nil), whole...)
		binary.NativeEndian.PutUint16(other[root+10:], 0xFFF0)
		mustRefuse(t, path, other, "more elements than a page holds")
		mustRefuse(t, path, whole[:root+newest.pageSize/2], "half of a file")
	}
}

// TestCheckPages_passes_long_lists_of_free_pages, whose count stands in the first entry.
func TestCheckPages_passes_long_lists_of_free_pages(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), fileName)
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{PageSize: 1024, NoSync: true, FreelistType: bbolt.FreelistMapType})
	if err != nil {
		t.Fatal(err)
	}
	fill := func(tx *bbolt.Tx) error {
		b, err := tx.CreateBucket([]byte("big"))
		for i := 0; err == nil && i < 70; i++ {
			err = b.Put([]byte{byte(i)}, make([]byte, 1<<20))
		}
		return err
	}
	empty := func(tx *bbolt.Tx) error { return tx.DeleteBucket([]byte("big")) }
	nothing := func(*bbolt.Tx) error { return nil }
	for _, do := range []func(*bbolt.Tx) error{fill, empty, nothing} {
		if err := db.Update(do); err != nil {
			t.Fatal(err)
		}
	}
	if free := db.Stats().FreePageN; free < longFreelist {
		t.Fatalf("only %d free pages", free)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := checked(path); err != nil {
		t.Error(err)
	}
}

// failing is a file of which some reads succeed.
type failing struct {
	file io.ReaderAt
	left int
}

var errRead = errors.New("input/output error")

func (f *failing) ReadAt(b []byte, off int64) (int, error) {
	if f.left--; f.left < 0 {
		return 0, errRead
	}
	return f.file.ReadAt(b, off)
}

// TestPages_say_what_cannot_be_read: each of the reads may fail.
func TestPages_say_what_cannot_be_read(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), fileName)
	if err := os.WriteFile(path, newImage(), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	check := func(file *failing) error {
		p := &pages{file: file, size: imageSize, end: imageEnd, used: make([]uint64, imageEnd/64+1)}
		if err := p.tree(pageRoot, 0); err != nil {
			return err
		}
		return p.free(pageList)
	}
	all := &failing{f, 1000}
	if err := check(all); err != nil {
		t.Fatal(err)
	}
	for reads := range 1000 - all.left {
		if err := check(&failing{f, reads}); !errors.Is(err, errRead) {
			t.Errorf("after %d reads: %v", reads, err)
		}
	}
}

func mustRefuse(t *testing.T, path string, content []byte, what string) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	if checked(path) == nil {
		t.Errorf("%s passes", what)
	}
}

// FuzzCheckPages: no bytes make the check run out of a page or for ever.
func FuzzCheckPages(f *testing.F) {
	path := filepath.Join(f.TempDir(), fileName)
	churn(f, path, 5, 6)
	whole, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(uint32(0), uint64(0))
	f.Add(uint32(2*4096+16), uint64(1)<<40)
	f.Fuzz(func(t *testing.T, at uint32, value uint64) {
		other := append([]byte(nil), whole...)
		binary.NativeEndian.PutUint64(other[int(at)%(len(other)-8):], value)
		path := filepath.Join(t.TempDir(), fileName)
		if err := os.WriteFile(path, other, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := checked(path); err != nil {
			return
		}
		// What passes is read by bbolt to its end without a fault.
		db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true})
		if err != nil {
			return
		}
		defer db.Close()
		// It may be wrong (keys out of order), which Verify finds; it may not lead out of the file.
		_ = db.View(func(tx *bbolt.Tx) error {
			return tx.ForEach(func(_ []byte, b *bbolt.Bucket) error { return walk(b, 0) })
		})
	})
}

func walk(b *bbolt.Bucket, depth int) error {
	sum := 0
	return b.ForEach(func(key, value []byte) error {
		if value == nil && depth < 10 {
			if inner := b.Bucket(key); inner != nil {
				return walk(inner, depth+1)
			}
		}
		for _, c := range value {
			sum += int(c)
		}
		return nil
	})
}
