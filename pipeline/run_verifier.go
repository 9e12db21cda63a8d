package pipeline

import "github.com/credsieve/credsieve/datasets/rundir"

// verifier says why the reference verified where kernels could have, nil if it did not. Which kernels a machine has does not
// belong to what a run decided.
func (r *run) verifier() *rundir.Verifier {
	v := &rundir.Verifier{Reference: r.cfg.Reference, SwitchedOff: []rundir.KernelOff{}}
	for _, off := range r.kernels.Off() {
		v.SwitchedOff = append(v.SwitchedOff, rundir.KernelOff{Scheme: off.Scheme, Kernel: off.Kernel})
	}
	if !v.Reference && len(v.SwitchedOff) == 0 {
		return nil
	}
	return v
}
