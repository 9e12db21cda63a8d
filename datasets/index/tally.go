package index

import (
	"encoding/binary"

	"github.com/credsieve/credsieve/hashing"
)

// tally is what a build counts.
type tally struct {
	accounts, noPassword, rejected, canaries int64
	byKind                                   [hashing.KindPhone + 1]int64
	unusable                                 int64
	added, changed, updated, carried         int64
	costs                                    map[ClassMeta]*int64
	last                                     ClassMeta // counted last, and its number in costs
	lastCount                                *int64
	rejects                                  []RejectedRow // the first of them
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
