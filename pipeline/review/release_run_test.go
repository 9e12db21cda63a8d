package review

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/datasets/ledger"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/pipeline/finding"
	"github.com/credsieve/credsieve/pipeline/internal/workplace"
)

// heldRun is a held list of accounts of an index, with the state of the run.
type heldRun struct {
	place *workplace.Place
	dir   string
	cfg   ReleaseConfig
}

// newHeldRun holds a list of u1 to u5, of which since then one has another hash, one is locked, and one is gone.
func newHeldRun(t *testing.T) *heldRun {
	t.Helper()
	p := workplace.Of(t, "account_id,email,password_hash,status\nu1,a@example.com,$made$up$1,active\nu2,b@example.com,$made$up$2,active\n"+
		"u3,c@example.com,$made$up$new,active\nu4,d@example.com,$made$up$4,locked\nu9,e@example.com,$made$up$9,active\n")
	meta, err := index.ReadMeta(p.IndexDir)
	if err != nil {
		t.Fatal(err)
	}
	state := filepath.Join(t.TempDir(), "state")
	n := night{key: p.Key, held: true, change: func(m *rundir.Manifest) {
		m.Index.ID, m.Index.Path, m.State = meta.ID, p.IndexDir, &rundir.StateInfo{Path: state}
	}}
	for _, id := range []string{"1", "2", "3", "4", "5"} {
		n.rows = append(n.rows, rowOf(p.Key, "u"+id, "$made$up$"+id))
	}
	h := &heldRun{place: p, dir: n.publish(t)}
	m, err := rundir.ReadManifest(h.dir)
	if err != nil {
		t.Fatal(err)
	}
	h.cfg = ReleaseConfig{
		Dir: h.dir, RunID: m.RunID, Count: 5, By: "ann", StateDir: state, Key: p.Key, MaxAge: 48 * time.Hour, Now: noon(11),
	}
	h.withState(t, func(l *ledger.Ledger) {
		night := ledger.Night{Findings: make(map[ledger.Credential]*ledger.Finding)}
		for _, row := range n.rows {
			name := finding.NewIDs(p.Key).Credential(&index.Account{ID: row.AccountID, StoredHash: "$made$up$" + row.AccountID[1:]})
			night.Findings[name] = &ledger.Finding{ConfirmedAt: noon(10)}
		}
		if err := l.Finish(night); err != nil {
			t.Fatal(err)
		}
	})
	return h
}

// withState opens the state of the run for a moment.
func (h *heldRun) withState(t *testing.T, do func(*ledger.Ledger)) {
	t.Helper()
	l, err := ledger.Open(h.cfg.StateDir, h.place.Key, noon(1))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	do(l)
}

// TestRelease publishes the list, notes who let it go and how its accounts stood, and tells the state.
func TestRelease(t *testing.T) {
	t.Parallel()
	h := newHeldRun(t)
	h.cfg.Recheck = true
	var shown rundir.Approval
	h.cfg.Show = func(m *rundir.Manifest, a rundir.Approval) {
		if shown = a; m.Status != rundir.StatusHeld {
			t.Errorf("it is shown when it is %s", m.Status)
		}
	}
	h.cfg.Metrics = func(m *rundir.Manifest, list []rundir.Row) ([]byte, error) {
		return []byte(string(m.Status) + " " + list[0].AccountID), nil
	}
	h.cfg.Report = func(dir string, m *rundir.Manifest) ([]byte, error) { return []byte("a report"), nil }
	if _, err := Release(t.Context(), h.cfg); err != nil {
		t.Fatal(err)
	}
	m, err := VerifyUnder(t.Context(), h.dir, DeriveRecheck(h.place.Key))
	if err != nil {
		t.Fatal(err)
	}
	a := m.Release
	if a.ApprovedBy != "ann" || !a.ApprovedAt.Equal(noon(11)) || a.RunID != h.cfg.RunID || a.Count != 5 || a.IndexID != m.Index.ID || a.NoState ||
		a.MovedIndex != nil || *a.Rechecked != (rundir.ReleaseCounts{Generation: 1, Hold: 2, Changed: 1, NotActive: 1, Gone: 1}) {
		t.Errorf("%+v, %+v", a, a.Rechecked)
	}
	if shown.ApprovedBy != "ann" || *shown.Rechecked != *a.Rechecked {
		t.Errorf("shown was %+v", shown)
	}
	list, err := rundir.ReadPublished(h.dir, m)
	if err != nil || len(list) != 5 {
		t.Errorf("%d are published, %v", len(list), err)
	}
	for name, want := range map[string]string{rundir.MetricsName: "complete u1", rundir.ReportName: "a report"} {
		if text, err := os.ReadFile(filepath.Join(h.dir, name)); err != nil || string(text) != want {
			t.Errorf("%s is %q, %v", name, text, err)
		}
	}
	h.withState(t, func(l *ledger.Ledger) {
		at, err := l.Approved(h.cfg.RunID)
		if err != nil || !at.Equal(noon(11)) {
			t.Errorf("the approval was noted at %v, %v", at, err)
		}
		err = l.Findings(func(_ ledger.Credential, f *ledger.Finding) error {
			if !f.ListedAt.Equal(noon(11)) {
				t.Errorf("a finding was listed at %v", f.ListedAt)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
	if _, err := Release(t.Context(), h.cfg); err == nil || !strings.Contains(err.Error(), "released already") {
		t.Errorf("again: %v", err)
	}
}

// TestRelease_of_an_index_that_has_moved says which it is now; without a recheck nothing is counted.
func TestRelease_of_an_index_that_has_moved(t *testing.T) {
	t.Parallel()
	h := newHeldRun(t)
	h.cfg.IndexDir = workplace.OfKey(t, "account_id,email,password_hash\nu1,a@example.com,$made$up$1\n", h.place.Key).IndexDir
	meta, err := index.ReadMeta(h.cfg.IndexDir)
	if err != nil {
		t.Fatal(err)
	}
	h.cfg.NoState, h.cfg.StateDir = true, ""
	m, err := Release(t.Context(), h.cfg)
	if err != nil {
		t.Fatal(err)
	}
	if a := m.Release; !a.NoState || a.Rechecked != nil || a.MovedIndex == nil || *a.MovedIndex != (rundir.MovedIndex{ID: meta.ID, Generation: 1}) {
		t.Errorf("%+v, %+v", a, a.MovedIndex)
	}
}

// TestRelease_refuses, and then the list is held as before and the state knows nothing.
func TestRelease_refuses(t *testing.T) {
	t.Parallel()
	full := func(*rundir.Manifest, []rundir.Row) ([]byte, error) { return nil, errors.New("no space") }
	for name, tt := range map[string]struct {
		change func(*heldRun, *testing.T)
		want   string
	}{
		"another count":     {func(h *heldRun, _ *testing.T) { h.cfg.Count = 4 }, "for 4 accounts, the list has 5"},
		"a sign":            {func(h *heldRun, _ *testing.T) { h.cfg.Accept = []string{"canaries"} }, "was not held for that"},
		"no state":          {func(h *heldRun, _ *testing.T) { h.cfg.StateDir = "" }, "name it with --state"},
		"a state not there": {func(h *heldRun, t *testing.T) { h.cfg.StateDir = t.TempDir() }, "there is no state"},
		"another key": {func(h *heldRun, t *testing.T) {
			h.cfg.Key = workplace.NewKey(t)
			h.cfg.StateDir, h.cfg.NoState = "", true
		}, "was made with key"},
		"an index not there": {func(h *heldRun, t *testing.T) { h.cfg.IndexDir = t.TempDir() }, "cannot be told"},
		"a recheck of it":    {func(h *heldRun, t *testing.T) { h.cfg.Recheck = true; damageIndex(t, h.place.IndexDir) }, "refusing to release"},
		"metrics that fail":  {func(h *heldRun, _ *testing.T) { h.cfg.Metrics = full }, "no space"},
		"a state of another": {func(h *heldRun, t *testing.T) { h.forget(t) }, "does not know 5 of its 5 accounts"},
		"an old list":        {func(h *heldRun, _ *testing.T) { h.cfg.Now = noon(20) }, "passwords have changed since"},
		"something else":     {func(h *heldRun, t *testing.T) { h.cfg.Dir = t.TempDir() }, "failed to read manifest"},
		"a run that was used": {func(h *heldRun, t *testing.T) {
			h.withState(t, func(l *ledger.Ledger) { _ = l.Approve(h.cfg.RunID, noon(2)) })
		}, "an approval is good for once"},
	} {
		h := newHeldRun(t)
		tt.change(h, t)
		if _, err := Release(t.Context(), h.cfg); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", name, err)
		}
		if m, err := rundir.Verify(t.Context(), h.dir); err != nil || m.Status != rundir.StatusHeld {
			t.Errorf("%s: the list is %v, %v", name, m, err)
		}
	}
}

// forget puts an empty state in the place of that of the run.
func (h *heldRun) forget(t *testing.T) {
	t.Helper()
	h.cfg.StateDir = filepath.Join(t.TempDir(), "state")
	h.withState(t, func(*ledger.Ledger) {})
}

// damageIndex leaves the description of an index as it is, and its accounts not.
func damageIndex(t *testing.T, dir string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "accounts.*.arrow"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%q, %v", files, err)
	}
	if err := os.Remove(files[0]); err != nil {
		t.Fatal(err)
	}
}

// TestRelease_without_an_index_in_the_manifest wants it named; without the key the released run has no seal.
func TestRelease_without_an_index_in_the_manifest(t *testing.T) {
	t.Parallel()
	p := workplace.Of(t, "account_id,email,password_hash\nu1,a@example.com,$made$up$1\n")
	dir := night{rows: []rundir.Row{row("u1", "1")}, held: true}.publish(t)
	m, err := rundir.ReadManifest(dir)
	if err != nil {
		t.Fatal(err)
	}
	cfg := ReleaseConfig{Dir: dir, RunID: m.RunID, Count: 1, MaxAge: time.Hour, Now: m.FinishedAt}
	if _, err := Release(t.Context(), cfg); err == nil || !strings.Contains(err.Error(), "name it with --index") {
		t.Errorf("it says %v", err)
	}
	cfg.IndexDir = p.IndexDir
	if m, err := Release(t.Context(), cfg); err != nil || m.Seal != "" || m.Release.NoState {
		t.Errorf("%+v, %v", m, err)
	}
}
