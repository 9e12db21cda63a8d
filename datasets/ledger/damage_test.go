package ledger

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"go.etcd.io/bbolt"
)

// TestVerify_sees_every_byte_of_every_record, not only those that bbolt lives by.
func TestVerify_sees_every_byte_of_every_record(t *testing.T) {
	t.Parallel()
	dir, key := t.TempDir(), newKey(t)
	l := open(t, dir, key)
	fill(t, l)
	var records [][]byte // as they lie in the file: the key, and the value after it
	err := l.db.View(func(tx *bbolt.Tx) error {
		for _, name := range [][]byte{bucketVerdicts, bucketFindings, bucketDumps, bucketWaiting} {
			k, v := tx.Bucket(name).Cursor().First()
			records = append(records, append(bytes.Clone(k), v...))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	mustClose(t, l)
	path := filepath.Join(dir, fileName)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, record := range records {
		if !bytes.Contains(whole, record) {
			t.Fatal("a record is not found in the file")
		}
		for at := range record {
			damaged := bytes.Clone(record)
			damaged[at] ^= 0x01
			// Also in pages that are free: which of them is live is nobody's business here.
			if err := os.WriteFile(path, bytes.ReplaceAll(whole, record, damaged), 0o600); err != nil {
				t.Fatal(err)
			}
			if Verify(dir, key) == nil {
				t.Errorf("byte %d of a record of %d bytes was changed, and nobody saw", at, len(record))
			}
		}
	}
}

// TestOlderStates_are_read: verdicts without a checksum, dumps whose count is not sealed.
func TestOlderStates_are_read(t *testing.T) {
	t.Parallel()
	dir, key := t.TempDir(), newKey(t)
	l := open(t, dir, key)
	c, pair, name := Credential{1}, Name{2}, Name{3}
	d := &Dump{Name: name, FirstSeen: noon, LastSeen: noon, Open: 7}
	err := l.db.Update(func(tx *bbolt.Tx) error {
		sealed, err := seal(l.aead, d.head(), name[:], d)
		if err != nil {
			return err
		}
		if err := tx.Bucket(bucketDumps).Put(name[:], sealed); err != nil {
			return err
		}
		return tx.Bucket(bucketVerdicts).Put(verdictKey(c, pair), []byte{verdictRefuted, 0, 0, 0, 9})
	})
	if err != nil {
		t.Fatal(err)
	}
	if known, err := l.Refuted(c, pair); !known || err != nil {
		t.Error(known, err)
	}
	if got, err := l.Seen(name); err != nil || got.Open != 7 {
		t.Errorf("%+v, %v", got, err)
	}
	mustClose(t, l)
	if err := Verify(dir, key); err != nil {
		t.Error(err)
	}
}

func TestEmptyFile_is_told(t *testing.T) {
	t.Parallel()
	dir, key := t.TempDir(), newKey(t)
	if err := os.WriteFile(filepath.Join(dir, fileName), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := OpenExisting(dir, key, true)
	for _, err := range []error{err, Verify(dir, key), inspected(dir)} {
		if !errors.Is(err, errEmpty) {
			t.Errorf("it says %v", err)
		}
	}
}

// TestDamage flips bytes all over the file: a state either answers or says that it is damaged, and never
// says that an unknown pair is refuted.
func TestDamage(t *testing.T) {
	t.Parallel()
	dir, key := t.TempDir(), newKey(t)
	l := open(t, dir, key)
	c := fill(t, l)
	mustClose(t, l)
	path := filepath.Join(dir, fileName)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	for at := 0; at < len(whole); at += 97 {
		damaged := bytes.Clone(whole)
		damaged[at] ^= 0x5a
		if err := os.WriteFile(path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		if errors.Join(Verify(dir, key), inspected(dir)) != nil {
			refused++
		}
		l, err := Open(dir, key, noon)
		if err != nil {
			continue
		}
		if known, err := l.Refuted(c, l.Pair(c, "1", []byte("never seen"))); known && err == nil {
			t.Fatalf("byte %d: an unknown pair is refuted", at)
		}
		if err := l.db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if refused < 20 {
		t.Errorf("only %d damaged states were refused", refused)
	}
}
