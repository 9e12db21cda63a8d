package rundir

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// publishPart publishes the small run with its first row, or its second one, and holds the other.
func publishPart(t *testing.T, held int, change func(*Manifest)) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "run")
	s, err := Create(out)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Abort()
	m := stageExample(t, s, nil)
	for _, name := range listFiles { // of the whole list
		if err := os.Remove(filepath.Join(s.Dir(), name)); err != nil {
			t.Fatal(err)
		}
	}
	kept := s.outputs[:0]
	for _, o := range s.outputs {
		if !isList(o.Path) {
			kept = append(kept, o)
		}
	}
	s.outputs = kept
	rows := exampleRows()
	rows[0].Rank, rows[1].Rank = 1, 1 // each list has a first
	for i := range 2 {
		if err := s.WriteList(rows[i:i+1], i == held, true); err != nil {
			t.Fatal(err)
		}
	}
	m.Status = StatusHeld
	m.Guard = Guard{Verdict: VerdictHeldInPart, Refusals: []Refusal{{Limit: "max_confirm_rate"}}, RefusedDumps: []string{"c"}}
	if change != nil {
		change(m)
	}
	m.Outputs = s.outputs
	m.RunID = m.ID()
	if err := s.Publish(m); err != nil {
		t.Fatal(err)
	}
	return out
}

func approvePart(m *Manifest) (Approval, error) {
	return Approval{ApprovedBy: "casey", RunID: m.RunID, Count: m.HeldAccounts(), IndexID: m.Index.ID}, nil
}

// TestRelease_of_a_part makes one list of both, by score, and says what was held.
func TestRelease_of_a_part(t *testing.T) {
	t.Parallel()
	for held := range 2 {
		dir := publishPart(t, held, nil)
		before, err := Verify(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		waiting, err := ReadHeld(dir, before)
		if err != nil || len(waiting) != 1 || waiting[0].AccountID != exampleRows()[held].AccountID || before.HeldAccounts() != 1 {
			t.Errorf("held are %+v, %v", waiting, err)
		}
		published, err := ReadPublished(dir, before)
		if err != nil || len(published) != 1 || published[0].AccountID != exampleRows()[1-held].AccountID {
			t.Errorf("published are %+v, %v", published, err)
		}
		if _, err := Release(t.Context(), dir, approvePart); err != nil {
			t.Fatal(err)
		}
		m, err := Verify(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := ReadPublished(dir, m)
		if err != nil || len(rows) != 2 || rows[0].AccountID != `u,"1"` || rows[1].AccountID != "u2" || rows[0].Rank != 1 || rows[1].Rank != 2 ||
			rows[0].Identifier != "alice@example.com" {
			t.Errorf("the list is %+v, %v", rows, err)
		}
		if m.RunID != before.RunID || len(m.Release.Held) != len(before.Outputs) || m.Release.Count != 1 || m.HeldInPart() || m.HeldAccounts() != 0 {
			t.Errorf("%+v", m)
		}
		if waiting, err := ReadHeld(dir, m); err != nil || waiting != nil {
			t.Errorf("held are %+v, %v", waiting, err)
		}
		if _, err := os.Stat(filepath.Join(dir, heldFolder)); err == nil {
			t.Error("a part is still held")
		}
	}
}

// TestRelease_refuses_an_approval_of_a_part for another number of accounts.
func TestRelease_refuses_an_approval_of_a_part(t *testing.T) {
	t.Parallel()
	dir := publishPart(t, 1, nil)
	_, err := Release(t.Context(), dir, func(m *Manifest) (Approval, error) {
		a, err := approvePart(m)
		a.Count = 2
		return a, err
	})
	if err == nil || !strings.Contains(err.Error(), "its approval is not for this list") {
		t.Errorf("it says %v", err)
	}
	if m, err := Verify(t.Context(), dir); err != nil || !m.HeldInPart() {
		t.Errorf("%v, %v", m, err)
	}
}

// TestRelease_restates what it publishes, from the list that is published, and seals it again.
func TestRelease_restates(t *testing.T) {
	t.Parallel()
	restated := func(m *Manifest, list []Row) ([]byte, error) {
		return []byte(string(m.Status) + " " + list[0].AccountID + " " + list[1].AccountID + "\n"), nil
	}
	report := func(dir string, m *Manifest) ([]byte, error) {
		text, err := os.ReadFile(filepath.Join(dir, MetricsName)) // it is there already
		return append([]byte("report of "), text...), err
	}
	for _, held := range []bool{true, false} { // as a whole, and in part
		var dir string
		seal := func(m *Manifest) { m.SealWith(aKey) }
		if held {
			dir = publishExample(t, func(m *Manifest) { hold(m); seal(m) })
		} else {
			dir = publishPart(t, 1, seal)
		}
		if err := os.Chmod(filepath.Join(dir, ManifestName), 0o640); err != nil {
			t.Fatal(err)
		}
		if _, err := ReleaseSealed(t.Context(), dir, Releasing{Key: aKey, Metrics: restated, Report: report}, approvePart); err != nil {
			t.Fatal(err)
		}
		m, err := VerifySealed(t.Context(), dir, aKey)
		if err != nil {
			t.Fatal(err)
		}
		want := `partial u,"1" u2` + "\n"
		texts := readAll(t, dir, []string{MetricsName, ReportName})
		if string(texts[0]) != want || string(texts[1]) != "report of "+want || m.Rows(MetricsName) != 0 || m.Rows(ReportName) != 0 {
			t.Errorf("%q, %+v", texts, m.Outputs)
		}
		for _, name := range []string{ManifestName, MetricsName, ReportName} {
			if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode().Perm() != 0o640 {
				t.Errorf("%s has mode %v, %v", name, info.Mode(), err)
			}
		}
	}
}

// TestRelease_that_cannot_restate leaves the run held.
func TestRelease_that_cannot_restate(t *testing.T) {
	t.Parallel()
	no := errors.New("no template")
	for _, with := range []Releasing{
		{Metrics: func(*Manifest, []Row) ([]byte, error) { return nil, no }}, {Report: func(string, *Manifest) ([]byte, error) { return nil, no }},
	} {
		dir := publishExample(t, hold)
		if _, err := ReleaseSealed(t.Context(), dir, with, approve); !errors.Is(err, no) {
			t.Errorf("it says %v", err)
		}
		if m, err := Verify(t.Context(), dir); err != nil || m.Status != StatusHeld {
			t.Errorf("%v, %v", m, err)
		}
	}
	if _, err := Release(t.Context(), filepath.Join(t.TempDir(), "nothing"), approve); err == nil || !strings.Contains(err.Error(), "failed to find run") {
		t.Errorf("a run that is not there: %v", err)
	}
}

// TestRelease_drops_what_restated_the_held_run: it has other numbers.
func TestRelease_drops_what_restated_the_held_run(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "run")
	s, err := Create(out)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Abort()
	m := stageExample(t, s, hold)
	id := m.RunID
	if err := errors.Join(s.WriteMetrics([]byte("held\n")), s.WriteReport([]byte("held\n"))); err != nil {
		t.Fatal(err)
	}
	m.Outputs = s.Outputs()
	if m.ID() != id {
		t.Error("what restates a run changes its id")
	}
	if err := s.Publish(m); err != nil {
		t.Fatal(err)
	}
	if _, err := Release(t.Context(), out, approve); err != nil {
		t.Fatal(err)
	}
	if m, err := Verify(t.Context(), out); err != nil || m.Rows(MetricsName) >= 0 || m.Rows(ReportName) >= 0 {
		t.Errorf("%+v, %v", m, err)
	}
}

// TestCarry copies where a file cannot have a second name, with the mode that it has.
func TestCarry(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	from, to := filepath.Join(dir, "from"), filepath.Join(dir, "to")
	if err := os.WriteFile(from, []byte("a list"), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := carry(from, to); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(to); err != nil || string(text) != "a list" {
		t.Errorf("%q, %v", text, err)
	}
	if err := carry(from, to); err == nil {
		t.Error("a file that is there was replaced")
	}
	if err := carry(filepath.Join(dir, "nothing"), to+"2"); err == nil {
		t.Error("nothing was carried")
	}
	memory := "/dev/shm" // mostly another file system, which no link leads to
	if info, err := os.Stat(memory); err != nil || !info.IsDir() {
		memory = dir
	}
	other, err := os.MkdirTemp(memory, "carry")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(other)
	copied := filepath.Join(other, "to")
	if err := carry(from, copied); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(copied)
	if text, errRead := os.ReadFile(copied); err != nil || errRead != nil || !bytes.Equal(text, []byte("a list")) || info.Mode().Perm() != 0o640 {
		t.Errorf("%q, %v, %v", text, info.Mode(), errors.Join(err, errRead))
	}
}
