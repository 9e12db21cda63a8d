package sweep

import (
	"bytes"
	"sort"

	"github.com/credsieve/credsieve/datasets/dump/internal/sweep/wording"
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
	if p.low != a.depth || a.depth != b.depth || p.rank > rankLine ||
		p.rank == rankLine && (a.in == 0 || a.in == '<') { // a tag may be somebody's name in a chat
		return false
	}
	first, second := w.label(i), w.label(j)
	if first == nil || second == nil || !wording.IsName(first) || !wording.IsName(second) {
		return false
	}
	x, y := wording.Squeeze(nil, lastWord(first)), wording.Squeeze(nil, lastWord(second))
	return !bytes.Equal(x, y) && !bytes.Equal(wording.Squeeze(nil, first), wording.Squeeze(nil, second))
}

// lastWord returns the end of a label: what stands before it may be the value of another.
func lastWord(label []byte) []byte { return label[bytes.LastIndexByte(label, ' ')+1:] }

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
