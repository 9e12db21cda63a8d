package pipeline

import (
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/pipeline/pair"
	"github.com/credsieve/credsieve/pipeline/task"
)

// novelty counts, for each dump, the pairs of an account of ours and a text that may be its password, each once, and how
// many of them earlier runs have judged. Without a state there are none to count.
type novelty map[*pair.Dump]*noveltyOf

type noveltyOf struct{ pairs, judged int64 }

func (n novelty) add(in *pair.Inputs, p *pair.Pair, judged bool) {
	for _, d := range in.DumpsOf(p) {
		of := n[d]
		if of == nil {
			of = new(noveltyOf)
			n[d] = of
		}
		if judged {
			of.judged++
		} else {
			of.pairs++
		}
	}
}

// tellNovelty says before the first verification how much of the dumps is new.
func (r *run) tellNovelty(s *screened, work *pruned) {
	if r.cfg.Novelty == nil || r.history == nil {
		return
	}
	list := make([]rundir.Dump, 0, len(s.inputs.Dumps))
	for _, d := range s.inputs.Dumps {
		of := work.novelty.of(d)
		list = append(list, rundir.Dump{Name: d.Name, Pairs: of.pairs, PairsJudged: of.judged})
	}
	r.cfg.Novelty(list)
}

func (n novelty) of(d *pair.Dump) noveltyOf {
	if of := n[d]; of != nil {
		return *of
	}
	return noveltyOf{}
}

// handed is what a task has counted, in the order of the inputs.
func (n novelty) handed(in *pair.Inputs) (list []task.Novelty) {
	told := make(map[*pair.Dump]bool)
	for i := range in.List {
		d := in.List[i].Dump
		if of := n[d]; of != nil && !told[d] {
			told[d] = true
			list = append(list, task.Novelty{Input: uint32(i), Pairs: of.pairs, Judged: of.judged})
		}
	}
	return list
}

// take adds what a task has counted.
func (n novelty) take(in *pair.Inputs, list []task.Novelty) {
	for _, more := range list {
		d := in.List[more.Input].Dump
		of := n.of(d)
		n[d] = &noveltyOf{of.pairs + more.Pairs, of.judged + more.Judged}
	}
}
