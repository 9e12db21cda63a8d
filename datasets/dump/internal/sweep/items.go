package sweep

import (
	"bytes"
	"slices"
	"sort"

	"github.com/credsieve/credsieve/datasets/dump/internal/sweep/wording"
)

// item is a part of a container: what stands between two gaps of one strength.
type item struct {
	from, to int
	address  bool
	complete bool // an address with a text of its own beside it
	label    []byte
	end      border
}

// resolve finds the record among items, of which several stand between two addresses.
func (w *window) resolve(k, lo, hi int, b border) record {
	stronger := border{b.low, b.rank + 1}
	whole := w.within(k, lo, hi, stronger)
	own := w.within(k, lo, hi, b)
	items, x := w.items(whole, k, b)
	cutLeft := whole.from == lo && (lo > 0 || w.lo > w.least) && !w.atoms[lo].border().atLeast(stronger)
	cutRight := whole.to > hi && (hi+1 < len(w.atoms) || w.hi < w.most)
	if items[x].complete {
		return own
	}
	items, x = incomplete(items, x)
	cutLeft, cutRight = cutLeft && items[0].from == whole.from, cutRight && items[len(items)-1].to == whole.to
	if from, to, ok := byLabels(items, x, w.firstLabel(whole, items, b, cutLeft)); ok {
		return record{items[from].from, items[to-1].to, whole.cut}
	}
	if cutLeft && b.rank == rankLine && w.beginsWithAddress(items) {
		places, me := addresses(items, x)
		to := len(items)
		if me+1 < len(places) {
			to = places[me+1]
		}
		return record{items[x].from, items[to-1].to, whole.cut}
	}
	if count(items) == 1 {
		return record{items[0].from, items[len(items)-1].to, whole.cut}
	}
	if from, to, ok := byDistance(items, x, cutLeft, cutRight); ok {
		return record{items[from].from, items[to-1].to, whole.cut}
	}
	const rowAddresses = 4 // in one tuple: several columns hold some
	if in := w.atoms[k].in; in == '(' && b.low == w.atoms[k].depth && b.rank < rankLine &&
		count(items) <= rowAddresses {
		return whole
	}
	return own
}

func count(items []item) (n int) {
	for _, it := range items {
		if it.address {
			n++
		}
	}
	return n
}

// items splits a range at gaps of a strength. It returns the place of atom k among them.
func (w *window) items(r record, k int, b border) (items []item, x int) {
	items = w.list[:0]
	for i := r.from; i < r.to; {
		it := w.itemAt(i, r.to, b)
		if it.from <= k && k < it.to {
			x = len(items)
		}
		items = append(items, it)
		i = it.to
	}
	w.list = items
	w.steps += int64(len(items))
	return items, x
}

// itemAt returns the item that begins with an atom. It is remembered, for the next address asks for
// nearly the same ones.
func (w *window) itemAt(i, last int, b border) item {
	if known := &w.known[i]; known.to > 0 && known.end == b && known.to <= last {
		return *known
	}
	it := item{from: i, to: i, end: b}
	for it.to < last && (it.to == i || !w.atoms[it.to].border().atLeast(b)) {
		it.address = it.address || w.atoms[it.to].hit >= 0
		it.to++
	}
	var after int
	it.label, after = w.keyOf(it.from, it.to)
	it.complete = it.address && w.isComplete(after, it.to)
	w.steps += 2 * int64(it.to-it.from)
	if it.to < last {
		w.known[i] = it
	}
	return it
}

// isComplete reports whether there is more than an address among the atoms of an item: a text that could
// be a password.
func (w *window) isComplete(from, to int) bool {
	const short = 4
	for i := from; i < to; i++ {
		if text := w.atomText(i); w.atoms[i].hit < 0 && len(text) >= short && !isWeak(text) &&
			(i+1 == to || !w.atoms[i+1].key || w.atoms[i].key && w.atoms[i].quote != 0) {
			return true
		}
	}
	return false
}

// incomplete returns the items around x up to those that are records of their own.
func incomplete(items []item, x int) ([]item, int) {
	from, to := x, x+1
	for from > 0 && !items[from-1].complete {
		from--
	}
	for to < len(items) && !items[to].complete {
		to++
	}
	return items[from:to], x - from
}

// firstLabel returns the label that the first record of a container begins with, nil when that is not
// known.
func (w *window) firstLabel(whole record, items []item, b border, cutLeft bool) []byte {
	if !cutLeft {
		return firstRepeated(items)
	}
	if b.low != w.atoms[whole.from].depth || b.rank != rankLine {
		return nil
	}
	return w.paragraphLabel(int(w.atoms[whole.from].raw0), items)
}

// paragraphLabel looks further back than the window: to the first lines below a blank or ruled one.
func (w *window) paragraphLabel(at int, items []item) []byte {
	w.advance(at)
	const lines = 8
	from := w.paragraph
	for range lines {
		end := bytes.IndexByte(w.text[from:], '\n')
		if end < 0 || from >= at {
			return nil
		}
		line := w.text[from : from+min(end, 2*maxLabel)]
		if cut := bytes.IndexAny(line, ":=|\t"); cut > 0 {
			label := wording.Squeeze(nil, line[:cut])
			for i := range items {
				if len(label) > 0 && bytes.Equal(items[i].label, label) {
					return label
				}
			}
		}
		from += end + 1
	}
	return nil
}

// advance notes where the paragraph begins that holds a place. Places come in order, so no line is looked
// at twice.
func (w *window) advance(at int) {
	hi := w.hi
	w.hi = w.most
	defer func() { w.hi = hi }()
	for w.lineAt < at {
		if w.lineAt > w.least {
			if end, rank := w.lineRank(w.lineAt); rank >= rankRule {
				w.steps += int64(end - w.lineAt)
				w.lineAt, w.paragraph = end, end
				continue
			}
		}
		end := bytes.IndexByte(w.text[w.lineAt:], '\n')
		if end < 0 {
			end = len(w.text) - w.lineAt - 1
		}
		w.steps += int64(end+1) / 8
		w.lineAt += end + 1
	}
}

// firstRepeated returns the first label that occurs again; an address before it speaks against labels. So do texts
// without a label before an address, where such texts also stand between it and the next one: they may be of either.
func firstRepeated(items []item) []byte {
	const most = 16 // labels of a record
	for i := range items[:min(len(items), most)] {
		if items[i].address && items[i].label == nil {
			return nil
		}
		if items[i].label != nil && repeats(items, i) {
			if items[i].address && i > 0 && hasUnlabelled(items[:i]) && hasUnlabelled(items[i+1:nextOf(items, i)]) {
				return nil
			}
			return items[i].label
		}
	}
	return nil
}

// byLabels knows records of labelled lines: each begins with the label that the first one begins with.
func byLabels(items []item, x int, first []byte) (from, to int, ok bool) {
	if first == nil {
		return 0, 0, false
	}
	from = x
	for from > 0 && !bytes.Equal(items[from].label, first) {
		from--
	}
	if !bytes.Equal(items[from].label, first) {
		return 0, 0, false
	}
	to = x + 1
	for to < len(items) && !bytes.Equal(items[to].label, first) {
		to++
	}
	// A record has one address of a label; two mean that the first label is not what begins it, and so does one whose
	// label names nobody: it may be a password.
	for i := from; i < to; i++ {
		if i != x && items[i].address && (bytes.Equal(items[i].label, items[x].label) || !wording.IsName(items[i].label)) {
			return 0, 0, false
		}
	}
	return from, to, true
}

func repeats(items []item, i int) bool { return nextOf(items, i) < len(items) }

// nextOf returns where the label of item i stands again, the number of items where it does not.
func nextOf(items []item, i int) int {
	for n := i + 1; n < len(items); n++ {
		if bytes.Equal(items[n].label, items[i].label) {
			return n
		}
	}
	return len(items)
}

func hasUnlabelled(items []item) bool {
	return slices.ContainsFunc(items, func(it item) bool { return it.label == nil })
}

// beginsWithAddress reports whether the paragraph that lines belong to begins with a line that is an
// address.
func (w *window) beginsWithAddress(items []item) bool {
	w.advance(int(w.atoms[items[0].from].raw0))
	n := sort.Search(len(w.hits), func(i int) bool { return int(w.hits[i].start) >= w.paragraph })
	if n == len(w.hits) {
		return false
	}
	end := int(w.hits[n].end)
	return len(bytes.TrimSpace(w.text[w.paragraph:w.hits[n].start])) == 0 &&
		(end == w.most || w.text[end] == '\n' || w.text[end] == '\r')
}

// byDistance knows records of as many items each, and items of which the first, or the last, is an
// address. Where the list is cut off, less is known of it.
func byDistance(items []item, x int, cutLeft, cutRight bool) (from, to int, ok bool) {
	places, me := addresses(items, x)
	n, k := len(items), len(places)
	if k < 2 {
		return 0, 0, false
	}
	d, even := places[1]-places[0], true
	for i := 1; i < k; i++ {
		even = even && places[i]-places[i-1] == d
	}
	first := !cutLeft && places[0] == 0 && places[k-1] < n-1
	switch {
	case even && d > 1 && n == k*d && places[0] < d && !cutLeft && !cutRight:
		return me * d, (me + 1) * d, true
	case first && me+1 < k:
		return x, places[me+1], true
	case first:
		return x, min(n, x+d), true
	case even && places[0] == d-1 && places[k-1] == n-1 && !cutLeft && !cutRight:
		return max(0, x+1-d), x + 1, true
	}
	return 0, 0, false
}

func addresses(items []item, x int) (places []int, me int) {
	for i := range items {
		if items[i].address {
			if i == x {
				me = len(places)
			}
			places = append(places, i)
		}
	}
	return places, me
}
