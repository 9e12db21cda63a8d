package summary

import (
	"fmt"
	"io"
	"strings"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/terminal"
	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/datasets/shown"
)

// warnAtMost keeps a folder of unreadable files from burying the summary; the manifest has them all.
const warnAtMost = 20

// Warn says on w what a finished run leaves to be looked at. knownAnswers are those of the index, negative where that cannot
// be read any more.
func Warn(w io.Writer, m *rundir.Manifest, knownAnswers int64) {
	warnInputs(w, m)
	warnClaims(w, m)
	fmt.Fprintf(w, "%s", m.Verifier.Warning())
	if knownAnswers >= 0 {
		warnUnproven(w, m, knownAnswers)
	}
}

// warnInputs names the inputs that were not read to their end.
func warnInputs(w io.Writer, m *rundir.Manifest) {
	warned := 0
	for _, in := range m.Inputs {
		if in.Status == string(dump.StatusRead) || in.LeftOut {
			continue
		}
		if warned++; warned <= warnAtMost {
			what := "not read to its end"
			if in.Status == string(dump.StatusSkipped) {
				what = "skipped"
			}
			fmt.Fprintf(w, "credsieve: warning: input %q was %s: %s\n", in.Path, what, terminal.Sentence(in.Error))
		}
	}
	if warned > warnAtMost {
		fmt.Fprintf(w, "credsieve: warning: %d more inputs were not read to their end; manifest.json names them\n",
			warned-warnAtMost)
	}
}

// warnClaims shows what sidecars say that are not believed, each once.
func warnClaims(w io.Writer, m *rundir.Manifest) {
	said := make(map[string]bool)
	for _, in := range m.Inputs {
		if in.Claim == nil || said[in.Claim.Sidecar] || len(said) == warnAtMost {
			continue
		}
		said[in.Claim.Sidecar] = true
		fmt.Fprintf(w, "credsieve: warning: %s\n", shown.Text(DescribeClaim(in.Claim)))
	}
}

// manyRefuted leaked passwords of which none is right are more than chance where passwords are used again.
const manyRefuted = 200

// warnUnproven says what a run without a match may mean. No stored hash shows that a store adds a pepper or hashes a
// digest, and every password is refuted then; known answers, which each scan gives again, rule that out.
func warnUnproven(w io.Writer, m *rundir.Manifest, knownAnswers int64) {
	if m.Counts.Refuted < manyRefuted || m.Counts.AccountsConfirmed > 0 || knownAnswers > 0 {
		return
	}
	fmt.Fprintf(w, "credsieve: warning: %d leaked passwords were tried and none opens an account; so it looks where a store does "+
		"something to passwords before it hashes them, too: prove that it does not, or what it does, with --known-answers "+
		"of index build\n", m.Counts.Refuted)
}

// DescribeClaim says what a sidecar says, why that decides nothing, and the way out.
func DescribeClaim(c *rundir.Claim) string {
	var said []string
	for _, part := range []struct{ key, value string }{
		{"name", c.Name}, {"kind", c.Kind}, {"trust", c.Trust}, {"leaked_on", c.LeakedOn}, {"format", c.Format},
	} {
		if part.value != "" {
			said = append(said, part.key+" "+part.value)
		}
	}
	if len(said) == 0 {
		said = []string{"nothing that is not tried anyway"}
	}
	return fmt.Sprintf("sidecar %q claims %s; %s, so it decides nothing: put it under --sidecars if it is right",
		c.Sidecar, strings.Join(said, ", "), c.Why)
}
