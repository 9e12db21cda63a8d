package rundir

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var leaked = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

// exampleRows needs quoting in CSV, has empty dates, and more than one source.
func exampleRows() []Row {
	return []Row{
		{
			Rank: 1, AccountID: `u,"1"`, Score: 87.5, Band: "critical", Status: "new", Match: "exact",
			Attribution: "exact", IdentifierKind: "email", FirstLeakedOn: leaked, LastLeakedOn: leaked,
			Sources: []string{"a", "b"}, Reasons: []Reason{{"password_confirmed", 40}, {"x", -7.5}},
			Actions: []string{"reset_password", "notify_user"}, FindingID: strings.Repeat("0a", 16),
			HashTag: strings.Repeat("0b", 16), Identifier: "alice@example.com",
		},
		{Rank: 2, AccountID: "u2", Score: 40, Band: "low", Sources: []string{"c"}},
	}
}

// exampleMet are the accounts of exampleRows, and one that stays undecided.
func exampleMet() []Met {
	return []Met{
		{AccountID: "u2", State: StateListed, Candidates: 1, Sources: []string{"c"}},
		{AccountID: `u,"1"`, State: StateListed, Candidates: 3, Refuted: 1, Sources: []string{"a", "b"}},
		{AccountID: "u3", State: StateUndecided, Candidates: 2, Sources: []string{"a"}},
	}
}

// publishExample publishes a small run and returns its place.
func publishExample(t *testing.T, change func(*Manifest)) string {
	t.Helper()
	return publishTo(t, filepath.Join(t.TempDir(), "deep", "run"), change)
}

func publishTo(t *testing.T, out string, change func(*Manifest)) string {
	t.Helper()
	staging, err := Create(out)
	if err != nil {
		t.Fatal(err)
	}
	defer staging.Abort()
	rejects, err := staging.CreateRejects()
	if err != nil {
		t.Fatal(err)
	}
	reject := Reject{Input: "a,b.txt", Member: "m", Offset: 5, Length: 6, Line: 2, Reason: "no_separator"}
	if err := rejects.Add(reject); err != nil {
		t.Fatal(err)
	}
	if err := rejects.Finish(); err != nil {
		t.Fatal(err)
	}
	met, err := staging.CreateAccounts()
	if err != nil {
		t.Fatal(err)
	}
	for _, account := range exampleMet() {
		if err := met.Add(account); err != nil {
			t.Fatal(err)
		}
	}
	if err := met.Finish(); err != nil {
		t.Fatal(err)
	}
	m := exampleManifest()
	change(m)
	if err := staging.WriteList(exampleRows(), m.Status == StatusHeld, true); err != nil {
		t.Fatal(err)
	}
	if err := staging.WriteUndecided([]Undecided{{"u3", "unknown_scheme", 2}}); err != nil {
		t.Fatal(err)
	}
	m.Outputs = staging.Outputs()
	m.RunID = m.ID()
	if err := staging.Publish(m); err != nil {
		t.Fatal(err)
	}
	return out
}

func exampleManifest() *Manifest {
	m := &Manifest{SchemaVersion: SchemaVersion, Status: StatusPartial} // u3 is undecided
	m.Guard = Guard{Verdict: "pass", Refusals: []Refusal{}}
	m.Inputs = []Input{{Path: "a,b.txt", Status: "read", Records: 4, Rejected: 1}}
	m.Counts = Counts{
		RecordsRead: 5, RecordsParsed: 4, RecordsRejected: 1, ScreenedOut: 1, ScreenHits: 3,
		CandidatesRaw: 3, Candidates: 3, Confirmed: 2, Refuted: 1, AccountsConfirmed: 2,
		AccountsListed: 2, Verifications: 3,
	}
	return m
}

func hold(m *Manifest) {
	m.Status = StatusHeld
	m.Guard = Guard{Verdict: "held", Refusals: []Refusal{{Limit: "max_accounts"}}}
}

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

func TestRead_gives_back_what_was_written(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Manifest){"published": func(*Manifest) {}, "held": hold} {
		t.Run(name, func(t *testing.T) {
			dir := publishExample(t, change)
			m, err := Verify(context.Background(), dir)
			if err != nil {
				t.Fatal(err)
			}
			rows, err := ReadList(dir, m)
			if err != nil || !reflect.DeepEqual(rows, exampleRows()) {
				t.Errorf("rows %+v: %v", rows, err)
			}
			undecided, err := ReadUndecided(dir)
			if err != nil || !reflect.DeepEqual(undecided, []Undecided{{"u3", "unknown_scheme", 2}}) {
				t.Errorf("undecided %+v: %v", undecided, err)
			}
			var met []Met
			err = ReadMet(dir, func(a Met) error { met = append(met, a); return nil })
			if err != nil || !reflect.DeepEqual(met, exampleMet()) {
				t.Errorf("met %+v: %v", met, err)
			}
		})
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
		"unknown_schema": {edit(func(m *Manifest) { m.SchemaVersion = 2 }), "schema version 2"},
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

func TestCreate_refuses_a_place_that_holds_something(t *testing.T) {
	t.Parallel()
	out := t.TempDir()
	if err := os.WriteFile(filepath.Join(out, "x"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Create(out)
	if err == nil || !strings.Contains(err.Error(), "no earlier run is ever overwritten") {
		t.Errorf("got %v", err)
	}
}

func TestPublish_refuses_unbalanced_counts_and_leaves_nothing(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	out := filepath.Join(parent, "run")
	staging, err := Create(out)
	if err != nil {
		t.Fatal(err)
	}
	m := exampleManifest()
	m.Counts.Moot = 1
	if err := staging.Publish(m); err == nil {
		t.Error("published a run that does not balance")
	}
	staging.Abort()
	if entries, _ := os.ReadDir(parent); len(entries) != 0 {
		t.Errorf("left behind: %v", entries)
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

func TestCreate_takes_an_empty_folder_and_leaves_no_parents(t *testing.T) {
	t.Parallel()
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.Mkdir(empty, 0o700); err != nil {
		t.Fatal(err)
	}
	publishTo(t, empty, func(*Manifest) {})
	if _, err := Verify(context.Background(), empty); err != nil {
		t.Error(err)
	}
	top := t.TempDir()
	staging, err := Create(filepath.Join(top, "a", "b", "run"))
	if err != nil {
		t.Fatal(err)
	}
	staging.Abort()
	if entries, _ := os.ReadDir(top); len(entries) != 0 {
		t.Errorf("left behind: %v", entries)
	}
	link := filepath.Join(top, "link")
	if err := os.Symlink(t.TempDir(), link); err != nil {
		t.Fatal(err)
	}
	if _, err := Create(link); err == nil {
		t.Error("a link, which no folder can be moved to, is accepted")
	}
}

func TestPublish_modes(t *testing.T) {
	t.Parallel()
	dir := publishExample(t, hold)
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestList_has_the_columns_that_others_rely_on(t *testing.T) {
	t.Parallel()
	want := "rank,account_id,score,band,status,match,attribution,identifier_kind,first_leaked_on," +
		"last_leaked_on,source_count,sources,reasons,actions,finding_id,hash_tag"
	var got bytes.Buffer
	if err := writeListCSV(&got, exampleRows()[:1], false); err != nil {
		t.Fatal(err)
	}
	header, row, _ := strings.Cut(got.String(), "\n")
	if header != want {
		t.Errorf("header is %s", header)
	}
	wantRow := `1,"u,""1""",87.5,critical,new,exact,exact,email,2026-03-01,2026-03-01,2,a;b,` +
		`password_confirmed:40;x:-7.5,reset_password;notify_user,` +
		strings.Repeat("0a", 16) + "," + strings.Repeat("0b", 16) + "\n"
	if row != wantRow {
		t.Errorf("row is  %s\nwant    %s", row, wantRow)
	}
}

func TestList_is_the_same_bytes_each_time(t *testing.T) {
	t.Parallel()
	var first, second bytes.Buffer
	for _, w := range []*bytes.Buffer{&first, &second} {
		if err := writeListParquet(w, exampleRows(), false); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("the same rows gave other bytes")
	}
}

// TestCounts_Check builds balanced counts from their leaves and then moves one number.
func TestCounts_Check(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := drawCounts(t)
		if err := c.Check(); err != nil {
			t.Fatalf("balanced counts are refused: %v", err)
		}
		data, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		var fields map[string]int64
		if err := json.Unmarshal(data, &fields); err != nil {
			t.Fatal(err)
		}
		names := make([]string, 0, len(fields))
		for name := range fields {
			if name != "verifications" { // stands in no equation
				names = append(names, name)
			}
		}
		slices.Sort(names)
		fields[rapid.SampledFrom(names).Draw(t, "name")] += rapid.SampledFrom([]int64{-1, 1, 1000}).Draw(t, "by")
		data, _ = json.Marshal(fields)
		if err := json.Unmarshal(data, &c); err != nil {
			t.Fatal(err)
		}
		if c.Check() == nil {
			t.Fatalf("unbalanced counts pass: %+v", c)
		}
	})
}

func drawCounts(t *rapid.T) Counts {
	leaf := func(name string) int64 { return rapid.Int64Range(0, 1<<40).Draw(t, name) }
	c := Counts{
		RecordsRejected: leaf("rejected"), ScreenedOut: leaf("out"), FilterFalseHits: leaf("false"),
		Untestable: leaf("untestable"), Duplicates: leaf("duplicates"), Remembered: leaf("remembered"),
		PrunedPolicy: leaf("policy"), OverCap: leaf("cap"), Confirmed: leaf("confirmed"),
		Moot: leaf("moot"), Refuted: leaf("refuted"), Indeterminate: leaf("indeterminate"),
		Unchecked: leaf("unchecked"), AccountsListed: leaf("listed"), AccountsNotActive: leaf("inactive"),
	}
	c.Candidates = c.Confirmed + c.Moot + c.Refuted + c.Indeterminate + c.Unchecked
	c.CandidatesRaw = c.Duplicates + c.Remembered + c.PrunedPolicy + c.OverCap + c.Candidates
	c.ScreenHits = c.FilterFalseHits + c.Untestable + c.CandidatesRaw
	c.RecordsParsed = c.ScreenedOut + c.ScreenHits
	c.RecordsRead = c.RecordsParsed + c.RecordsRejected
	c.AccountsConfirmed = c.AccountsListed + c.AccountsNotActive
	return c
}
