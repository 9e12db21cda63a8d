package history

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/fault"
	"github.com/credsieve/credsieve/datasets/ledger"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/pipeline/finding"
	"github.com/credsieve/credsieve/pipeline/pair"
)

// TestMerge: what a later dump says better of a standing finding counts from then on.
func TestMerge(t *testing.T) {
	t.Parallel()
	inputs := pair.NewInputs([]dump.Input{{Meta: dump.Meta{Name: "old"}}, {Meta: dump.Meta{Name: "new"}}})
	st := &standing{record: &ledger.Finding{
		Attribution: uint8(hashing.AttributionAlias), Kind: uint8(hashing.KindEmail), Sources: []ledger.Source{{Name: "old"}},
	}}
	better := &pair.Pair{
		Inputs: []uint32{1}, Attribution: hashing.AttributionExact, Kind: hashing.KindUsername, OwnPage: true,
	}
	st.merge(inputs, better, day2026(6))
	st.merge(inputs, better, day2026(6))
	f := st.record
	if !slices.Equal(f.Marks, []string{finding.MarkOwnPage}) || f.Attribution != uint8(hashing.AttributionExact) ||
		f.Kind != uint8(hashing.KindUsername) || len(f.Sources) != 2 {
		t.Errorf("%+v", f)
	}
	st.merge(inputs, &pair.Pair{Inputs: []uint32{0}, Attribution: hashing.AttributionNearby, Kind: hashing.KindEmail}, day2026(7))
	if f.Attribution != uint8(hashing.AttributionExact) || f.Kind != uint8(hashing.KindUsername) {
		t.Errorf("worse evidence took the place of better: %+v", f)
	}
}

// TestIndependent: what tonight's dumps say of each other counts, but a night that has not all of them takes nothing back.
func TestIndependent(t *testing.T) {
	t.Parallel()
	s := newStore(t, "shop", "forum", "copy of shop")
	s.in.List[2].Report.SHA256 = s.in.List[0].Report.SHA256
	sources := func(names ...string) (list []ledger.Source) {
		for _, name := range names {
			list = append(list, ledger.Source{Name: name})
		}
		return list
	}
	for name, test := range map[string]struct {
		record ledger.Finding
		inputs []uint32
		want   int
	}{
		"nothing tonight":    {ledger.Finding{Independent: 2, Sources: sources("shop", "forum")}, nil, 2},
		"a second source":    {ledger.Finding{Independent: 1, Sources: sources("forum", "shop")}, []uint32{0, 1}, 2},
		"a copy is none":     {ledger.Finding{Independent: 1, Sources: sources("copy of shop", "shop")}, []uint32{0, 2}, 1},
		"seen to be a copy":  {ledger.Finding{Independent: 2, Sources: sources("copy of shop", "shop")}, []uint32{0, 2}, 1},
		"fewer than before":  {ledger.Finding{Independent: 3, Sources: sources("another", "forum", "shop")}, []uint32{0, 1}, 3},
		"more than was seen": {ledger.Finding{Independent: 1, Sources: sources("another", "forum", "shop")}, []uint32{0, 1}, 2},
	} {
		st := &standing{record: &test.record, inputs: test.inputs}
		if got := st.independent(s.survey()); got != test.want {
			t.Errorf("%s: %d, want %d", name, got, test.want)
		}
	}
}

// TestOpen_passes_over_no_damaged_finding: an outstanding account whose record or row cannot be read must not vanish.
func TestOpen_passes_over_no_damaged_finding(t *testing.T) {
	t.Parallel()
	s := newStore(t, "shop")
	h := s.night(1, "u1,$made$up,")
	a, _ := s.pair("u1", "right", 0)
	name := h.Credential(a)
	s.finish(h, true, s.decide(h, "u1", "right", true, 0))
	path := filepath.Join(s.state, "state.db")
	state, err := os.ReadFile(path)
	if err != nil || !bytes.Contains(state, name[:]) {
		t.Fatal("the finding is not in the file", err)
	}
	damaged := slices.Clone(name[:])
	if err := os.WriteFile(path, bytes.ReplaceAll(state, append(damaged, 0), append(damaged, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	reopen := func() error {
		h, err := Open(Config{Dir: s.state, Key: s.key, Index: s.index, Now: day2026(2)})
		if err == nil {
			h.Close()
		}
		return err
	}
	if err := reopen(); err == nil || !strings.Contains(err.Error(), "finding") {
		t.Errorf("with a damaged finding: %v", err)
	}
	if err := os.WriteFile(path, state, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := reopen(); err != nil {
		t.Errorf("with the state as it was: %v", err)
	}
}

// TestFindMoved_passes_over_no_damaged_row: accounts that are asked for by their ids are looked for in all rows, and one that
// cannot be read ends the run: it might be the one.
func TestFindMoved_passes_over_no_damaged_row(t *testing.T) {
	t.Parallel()
	for _, printed := range []bool{false, true} {
		s := newStore(t, "shop")
		h := s.night(1, "u1,$made$up,")
		f := s.decide(h, "u1", "right", true, 0)
		for _, record := range h.noted { // a hint that is of no use, in a state that knows prints of ids, and one that does not
			if record.Row = 1 << 20; !printed {
				record.IDPrint = 0
			}
			h.changed[f.Name(h.ids)] = record
		}
		s.finish(h, true, f)
		s.export("u0,$made$up$0,", "u1,$made$up,")
		files, err := filepath.Glob(filepath.Join(s.indexDir, "accounts*"))
		if err != nil || len(files) == 0 {
			t.Fatal("no table of accounts", err)
		}
		for _, file := range files {
			if err := os.Truncate(file, 0); err != nil {
				t.Fatal(err)
			}
		}
		_, err = Open(Config{Dir: s.state, Key: s.key, Index: s.index, Now: day2026(2)})
		if err == nil || !strings.Contains(err.Error(), fault.ErrMemory.Error()) && !strings.Contains(err.Error(), "failed to open account row") {
			t.Errorf("prints %v: opened with a table of accounts that is gone: %v", printed, err)
		}
	}
}
