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
	place map[*dumpFacts]int
	size  []int // pairs of each dump
	both  map[[2]int]int
	equal map[[2]int]bool // byte by byte: every file of the one is in the other
}

// repeats looks at all pairs once.
func (s *screened) repeats(pairs []*pair) *repeats {
	r := &repeats{
		place: make(map[*dumpFacts]int), size: make([]int, len(s.dumps)),
		both: make(map[[2]int]int), equal: make(map[[2]int]bool),
	}
	for i, d := range s.dumps {
		r.place[d] = i
	}
	r.compareFiles(s)
	for _, p := range pairs {
		dumps := s.dumpsOf(p)
		for i, a := range dumps {
			r.size[r.place[a]]++
			for _, b := range dumps[:i] {
				r.both[r.key(a, b)]++
			}
		}
	}
	return r
}

func (r *repeats) key(a, b *dumpFacts) [2]int {
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
			r.equal[r.key(dumps[0], dumps[1])] = true
		}
	}
}

// repeat reports whether one of two dumps repeats the other.
func (r *repeats) repeat(a, b *dumpFacts) bool {
	key := r.key(a, b)
	smaller := min(r.size[key[0]], r.size[key[1]])
	return r.equal[key] ||
		smaller >= repeatedPairs && float64(r.both[key]) >= repeatedShare*float64(smaller)
}

// independent counts dumps that do not repeat each other, the smaller ones first: a collection repeats what
// it was made of, but its parts do not repeat each other.
func (r *repeats) independent(dumps []*dumpFacts) int {
	dumps = slices.SortedFunc(slices.Values(dumps), func(a, b *dumpFacts) int {
		i, j := r.place[a], r.place[b]
		return cmp.Or(cmp.Compare(r.size[i], r.size[j]), cmp.Compare(i, j))
	})
	var kept []*dumpFacts
	for _, d := range dumps {
		if !slices.ContainsFunc(kept, func(k *dumpFacts) bool { return r.repeat(d, k) }) {
			kept = append(kept, d)
		}
	}
	return len(kept)
}

// crowds counts, for each password that opened an account, the accounts that were met with it.
func crowds(pairs []*pair, findings []finding) map[string]int {
	counts := make(map[string]int, len(findings))
	for i := range findings {
		counts[string(findings[i].pair.secret)] = 0
	}
	for _, p := range pairs {
		if n, ok := counts[string(p.secret)]; ok {
			counts[string(p.secret)] = n + 1
		}
	}
	return counts
}
