package pipeline

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/datasets/ledger"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/pipeline/pair"
)

func newMemory(t *testing.T) *memory {
	t.Helper()
	key, err := hashing.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	l, err := ledger.Open(filepath.Join(t.TempDir(), "state"), key, day2026(6))
	if err != nil {
		t.Fatal(err)
	}
	m := &memory{ledger: l, names: newFingerprints(key), steps: "one pepper", now: day2026(6)}
	t.Cleanup(m.close)
	return m
}

// TestPairName: a verdict is remembered for exactly what was verified.
func TestPairName(t *testing.T) {
	m := newMemory(t)
	account := index.Account{ID: "u1", StoredHash: "$made$up"}
	stepped, changed, tagged, retagged := account, account, account, account
	tagged.CredentialTag, retagged.CredentialTag = "8:a3", "8:a4"
	stepped.HashSteps, changed.StoredHash = 1, "$made$up$anew"
	other := *m
	other.steps = "another pepper"
	plain, digest := &pair.Pair{Secret: []byte("Made-Up-1")}, &pair.Pair{Secret: []byte("Made-Up-1"), Digest: true}
	c := m.credential(&account)
	seen := map[ledger.Name]string{}
	for name, pair := range map[string]ledger.Name{
		"plain": m.pairName(c, &account, plain), "digest": m.pairName(c, &account, digest),
		"steps": m.pairName(c, &stepped, plain), "other steps": other.pairName(c, &stepped, plain),
		"tagged": m.pairName(c, &tagged, plain), "other tag": m.pairName(c, &retagged, plain),
		"changed hash": m.pairName(m.credential(&changed), &changed, plain),
	} {
		if have, ok := seen[pair]; ok {
			t.Errorf("%s and %s have one name", name, have)
		}
		seen[pair] = name
	}
	if other.pairName(c, &account, plain) != m.pairName(c, &account, plain) {
		t.Error("an account without steps depends on them")
	}
}

func TestMergeSources(t *testing.T) {
	shop := ledger.Source{Name: "shop", Kind: "unknown", FirstSeen: day2026(1)}
	forum := ledger.Source{Name: "forum", Kind: "site_breach", FirstSeen: day2026(1)}
	corrected := ledger.Source{Name: "shop", Kind: "stealer_log", LeakedOn: day2026(2), FirstSeen: day2026(3)}
	got := mergeSources([]ledger.Source{shop, forum}, []ledger.Source{corrected})
	corrected.FirstSeen = day2026(1)
	if !slices.Equal(got, []ledger.Source{forum, corrected}) {
		t.Errorf("got %+v", got)
	}
	e := evidenceOf(got)
	if !slices.Equal(e.sources, []string{"forum", "shop"}) || !e.last.Equal(day2026(2)) || len(e.kinds) != 2 {
		t.Errorf("evidence %+v", e)
	}
}

// TestClassOf: a better score is never in a worse class, and what an earlier run left comes before all else.
func TestClassOf(t *testing.T) {
	last := 0
	for score := 12.0; score > -30; score -= 0.25 {
		class := classOf(score)
		if class < last || class < classes/2 || class >= classes {
			t.Fatalf("score %v is in class %d after %d", score, class, last)
		}
		last = class
		if left := classOf(score + yieldOpen); left != class-classes/2 {
			t.Fatalf("score %v, left open: class %d", score, left)
		}
	}
	if cheap, dear := worth(&index.Account{}, time.Millisecond), worth(&index.Account{}, time.Second); cheap <= dear {
		t.Errorf("a dear verification is worth %v, a cheap one %v", dear, cheap)
	}
}
