package ledger

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

func inspected(dir string) error { _, err := Inspect(dir); return err }

// TestInspect counts what a state of several nights holds, and says of an empty one that there is nothing.
func TestInspect(t *testing.T) {
	t.Parallel()
	dir, key := t.TempDir(), newKey(t)
	mustClose(t, open(t, dir, key))
	if info, err := Inspect(dir); err != nil || info.Oldest != "" || info.Newest != "" || info.Verdicts+info.Findings+info.Dumps != 0 {
		t.Errorf("an empty state: %+v, %v", info, err)
	}
	l := open(t, dir, key)
	later := noon.AddDate(0, 0, 3)
	err := l.Finish(Night{
		Findings: map[Credential]*Finding{
			{1}: {ConfirmedAt: later}, {2}: {ConfirmedAt: noon, ListedAt: noon}, {3}: {ConfirmedAt: noon.AddDate(0, 0, 1), ListedAt: later},
		},
		Dumps: []Dump{{Name: Name{1}, Open: 1}, {Name: Name{2}}, {Name: Name{3}}, {Name: Name{4}, Open: 5}},
		Rates: &NightRates{At: noon},
	})
	if err != nil {
		t.Fatal(err)
	}
	mustDecide(t, l, Decision{Credential: Credential{1}, Pair: Name{1}})
	if err := l.Refute(verdictKey(Credential{1}, Name{2}), noon.AddDate(0, 0, -1)); err != nil {
		t.Fatal(err)
	}
	mustClose(t, l)
	stat, err := os.Stat(filepath.Join(dir, fileName))
	if err != nil {
		t.Fatal(err)
	}
	want := Info{
		SchemaVersion: schemaVersion, KeyID: key.ID(), CreatedAt: noon, Bytes: stat.Size(), Verdicts: 2, Findings: 3, FindingsNew: 1,
		Dumps: 4, DumpsOpen: 2, Oldest: "2026-05-31", Newest: "2026-06-04",
	}
	if got, err := Inspect(dir); err != nil || *got != want {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
}

// damaged is a state in which one record was written otherwise, by somebody who can write the file.
func damaged(t *testing.T, bucket, key, value []byte) (dir string, err func(string, error)) {
	t.Helper()
	dir = t.TempDir()
	l := open(t, dir, newKey(t))
	fill(t, l)
	if err := l.Finish(Night{Rates: &NightRates{At: noon}}); err != nil {
		t.Fatal(err)
	}
	mustPut(t, l, bucket, key, value)
	mustClose(t, l)
	return dir, func(what string, err error) {
		t.Helper()
		if err == nil {
			t.Errorf("%s says nothing of the record %x of the %s", what, key, bucket)
		}
	}
}

// mustPut writes a record past the ledger; a nil value removes it, and a nil key the bucket.
func mustPut(t *testing.T, l *Ledger, bucket, key, value []byte) {
	t.Helper()
	err := l.db.Update(func(tx *bbolt.Tx) error {
		switch b := tx.Bucket(bucket); {
		case key == nil:
			return tx.DeleteBucket(bucket)
		case value == nil:
			return b.Delete(key)
		default:
			return b.Put(key, value)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestInspect_and_Verify_refuse_records_of_another_shape, without the key as well.
func TestInspect_and_Verify_refuse_records_of_another_shape(t *testing.T) {
	t.Parallel()
	name, pair := make([]byte, 16), make([]byte, verdictKeySize)
	long := make([]byte, 100)
	for what, tt := range map[string]struct{ bucket, key, value []byte }{
		"another version":             {bucketMeta, metaSchema, []byte("2")},
		"no date":                     {bucketMeta, metaCreated, []byte("today")},
		"no findings":                 {bucketFindings, nil, nil},
		"the name of a verdict":       {bucketVerdicts, name, []byte{verdictRefuted, 0, 0, 0, 0}},
		"an empty verdict":            {bucketVerdicts, pair, []byte{}},
		"a verdict of another kind":   {bucketVerdicts, pair, []byte{verdictRefuted + 1, 0, 0, 0, 0}},
		"a verdict that is too long":  {bucketVerdicts, pair, []byte{verdictRefuted, 0, 0, 0, 0, 0}},
		"a verdict that was changed":  {bucketVerdicts, pair, []byte{verdictRefuted, 0, 0, 0, 0, 1, 2, 3, 4}},
		"the name of a finding":       {bucketFindings, name[1:], long},
		"a finding that is too short": {bucketFindings, name, long[:findingHead-1]},
		"the name of a dump":          {bucketDumps, name[1:], long},
		"a dump that is too short":    {bucketDumps, name, long[:dumpHead-1]},
		"the name of what waits":      {bucketWaiting, name[1:], long},
		"what waits, too short":       {bucketWaiting, name, long[:sumSize-1]},
		"what waits, without a sum":   {bucketWaiting, name, long[:printSize+sumSize]},
		"the name of a night":         {bucketNights, name[:7], long},
		"a night that is too short":   {bucketNights, name[:8], long[:27]},
	} {
		dir, wantError := damaged(t, tt.bucket, tt.key, tt.value)
		wantError("Inspect: "+what, inspected(dir))
		if what != "no date" { // it says nothing about a record
			wantError("Verify: "+what, Verify(dir, nil))
		}
	}
}

// TestVerify_opens_what_is_sealed, when it has the key.
func TestVerify_opens_what_is_sealed(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ bucket, key []byte }{
		{bucketFindings, make([]byte, 16)}, {bucketDumps, make([]byte, 16)}, {bucketNights, make([]byte, 8)},
	} {
		dir, key := t.TempDir(), newKey(t)
		l := open(t, dir, key)
		if err := l.Finish(Night{Rates: &NightRates{At: noon}}); err != nil {
			t.Fatal(err)
		}
		mustPut(t, l, tt.bucket, tt.key, make([]byte, 60)) // the shape is right
		mustClose(t, l)
		if err := Verify(dir, nil); err != nil {
			t.Errorf("a record of the %s, without the key: %v", tt.bucket, err)
		}
		if err := Verify(dir, key); err == nil || !strings.Contains(err.Error(), "does not open") {
			t.Errorf("a record of the %s that nobody sealed: %v", tt.bucket, err)
		}
	}
}

// TestVerify_finds_keys_out_of_order: such a record is listed and never found.
func TestVerify_finds_keys_out_of_order(t *testing.T) {
	t.Parallel()
	dir, key := t.TempDir(), newKey(t)
	l := open(t, dir, key)
	first, last := []byte("first-key-of-all"), []byte("zzzzz-key-of-all")
	for _, name := range [][]byte{first, []byte("order-key-of-all")} {
		d := &Dump{Name: Name(name), FirstSeen: noon, LastSeen: noon}
		if err := l.Finish(Night{Dumps: []Dump{*d}}); err != nil {
			t.Fatal(err)
		}
	}
	mustClose(t, l)
	path := filepath.Join(dir, fileName)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(string(whole), string(first), string(last))), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Verify(dir, nil); err == nil || !strings.Contains(err.Error(), "is not where it belongs") {
		t.Errorf("it says %v", err)
	}
}

func TestCompact_and_Verify(t *testing.T) {
	t.Parallel()
	dir, key := t.TempDir(), newKey(t)
	l := open(t, dir, key)
	fill(t, l)
	for _, prints := range [][]uint64{make([]uint64, 100_000), nil} { // what is written and forgotten again leaves free pages
		if err := l.Finish(Night{Waiting: map[Credential][]uint64{{9}: prints}}); err != nil {
			t.Fatal(err)
		}
	}
	mustClose(t, l)
	want, err := Inspect(dir)
	if err != nil {
		t.Fatal(err)
	}
	left := filepath.Join(dir, fileName+".compact") // by a compaction that was killed
	if err := os.WriteFile(left, []byte("half a copy"), 0o600); err != nil {
		t.Fatal(err)
	}
	before, after, err := Compact(dir)
	if err != nil || after >= before || after == 0 || before != want.Bytes {
		t.Fatalf("%d, %d, %v", before, after, err)
	}
	if err := Verify(dir, key); err != nil {
		t.Error(err)
	}
	got, err := Inspect(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got.Bytes != after {
		t.Errorf("it has %d bytes, and not %d", got.Bytes, after)
	}
	want.Bytes, got.Bytes = 0, 0
	if *got != *want || got.Verdicts != 200 || got.FindingsNew != 1 || got.DumpsOpen != 1 {
		t.Errorf("after: %+v, before: %+v", got, want)
	}
	if err := Verify(dir, newKey(t)); err == nil {
		t.Error("another key passes")
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 1 {
		t.Errorf("it leaves %v, %v", files, err)
	}
	if l, err := Open(dir, key, noon); err != nil {
		t.Errorf("it is still locked: %v", err)
	} else {
		mustClose(t, l)
	}
}

// TestCompact_refuses and leaves everything as it was.
func TestCompact_refuses(t *testing.T) {
	t.Parallel()
	dir, key := t.TempDir(), newKey(t)
	l := open(t, dir, key)
	c := fill(t, l)
	refuse := func(what string) {
		t.Helper()
		if before, after, err := Compact(dir); err == nil || before != 0 || after != 0 {
			t.Errorf("%s: %d, %d, %v", what, before, after, err)
		}
	}
	refuse("a state in use")
	mustClose(t, l)
	beside := filepath.Join(dir, fileName+".compact")
	if err := os.MkdirAll(filepath.Join(beside, "full"), 0o700); err != nil {
		t.Fatal(err)
	}
	refuse("a folder where the copy would be")
	if err := os.RemoveAll(beside); err != nil {
		t.Fatal(err)
	}
	l = open(t, dir, key)
	if refuted(t, l, c, Name{1}) || !refuted(t, l, c, l.Pair(c, "1", []byte("Made-Up\x00"))) {
		t.Error("the state is another one")
	}
	mustPut(t, l, bucketMeta, metaSchema, []byte("2"))
	mustClose(t, l)
	refuse("another version")
	if _, err := os.Stat(beside); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a copy is left: %v", err)
	}
}

// TestDays: before 1970 there are none.
func TestDays(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		at   time.Time
		want uint32
	}{{time.Time{}, 0}, {time.Unix(-1, 0), 0}, {time.Unix(86399, 0), 0}, {time.Unix(86400, 0), 1}, {noon, 20605}} {
		if got := day(tt.at); got != tt.want {
			t.Errorf("%v is day %d", tt.at, got)
		}
	}
	if got := dayTime(20605); !got.Equal(noon.Add(-12 * time.Hour)) {
		t.Errorf("day 20605 is %v", got)
	}
}
