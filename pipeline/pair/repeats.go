package pair

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

// Repeats knows which dumps repeat each other.
type Repeats struct {
	place map[string]int // of each dump, by name
	size  []int          // pairs of each dump
	both  map[[2]int]int
	equal map[[2]int]bool // byte by byte: every file of the one is in the other
}

// NewRepeats returns what is known of inputs that were read to their ends, before any pair: which files are equal.
func NewRepeats(in *Inputs) *Repeats {
	r := &Repeats{
		place: make(map[string]int), size: make([]int, len(in.Dumps)),
		both: make(map[[2]int]int), equal: make(map[[2]int]bool),
	}
	for i, d := range in.Dumps {
		r.place[d.Name] = i
	}
	r.compareFiles(in.List)
	return r
}

// Add takes in the dumps that hold one pair.
func (r *Repeats) Add(dumps []*Dump) {
	for i, a := range dumps {
		r.size[r.place[a.Name]]++
		for _, b := range dumps[:i] {
			r.both[r.key(a.Name, b.Name)]++
		}
	}
}

func (r *Repeats) key(a, b string) [2]int {
	i, j := r.place[a], r.place[b]
	return [2]int{min(i, j), max(i, j)}
}

// compareFiles notes the dumps of which every file is also in another: too small a list has too few pairs.
func (r *Repeats) compareFiles(inputs []Input) {
	files := make(map[*Dump]int)
	holders := make(map[string][]*Dump)
	for i := range inputs {
		in := &inputs[i]
		files[in.Dump]++
		if sum := in.Report.SHA256; sum != "" && !slices.Contains(holders[sum], in.Dump) {
			holders[sum] = append(holders[sum], in.Dump)
		}
	}
	shared := make(map[[2]*Dump]int)
	for i := range inputs {
		in := &inputs[i]
		for _, other := range holders[in.Report.SHA256] {
			if other != in.Dump {
				shared[[2]*Dump{in.Dump, other}]++
			}
		}
	}
	for dumps, n := range shared {
		if n == files[dumps[0]] {
			r.equal[r.key(dumps[0].Name, dumps[1].Name)] = true
		}
	}
}

// Merge takes in what another Repeats of the same inputs knows of other pairs. It is associative and commutative.
func (r *Repeats) Merge(other *Repeats) {
	for i, n := range other.size {
		r.size[i] += n
	}
	for key, n := range other.both {
		r.both[key] += n
	}
}

// repeat reports whether one of two dumps repeats the other. Nothing is known of one that this run did not read.
func (r *Repeats) repeat(a, b string) bool {
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

// Independent counts dumps, by name, that do not repeat each other, the smaller ones first: a collection repeats
// what it was made of, but its parts do not repeat each other.
func (r *Repeats) Independent(names []string) int {
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
