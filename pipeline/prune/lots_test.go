package prune

import (
	"testing"

	"github.com/credsieve/credsieve/pipeline/internal/workplace"
	"github.com/credsieve/credsieve/pipeline/pair"
)

// TestLots: about one account in so many is asked, of a small index each, and all who hold the key draw the same.
func TestLots(t *testing.T) {
	t.Parallel()
	key := workplace.NewKey(t)
	for _, rows := range []int64{0, 1, AskedAccounts} {
		if l := NewLots(key, rows, AskedAccounts); !l.Asked(0) || !l.Asked(AskedAccounts-1) {
			t.Errorf("of %d accounts not all are asked", rows)
		}
	}
	l, other := NewLots(key, 10*AskedAccounts, AskedAccounts), NewLots(key, 10*AskedAccounts, AskedAccounts)
	foreign := NewLots(workplace.NewKey(t), 10*AskedAccounts, AskedAccounts)
	asked, same := 0, 0
	for row := range uint32(10 * AskedAccounts) {
		if l.Asked(row) != other.Asked(row) {
			t.Fatalf("account %d is asked by one of two", row)
		}
		if l.Asked(row) {
			asked++
			if foreign.Asked(row) {
				same++
			}
		}
	}
	if asked < AskedAccounts*9/10 || asked > AskedAccounts*11/10 || same > asked/5 {
		t.Errorf("%d are asked, want about %d; %d of them under another key", asked, AskedAccounts, same)
	}
	p := &pair.Pair{Account: 7, Secret: []byte("Made-Up-1")}
	seen := map[uint64]bool{l.of(p): true}
	if !seen[other.of(p)] {
		t.Error("two draw differently")
	}
	for _, q := range []*pair.Pair{{Account: 8, Secret: p.Secret}, {Account: 7, Secret: []byte("Made-Up-2")}, {Account: 7, Secret: p.Secret, Digest: true}} {
		if seen[l.of(q)] {
			t.Errorf("%+v has the lot of another", q)
		}
		seen[l.of(q)] = true
	}
}
