package index

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/ipc"

	"github.com/credsieve/credsieve/hashing"
)

// pagesOf is a file in memory whose pages are what they should be.
func pagesOf(data []byte) *pages {
	p := &pages{name: "test", data: data, failed: &failure{}}
	for rest := data; len(rest) > 0; rest = rest[min(pageSize, len(rest)):] {
		sum := sha256.Sum256(rest[:min(pageSize, len(rest))])
		p.sums = append(p.sums, sum[:]...)
	}
	p.checked = make([]atomic.Uint64, (len(p.sums)/sha256.Size+63)/64)
	return p
}

// tokenFile writes entries as Build does and returns the file's bytes.
func tokenFile(t testing.TB, entries []entry) []byte {
	t.Helper()
	s, err := stage(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	w, err := s.createTokens("tokens")
	if err != nil {
		t.Fatal(err)
	}
	sorted := slices.Clone(entries)
	sortEntries(sorted, 2)
	for block := range slices.Chunk(sorted, 5000) {
		if err := w.write(block); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.finish(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(s.tmp, "tokens"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// uniform entries, as tokens under a key are.
func uniform(n int) []entry {
	r := rand.New(rand.NewPCG(1, 2))
	all := make([]entry, n)
	for i := range all {
		all[i] = entry{high: r.Uint64(), low: r.Uint64(), account: uint32(i),
			kind: hashing.KindEmail, attribution: hashing.AttributionExact}
	}
	return all
}

func TestLookup(t *testing.T) {
	// Two full batches and a part of one; tables that defeat guessing; values at both ends.
	skewed, clustered, ends := uniform(5000), uniform(5000), uniform(3000)
	for i := range skewed {
		skewed[i].high = 1 << (i % 60)
		clustered[i].high = 1<<63 + uint64(i%7)
	}
	for i := range ends {
		if i%3 == 0 {
			ends[i].high, ends[i].low = 0, 0
		} else if i%3 == 1 {
			ends[i].high, ends[i].low = ^uint64(0), ^uint64(0)
		}
	}
	same := uniform(2000)
	for i := range same {
		same[i].high, same[i].low = 42, 42
	}
	for name, entries := range map[string][]entry{
		"uniform": uniform(2*batchRows + 1000), "one_batch": uniform(batchRows),
		"one_row": uniform(1),
		"skewed":  skewed, "clustered": clustered, "ends": ends, "one_token": same,
	} {
		t.Run(name, func(t *testing.T) {
			table, err := parseTokens(pagesOf(tokenFile(t, entries)))
			if err != nil {
				t.Fatal(err)
			}
			owners := map[hashing.Token]int{}
			for i := range entries {
				owners[entries[i].token()]++
			}
			for token, want := range owners {
				if got := table.lookup(token[:], nil); len(got) != want {
					t.Fatalf("%x is in %d rows, want %d", token, len(got), want)
				}
				for _, step := range []byte{1, 255} {
					near := token
					near[15] += step
					if got := table.lookup(near[:], nil); len(got) != owners[near] {
						t.Fatalf("%x is in %d rows, want %d", near, len(got), owners[near])
					}
				}
			}
		})
	}
}

func TestLookupDoesNotAllocate(t *testing.T) {
	entries := uniform(10000)
	table, err := parseTokens(pagesOf(tokenFile(t, entries)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := newFilter(10000, defaultFPR)
	if err != nil {
		t.Fatal(err)
	}
	token := entries[77].token()
	rows := make([]uint32, 0, 4)
	if n := testing.AllocsPerRun(100, func() {
		rows = table.lookup(token[:], rows[:0])
		f.mayContain(token)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// Other programs read the tables with Arrow's own reader: it must see what ours sees.
func TestTokensThroughArrow(t *testing.T) {
	data := tokenFile(t, uniform(batchRows+10))
	ours, err := parseTokens(pagesOf(data))
	if err != nil {
		t.Fatal(err)
	}
	r, err := ipc.NewFileReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	row := 0
	for i := range r.NumRecords() {
		record, err := r.RecordAt(i)
		if err != nil {
			t.Fatal(err)
		}
		tokens := record.Column(0).(*array.FixedSizeBinary)
		owners := record.Column(1).(*array.Uint32)
		for j := range int(record.NumRows()) {
			account, _ := ours.account(row)
			if !bytes.Equal(tokens.Value(j), ours.key(row)) || owners.Value(j) != account {
				t.Fatalf("row %d differs", row)
			}
			row++
		}
		record.Release()
	}
	if int64(row) != ours.rows {
		t.Errorf("Arrow sees %d rows, we %d", row, ours.rows)
	}
}

func encodedFilter(t testing.TB, n int) (*filter, []byte) {
	t.Helper()
	f, err := newFilter(uint64(n), defaultFPR)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.free)
	f.keyID = "0123456789abcdef"
	for _, e := range uniform(n) {
		f.add(e.token())
	}
	var b bytes.Buffer
	if err := f.encode(&b); err != nil {
		t.Fatal(err)
	}
	return f, b.Bytes()
}

func TestFilterRate(t *testing.T) {
	const n = 20000
	_, data := encodedFilter(t, n)
	f, err := decodeFilter(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range uniform(n) {
		if !f.mayContain(e.token()) {
			t.Fatal("the filter says no to a member")
		}
	}
	r, hits := rand.New(rand.NewPCG(3, 4)), 0
	for range 100000 {
		e := entry{high: r.Uint64(), low: r.Uint64()}
		if f.mayContain(e.token()) {
			hits++
		}
	}
	if hits > 200 { // 100 are expected
		t.Errorf("%d of 100000 strangers pass", hits)
	}
}

func TestFilterRefuses(t *testing.T) {
	_, good := encodedFilter(t, 2000)
	put := func(at int, v uint64) []byte {
		bad := bytes.Clone(good)
		binary.LittleEndian.PutUint64(bad[at:], v)
		return bad
	}
	probes := int(binary.LittleEndian.Uint32(good[72:]))
	words := filterHeaderSize + probes*tokenSize
	empty := bytes.Clone(good)
	clear(empty[words+8:])
	for _, tt := range []struct {
		name string
		data []byte
		want string
	}{
		{"magic", put(0, 0), "not a filter"},
		{"version", put(8, 1), "version 1"},
		{"no_hash_functions", put(8, 2), "0 hash functions"},
		{"too_many_hash_functions", put(8, 2|33<<32), "33 hash functions"},
		{"bits", put(16, 64), "do not fit"},
		{"huge_bits", put(16, 1<<63), "do not fit"},
		{"members_without_probes", put(72, 0), "has 0 probes"},
		{"fewer_members_than_probes", put(24, 1), fmt.Sprintf("has %d probes", probes)},
		{"words", put(words, 1), "do not fit"},
		{"huge_words", put(words, 1<<61), "do not fit"},
		{"no_bits_set", empty, "does not know its own members"},
		{"short", good[:50], "too short"},
		{"cut", good[:len(good)-8], "do not fit"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := decodeFilter(tt.data)
			wantError(t, err, tt.want)
		})
	}
}

func FuzzReadFilter(f *testing.F) {
	for _, n := range []int{0, 1, 100, 2000} {
		_, data := encodedFilter(f, n)
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		decoded, err := decodeFilter(bytes.Clone(data))
		if err != nil {
			return
		}
		for _, token := range decoded.probes {
			if !decoded.mayContain(token) {
				t.Fatal("an accepted filter says no to a probe")
			}
		}
		var b bytes.Buffer
		if err := decoded.encode(&b); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(b.Bytes(), data) {
			t.Fatal("an accepted filter is written differently")
		}
	})
}

func FuzzReadColumns(f *testing.F) {
	for _, n := range []int{0, 1, 3, 50} {
		f.Add(tokenFile(f, uniform(n)))
	}
	dir, key := f.TempDir(), newKey(f)
	m := mustBuild(f, dir, key, some(5)...)
	data, err := os.ReadFile(filepath.Join(dir, dataName(fileAccounts, m.ID)))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	v, err := newVault(key, [buildIDSize]byte{})
	if err != nil {
		f.Fatal(err)
	}
	classes := m.Segments[0].Classes
	f.Fuzz(func(t *testing.T, data []byte) {
		if table, err := parseTokens(pagesOf(data)); err == nil {
			for row := range int(table.rows) {
				table.kind(row)
				table.attribution(row)
				table.lookup(table.key(row), nil)
			}
		}
		if table, err := parseAccounts(pagesOf(data)); err == nil {
			for row := range uint32(table.rows) {
				table.small(row, columnCanary)
				// A row may be unreadable, but must say so.
				_, _ = table.get(row, classes, v)
			}
		}
	})
}

func TestColumnsRefuse(t *testing.T) {
	good := tokenFile(t, uniform(100))
	if _, err := parseAccounts(pagesOf(good)); err == nil {
		t.Error("a token table was read as account table")
	}
	refused := 0
	for at := range good {
		for _, mask := range []byte{0x01, 0x80, 0xFF} {
			bad := bytes.Clone(good)
			bad[at] ^= mask
			if _, err := parseTokens(pagesOf(bad)); err != nil {
				refused++
			}
		}
	}
	if refused == 0 {
		t.Error("no damage was noticed")
	}
	for size := range good {
		if _, err := parseTokens(pagesOf(good[:size])); err == nil {
			t.Fatalf("the first %d bytes were read as a table", size)
		}
	}
}
