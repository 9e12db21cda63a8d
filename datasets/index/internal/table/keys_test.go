package table_test

import (
	"cmp"
	"encoding/binary"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/credsieve/credsieve/datasets/index/internal/table"
)

const keySize = 16

// keySchema is that of the smallest table of keys with a column more.
var keySchema = arrow.NewSchema([]arrow.Field{
	{Name: "key", Type: &arrow.FixedSizeBinaryType{ByteWidth: keySize}},
	{Name: "account", Type: arrow.PrimitiveTypes.Uint32},
	{Name: "name", Type: arrow.BinaryTypes.String},
}, nil)

type row struct {
	high, low uint64
	account   uint32
}

func (r *row) key() (k [keySize]byte) {
	binary.BigEndian.PutUint64(k[:8], r.high)
	binary.BigEndian.PutUint64(k[8:], r.low)
	return k
}

// uniform rows, as those of keyed hashes are.
func uniform(n int) []row {
	r := rand.New(rand.NewPCG(1, 2))
	all := make([]row, n)
	for i := range all {
		all[i] = row{r.Uint64(), r.Uint64(), uint32(i)}
	}
	return all
}

// keyFile writes rows, sorted, as a build does, and returns the file's bytes.
func keyFile(t testing.TB, rows []row) []byte {
	t.Helper()
	dir := t.TempDir()
	f, err := table.Create(dir, "keys")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Abandon()
	w, err := table.NewWriter(f, keySchema)
	if err != nil {
		t.Fatal(err)
	}
	sorted := slices.SortedFunc(slices.Values(rows), func(a, b row) int {
		return cmp.Or(cmp.Compare(a.high, b.high), cmp.Compare(a.low, b.low), cmp.Compare(a.account, b.account))
	})
	chunk := table.NewChunk(keySchema)
	for block := range slices.Chunk(sorted, 5000) {
		chunk.Reset()
		for i := range block {
			key := block[i].key()
			chunk.Columns[0].Values = append(chunk.Columns[0].Values, key[:]...)
			chunk.Columns[1].U32(block[i].account)
			chunk.Columns[2].Text("made-up"[:block[i].account%8])
			chunk.Rows++
		}
		if err := w.Append(chunk); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Finish(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(dir, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// parse reads a file in memory whose pages are what they should be.
func parse(data []byte, want *arrow.Schema) (*table.Columns, error) {
	return table.Parse(table.NewPages("test", data, table.AppendSums(nil, data), &table.Failure{}), want)
}

func mustParse(t testing.TB, data []byte) *table.Keys {
	t.Helper()
	c, err := parse(data, keySchema)
	if err != nil {
		t.Fatal(err)
	}
	return table.NewKeys(c, keySize)
}

func TestKeys_Lookup(t *testing.T) {
	t.Parallel()
	// Two full batches and a part of one; tables that defeat guessing; values at both ends.
	skewed, clustered, ends := uniform(5000), uniform(5000), uniform(3000)
	for i := range skewed {
		skewed[i].high = 1 << (i % 60)
		clustered[i].high = 1<<63 + uint64(i%7)
	}
	for i := range ends {
		switch i % 3 {
		case 0:
			ends[i].high, ends[i].low = 0, 0
		case 1:
			ends[i].high, ends[i].low = ^uint64(0), ^uint64(0)
		}
	}
	same := uniform(2000)
	for i := range same {
		same[i].high, same[i].low = 42, 42
	}
	for name, entries := range map[string][]row{
		"uniform": uniform(2*table.BatchRows + 1000), "one_batch": uniform(table.BatchRows),
		"one_row": uniform(1),
		"skewed":  skewed, "clustered": clustered, "ends": ends, "one_token": same,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			keys := mustParse(t, keyFile(t, entries))
			keys.Touch(headsOf(entries)) // which changes no answer
			owners := map[[16]byte]int{}
			for i := range entries {
				owners[entries[i].key()]++
			}
			for token, want := range owners {
				if got := keys.Lookup(token[:], nil); len(got) != want {
					t.Fatalf("%x is in %d rows, want %d", token, len(got), want)
				}
				for _, step := range []byte{1, 255} {
					near := token
					near[15] += step
					if got := keys.Lookup(near[:], nil); len(got) != owners[near] {
						t.Fatalf("%x is in %d rows, want %d", near, len(got), owners[near])
					}
				}
			}
		})
	}
}

// headsOf returns how the keys begin, and others beside them.
func headsOf(entries []row) (heads []uint64) {
	for i := range entries {
		heads = append(heads, entries[i].high, entries[i].high-1, entries[i].high+1)
	}
	return heads
}

func TestKeys_Touch_meets_damage(t *testing.T) {
	t.Parallel()
	all := uniform(10_000)
	data := keyFile(t, all)
	sums, failed := table.AppendSums(nil, data), &table.Failure{}
	c, err := table.Parse(table.NewPages("test", data, sums, failed), keySchema)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)/4] ^= 1 // a key
	if table.NewKeys(c, keySize).Touch(headsOf(all)); failed.Err() == nil {
		t.Error("all keys were read, and the damage of one was not met")
	}
	if c, err = parse(keyFile(t, nil), keySchema); err != nil {
		t.Fatal(err)
	}
	table.NewKeys(c, keySize).Touch(headsOf(all)) // of no rows
}

func TestKeys_Lookup_makes_no_garbage(t *testing.T) {
	all := uniform(10_000)
	keys, key := mustParse(t, keyFile(t, all)), all[77].key()
	accounts := make([]uint32, 0, 4)
	if n := testing.AllocsPerRun(100, func() { accounts = keys.Lookup(key[:], accounts[:0]) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	heads := headsOf(all[:100])
	if n := testing.AllocsPerRun(100, func() { keys.Touch(heads) }); n != 0 {
		t.Errorf("touching: %v allocations", n)
	}
}

func BenchmarkLookup(b *testing.B) {
	all := uniform(1 << 20)
	keys := mustParse(b, keyFile(b, all))
	accounts, i := make([]uint32, 0, 1), 0
	for b.Loop() {
		key := all[i%len(all)].key()
		accounts = keys.Lookup(key[:], accounts[:0])
		i += 7919
	}
}
