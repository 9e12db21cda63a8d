package rundir

import (
	"fmt"
	"strings"
)

// Verifier says why the reference implementations verified where kernels could have.
type Verifier struct {
	Reference   bool        `json:"reference"`    // nothing else was allowed to
	SwitchedOff []KernelOff `json:"switched_off"` // they differed from the reference when they were checked
}

// KernelOff is a kernel that the reference took the place of.
type KernelOff struct {
	Scheme string `json:"scheme"`
	Kernel string `json:"kernel"`
}

// Warning says, a line each, which kernels were found to be wrong before they were used; empty when none was. The list is as
// right without them.
func (v *Verifier) Warning() string {
	var lines strings.Builder
	if v != nil {
		for _, off := range v.SwitchedOff {
			fmt.Fprintf(&lines, "credsieve: warning: on this machine the kernel %q of %s does not compute what the reference does: "+
				"it is switched off, and the reference verifies in its place, more slowly\n", off.Kernel, off.Scheme)
		}
	}
	return lines.String()
}
