package pair

import (
	"cmp"
	"slices"
	"strings"
)

// Two dumps repeat each other when the same pairs of both met accounts of ours, or when the smaller has at least
// repeatedPairs of them and shares this part with the other: a list that was repackaged under another name is
// no second source. Real leaks of different services share what users reuse, which is far less.
const (
	repeatedShare = 0.8
	repeatedPairs = 20
)

// What is known of dumps must not cost their number squared, for whoever drops files decides on that.
const (
	// wideDumps is how many dumps of different files may hold a pair that is counted for each two of them. What
	// more hold is everybody's: dumps that hold little else repeat each other.
	wideDumps = 32
	// enoughIndependent is where Independent stops to count: nothing depends on more.
	enoughIndependent = 16
)

// Repeats knows which dumps repeat each other.
type Repeats struct {
	place map[string]int // of each dump, by name
	size  []int          // pairs of each dump
	wide  []int          // those of them that more than wideDumps hold
	both  map[[2]int]int // by class
	class []int          // the first dump that consists of the same files, byte by byte
	files [][]string     // of each class, their digests as far as known, in order, each once
	whole []bool         // all of them are known

	seen  []int // by class: the call of Add that met it last
	calls int

	proven bool // of confirmed pairs only: too few to say that two dumps are the same
}

// NewRepeats returns what is known of inputs that were read to their ends, before any pair: which files are equal.
func NewRepeats(in *Inputs) *Repeats {
	n := len(in.Dumps)
	r := &Repeats{
		place: make(map[string]int, n), size: make([]int, n), wide: make([]int, n), both: make(map[[2]int]int),
		class: make([]int, n), files: make([][]string, n), whole: make([]bool, n),
		seen: make([]int, n),
	}
	for i, d := range in.Dumps {
		r.place[d.Name] = i
	}
	r.compareFiles(in.List)
	return r
}

// NewProven is NewRepeats for the confirmed pairs of a run. Whoever repackages a list can add made-up pairs of our
// accounts, so that most of the two differs; nobody can add pairs that are confirmed.
func NewProven(in *Inputs) *Repeats {
	r := NewRepeats(in)
	r.proven = true
	return r
}

// Pairs says how many pairs a dump holds.
func (r *Repeats) Pairs(d *Dump) int { return r.size[r.place[d.Name]] }

// Add takes in the dumps that hold one pair.
func (r *Repeats) Add(dumps []*Dump) {
	r.calls++
	classes := make([]int, 0, wideDumps)
	for _, d := range dumps {
		at := r.place[d.Name]
		r.size[at]++
		if class := r.class[at]; r.seen[class] != r.calls {
			r.seen[class] = r.calls
			classes = append(classes, class)
		}
	}
	if len(classes) > wideDumps {
		for _, d := range dumps {
			r.wide[r.place[d.Name]]++
		}
		return
	}
	for i, a := range classes {
		for _, b := range classes[:i] {
			r.both[[2]int{min(a, b), max(a, b)}]++
		}
	}
}

// compareFiles puts dumps of the same files into one class.
func (r *Repeats) compareFiles(inputs []Input) {
	for i := range r.whole {
		r.class[i], r.whole[i] = i, true
	}
	for i := range inputs {
		at := r.place[inputs[i].Dump.Name]
		if sum := inputs[i].Report.SHA256; sum != "" {
			r.files[at] = append(r.files[at], sum)
		} else {
			r.whole[at] = false
		}
	}
	first := make(map[string]int)
	for at, files := range r.files {
		slices.Sort(files)
		r.files[at] = slices.Compact(files)
		if !r.whole[at] {
			continue
		}
		all := strings.Join(r.files[at], " ")
		if same, ok := first[all]; ok {
			r.class[at], r.files[at] = same, nil
		} else {
			first[all] = at
		}
	}
}

// Merge takes in what another Repeats of the same inputs knows of other pairs. It is associative and commutative.
func (r *Repeats) Merge(other *Repeats) {
	for i, n := range other.size {
		r.size[i] += n
		r.wide[i] += other.wide[i]
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
	i, j := r.place[a], r.place[b]
	k, l := min(r.class[i], r.class[j]), max(r.class[i], r.class[j])
	smaller := min(r.size[i], r.size[j])
	return k == l || r.isWide(i) && r.isWide(j) || r.same(i, j) || r.holdsAll(k, l) || r.holdsAll(l, k) ||
		smaller >= repeatedPairs && float64(r.both[[2]int{k, l}]) >= repeatedShare*float64(smaller)
}

// same reports whether two dumps hold the same pairs, as far as these are counted.
func (r *Repeats) same(i, j int) bool {
	both := r.both[[2]int{min(r.class[i], r.class[j]), max(r.class[i], r.class[j])}]
	return !r.proven && r.size[i] > 0 && r.size[i] == r.size[j] && r.wide[i] == r.wide[j] && both == r.size[i]-r.wide[i]
}

// isWide reports whether nearly all that a dump holds is what everybody holds.
func (r *Repeats) isWide(i int) bool {
	return r.wide[i] > 0 && float64(r.wide[i]) >= repeatedShare*float64(r.size[i])
}

// holdsAll reports whether a class has every file of another.
func (r *Repeats) holdsAll(class, of int) bool {
	files, all := r.files[of], r.files[class]
	if !r.whole[of] || len(files) > len(all) {
		return false
	}
	return !slices.ContainsFunc(files, func(sum string) bool {
		_, found := slices.BinarySearch(all, sum)
		return !found
	})
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
		if len(kept) == enoughIndependent {
			break
		}
		if !slices.ContainsFunc(kept, func(k string) bool { return r.repeat(name, k) }) {
			kept = append(kept, name)
		}
	}
	return len(kept)
}
