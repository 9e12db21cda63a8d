package finding

import (
	"slices"
	"time"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/ledger"
	"github.com/credsieve/credsieve/pipeline/pair"
)

// The status of a row of the list: new, or on an earlier list already.
const (
	StatusNew         = "new"
	StatusOutstanding = "outstanding"
)

// Evidence is what the dumps that hold a confirmed pair say about the leak.
type Evidence struct {
	First, Last time.Time // of the leak; zero: unknown
	Sources     []string  // names of dumps, sorted
	Kinds       []dump.Kind
}

// Gather puts together what the inputs that hold a pair say.
func Gather(in *pair.Inputs, p *pair.Pair) Evidence {
	var e Evidence
	for _, i := range in.Evidence(p) {
		meta := in.List[i].Meta
		e.add(meta.Name, meta.Kind, meta.LeakedOn)
	}
	e.finish()
	return e
}

// Recorded is what a recorded finding says about the leak.
func Recorded(sources []ledger.Source) Evidence {
	var e Evidence
	for _, s := range sources {
		e.add(s.Name, dump.Kind(s.Kind), s.LeakedOn)
	}
	e.finish()
	return e
}

// add takes in one dump.
func (e *Evidence) add(name string, kind dump.Kind, on time.Time) {
	e.Sources = append(e.Sources, name)
	if !slices.Contains(e.Kinds, kind) {
		e.Kinds = append(e.Kinds, kind)
	}
	if on.IsZero() {
		return
	}
	if e.First.IsZero() || on.Before(e.First) {
		e.First = on
	}
	if on.After(e.Last) {
		e.Last = on
	}
}

// finish puts the names in order, each once.
func (e *Evidence) finish() {
	slices.Sort(e.Sources)
	e.Sources = slices.Compact(e.Sources)
}
