package answers

import (
	"fmt"
	"io"

	"github.com/credsieve/credsieve/datasets/counted"
	"github.com/credsieve/credsieve/pipeline/task"
)

// Planned says how a run is divided, for programs that start its tasks.
type Planned struct {
	Run        string `json:"run"` // where its results lie
	Inputs     int    `json:"inputs"`
	Unreadable int    `json:"unreadable"` // of them
	Shards     int    `json:"shards"`
	Partitions int    `json:"partitions"`
}

// NewPlanned says it of a plan.
func NewPlanned(where string, plan *task.Plan) Planned {
	p := Planned{Run: where, Inputs: len(plan.Inputs), Shards: len(plan.Shards), Partitions: plan.Partitions}
	for i := range plan.Inputs {
		if err := plan.Inputs[i].Err; err != nil && !err.LeftOut {
			p.Unreadable++
		}
	}
	return p
}

// Print says it to a person.
func (p Planned) Print(w io.Writer) error {
	_, err := fmt.Fprintf(w, "planned %s in %q: %s to screen, %s to confirm\n", counted.Of(p.Inputs, "input"), p.Run,
		counted.Of(p.Shards, "shard"), counted.Of(p.Partitions, "partition"))
	return err
}
