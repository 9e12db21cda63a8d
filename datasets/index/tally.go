package index

import (
	"encoding/binary"
	"slices"

	"github.com/credsieve/credsieve/datasets/accounts"
	"github.com/credsieve/credsieve/hashing"
)

// tally is what a build counts.
type tally struct {
	accounts, noPassword, rejected, canaries int64
	byStatus                                 [len(statuses)]int64 // but active accounts
	byKind                                   [hashing.KindPhone + 1]int64
	unusable                                 int64
	added, changed, updated, carried         int64
	costs                                    map[ClassMeta]*int64
	last                                     ClassMeta // counted last, and its number in costs
	lastCount                                *int64
	rejects                                  []RejectedRow // the first of them
	hashes                                   []accounts.Unusable
}

func (t *tally) reject(row int64, reason string) {
	t.rejected++
	if len(t.rejects) < maxRejected {
		t.rejects = append(t.rejects, RejectedRow{Row: row, Reason: reason})
	}
}

// noteHash counts a stored hash that cannot be verified, with the reason in words.
func (t *tally) noteHash(class ClassMeta, words string, row int64) {
	if class.Cause == "" || class.Cause == string(CauseNoPassword) {
		return
	}
	reason := "cannot be verified: " + class.Cause
	if words != "" {
		reason += ", " + words
	}
	t.addHashes(accounts.Unusable{Column: hashColumn, Reason: reason, Count: 1, Rows: []int64{row}})
}

// hashColumn is what the summary calls the stored hashes, whatever their column is called.
const hashColumn = "password_hash"

const (
	maxHashReasons = 100
	maxRowsNamed   = 5
)

func (t *tally) addHashes(u accounts.Unusable) {
	i := slices.IndexFunc(t.hashes, func(h accounts.Unusable) bool { return h.Reason == u.Reason })
	switch {
	case i >= 0:
		t.hashes[i].Count += u.Count
		room := min(len(u.Rows), maxRowsNamed-len(t.hashes[i].Rows))
		t.hashes[i].Rows = append(t.hashes[i].Rows, u.Rows[:room]...)
	case len(t.hashes) < maxHashReasons:
		u.Rows = slices.Clone(u.Rows)
		t.hashes = append(t.hashes, u)
	}
}

// cost counts accounts of a class. Nearly all are of the same one, and to find it in the map each
// time would take a tenth of a build that carries over.
func (t *tally) cost(class ClassMeta, n int64) {
	if t.lastCount == nil || t.last != class {
		count, ok := t.costs[class]
		if !ok {
			count = new(int64)
			t.costs[class] = count
		}
		t.last, t.lastCount = class, count
	}
	*t.lastCount += n
}

func (t *tally) add(o *tally) {
	t.accounts += o.accounts
	t.noPassword += o.noPassword
	t.rejected += o.rejected
	t.canaries += o.canaries
	for i, n := range o.byStatus {
		t.byStatus[i] += n
	}
	for i, n := range o.byKind {
		t.byKind[i] += n
	}
	t.unusable += o.unusable
	t.added += o.added
	t.changed += o.changed
	t.updated += o.updated
	t.carried += o.carried
	for class, n := range o.costs {
		t.cost(class, *n)
	}
	for _, u := range o.hashes {
		t.addHashes(u)
	}
	t.rejects = append(t.rejects, o.rejects[:min(len(o.rejects), maxRejected-len(t.rejects))]...)
}

// indexed counts an account that has a row.
func (t *tally) indexed(class ClassMeta, counts [countsSize]byte) {
	t.cost(class, 1)
	for i, kind := range countedKinds {
		t.byKind[kind] += int64(binary.LittleEndian.Uint16(counts[2*i:]))
	}
	t.unusable += int64(binary.LittleEndian.Uint16(counts[2*len(countedKinds):]))
}

// countedKinds is the order of the numbers in the column of counts.
var countedKinds = [...]hashing.Kind{hashing.KindEmail, hashing.KindUsername, hashing.KindPhone}
