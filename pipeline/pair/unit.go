package pair

import (
	"cmp"
	"maps"
	"slices"
)

// Unit is the place of a record: the number of its input, and its number among the records of that input. Whoever
// reads an input in parts gives its records any numbers that ascend in the order of the input.
type Unit struct {
	Input  uint32
	Record uint64
}

// sweptUnit marks the numbers of texts that a sweep has found: they come after the records of their input.
const sweptUnit = 1 << 63

// SweptUnit is the place of a text that stands beside an address and belongs to no record: its number among those
// of the input.
func SweptUnit(input uint32, number uint64) Unit { return Unit{input, number | sweptUnit} }

// Swept reports whether a unit is a text of a sweep. No count of records knows it.
func (u Unit) Swept() bool { return u.Record&sweptUnit != 0 }

// Compare orders units as the dumps have them.
func (u Unit) Compare(v Unit) int {
	return cmp.Or(cmp.Compare(u.Input, v.Input), cmp.Compare(u.Record, v.Record))
}

// unitStates keeps a state for each of many units, in three bytes each: those of 65,536 records lie side by side.
type unitStates map[Unit]*unitPage

// unitPage is the states of the units that differ in the last 16 bits of their record only.
type unitPage struct {
	low    []uint16 // ascending
	states []State
}

// raise sets the state of a unit, unless it has a greater one.
func (s unitStates) raise(u Unit, state State) {
	at := Unit{u.Input, u.Record >> 16}
	page, ok := s[at]
	if !ok {
		page = new(unitPage)
		s[at] = page
	}
	page.raise(uint16(u.Record), state)
}

func (p *unitPage) raise(low uint16, state State) {
	i, known := len(p.low), false
	if i > 0 && low <= p.low[i-1] { // else it comes in the order of the dumps
		i, known = slices.BinarySearch(p.low, low)
	}
	if known {
		p.states[i] = max(p.states[i], state)
		return
	}
	p.low, p.states = slices.Insert(p.low, i, low), slices.Insert(p.states, i, state)
}

// merge raises every unit to its state in another set.
func (s unitStates) merge(other unitStates) {
	for at, page := range other {
		have, ok := s[at]
		if !ok {
			s[at] = &unitPage{slices.Clone(page.low), slices.Clone(page.states)}
			continue
		}
		have.merge(page)
	}
}

func (p *unitPage) merge(other *unitPage) {
	merged := &unitPage{}
	i, j := 0, 0
	for i < len(p.low) || j < len(other.low) {
		switch {
		case j == len(other.low) || i < len(p.low) && p.low[i] < other.low[j]:
			merged.low, merged.states = append(merged.low, p.low[i]), append(merged.states, p.states[i])
			i++
		case i == len(p.low) || other.low[j] < p.low[i]:
			merged.low, merged.states = append(merged.low, other.low[j]), append(merged.states, other.states[j])
			j++
		default:
			merged.low = append(merged.low, p.low[i])
			merged.states = append(merged.states, max(p.states[i], other.states[j]))
			i, j = i+1, j+1
		}
	}
	*p = *merged
}

// count adds up how many units have each state.
func (s unitStates) count(n *[stateCount]int64) {
	for page := range maps.Values(s) {
		for _, state := range page.states {
			n[state]++
		}
	}
}
