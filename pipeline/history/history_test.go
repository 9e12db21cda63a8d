package history

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/datasets/ledger"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/pipeline/finding"
	"github.com/credsieve/credsieve/pipeline/pair"
)

func day2026(month time.Month) time.Time { return time.Date(2026, month, 1, 0, 0, 0, 0, time.UTC) }

func newHistory(t *testing.T) *History {
	t.Helper()
	key, err := hashing.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	l, err := ledger.Open(filepath.Join(t.TempDir(), "state"), key, day2026(6))
	if err != nil {
		t.Fatal(err)
	}
	h := &History{ledger: l, ids: finding.NewIDs(key), steps: "one pepper", now: day2026(6)}
	t.Cleanup(h.Close)
	return h
}

// TestPairName: a verdict is remembered for exactly what was verified.
func TestPairName(t *testing.T) {
	t.Parallel()
	h := newHistory(t)
	account := index.Account{ID: "u1", StoredHash: "$made$up"}
	stepped, changed, tagged, retagged := account, account, account, account
	tagged.CredentialTag, retagged.CredentialTag = "8:a3", "8:a4"
	stepped.HashSteps, changed.StoredHash = 1, "$made$up$again"
	other := &History{ledger: h.ledger, ids: h.ids, steps: "another pepper"}
	plain, digest := &pair.Pair{Secret: []byte("Made-Up-1")}, &pair.Pair{Secret: []byte("Made-Up-1"), Digest: true}
	c := h.Credential(&account)
	seen := map[ledger.Name]string{}
	for name, pair := range map[string]ledger.Name{
		"plain": h.pairName(c, &account, plain), "digest": h.pairName(c, &account, digest),
		"steps": h.pairName(c, &stepped, plain), "other steps": other.pairName(c, &stepped, plain),
		"tagged": h.pairName(c, &tagged, plain), "other tag": h.pairName(c, &retagged, plain),
		"changed hash": h.pairName(h.Credential(&changed), &changed, plain),
	} {
		if have, ok := seen[pair]; ok {
			t.Errorf("%s and %s have one name", name, have)
		}
		seen[pair] = name
	}
	if other.pairName(c, &account, plain) != h.pairName(c, &account, plain) {
		t.Error("an account without steps depends on them")
	}
}

func TestMergeSources(t *testing.T) {
	t.Parallel()
	shop := ledger.Source{Name: "shop", Kind: "unknown", FirstSeen: day2026(1)}
	forum := ledger.Source{Name: "forum", Kind: "site_breach", FirstSeen: day2026(1)}
	corrected := ledger.Source{Name: "shop", Kind: "stealer_log", LeakedOn: day2026(2), FirstSeen: day2026(3)}
	got := mergeSources([]ledger.Source{shop, forum}, []ledger.Source{corrected})
	corrected.FirstSeen = day2026(1)
	if !slices.Equal(got, []ledger.Source{forum, corrected}) {
		t.Errorf("got %+v", got)
	}
}

// A finding that a state of earlier rules holds is met by its pair all the same, and goes on under the rules of today.
func TestIsConfirmed_of_earlier_rules(t *testing.T) {
	t.Parallel()
	h := newHistory(t)
	account := index.Account{ID: "u1", StoredHash: "$made$up", PasswordChangedAt: day2026(2)}
	p, other := &pair.Pair{Secret: []byte("Made-Up-1")}, &pair.Pair{Secret: []byte("Made-Up-2")}
	c := h.Credential(&account)
	record := &ledger.Finding{Pair: h.pairNameUnder("2", c, &account, p)}
	if h.isConfirmed(record, h.pairName(c, &account, other), c, &account, other) {
		t.Error("another password is taken for the confirmed one")
	}
	name := h.pairName(c, &account, p)
	if !h.isConfirmed(record, name, c, &account, p) || record.Pair != name {
		t.Error("the confirmed password is not known again")
	}
	if record.Secret != h.ledger.Secret("u1", false, p.Secret) || !record.ChangedAt.Equal(day2026(2)) {
		t.Error("the record does not know its password for the time when the hash changes")
	}
}
