package pair

import (
	"slices"

	"github.com/credsieve/credsieve/datasets/dump"
)

// Inputs are the inputs of a run, by number, with what was read of them. They are filled while dumps are screened,
// and no more changed after that.
type Inputs struct {
	List  []Input
	Dumps []*Dump // by first appearance
}

// Input is one input with what it held. What is read of it is complete when its report is there.
type Input struct {
	dump.Input
	Dump     *Dump // that it belongs to
	Report   dump.Report
	Records  int64
	Rejected int64
	Met      int64 // accounts
}

// Dump gathers the inputs of one name: the shards of a compilation are one source.
type Dump struct {
	Name string
	Met  *RowSet // accounts
}

// NewInputs puts together the inputs of one name. The names must be fit for lists.
func NewInputs(list []dump.Input) *Inputs {
	in := &Inputs{List: make([]Input, len(list))}
	byName := make(map[string]*Dump)
	for i, input := range list {
		d, ok := byName[input.Meta.Name]
		if !ok {
			d = &Dump{Name: input.Meta.Name, Met: NewRowSet()}
			byName[d.Name] = d
			in.Dumps = append(in.Dumps, d)
		}
		in.List[i] = Input{Input: input, Dump: d}
	}
	return in
}

// IsEvidence reports whether an input says something about a leak. A dump that is known to be made up does not: it
// is counted, never confirmed.
func (in *Inputs) IsEvidence(input uint32) bool {
	return in.List[input].Meta.Trust != dump.TrustFabricated
}

// Evidence returns the inputs that hold a pair and are evidence.
func (in *Inputs) Evidence(p *Pair) []uint32 {
	madeUp := func(i uint32) bool { return !in.IsEvidence(i) }
	if !slices.ContainsFunc(p.Inputs, madeUp) {
		return p.Inputs
	}
	return slices.DeleteFunc(slices.Clone(p.Inputs), madeUp)
}

// DumpsOf returns the dumps that are evidence for a pair, each once.
func (in *Inputs) DumpsOf(p *Pair) []*Dump {
	list := make([]*Dump, 0, 4)
	inputs := in.Evidence(p)
	if len(inputs) > fewInputs {
		return in.dumpsOfMany(inputs)
	}
	for _, i := range inputs {
		if d := in.List[i].Dump; !slices.Contains(list, d) {
			list = append(list, d)
		}
	}
	return list
}

// fewInputs is how many are looked through one by one: thousands of files can hold one pair.
const fewInputs = 32

func (in *Inputs) dumpsOfMany(inputs []uint32) (list []*Dump) {
	known := make(map[*Dump]bool, len(inputs))
	for _, i := range inputs {
		if d := in.List[i].Dump; !known[d] {
			known[d] = true
			list = append(list, d)
		}
	}
	return list
}
