package ledger

import (
	"context"
	"path/filepath"
	"sync"
	"testing"
)

func refuted(t *testing.T, l *Ledger, c Credential, pair Name) bool {
	t.Helper()
	known, err := l.Refuted(c, pair)
	if err != nil {
		t.Fatal(err)
	}
	return known
}

func TestLedger_remembers_verdicts_and_findings(t *testing.T) {
	t.Parallel()
	dir, key := filepath.Join(t.TempDir(), "state"), newKey(t)
	l := open(t, dir, key)
	c, other := Credential{1}, Credential{2}
	pair := l.Pair(c, "1", []byte("Made-Up-1"))
	mustDecide(t, l, Decision{Credential: c, Pair: pair})
	found := &Finding{
		Account: l.Account("u2"), Row: 7, Pair: l.Pair(other, "1", []byte("Made-Up-2")), ConfirmedAt: noon,
		Sources: []Source{{Name: "Example shop", Kind: "site_breach", LeakedOn: noon}},
	}
	mustDecide(t, l, Decision{Credential: other, Pair: found.Pair, Finding: found})
	mustClose(t, l)

	l = open(t, dir, key)
	defer mustClose(t, l)
	if !refuted(t, l, c, pair) {
		t.Error("a verdict is forgotten")
	}
	for name, unknown := range map[string]Name{
		"another password": l.Pair(c, "1", []byte("Made-Up-9")), "other rules": l.Pair(c, "2", []byte("Made-Up-1")),
		"another account": l.Pair(other, "1", []byte("Made-Up-1")),
	} {
		if refuted(t, l, c, unknown) {
			t.Errorf("%s has the same name", name)
		}
	}
	if refuted(t, l, other, found.Pair) {
		t.Error("a confirmed pair is refuted")
	}
	n := 0
	err := l.Findings(func(got Credential, f *Finding) error {
		n++
		if got != other || f.Pair != found.Pair || f.Sources[0].Name != "Example shop" || !f.ListedAt.IsZero() {
			t.Errorf("finding %v %+v", got, f)
		}
		return nil
	})
	if err != nil || n != 1 {
		t.Errorf("%d findings, %v", n, err)
	}
}

func TestLedger_commits_of_many_workers(t *testing.T) {
	t.Parallel()
	dir, key := t.TempDir(), newKey(t)
	l := open(t, dir, key)
	const workers, each = 8, 20
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			for i := range each {
				c := Credential{byte(w)}
				d := Decision{Credential: c, Pair: Name{byte(i)}, At: noon}
				if err := l.Decide(context.Background(), d); err != nil {
					t.Error(err)
				}
				if known, err := l.Refuted(c, Name{byte(i)}); !known || err != nil {
					t.Errorf("not there when Decide returned: %v", err)
				}
			}
		})
	}
	group.Wait()
	mustClose(t, l)
	info, err := Inspect(dir)
	if err != nil || info.Verdicts != workers*each || info.Oldest != "2026-06-01" {
		t.Errorf("got %+v, %v", info, err)
	}
}
