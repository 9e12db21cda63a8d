package pipeline

import (
	"cmp"
	"slices"
)

// Two dumps repeat each other when, among the pairs that met accounts of ours, the smaller has at least
// repeatedPairs and shares this part of them with the other: a list that was repackaged under another name is
// no second source. Real leaks of different services share what users reuse, which is far less.
const (
	repeatedShare = 0.8
	repeatedPairs = 20
)

// repeats knows which dumps repeat each other.
type repeats struct {
	place map[string]int // of each dump, by name
	size  []int          // pairs of each dump
	both  map[[2]int]int
	equal map[[2]int]bool // byte by byte: every file of the one is in the other
}

func newRepeats(s *screened) *repeats {
	r := &repeats{
		place: make(map[string]int), size: make([]int, len(s.dumps)),
		both: make(map[[2]int]int), equal: make(map[[2]int]bool),
	}
	for i, d := range s.dumps {
		r.place[d.name] = i
	}
	r.compareFiles(s)
	return r
}

// add takes in the dumps that hold one pair.
func (r *repeats) add(dumps []*dumpFacts) {
	for i, a := range dumps {
		r.size[r.place[a.name]]++
		for _, b := range dumps[:i] {
			r.both[r.key(a.name, b.name)]++
		}
	}
}

func (r *repeats) key(a, b string) [2]int {
	i, j := r.place[a], r.place[b]
	return [2]int{min(i, j), max(i, j)}
}

// compareFiles notes the dumps of which every file is also in another: too small a list has too few pairs.
func (r *repeats) compareFiles(s *screened) {
	files := make(map[*dumpFacts]int)
	holders := make(map[string][]*dumpFacts)
	for i := range s.inputs {
		in := &s.inputs[i]
		files[in.dump]++
		if sum := in.report.SHA256; sum != "" && !slices.Contains(holders[sum], in.dump) {
			holders[sum] = append(holders[sum], in.dump)
		}
	}
	shared := make(map[[2]*dumpFacts]int)
	for i := range s.inputs {
		in := &s.inputs[i]
		for _, other := range holders[in.report.SHA256] {
			if other != in.dump {
				shared[[2]*dumpFacts{in.dump, other}]++
			}
		}
	}
	for dumps, n := range shared {
		if n == files[dumps[0]] {
			r.equal[r.key(dumps[0].name, dumps[1].name)] = true
		}
	}
}

// repeat reports whether one of two dumps repeats the other. Nothing is known of one that this run did not read.
func (r *repeats) repeat(a, b string) bool {
	_, knownA := r.place[a]
	_, knownB := r.place[b]
	if !knownA || !knownB {
		return false
	}
	key := r.key(a, b)
	smaller := min(r.size[key[0]], r.size[key[1]])
	return r.equal[key] ||
		smaller >= repeatedPairs && float64(r.both[key]) >= repeatedShare*float64(smaller)
}

// independent counts dumps, by name, that do not repeat each other, the smaller ones first: a collection repeats
// what it was made of, but its parts do not repeat each other.
func (r *repeats) independent(names []string) int {
	size := func(name string) int {
		if i, ok := r.place[name]; ok {
			return r.size[i]
		}
		return 0
	}
	names = slices.SortedFunc(slices.Values(names), func(a, b string) int {
		return cmp.Or(cmp.Compare(size(a), size(b)), cmp.Compare(a, b))
	})
	var kept []string
	for _, name := range names {
		if !slices.ContainsFunc(kept, func(k string) bool { return r.repeat(name, k) }) {
			kept = append(kept, name)
		}
	}
	return len(kept)
}
