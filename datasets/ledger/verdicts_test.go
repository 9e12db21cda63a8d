package ledger

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"go.etcd.io/bbolt"
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

// TestDecide_returns_when_nobody_waits_any_more, with the reason of the context.
func TestDecide_returns_when_nobody_waits_any_more(t *testing.T) {
	t.Parallel()
	l := open(t, t.TempDir(), newKey(t))
	defer mustClose(t, l)
	ctx, cancel := context.WithCancel(t.Context())
	held, release := make(chan struct{}), make(chan struct{})
	go func() { // bbolt has one writer
		_ = l.db.Update(func(*bbolt.Tx) error { close(held); <-release; return nil })
	}()
	<-held
	answers := make(chan error)
	for i := range 2 { // one is being written, the other waits for that
		go func() { answers <- l.Decide(ctx, Decision{Credential: Credential{byte(i)}, At: noon}) }()
	}
	cancel()
	for range 2 {
		if err := <-answers; !errors.Is(err, context.Canceled) {
			t.Errorf("it says %v", err)
		}
	}
	close(release)
}

// TestDecide_under_an_earlier_name: the finding is there under that name alone.
func TestDecide_under_an_earlier_name(t *testing.T) {
	t.Parallel()
	l := open(t, t.TempDir(), newKey(t))
	defer mustClose(t, l)
	mustDecide(t, l, Decision{Credential: Credential{1}, Name: Credential{9}, Finding: &Finding{ConfirmedAt: noon}})
	mustDecide(t, l, Decision{Credential: Credential{2}, Finding: &Finding{ConfirmedAt: noon}})
	var got []Credential
	err := l.Findings(func(name Credential, _ *Finding) error { got = append(got, name); return nil })
	if err != nil || !slices.Equal(got, []Credential{{2}, {9}}) {
		t.Errorf("%v, %v", got, err)
	}
	if err := l.Findings(func(Credential, *Finding) error { return errVisit }); !errors.Is(err, errVisit) {
		t.Errorf("what the visitor says is lost: %v", err)
	}
}

var errVisit = errors.New("no more")

// TestDamagedVerdict_ends_what_reads_it: nothing is skipped on the word of a record that is not as it was written.
func TestDamagedVerdict_ends_what_reads_it(t *testing.T) {
	t.Parallel()
	for _, value := range [][]byte{{}, {2, 0, 0, 0, 0}, {1, 0, 0, 0}, {1, 0, 0, 0, 0, 0}, {1, 0, 0, 0, 0, 1, 2, 3, 4}} {
		l := open(t, t.TempDir(), newKey(t))
		c, pair := Credential{1}, Name{2}
		mustPut(t, l, bucketVerdicts, verdictKey(c, pair), value)
		if known, err := l.Refuted(c, pair); known || err == nil {
			t.Errorf("a verdict %x: %v, %v", value, known, err)
		}
		if _, err := l.Extract([]Credential{c}); err == nil {
			t.Errorf("a verdict %x was extracted", value)
		}
		mustClose(t, l)
	}
}

// TestClose_writes_what_waits, and Decide has returned for all of it.
func TestClose_writes_what_waits(t *testing.T) {
	t.Parallel()
	dir, key := t.TempDir(), newKey(t)
	l := open(t, dir, key)
	const many = maxBatch + 200 // more than goes into one transaction
	held, release := make(chan struct{}), make(chan struct{})
	go func() {
		_ = l.db.Update(func(*bbolt.Tx) error { close(held); <-release; return nil })
	}()
	<-held
	var group sync.WaitGroup
	for i := range many {
		group.Go(func() {
			d := Decision{Credential: Credential{byte(i), byte(i >> 8)}, Pair: Name{1}, At: noon}
			if err := l.Decide(context.Background(), d); err != nil {
				t.Error(err)
			}
		})
	}
	close(release)
	group.Wait()
	mustClose(t, l)
	if info, err := Inspect(dir); err != nil || info.Verdicts != many {
		t.Errorf("%+v, %v", info, err)
	}
}
