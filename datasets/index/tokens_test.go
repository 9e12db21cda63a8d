package index

import (
	"bytes"
	"cmp"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/ipc"

	"github.com/credsieve/credsieve/datasets/index/internal/extsort"
	"github.com/credsieve/credsieve/datasets/index/internal/table"
	"github.com/credsieve/credsieve/hashing"
)

// pagesOf is a file in memory whose pages are what they should be.
func pagesOf(data []byte) *table.Pages {
	return table.NewPages("test", data, table.AppendSums(nil, data), &table.Failure{})
}

// tokenFile writes entries as Build does and returns the file's bytes.
func tokenFile(t testing.TB, entries []extsort.Entry) []byte {
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
	slices.SortFunc(sorted, func(a, b extsort.Entry) int {
		return cmp.Or(cmp.Compare(a.High, b.High), cmp.Compare(a.Low, b.Low), cmp.Compare(a.Account, b.Account))
	})
	for block := range slices.Chunk(sorted, 5000) {
		if err := w.write(block); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Finish(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(s.tmp, "tokens"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// uniform entries, as tokens under a key are.
func uniform(n int) []extsort.Entry {
	r := rand.New(rand.NewPCG(1, 2))
	all := make([]extsort.Entry, n)
	for i := range all {
		all[i] = extsort.Entry{High: r.Uint64(), Low: r.Uint64(), Account: uint32(i),
			Kind: hashing.KindEmail, Attribution: hashing.AttributionExact}
	}
	return all
}

// Other programs read the tables with Arrow's own reader: it must see what ours sees.
func TestTokensThroughArrow(t *testing.T) {
	t.Parallel()
	data := tokenFile(t, uniform(table.BatchRows+10))
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
			account, _ := ours.Account(row)
			if !bytes.Equal(tokens.Value(j), ours.Key(row)) || owners.Value(j) != account {
				t.Fatalf("row %d differs", row)
			}
			row++
		}
		record.Release()
	}
	if int64(row) != ours.Rows() {
		t.Errorf("Arrow sees %d rows, we %d", row, ours.Rows())
	}
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
		if tokens, err := parseTokens(pagesOf(data)); err == nil {
			for row := range int(tokens.Rows()) {
				tokens.kind(row)
				tokens.attribution(row)
				tokens.Lookup(tokens.Key(row), nil)
			}
		}
		if accounts, err := parseAccounts(pagesOf(data)); err == nil {
			for row := range uint32(accounts.Rows()) {
				_, _ = accounts.facts(row, v)
				// A row may be unreadable, but must say so.
				_, _ = accounts.get(row, classes, v)
			}
		}
	})
}

func TestParseAccounts_refuses_a_token_table(t *testing.T) {
	t.Parallel()
	if _, err := parseAccounts(pagesOf(tokenFile(t, uniform(100)))); err == nil {
		t.Error("a token table was read as account table")
	}
}
