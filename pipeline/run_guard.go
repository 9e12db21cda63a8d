package pipeline

import (
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/pipeline/court"
)

// judge asks the guard, and parts the list as it says.
func (r *run) judge(s *screened, v *verdicts, m *rundir.Manifest, list []rundir.Row) (*court.Judgement, error) {
	of := court.Case{Inputs: s.inputs, Past: s.past, Findings: v.findings, List: list, Limits: r.cfg.Limits}
	if r.history != nil {
		var err error
		if of.Nights, err = r.history.Nights(); err != nil {
			return nil, err
		}
	}
	return court.Judge(of, m)
}
