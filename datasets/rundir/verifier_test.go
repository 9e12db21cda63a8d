package rundir_test

import (
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/rundir"
)

func TestVerifier_warns_of_each_kernel(t *testing.T) {
	t.Parallel()
	v := &rundir.Verifier{SwitchedOff: []rundir.KernelOff{{Scheme: "bcrypt", Kernel: "made-up"}, {Scheme: "scrypt", Kernel: "made-up"}}}
	if got := v.Warning(); strings.Count(got, "\n") != 2 || !strings.Contains(got, "of bcrypt does not") ||
		!strings.Contains(got, "of scrypt does not") {
		t.Errorf("got %q", got)
	}
	if got := (*rundir.Verifier)(nil).Warning() + (&rundir.Verifier{Reference: true}).Warning(); got != "" {
		t.Errorf("got %q without a cause", got)
	}
}
