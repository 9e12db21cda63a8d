package review

import (
	"bytes"
	"compress/gzip"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/datasets/ledger"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/pipeline/finding"
	"github.com/credsieve/credsieve/pipeline/internal/workplace"
	"github.com/credsieve/credsieve/pipeline/progress"
)

// rowOf is a row of an account with its stored hash.
func rowOf(key *hashing.Key, account, storedHash string) rundir.Row {
	ids := finding.NewIDs(key)
	r := row(account, "0")
	r.FindingID, r.HashTag = ids.Finding(&index.Account{ID: account, StoredHash: storedHash}), ids.HashTag(storedHash)
	return r
}

// exportOf writes an export and returns its path.
func exportOf(t *testing.T, rows ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "accounts.csv")
	text := "account_id,email,password_hash,status,password_changed_at\n" + strings.Join(rows, "\n") + "\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// cutExport is an export that was packed and lost its end.
func cutExport(t *testing.T) string {
	t.Helper()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, err := w.Write([]byte("account_id,email,password_hash\nu1,a@example.com,$made$up$1\n"))
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "accounts.csv")
	if err := os.WriteFile(path, packed.Bytes()[:packed.Len()-8], 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// counting is a progress that counts accounts.
type counting struct{ accounts int64 }

func (c *counting) Phase(string, int64, progress.Unit) progress.Meter { return c }
func (c *counting) Add(n int64)                                       { c.accounts += n }
func (c *counting) Done()                                             {}

func recheckConfig(t *testing.T, key *hashing.Key, dir, export string) RecheckConfig {
	t.Helper()
	return RecheckConfig{
		Dir: dir, Source: export, Key: DeriveRecheck(key), Out: filepath.Join(t.TempDir(), "answer.csv"), Progress: new(counting),
	}
}

// causes writes answers as "account cause", with a mark where the finding holds.
func causes(answers []rundir.Rechecked) string {
	var parts []string
	for _, a := range answers {
		part := a.AccountID + " " + a.Cause
		if a.Holds {
			part += "!"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", ")
}

// TestRecheck asks for each account on the list, by what the run and, where it is named, the state know of it.
func TestRecheck(t *testing.T) {
	t.Parallel()
	key := workplace.NewKey(t)
	ids := finding.NewIDs(key)
	names := []string{"same", "locked", "social", "empty", "other", "rehashed", "later", "earlier", "known", "ended", "gone", "broken"}
	n := night{key: key, tags: map[string]string{
		"rehashed": ids.ChangedTag("rehashed", noon(3)), "later": ids.ChangedTag("later", noon(3)),
	}}
	records := make(map[ledger.Credential]*ledger.Finding)
	for _, name := range names {
		n.rows = append(n.rows, rowOf(key, name, "$made$up$"+name))
	}
	dir := n.publish(t)
	for name, f := range map[string]*ledger.Finding{
		"known": {Hash: ids.Credential(&index.Account{ID: "known", StoredHash: "$made$up$new"})}, "ended": {Ended: noon(11)},
	} {
		f.ConfirmedAt = noon(10)
		records[ids.Credential(&index.Account{ID: name, StoredHash: "$made$up$" + name})] = f
	}
	export := exportOf(t,
		"unlisted,a@example.com,$made$up$1,active,", "same,b@example.com,$made$up$same,active,", "locked,c@example.com,$made$up$locked,locked,",
		"social,d@example.com,$made$up$social,disabled,", "empty,e@example.com,,active,", "other,f@example.com,$made$up$new,active,",
		"rehashed,g@example.com,$made$up$new,active,2026-06-03T12:00:00Z", "later,h@example.com,$made$up$new,active,2026-06-04T12:00:00Z",
		"earlier,i@example.com,$made$up$new,active,2026-06-10T12:00:01Z", "known,j@example.com,$made$up$new,active,",
		"ended,k@example.com,$made$up$new,active,", "broken,l@example.com,$made$up$new,perhaps,",
	)
	cfg := recheckConfig(t, key, dir, export)
	answers, err := Recheck(t.Context(), cfg)
	want := "same unchanged!, locked not_active, social not_active, empty no_password, other hash_changed, rehashed rehashed!, " +
		"later password_changed, earlier password_changed, known hash_changed, ended hash_changed, gone not_found, broken not_readable"
	if got := causes(answers); err != nil || got != want {
		t.Errorf("%s, %v\nwant %s", got, err, want)
	}
	if n := cfg.Progress.(*counting).accounts; n != 12 {
		t.Errorf("%d accounts were counted", n)
	}
	written, err := os.ReadFile(cfg.Out)
	if err != nil || strings.Count(string(written), "\n") != 13 || !strings.Contains(string(written), ",true,rehashed\n") {
		t.Errorf("written: %s, %v", written, err)
	}

	cfg.StateDir, cfg.StateKey = filepath.Join(t.TempDir(), "state"), key
	if _, err := Recheck(t.Context(), cfg); err == nil {
		t.Error("a state that is not there was asked")
	}
	if _, err := os.Stat(cfg.Out); err == nil {
		t.Error("the answer of an earlier recheck is still there")
	}
	state, err := ledger.Open(cfg.StateDir, key, noon(1))
	if err != nil {
		t.Fatal(err)
	}
	if err := state.Finish(ledger.Night{Findings: records}); err != nil {
		t.Fatal(err)
	}
	if err := state.Close(); err != nil {
		t.Fatal(err)
	}
	answers, err = Recheck(t.Context(), cfg)
	want = strings.Replace(strings.Replace(want, "known hash_changed", "known rehashed!", 1), "ended hash_changed", "ended password_changed", 1)
	if got := causes(answers); err != nil || got != want {
		t.Errorf("with the state: %s, %v\nwant %s", got, err, want)
	}
	cfg.AccountID = "same"
	if answers, err := Recheck(t.Context(), cfg); err != nil || causes(answers) != "same unchanged!" {
		t.Errorf("of the first account: %s, %v", causes(answers), err)
	}
	cfg.AccountID = "known"
	if answers, err := Recheck(t.Context(), cfg); err != nil || causes(answers) != "known rehashed!" {
		t.Errorf("of one account: %s, %v", causes(answers), err)
	}
}

// TestRecheck_refuses what would not be an answer.
func TestRecheck_refuses(t *testing.T) {
	t.Parallel()
	key := workplace.NewKey(t)
	rows := []rundir.Row{rowOf(key, "u1", "$made$up$1")}
	dir := night{key: key, rows: rows}.publish(t)
	export := exportOf(t, "u1,a@example.com,$made$up$1,active,")
	other := filepath.Join(t.TempDir(), "notes.csv")
	if err := os.WriteFile(other, []byte("mine\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		change func(*RecheckConfig)
		want   string
	}{
		"a held list": {func(c *RecheckConfig) { c.Dir = night{key: key, rows: rows, held: true}.publish(t) }, "its list is held"},
		"another key": {func(c *RecheckConfig) { c.Key = DeriveRecheck(workplace.NewKey(t)) }, "was made with key"},
		"a run without a seal": {func(c *RecheckConfig) {
			c.Dir = night{rows: rows, change: func(m *rundir.Manifest) { m.Index.KeyID = key.ID() }}.publish(t)
		}, "has no seal"},
		"not a run":              {func(c *RecheckConfig) { c.Dir = t.TempDir() }, "failed to read manifest"},
		"an answer in the run":   {func(c *RecheckConfig) { c.Out = filepath.Join(c.Dir, "answer.csv") }, "with one more file it is not whole"},
		"a file of others":       {func(c *RecheckConfig) { c.Out = other }, "refusing to overwrite"},
		"an account not listed":  {func(c *RecheckConfig) { c.AccountID = "u2" }, `account "u2" is not on the published list`},
		"an address":             {func(c *RecheckConfig) { c.AccountID = "a@example.com" }, "the account is not on the published list"},
		"no export":              {func(c *RecheckConfig) { c.Source = filepath.Join(c.Dir, "nothing.csv") }, "nothing.csv"},
		"an export that is cut":  {func(c *RecheckConfig) { c.Source = cutExport(t) }, "failed to read accounts"},
		"an export without rows": {func(c *RecheckConfig) { c.Source = exportOf(t) }, "has no accounts"},
		"an account twice": {func(c *RecheckConfig) {
			c.Source = exportOf(t, "u1,a@example.com,$made$up$1,active,", "u1,b@example.com,$made$up$2,active,")
		}, `row 2: account id "u1" was used before`},
		"a place that is missing": {func(c *RecheckConfig) { c.Out = filepath.Join(c.Dir, "..", "nowhere", "answer.csv") }, "failed to write"},
	} {
		cfg := recheckConfig(t, key, dir, export)
		tt.change(&cfg)
		answers, err := Recheck(t.Context(), cfg)
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "a@example.com") {
			t.Errorf("%s: %v, %v", name, answers, err)
		}
		if _, err := os.Stat(cfg.Out); err == nil && cfg.Out != other {
			t.Errorf("%s: there is an answer", name)
		}
	}
	part := night{key: key, rows: rows, waiting: []rundir.Row{rowOf(key, "u2", "$made$up$2")}}.publish(t)
	answers, err := Recheck(t.Context(), recheckConfig(t, key, part, export))
	if err != nil || causes(answers) != "u1 unchanged!" {
		t.Errorf("a list that is held in part: %s, %v", causes(answers), err)
	}
}

// TestCheckSeal: a key that somebody named is held against the seal; one that the environment happens to hold is not asked for
// what is not sealed under it.
func TestCheckSeal(t *testing.T) {
	t.Parallel()
	key := workplace.NewKey(t)
	sealed := night{key: key}.publish(t)
	bare := night{change: func(m *rundir.Manifest) { m.Index.KeyID = key.ID() }}.publish(t)
	load := func(key *hashing.Key) func() (RecheckKey, error) {
		return func() (RecheckKey, error) { return DeriveRecheck(key), nil }
	}
	none := func() (RecheckKey, error) { return RecheckKey{}, os.ErrNotExist }
	other := workplace.NewKey(t)
	for name, tt := range map[string]struct {
		dir   string
		named bool
		load  func() (RecheckKey, error)
		said  string // empty: it is an error
		err   string
	}{
		"its key":                           {sealed, true, load(key), SealIsRight, ""},
		"its key in the environment":        {sealed, false, load(key), SealIsRight, ""},
		"another key":                       {sealed, true, load(other), "", "was made with key"},
		"another key in the environment":    {sealed, false, load(other), "it was made with another key than that of the environment", ""},
		"a key that is not there":           {sealed, true, none, "", "not exist"},
		"no key":                            {sealed, false, none, "that needs the key", ""},
		"without a seal":                    {bare, true, load(key), "", "has no seal"},
		"without a seal, the environment's": {bare, false, load(key), "its seal was not checked: it has no seal", ""},
	} {
		m, err := rundir.ReadManifest(tt.dir)
		if err != nil {
			t.Fatal(err)
		}
		said, err := CheckSeal(t.Context(), tt.dir, m, tt.named, tt.load)
		if (err != nil) != (tt.said == "") || !strings.Contains(said, tt.said) || err != nil && !strings.Contains(err.Error(), tt.err) {
			t.Errorf("%s: %q, %v", name, said, err)
		}
	}
}

// TestKnownThen_knows_what_changed_when: what was changed after the run began is another password, whoever says so.
func TestKnownThen_knows_what_changed_when(t *testing.T) {
	t.Parallel()
	key := workplace.NewKey(t)
	dir := night{key: key, rows: []rundir.Row{rowOf(key, "u1", "$made$up$1")}}.publish(t) // it began on the tenth
	for at, want := range map[time.Time]string{noon(10): "hash_changed", noon(10).Add(time.Second): "password_changed"} {
		export := exportOf(t, "u1,a@example.com,$made$up$2,active,"+at.Format(time.RFC3339))
		answers, err := Recheck(t.Context(), recheckConfig(t, key, dir, export))
		if err != nil || causes(answers) != "u1 "+want {
			t.Errorf("changed at %v: %s, %v", at, causes(answers), err)
		}
	}
}
