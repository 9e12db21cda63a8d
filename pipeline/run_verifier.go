package pipeline

import (
	"cmp"
	"slices"
	"strings"

	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/hashing/stored"
)

// verifier says why the reference verified where kernels could have, nil if it did not. Which kernels a machine has does not
// belong to what a run decided.
func (r *run) verifier() *rundir.Verifier {
	v := &rundir.Verifier{Reference: r.cfg.Reference, SwitchedOff: []rundir.KernelOff{}}
	for _, off := range r.switchedOff() {
		v.SwitchedOff = append(v.SwitchedOff, rundir.KernelOff{Scheme: off.Scheme, Kernel: off.Kernel})
	}
	if !v.Reference && len(v.SwitchedOff) == 0 {
		return nil
	}
	return v
}

// switchedOff are the kernels that this process or a task of the run did not believe.
func (r *run) switchedOff() []stored.KernelOff {
	all := slices.Concat(r.kernels.Off(), r.off)
	slices.SortFunc(all, func(a, b stored.KernelOff) int {
		return cmp.Or(strings.Compare(a.Scheme, b.Scheme), strings.Compare(a.Kernel, b.Kernel))
	})
	return slices.Compact(all)
}
