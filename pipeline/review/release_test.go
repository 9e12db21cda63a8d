package review

import (
	"encoding/hex"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/credsieve/credsieve/datasets/ledger"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/pipeline/finding"
	"github.com/credsieve/credsieve/pipeline/internal/workplace"
)

func noon(day int) time.Time { return time.Date(2026, 6, day, 12, 0, 0, 0, time.UTC) }

func heldManifest() *rundir.Manifest {
	return &rundir.Manifest{
		RunID: "run-1", Status: rundir.StatusHeld, FinishedAt: noon(1), Index: rundir.IndexInfo{ID: "index-1"},
		Guard:   rundir.Guard{Verdict: rundir.VerdictHeld, Refusals: []rundir.Refusal{{Limit: "max_accounts"}}},
		Outputs: []rundir.Output{{Path: "held/at_risk.csv", Rows: 3}},
	}
}

// TestCheckApproval: an approval is for this list, of this length, while it is held and not too old, and good for once.
func TestCheckApproval(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*ReleaseConfig, *rundir.Manifest)
		want   string // nothing: it is let go
	}{
		"as approved":      {func(*ReleaseConfig, *rundir.Manifest) {}, ""},
		"released":         {func(_ *ReleaseConfig, m *rundir.Manifest) { m.Release = &rundir.Approval{ApprovedBy: "ann"} }, "released already, by ann"},
		"not held":         {func(_ *ReleaseConfig, m *rundir.Manifest) { m.Status = rundir.StatusPartial }, "it is not held but partial"},
		"another run":      {func(c *ReleaseConfig, _ *rundir.Manifest) { c.RunID = "run-2" }, `for run "run-2", this is run "run-1"`},
		"more accounts":    {func(c *ReleaseConfig, _ *rundir.Manifest) { c.Count = 4 }, "for 4 accounts, the list has 3"},
		"fewer accounts":   {func(c *ReleaseConfig, _ *rundir.Manifest) { c.Count = 2 }, "for 2 accounts, the list has 3"},
		"no age":           {func(c *ReleaseConfig, _ *rundir.Manifest) { c.MaxAge = 0 }, "lets no list go"},
		"exactly as old":   {func(c *ReleaseConfig, _ *rundir.Manifest) { c.Now = noon(3) }, ""},
		"older":            {func(c *ReleaseConfig, _ *rundir.Manifest) { c.Now = noon(3).Add(time.Minute) }, "held for 48h1m, the limit is 48h"},
		"clocks differ":    {func(c *ReleaseConfig, _ *rundir.Manifest) { c.Now = noon(1).Add(-clockSkew) }, ""},
		"clocks are wrong": {func(c *ReleaseConfig, _ *rundir.Manifest) { c.Now = noon(1).Add(-clockSkew - time.Minute) }, "held 11m from now"},
	} {
		cfg, m := ReleaseConfig{RunID: "run-1", Count: 3, MaxAge: 48 * time.Hour, Now: noon(2)}, heldManifest()
		test.change(&cfg, m)
		if err := cfg.checkApproval(m); (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
	}
}

// TestCheckSigns: each sign of an own leak is accepted by its name, and nothing else is.
func TestCheckSigns(t *testing.T) {
	t.Parallel()
	m := heldManifest()
	for _, limit := range []string{"canaries", "equal_hashes"} {
		m.Guard.Refusals = append(m.Guard.Refusals, rundir.Refusal{Limit: limit})
	}
	for accept, want := range map[string]string{
		"": "(canaries, equal_hashes)", "canaries": "leaked (equal_hashes)", "canaries equal_hashes": "",
		"max_accounts": `"max_accounts" was accepted, and it was not held for that; the signs of an own leak are: canaries, equal_hashes`,
	} {
		err := ReleaseConfig{Accept: strings.Fields(accept)}.checkSigns(m)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("accepting %q: %v", accept, err)
		}
	}
	if err := (ReleaseConfig{Accept: []string{"canaries"}}).checkSigns(heldManifest()); err == nil || !strings.Contains(err.Error(), "are: none") {
		t.Errorf("accepting what there is not: %v", err)
	}
	if err := (ReleaseConfig{}).checkSigns(heldManifest()); err != nil {
		t.Errorf("a list that is merely long: %v", err)
	}
}

// stateOf is a state that knows findings by these bytes.
func stateOf(t *testing.T, known ...byte) *ledger.Ledger {
	t.Helper()
	l, err := ledger.Open(filepath.Join(t.TempDir(), "state"), workplace.NewKey(t), noon(1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	all := make(map[ledger.Credential]*ledger.Finding)
	for _, b := range known {
		all[ledger.Credential{b}] = &ledger.Finding{ConfirmedAt: noon(1)}
	}
	if err := l.Finish(ledger.Night{Findings: all}); err != nil {
		t.Fatal(err)
	}
	return l
}

// listOf is a folder with a held list of findings by these bytes.
func listOf(t *testing.T, ids ...byte) string {
	t.Helper()
	s, err := rundir.Create(filepath.Join(t.TempDir(), "run"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Abort)
	rows := make([]rundir.Row, len(ids))
	for i, b := range ids {
		name := ledger.Credential{b}
		rows[i] = rundir.Row{Rank: i + 1, AccountID: string(rune('a' + i)), Status: finding.StatusNew, FindingID: hex.EncodeToString(name[:])}
	}
	if err := s.WriteList(rows, true, false); err != nil {
		t.Fatal(err)
	}
	return s.Dir()
}

// listed are the findings of a state that a list has had.
func listed(t *testing.T, l *ledger.Ledger) (n int) {
	t.Helper()
	err := l.Findings(func(_ ledger.Credential, f *ledger.Finding) error {
		if f.ListedAt.Equal(noon(2)) {
			n++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestMarkListed: what is out is known to be out, and a state that does not know all of it says so.
func TestMarkListed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		known []byte
		out   int
		want  string
	}{
		"all are known":  {[]byte{1, 2, 3}, 2, ""},
		"one is missing": {[]byte{2, 3}, 1, "the state does not know 1 of its 2 accounts"},
		"another state":  {nil, 0, "the state does not know 2 of its 2 accounts"},
	} {
		state := stateOf(t, test.known...)
		err := markListed(state, listOf(t, 1, 2), heldManifest(), noon(2))
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", name, err)
		}
		if n := listed(t, state); n != test.out {
			t.Errorf("%s: %d are out", name, n)
		}
		if at, err := state.Approved("run-1"); err != nil || !at.Equal(noon(2)) {
			t.Errorf("%s: the approval is not used up: %v, %v", name, at, err)
		}
	}
	if err := markListed(stateOf(t), t.TempDir(), heldManifest(), noon(2)); err == nil {
		t.Error("a list that cannot be read is noted as listed")
	}
}

// TestFindingIDs: what is not one is told by its row.
func TestFindingIDs(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"", "0a", strings.Repeat("0a", 17), strings.Repeat("0a", 20), strings.Repeat("0x", 16)} {
		r := row("u1", "1")
		r.FindingID = id
		n := night{rows: []rundir.Row{row("u2", "2"), r}}
		dir := n.publish(t)
		m, err := rundir.ReadManifest(dir)
		if err != nil {
			t.Fatal(err)
		}
		if ids, err := findingIDs(dir, m); err == nil || !strings.Contains(err.Error(), "row 2 of the list has no finding id") {
			t.Errorf("%q: %v, %v", id, ids, err)
		}
	}
}

// TestCheckState: of a run with a state, that very state is wanted, and an approval is used once.
func TestCheckState(t *testing.T) {
	t.Parallel()
	m := heldManifest()
	cfg := ReleaseConfig{Dir: listOf(t, 1, 2), StateDir: "state"}
	if err := cfg.checkState(m, nil); err != nil {
		t.Errorf("a run without a state: %v", err)
	}
	m.State = &rundir.StateInfo{Path: "/var/state"}
	used := stateOf(t, 1, 2)
	if err := used.Approve("run-1", noon(1)); err != nil {
		t.Fatal(err)
	}
	none := cfg
	none.NoState = true
	for name, test := range map[string]struct {
		cfg   ReleaseConfig
		state *ledger.Ledger
		want  string
	}{
		"not named":    {cfg, nil, `the run used the state "/var/state"`},
		"left out":     {none, nil, ""},
		"that":         {cfg, stateOf(t, 1, 2, 3), ""},
		"another":      {cfg, stateOf(t, 2), `the state "state" does not know 1 of its 2 accounts`},
		"used already": {cfg, used, "knows that it was released already, at 2026-06-01T12:00:00Z"},
	} {
		err := test.cfg.checkState(m, test.state)
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
