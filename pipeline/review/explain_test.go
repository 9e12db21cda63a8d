package review

import (
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/rundir"
)

func TestCandidatesText_reads_well(t *testing.T) {
	t.Parallel()
	for want, met := range map[string]rundir.Met{
		"":                               {State: rundir.StateListed, Candidates: 1},
		"the first that was tried opens": {State: rundir.StateListed, Candidates: 2},
		"one other was tried before and does not open it": {
			State: rundir.StateListed, Candidates: 2, Refuted: 1},
		"2 others were tried before and do not open it": {
			State: rundir.StateNotActive, Candidates: 4, Refuted: 2},
		"one password for it, and it does not open":    {State: rundir.StateRefuted, Candidates: 1, Refuted: 1},
		"all were tried, and none of them opens it":    {State: rundir.StateRefuted, Candidates: 3, Refuted: 3},
		"one password for it, and it was not tried to": {State: rundir.StateUndecided, Candidates: 1},
		"none of them was tried to the end":            {State: rundir.StateUndecided, Candidates: 2},
		"one was tried and does not open it":           {State: rundir.StateUndecided, Candidates: 2, Refuted: 1},
		"2 were tried and do not open it":              {State: rundir.StateUndecided, Candidates: 3, Refuted: 2},
		"hold 1 text that may be its password; it was tried and does not open it": {
			State: rundir.StateMentioned, Candidates: 1, Refuted: 1},
		"hold 1 text that may be its password; nothing was tried to the end": {State: rundir.StateHashOnly, Candidates: 1},
		"hold 3 different texts that may be a password of it; 1 was tried and does not open it": {
			State: rundir.StateMentioned, Candidates: 3, Refuted: 1},
		"hold 4 different texts that may be a password of it; 4 were tried and do not open it": {
			State: rundir.StateMentioned, Candidates: 4, Refuted: 4},
		"was not tried: only dumps that are known to be": {State: rundir.StatePruned, Candidates: 1},
	} {
		got := strings.Join(candidatesText(met, false), "\n")
		if !strings.Contains(got, want) || (want == "") != (got == "") {
			t.Errorf("%+v: %q", met, got)
		}
	}
}
