package prune

import (
	"cmp"
	"container/heap"
	"math"
	"slices"

	"github.com/credsieve/credsieve/pipeline/pair"
)

// turns chooses, of more pairs than an account may have verified, those that are. The dumps take turns, and within a dump
// its inputs; a source whose pairs earlier runs have tried had as many turns already, and among equals the one with the
// fewest pairs of the account comes first: a leak knows one or two passwords of somebody. Half of the turns belong to what an
// earlier run left over, so that what is new every night cannot keep it waiting for ever; the other half to what is new,
// so that a heap of old junk cannot either.
//
// What is chosen does not depend on the order in which pairs come. Of what waited and of what is new, each, memory holds no more
// than about nine times the limit, or a pair for each input.
type turns struct {
	most  int
	sides [2]side        // what waited, what is new
	held  map[uint32]int // by input: pairs
	drop  func(*pair.Pair)
}

// side holds the pairs that one half of the turns belongs to: if both lay in the same lanes, either could push the other out.
type side struct {
	best  lane             // of all sources
	lanes map[uint32]*lane // by input
	share int              // that a lane holds
}

// perSource is how many times the limit the lanes of a side may hold together.
const perSource = 8

// entry is a pair with its place among the others.
type entry struct {
	scored
	waited    bool // an earlier run left it over
	plausible bool
	refs      int // lanes that hold it
	turn      int
	crowd     int // pairs of the source with the fewest that holds it
}

func newTurns(most int, drop func(*pair.Pair)) *turns {
	t := &turns{most: most, held: make(map[uint32]int), drop: drop}
	for i := range t.sides {
		t.sides[i].lanes = make(map[uint32]*lane)
	}
	return t
}

// add takes a pair with the inputs that hold it.
func (t *turns) add(e *entry, inputs []uint32) {
	s := &t.sides[order(!e.waited)]
	e.refs = 1 + len(inputs)
	t.push(&s.best, t.most, e)
	for _, in := range inputs {
		if _, ok := s.lanes[in]; !ok {
			s.lanes[in] = new(lane)
			t.divide(s)
		}
		t.held[in]++
		t.push(s.lanes[in], s.share, e)
	}
}

// divide gives each source its share again: the more there are, the fewer of each can have a turn.
func (t *turns) divide(s *side) {
	share := min(max((perSource*t.most+len(s.lanes)-1)/len(s.lanes), 1), t.most)
	if share == s.share {
		return
	}
	s.share = share
	for _, l := range s.lanes {
		for len(*l) > share {
			t.release(heap.Pop(l).(*entry))
		}
	}
}

// push puts an entry into a lane, and what is then too much out of it.
func (t *turns) push(l *lane, most int, e *entry) {
	if len(*l) < most {
		heap.Push(l, e)
		return
	}
	if (*l)[0].compare(e) > 0 {
		e, (*l)[0] = (*l)[0], e
		heap.Fix(l, 0)
	}
	t.release(e)
}

func (t *turns) release(e *entry) {
	if e.refs--; e.refs == 0 {
		t.drop(e.Pair)
	}
}

// choose returns the entries that have a turn, and drops the others. Tried says how many pairs of each input earlier runs
// have decided.
func (t *turns) choose(inputs *pair.Inputs, tried map[uint32]int) []*entry {
	var queues [2][]*entry
	for i := range t.sides {
		queues[i] = t.sides[i].all()
	}
	before, crowd := make(map[*pair.Dump]int), make(map[*pair.Dump]int)
	for in, n := range tried {
		before[inputs.List[in].Dump] += n
		crowd[inputs.List[in].Dump] += n
	}
	for in, n := range t.held {
		crowd[inputs.List[in].Dump] += n
	}
	for i := range queues {
		for _, e := range queues[i] {
			e.crowd = math.MaxInt
			for _, d := range inputs.DumpsOf(e.Pair) {
				e.crowd = min(e.crowd, crowd[d])
			}
		}
		inTurn(queues[i], inputs, tried, before)
	}
	var chosen []*entry
	for side := 0; len(chosen) < t.most && len(queues[0])+len(queues[1]) > 0; side = 1 - side {
		if len(queues[side]) > 0 {
			chosen = append(chosen, queues[side][0])
			queues[side] = queues[side][1:]
		}
	}
	for _, e := range slices.Concat(queues[0], queues[1]) {
		t.drop(e.Pair)
	}
	return chosen
}

// all returns each entry of a side once.
func (s *side) all() (list []*entry) {
	seen := make(map[*entry]struct{})
	take := func(l lane) {
		for _, e := range l {
			if _, ok := seen[e]; !ok {
				seen[e] = struct{}{}
				list = append(list, e)
			}
		}
	}
	take(s.best)
	for _, l := range s.lanes {
		take(*l)
	}
	return list
}

// inTurn sorts entries: first the first of each dump, then the second of each. Of one that several dumps hold its
// earliest turn counts.
func inTurn(list []*entry, inputs *pair.Inputs, tried map[uint32]int, before map[*pair.Dump]int) {
	slices.SortFunc(list, (*entry).compare)
	byInput := deal(list, func(e *entry) []uint32 { return inputs.Evidence(e.Pair) },
		func(in uint32) int { return tried[in] })
	for e, turn := range byInput {
		e.turn = turn
	}
	byTurn := func(a, b *entry) int {
		return cmp.Or(a.compareRank(b), cmp.Compare(a.turn, b.turn), cmp.Compare(a.crowd, b.crowd), a.compare(b))
	}
	slices.SortFunc(list, byTurn)
	byDump := deal(list, func(e *entry) []*pair.Dump { return inputs.DumpsOf(e.Pair) },
		func(d *pair.Dump) int { return before[d] })
	for e, turn := range byDump {
		e.turn = turn
	}
	slices.SortFunc(list, byTurn)
}

// deal says in which turn each entry comes when the entries of each source take turns in the order of the list.
func deal[S comparable](list []*entry, sources func(*entry) []S, before func(S) int) map[*entry]int {
	next := make(map[S]int)
	turn := make(map[*entry]int, len(list))
	for _, e := range list {
		earliest := -1
		for _, s := range sources(e) {
			n, ok := next[s]
			if !ok {
				n = before(s)
			}
			next[s] = n + 1
			if earliest < 0 || n < earliest {
				earliest = n
			}
		}
		turn[e] = max(earliest, 0)
	}
	return turn
}

// lane is a heap with the entry that goes first on top.
type lane []*entry

func (l lane) Len() int           { return len(l) }
func (l lane) Less(i, j int) bool { return l[i].compare(l[j]) > 0 }
func (l lane) Swap(i, j int)      { l[i], l[j] = l[j], l[i] }

// Push appends an entry, for container/heap.
func (l *lane) Push(x any) { *l = append(*l, x.(*entry)) }

// Pop takes the last entry off, for container/heap.
func (l *lane) Pop() any {
	last := (*l)[len(*l)-1]
	*l = (*l)[:len(*l)-1]
	return last
}

// mostWaiting bounds the prints that are kept of an account: 32 kB.
const mostWaiting = 4096

// leftover keeps the prints of what an account leaves over, of too many a choice that nobody without the key can
// foresee, and that is another one every night.
type leftover struct {
	night uint64
	list  []uint64
}

func (l *leftover) add(print uint64) {
	l.list = append(l.list, print)
	if len(l.list) >= 2*mostWaiting {
		l.cut()
	}
}

func (l *leftover) cut() {
	slices.SortFunc(l.list, func(a, b uint64) int {
		return cmp.Or(cmp.Compare(mix(a^l.night), mix(b^l.night)), cmp.Compare(a, b))
	})
	l.list = l.list[:min(len(l.list), mostWaiting)]
}

// prints returns what is kept, ascending.
func (l *leftover) prints() []uint64 {
	l.cut()
	slices.Sort(l.list)
	return l.list
}

// mix spreads the bits of a number (the finalizer of SplitMix64).
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
