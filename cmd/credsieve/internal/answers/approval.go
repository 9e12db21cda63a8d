package answers

import (
	"fmt"
	"io"
	"strings"

	"github.com/credsieve/credsieve/datasets/counted"
	"github.com/credsieve/credsieve/datasets/rundir"
)

// Approval says what is about to be published, and how far the index has gone on since the list was made.
func Approval(w io.Writer, m *rundir.Manifest, a rundir.Approval) {
	if c := a.Rechecked; c != nil {
		fmt.Fprintf(w, "held against the index of generation %d: of %s %s, %s another stored hash, %s "+
			"disabled, locked or without password sign-in, %s gone\n", c.Generation, counted.Of(a.Count, "account"),
			counted.As(c.Hold, "holds", "hold"), counted.As(c.Changed, "has", "have"), counted.As(c.NotActive, "is", "are"),
			counted.As(c.Gone, "is", "are"))
	}
	if now := a.MovedIndex; now != nil {
		fmt.Fprintf(w, "the index has moved on from generation %d to %d since this list was made: what was approved is "+
			"published as it is; let \"credsieve recheck\" drop what no longer holds\n", m.Index.Generation, now.Generation)
	}
	if len(a.Accepted) > 0 {
		fmt.Fprintf(w, "accepted signs of a leak of our own store: %s\n", strings.Join(a.Accepted, ", "))
	}
}
