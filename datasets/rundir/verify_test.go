package rundir

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestVerify(t *testing.T) {
	t.Parallel()
	dir := publishExample(t, func(*Manifest) {})
	m, err := Verify(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if m.Counts != exampleManifest().Counts {
		t.Errorf("counts came back as %+v", m.Counts)
	}
	if _, err := os.Stat(filepath.Join(dir, "held")); err == nil {
		t.Error("a published run has a folder held")
	}
}

func TestVerify_held(t *testing.T) {
	t.Parallel()
	dir := publishExample(t, hold)
	if _, err := Verify(context.Background(), dir); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"at_risk.csv", "at_risk.parquet"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			t.Errorf("%s of a held run lies where a reset step looks", name)
		}
	}
}

// rewrite changes a file of a run and, as a careful forger would, the manifest with it.
func rewrite(t *testing.T, dir, name string, change func([]byte) []byte) {
	t.Helper()
	path := filepath.Join(dir, name)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data = change(data)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	m, err := ReadManifest(dir)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(data)
	for i := range m.Outputs {
		if m.Outputs[i].Path == name {
			m.Outputs[i].SHA256 = hex.EncodeToString(sum[:])
		}
	}
	m.RunID = m.ID()
	writeManifest(t, dir, m)
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func writeManifest(t *testing.T, dir string, m *Manifest) {
	t.Helper()
	data, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, ManifestName), data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestVerify_refuses(t *testing.T) {
	t.Parallel()
	edit := func(change func(*Manifest)) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			m, err := ReadManifest(dir)
			if err != nil {
				t.Fatal(err)
			}
			change(m)
			writeManifest(t, dir, m)
		}
	}
	tests := map[string]struct {
		damage func(t *testing.T, dir string)
		want   string
	}{
		"no_manifest": {func(t *testing.T, dir string) {
			os.Remove(filepath.Join(dir, ManifestName))
		}, "failed to read manifest"},
		"unknown_schema": {edit(func(m *Manifest) { m.SchemaVersion = 3 }), "schema version 3"},
		"flipped_byte": {func(t *testing.T, dir string) {
			path := filepath.Join(dir, "at_risk.csv")
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			data[len(data)-2] ^= 1
			write(t, path, data)
		}, "SHA-256 differs"},
		"row_dropped_from_csv": {func(t *testing.T, dir string) {
			rewrite(t, dir, "at_risk.csv", func(data []byte) []byte {
				return data[:bytes.LastIndexByte(data[:len(data)-1], '\n')+1]
			})
		}, "the list has 1 rows as CSV and 2 as Parquet"},
		"row_changed_in_csv": {func(t *testing.T, dir string) {
			rewrite(t, dir, "at_risk.csv", func(data []byte) []byte {
				return bytes.Replace(data, []byte("u2"), []byte("u9"), 1)
			})
		}, "differs between CSV and Parquet"},
		"damaged_parquet": {func(t *testing.T, dir string) {
			rewrite(t, dir, "at_risk.parquet", func(data []byte) []byte {
				return append(data[:20:20], data[40:]...)
			})
		}, "Parquet"},
		"truncated_parquet": {func(t *testing.T, dir string) {
			rewrite(t, dir, "at_risk.parquet", func(data []byte) []byte { return data[:len(data)/2] })
		}, "at_risk.parquet"},
		"reject_dropped": {func(t *testing.T, dir string) {
			rewrite(t, dir, "rejects.csv", func([]byte) []byte {
				return []byte("input,member,offset,length,line,reason\n")
			})
		}, "rejects.csv"},
		"met_but_not_listed": {func(t *testing.T, dir string) {
			rewrite(t, dir, "accounts.csv", func(data []byte) []byte {
				return bytes.Replace(data, []byte("u3,undecided"), []byte("u3,listed"), 1)
			})
		}, `account "u3" is listed, and on the list: false`},
		"listed_but_not_met": {func(t *testing.T, dir string) {
			rewrite(t, dir, "accounts.csv", func(data []byte) []byte {
				return bytes.Replace(data, []byte("u2,"), []byte("u4,"), 1)
			})
		}, `account "u4" is listed`},
		"unbalanced":              {edit(func(m *Manifest) { m.Counts.ScreenedOut++ }), "do not balance"},
		"inputs_differ":           {edit(func(m *Manifest) { m.Inputs[0].Records++ }), "inputs add up to"},
		"listed_differs":          {edit(func(m *Manifest) { m.Counts.AccountsListed--; m.Counts.AccountsNotActive++ }), "rows"},
		"held_verdict":            {edit(func(m *Manifest) { m.Guard.Verdict = "held" }), "does not agree"},
		"dry_run":                 {edit(func(m *Manifest) { m.Status = StatusDryRun }), "none of a published run"},
		"undecided_is_complete":   {edit(func(m *Manifest) { m.Status = StatusComplete }), "undecided accounts"},
		"other_run_id":            {edit(func(m *Manifest) { m.RunID = "x" }), "run id"},
		"other_rows":              {edit(func(m *Manifest) { m.Outputs[1].Rows = 99 }), "the manifest says 99"},
		"named_twice":             {edit(func(m *Manifest) { m.Outputs = append(m.Outputs, m.Outputs[0]) }), "run id"},
		"negative":                {edit(func(m *Manifest) { m.Counts.Verifications = -5 }), "negative"},
		"more_confirmed_than_met": {edit(func(m *Manifest) { m.Inputs[0].AccountsConfirmed = 1 }), "confirmed 1"},
		"something_follows": {func(t *testing.T, dir string) {
			path := filepath.Join(dir, ManifestName)
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			write(t, path, append(data, 'x'))
		}, "something follows"},
		"outside": {edit(func(m *Manifest) { m.Outputs[0].Path = "../x"; m.RunID = m.ID() }), "does not name"},
		"extra_list": {func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, "at_risk2.csv"), nil)
		}, "not named in the manifest"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := publishExample(t, func(*Manifest) {})
			test.damage(t, dir)
			_, err := Verify(context.Background(), dir)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an error with %q", err, test.want)
			}
		})
	}
}

func TestVerify_notices_every_byte_of_the_manifest(t *testing.T) {
	t.Parallel()
	dir := publishExample(t, func(m *Manifest) {
		m.Index.Accounts, m.FinishedAt = 402, leaked
		m.Inputs[0].Name, m.Inputs[0].Kind = "a", "site_breach"
	})
	path := filepath.Join(dir, ManifestName)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	check := func(data []byte, what string, at int) {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Verify(t.Context(), dir); err == nil {
			t.Errorf("byte %d %s: taken for whole: %q", at, what, data[max(0, at-20):min(at+20, len(data))])
		}
	}
	for at := 0; at < len(whole); at += 4 { // all of them take five seconds
		touched := bytes.Clone(whole)
		touched[at] ^= 1 << (at % 7)
		check(touched, "changed", at)
	}
	check(whole[:len(whole)-1], "cut", len(whole)-1)
	check(append(bytes.Clone(whole), ' '), "added", len(whole))
}

func TestVerify_interrupted_is_no_damage(t *testing.T) {
	t.Parallel()
	dir := publishExample(t, func(*Manifest) {})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := readListParquet(ctx, filepath.Join(dir, "at_risk.parquet"))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestVerify_follows_a_link(t *testing.T) {
	t.Parallel()
	link := filepath.Join(t.TempDir(), "latest")
	if err := os.Symlink(publishExample(t, hold), link); err != nil {
		t.Fatal(err)
	}
	if _, err := Verify(context.Background(), link); err != nil {
		t.Error(err)
	}
}

// TestVerify_refuses_what_does_not_agree: each number that stands in two places, and each file that must be there.
func TestVerify_refuses_what_does_not_agree(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change func(*Manifest)
		want   string
	}{
		"rejected inputs":        {func(m *Manifest) { m.Inputs[0].Rejected, m.Inputs[0].Records = 2, 3 }, "add up to 5 records, 2 of them rejected"},
		"another status":         {func(m *Manifest) { m.Status = "perhaps" }, "none of a published run"},
		"refusals of a pass":     {func(m *Manifest) { m.Guard.Refusals = []Refusal{{Limit: "x"}} }, "does not agree with the guard"},
		"held without a refusal": {func(m *Manifest) { m.Status, m.Guard.Verdict = StatusHeld, VerdictHeld }, "does not agree with the guard"},
		"released and passed":    {func(m *Manifest) { m.Release = &Approval{} }, "does not agree with the guard"},
		"released and held":      {func(m *Manifest) { hold(m); m.Release = &Approval{} }, "held and released at once"},
		"an approval of another": {func(m *Manifest) { hold(m); m.Status = StatusPartial; m.Release = &Approval{RunID: "x", Count: 2} }, "not for this list"},
		"of another number": {func(m *Manifest) {
			hold(m)
			m.Status, m.Release = StatusPartial, &Approval{Count: 3}
			m.Release.RunID = m.ID()
		}, "not for this list"},
		"of another index": {func(m *Manifest) {
			hold(m)
			m.Status, m.Release = StatusPartial, &Approval{Count: 2, IndexID: "x"}
			m.Release.RunID = m.ID()
		}, "not for this list"},
		"a control of the screen":    {func(m *Manifest) { m.Controls.Screen.Probed = 1 }, "controls failed"},
		"a positive control":         {func(m *Manifest) { m.Controls.Positive.Planted = 1 }, "controls failed"},
		"a negative control":         {func(m *Manifest) { m.Controls.Negative.Probed = 1 }, "controls failed"},
		"more confirmed than in all": {func(m *Manifest) { m.Inputs[0].AccountsConfirmed, m.Inputs[0].AccountsMet = 3, 3 }, "confirmed 3 accounts"},
		"a file less":                {func(m *Manifest) { m.Outputs = m.Outputs[1:]; m.RunID = m.ID() }, `does not name "rejects.csv"`},
		"a file more": {func(m *Manifest) {
			m.Outputs = append(m.Outputs, Output{Path: "more"})
			m.RunID = m.ID()
		}, "names 6 files, not 5"},
		"rows of the accounts":  {func(m *Manifest) { m.Outputs[1].Rows = 2 }, `"accounts.csv" has 3 rows, the manifest says 2`},
		"rejects without a row": {func(m *Manifest) { m.Rejects.Rows, m.Rejects.NoPlace = 0, 1 }, `"rejects.csv" has 1 rows, the counts say 0`},
		"new ones":              {func(m *Manifest) { m.Listed.New = 1 }, "the list has 2 new and 0 outstanding rows"},
		"outstanding ones":      {func(m *Manifest) { m.Listed = Listed{New: 2, Outstanding: 1} }, "the list has 2 new and 0 outstanding rows"},
		"since when":            {func(m *Manifest) { m.Listed = Listed{New: 2, OldestSince: leaked} }, "another time since which"},
		"for over a week":       {func(m *Manifest) { m.Listed = Listed{New: 2, OpenOverAWeek: 1} }, "another time since which"},
		"an old schema":         {func(m *Manifest) { m.SchemaVersion = 0 }, "schema version 0"},
	} {
		dir := publishExample(t, nil)
		m, err := ReadManifest(dir)
		if err != nil {
			t.Fatal(err)
		}
		tt.change(m)
		writeManifest(t, dir, m)
		if _, err := Verify(t.Context(), dir); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
	}
}

// TestVerify_of_the_oldest_version: its runs are still read.
func TestVerify_of_the_oldest_version(t *testing.T) {
	t.Parallel()
	if _, err := Verify(t.Context(), publishExample(t, func(m *Manifest) { m.SchemaVersion = 1 })); err != nil {
		t.Error(err)
	}
}

// TestVerify_ends_with_its_context, and that is not damage.
func TestVerify_ends_with_its_context(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Verify(ctx, publishExample(t, nil)); !errors.Is(err, context.Canceled) {
		t.Errorf("it says %v", err)
	}
}

// TestIncomplete: whatever is open makes a run partial, and what was left out on purpose does not.
func TestIncomplete(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		m    Manifest
		rows int64
		want bool
	}{
		"nothing open":      {Manifest{Inputs: []Input{{Status: "read"}}}, 0, false},
		"left out":          {Manifest{Inputs: []Input{{Status: "skipped", LeftOut: true}}}, 0, false},
		"not read":          {Manifest{Inputs: []Input{{Status: "read"}, {Status: "partial"}}}, 0, true},
		"an account":        {Manifest{}, 1, true},
		"no such table":     {Manifest{}, -1, false},
		"a budget":          {Manifest{Spent: []Spent{{}}}, 0, true},
		"made-up passwords": {Manifest{Fabricated: 1}, 0, true},
		"indeterminate":     {Manifest{Counts: Counts{Indeterminate: 1}}, 0, true},
		"unchecked":         {Manifest{Counts: Counts{Unchecked: 1}}, 0, true},
		"one of each":       {Manifest{Counts: Counts{Indeterminate: 1, Unchecked: 1}}, 0, true},
	} {
		if got := tt.m.Incomplete(tt.rows); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestExclude notes what was kept off, in the counts as well.
func TestExclude(t *testing.T) {
	t.Parallel()
	m := new(Manifest)
	if m.Exclude(nil); m.Excluded != nil {
		t.Error("nothing was kept off, and it stands there")
	}
	if m.Exclude(&Excluded{Accounts: 4, Confirmed: 3}); m.Excluded.Accounts != 4 || m.Counts.AccountsExcluded != 3 {
		t.Errorf("%+v, %+v", m.Excluded, m.Counts)
	}
}
