package pipeline

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/pipeline/guard"
)

// rowsOf returns the account ids of a list of a run, sorted; nil when it is not there.
func rowsOf(t *testing.T, run, name string) (ids []string) {
	t.Helper()
	file, err := os.Open(filepath.Join(run, name))
	if err != nil {
		return nil
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	ids = []string{}
	for i, row := range rows[1:] {
		if row[0] != fmt.Sprint(i+1) {
			t.Errorf("%s: row %d has rank %s", name, i+1, row[0])
		}
		ids = append(ids, row[1])
	}
	slices.Sort(ids)
	return ids
}

// guardedPlace has accounts u0 to u(n-1), each with a password that can be leaked, and the limits of an operator who said
// none about rates.
func guardedPlace(t *testing.T, n int) *place {
	p := newPlace(t)
	for i := range n {
		p.account(i, fmt.Sprint("Made-Up-", i), "")
	}
	p.cfg.Limits = guard.Limits{MaxAccounts: 1000, MaxShare: 1, MaxConfirmRate: 0.25, Kinds: guard.DefaultKinds()}
	return p
}

func (p *place) leakTrue(dump string, from, to int) {
	for n := from; n < to; n++ {
		p.leak(dump, n, fmt.Sprint("Made-Up-", n))
	}
}

// TestGuard_sock_puppets_hold_themselves_only: whoever registers a hundred accounts and leaks their passwords does not
// hold the findings of others; what is held is released afterwards.
func TestGuard_sock_puppets_hold_themselves_only(t *testing.T) {
	t.Parallel()
	p := guardedPlace(t, 210)
	p.leakTrue("puppets", 0, 100)
	p.leakTrue("forum", 200, 205)
	p.leakTrue("forum", 0, 1) // a puppet that others know too
	for n := 100; n < 150; n++ {
		p.leak("forum", n, "wrong")
	}
	p.index()
	p.cfg.StateDir = filepath.Join(p.dir, "state")
	m := p.run("run")
	run := filepath.Join(p.dir, "run")
	if m.Guard.Verdict != rundir.VerdictHeldInPart || m.Status != rundir.StatusHeld || !slices.Equal(m.Guard.RefusedDumps, []string{"puppets.txt"}) {
		t.Fatalf("%s, %+v", m.Status, m.Guard)
	}
	want := []string{"u0", "u200", "u201", "u202", "u203", "u204"}
	if got := rowsOf(t, run, "at_risk.csv"); !slices.Equal(got, want) {
		t.Errorf("published are %v", got)
	}
	if got := rowsOf(t, run, "held/at_risk.csv"); len(got) != 99 || slices.Contains(got, "u0") {
		t.Errorf("held are %d: %v", len(got), got)
	}
	if m.Counts.AccountsListed != 105 || m.HeldAccounts() != 99 || m.Guard.Limits["max_confirm_rate.stealer_log"] != 0.6 {
		t.Errorf("%d listed, %d held, limits %v", m.Counts.AccountsListed, m.HeldAccounts(), m.Guard.Limits)
	}
	// The next night: what was published is outstanding, what is held still is, also when its dump has gone.
	if m := p.run("again"); m.Listed.Outstanding != 6 || m.HeldAccounts() != 99 {
		t.Errorf("the next night: %+v, %d held", m.Listed, m.HeldAccounts())
	}
	if err := os.Remove(filepath.Join(p.dir, "synth", "dumps", "puppets.txt")); err != nil {
		t.Fatal(err)
	}
	if m := p.run("gone"); m.Listed.Outstanding != 6 || m.HeldAccounts() != 99 || m.Guard.Refusals[0].Over != "earlier_nights" {
		t.Errorf("without the dump: %+v, %d held, %+v", m.Listed, m.HeldAccounts(), m.Guard.Refusals)
	}
	releasePart(t, run)
}

// releasePart lets the held part of a run go: one list then has all of it.
func releasePart(t *testing.T, run string) {
	t.Helper()
	released, err := rundir.Release(context.Background(), run, func(m *rundir.Manifest) (rundir.Approval, error) {
		return rundir.Approval{RunID: m.RunID, Count: m.HeldAccounts(), IndexID: m.Index.ID}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	verified, err := rundir.Verify(context.Background(), run)
	if err != nil || verified.RunID != released.RunID || verified.Status != rundir.StatusComplete {
		t.Fatalf("%+v, %v", released, err)
	}
	if got := rowsOf(t, run, "at_risk.csv"); len(got) != 105 {
		t.Errorf("%d rows after the release", len(got))
	}
	if _, err := os.Stat(filepath.Join(run, "held")); err == nil {
		t.Error("the held part is still there")
	}
}

// TestGuard_holds_the_worst_small_dumps: of small dumps that together confirm too much, those that alone stay within the
// limit publish.
func TestGuard_holds_the_worst_small_dumps(t *testing.T) {
	t.Parallel()
	p := guardedPlace(t, 300)
	for n := range 120 {
		p.leakTrue(fmt.Sprintf("piece%03d", n), n, n+1)
	}
	p.leakTrue("forum", 200, 204)
	for n := 204; n < 240; n++ {
		p.leak("forum", n, "wrong")
	}
	p.index()
	m := p.run("run")
	if got := rowsOf(t, filepath.Join(p.dir, "run"), "at_risk.csv"); m.Guard.Verdict != rundir.VerdictHeldInPart || len(got) != 4 {
		t.Errorf("%+v publishes %v", m.Guard, got)
	}
}

// TestGuard_sees_the_last_nights: a stolen store that comes in pieces, one a night, is held.
func TestGuard_sees_the_last_nights(t *testing.T) {
	t.Parallel()
	p := guardedPlace(t, 400)
	p.index()
	p.cfg.StateDir = filepath.Join(p.dir, "state")
	var verdicts []string
	for night := range 4 {
		now := day2026(6).AddDate(0, 0, night)
		p.cfg.Now = func() time.Time { return now }
		var text strings.Builder
		for n := night * 60; n < (night+1)*60; n++ {
			fmt.Fprintf(&text, "user%d@example.com:Made-Up-%d\n", n, n)
		}
		p.file(fmt.Sprintf("piece%d.txt", night), text.String())
		if night > 0 { // nothing of the pieces before lies there any more
			if err := os.Remove(filepath.Join(p.dir, "synth", "dumps", fmt.Sprintf("piece%d.txt", night-1))); err != nil {
				t.Fatal(err)
			}
		}
		m := p.run(fmt.Sprint("run", night))
		verdicts = append(verdicts, m.Guard.Verdict)
		if night == 1 && m.Guard.Refusals[0].Over != "nights" {
			t.Errorf("refusals %+v", m.Guard.Refusals)
		}
	}
	if want := "pass held_in_part held_in_part held_in_part"; strings.Join(verdicts, " ") != want {
		t.Errorf("verdicts %v, want %s", verdicts, want)
	}
}

// TestGuard_limits_depend_on_the_kind: what is usual of a log of keystrokes is not of a list.
func TestGuard_limits_depend_on_the_kind(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]string{"stealer_log": rundir.VerdictPass, "combo_list": rundir.VerdictHeld} {
		p := guardedPlace(t, 120)
		p.leakTrue("d", 0, 55)
		for n := 55; n < 110; n++ {
			p.leak("d", n, "wrong")
		}
		p.file("d.txt.meta.yaml", "kind: "+kind+"\n")
		p.index()
		if m := p.run("run"); m.Guard.Verdict != want {
			t.Errorf("%s: %+v", kind, m.Guard)
		}
	}
}
