package summary

import (
	"bytes"
	"testing"

	"github.com/credsieve/credsieve/datasets/rundir"
)

func TestWarnUnproven(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name                      string
		refuted, confirmed, known int64
		warns                     bool
	}{
		{"nothing matches", 200, 0, 0, true}, {"few were tried", 199, 0, 0, false}, {"one matches", 5000, 1, 0, false},
		{"known answers do", 5000, 0, 1, false}, {"a quiet night", 0, 0, 0, false},
	} {
		var out bytes.Buffer
		m := &rundir.Manifest{Counts: rundir.Counts{Refuted: tt.refuted, AccountsConfirmed: tt.confirmed}}
		warnUnproven(&out, m, tt.known)
		if (out.Len() > 0) != tt.warns {
			t.Errorf("%s: it says %q", tt.name, out.String())
		}
	}
}
