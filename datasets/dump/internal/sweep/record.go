package sweep

import (
	"bytes"
	"sort"
)

// maxAtoms bounds how far a record is followed on each side: tables of that many columns are no list of
// users.
const maxAtoms = 256

// record is a range of atoms.
type record struct {
	from, to int
	cut      bool // by maxAtoms or Reach
}

// atomOf returns the atom that a hit stands in, -1 without one.
func (w *window) atomOf(h *hit) int {
	k := sort.Search(len(w.atoms), func(i int) bool { return w.atoms[i].raw1 > h.start })
	if k == len(w.atoms) || w.atoms[k].raw0 > h.start {
		return -1
	}
	return k
}

// place is where the border between two addresses may be.
type place struct {
	border
	first, last int // atoms before which it stands
	count       int
}

// between returns the strongest gap after atom i, up to atom j.
func (w *window) between(i, j int) (p place) {
	for n := i + 1; n <= j; n++ {
		switch b := w.atoms[n].border(); {
		case p.count == 0 || b.low < p.low || b.low == p.low && b.rank > p.rank:
			p = place{b, n, n, 1}
		case b == p.border:
			p.last = n
			p.count++
		}
	}
	w.steps += int64(j - i)
	if p.rank == rankBlank && p.count > 1 {
		return w.ruled(i, j, p)
	}
	return p
}

// ruled prefers the one ruled line between two addresses to several blank ones.
func (w *window) ruled(i, j int, blank place) place {
	p := place{}
	for n := i + 1; n <= j; n++ {
		if b := w.atoms[n].border(); b.low == blank.low && b.rank == rankRule {
			p.border, p.last = b, n
			if p.count++; p.count == 1 {
				p.first = n
			}
		}
	}
	if p.count == 1 {
		return p
	}
	return blank
}

// bounds finds the record that atom k, an address, belongs to.
func (w *window) bounds(k int, same func(i int) bool) record {
	lo, hi := w.reach(k)
	left, right := w.neighbour(k, -1, lo, same), w.neighbour(k, 1, hi, same)
	r := record{from: lo, to: hi + 1}
	joined := false
	for right <= hi && w.joins(k, right) {
		joined = true
		right = w.neighbour(right, 1, hi, same)
	}
	for left >= lo && w.joins(left, k) {
		joined = true
		left = w.neighbour(left, -1, lo, same)
	}
	var at place
	if left >= lo {
		at = w.between(left, k)
	}
	if right <= hi {
		p := w.between(k, right)
		switch {
		case at.count == 0 || !p.border.atLeast(at.border):
			at = p
		case p.border == at.border: // where it stands once, it parts single records
			at.count = min(at.count, p.count)
		}
	}
	if joined { // addresses that share a row share no more
		if row := (border{w.atoms[k].depth - 1, 0}); at.count == 0 || at.border.atLeast(row) {
			at = place{border: row, count: 1}
		}
		if line := (border{w.atoms[k].depth, rankLine}); w.atoms[k].depth == 0 && at.border.atLeast(line) {
			at = place{border: line, count: 1}
		}
	}
	switch {
	case at.count == 0:
		r.cut = w.isCut(lo, hi)
		return r
	case at.count > 1:
		return w.resolve(k, lo, hi, at.border)
	}
	return w.within(k, lo, hi, at.border)
}

// reach returns the first and the last atom that are looked at.
func (w *window) reach(k int) (lo, hi int) {
	lo, hi = k, k
	a := &w.atoms[k]
	for lo > 0 && k-lo < maxAtoms && a.raw0-w.atoms[lo-1].raw0 <= Reach {
		lo--
	}
	for hi+1 < len(w.atoms) && hi-k < maxAtoms && w.atoms[hi+1].raw1-a.raw1 <= Reach {
		hi++
	}
	w.steps += int64(hi - lo)
	return lo, hi
}

func (w *window) isCut(lo, hi int) bool {
	return lo > 0 || w.lo > w.least || hi+1 < len(w.atoms) || w.hi < w.most
}

// neighbour returns the next atom with another address in it, or one beyond the last.
func (w *window) neighbour(k, step, last int, same func(i int) bool) int {
	i := k + step
	for ; i*step <= last*step; i += step {
		if w.atoms[i].hit >= 0 && !same(i) {
			break
		}
	}
	return i
}

// joins reports whether two addresses belong to one record: nothing stands between them in a line or
// row, or they are the values of different names in one bracket.
func (w *window) joins(i, j int) bool {
	a, b := &w.atoms[i], &w.atoms[j]
	if j == i+1 && b.depth == a.depth && b.low == a.depth && b.rank < rankLine && !b.key && !b.broken {
		return true
	}
	p := w.between(i, j)
	if p.low != a.depth || a.depth != b.depth || p.rank > rankLine || a.depth == 0 && p.rank == rankLine {
		return false
	}
	first, second := w.label(i), w.label(j)
	return first != nil && second != nil && isName(first) && isName(second) &&
		string(squeeze(nil, first)) != string(squeeze(nil, second))
}

// within returns the atoms around k up to the nearest gaps of a strength.
func (w *window) within(k, lo, hi int, b border) record {
	r := record{from: k, to: k + 1}
	for r.from > lo && !w.atoms[r.from].border().atLeast(b) {
		r.from--
	}
	for r.to <= hi && !w.atoms[r.to].border().atLeast(b) {
		r.to++
	}
	r.cut = r.from == lo && lo > 0 && !w.atoms[lo].border().atLeast(b) || r.to > hi && hi+1 < len(w.atoms)
	w.steps += int64(r.to - r.from)
	return r
}

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
			(i+1 == to || !w.atoms[i+1].key) {
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
			label := squeeze(nil, line[:cut])
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

// firstRepeated returns the first label that occurs again; an address before it speaks against labels.
func firstRepeated(items []item) []byte {
	const most = 16 // labels of a record
	for i := range items[:min(len(items), most)] {
		if items[i].address && items[i].label == nil {
			return nil
		}
		if items[i].label != nil && repeats(items, i) {
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
	// A record has one address of a label; two mean that the first label is not what begins it.
	for i := from; i < to; i++ {
		if i != x && items[i].address && (items[i].label == nil || bytes.Equal(items[i].label, items[x].label)) {
			return 0, 0, false
		}
	}
	return from, to, true
}

func repeats(items []item, i int) bool {
	for _, it := range items[i+1:] {
		if bytes.Equal(it.label, items[i].label) {
			return true
		}
	}
	return false
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
