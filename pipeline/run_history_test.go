package pipeline

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/datasets/ledger"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/datasets/synth"
	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/finding"
	"github.com/credsieve/credsieve/pipeline/progress"
)

// TestRun_finds_moved_accounts lists accounts, turns the export around, takes one of them out of it, and lists
// again: with the prints of ids that findings have, and with findings of a state that is older than these.
func TestRun_finds_moved_accounts(t *testing.T) {
	t.Parallel()
	o := synth.Defaults()
	o.Accounts, o.Records, o.Reuse, o.Formats = 300, 600, 0.1, []string{"combo_colon"}
	o.Argon2 = stored.Argon2Params{Memory: 8, Time: 1, Threads: 1}
	cfg := synthetic(t, o)
	dir := filepath.Dir(cfg.IndexDir)
	night := func(name string) []rundir.Row {
		cfg.Out = filepath.Join(dir, name)
		outcome, err := Run(t.Context(), cfg)
		if err != nil || outcome.StateErr != nil {
			t.Fatal(err, outcome)
		}
		return outcome.List
	}
	cfg.StateDir = filepath.Join(dir, "state")
	first := night("first")
	if len(first) < 5 {
		t.Fatalf("only %d accounts are listed", len(first))
	}
	gone := first[0].AccountID
	turnAround(t, filepath.Join(dir, "synth", "accounts.csv"), gone)
	_, err := BuildIndex(t.Context(), BuildConfig{
		Source: filepath.Join(dir, "synth", "accounts.csv"), Dir: cfg.IndexDir, Key: cfg.Key, FPR: 0.001,
		Limits: cfg.HashLimits, Now: time.Now(), Progress: progress.None{},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"printed", "again", "older"} {
		if name == "older" {
			forgetPrints(t, cfg)
		}
		got := night(name)
		if len(got) != len(first)-1 {
			t.Errorf("%s: %d accounts are listed, want %d", name, len(got), len(first)-1)
		}
		for _, row := range got {
			if row.Status != finding.StatusOutstanding || row.AccountID == gone {
				t.Errorf("%s: account %s is %s", name, row.AccountID, row.Status)
			}
		}
	}
	wantPrints(t, cfg, gone)
}

// turnAround writes an export in the opposite order and without one account.
func turnAround(t *testing.T, export, without string) {
	t.Helper()
	file, err := os.Open(export)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(file).ReadAll()
	file.Close() // only read
	if err != nil {
		t.Fatal(err)
	}
	id := slices.Index(rows[0], "account_id")
	slices.Reverse(rows[1:])
	rows = slices.DeleteFunc(rows, func(row []string) bool { return row[id] == without })
	if file, err = os.Create(export); err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := csv.NewWriter(file).WriteAll(rows); err != nil {
		t.Fatal(err)
	}
}

// forgetPrints makes the state one of a program that knew no prints of ids, and the hints of rows wrong.
func forgetPrints(t *testing.T, cfg Config) {
	t.Helper()
	l, err := ledger.Open(cfg.StateDir, cfg.Key, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	all := make(map[ledger.Credential]*ledger.Finding)
	err = l.Findings(func(c ledger.Credential, f *ledger.Finding) error {
		f.IDPrint, f.Row = 0, uint32(len(all))
		all[c] = f
		return nil
	})
	if err == nil {
		err = l.Finish(ledger.Night{Findings: all})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// wantPrints: whoever was found without a print has one now.
func wantPrints(t *testing.T, cfg Config, gone string) {
	t.Helper()
	ix, err := index.OpenWithIDs(cfg.IndexDir, cfg.Key)
	if err != nil {
		t.Fatal(err)
	}
	defer ix.Close()
	l, err := ledger.OpenExisting(cfg.StateDir, cfg.Key, true)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	err = l.Findings(func(_ ledger.Credential, f *ledger.Finding) error {
		left := f.Account == l.Account(gone)
		if rows := ix.RowsOf(f.IDPrint, nil); left != (len(rows) == 0) || !left && rows[0] != f.Row {
			t.Errorf("a finding of row %d is found in rows %v", f.Row, rows)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if rows := ix.RowsOf(ix.IDPrint(gone), nil); len(rows) > 0 {
		t.Errorf("an account that is gone is in rows %v", rows)
	}
}
