package answers

import (
	"fmt"
	"io"
	"time"

	"github.com/credsieve/credsieve/datasets/counted"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/datasets/shown"
)

// Verified is what a check of a run found.
type Verified struct {
	Whole          bool             `json:"whole"`
	Error          string           `json:"error,omitempty"`
	RunID          string           `json:"run_id,omitempty"`
	Status         rundir.Status    `json:"status,omitempty"`
	AccountsListed int64            `json:"accounts_listed"`
	AccountsHeld   int64            `json:"accounts_held"` // of those: they wait for a release
	Files          int              `json:"files"`
	SealChecked    bool             `json:"seal_checked"`
	Seal           string           `json:"seal,omitempty"`
	Release        *rundir.Approval `json:"release,omitempty"`

	InPart bool `json:"-"` // some accounts are held, the others published
}

// Print says it in words, of a run that is whole.
func (v *Verified) Print(w io.Writer) {
	listed := "listed"
	if v.Status == rundir.StatusHeld && !v.InPart {
		listed = "held, none published"
	}
	fmt.Fprintf(w, "run %s is whole: %s, %s %s, %s\n", v.RunID, v.Status, counted.Of(v.AccountsListed, "account"), listed,
		counted.Of(v.Files, "file"))
	fmt.Fprintln(w, v.Seal)
	if v.InPart {
		fmt.Fprintf(w, "%s held, the others published\n", counted.As(v.AccountsHeld, "of them is", "of them are"))
	}
	if a := v.Release; a != nil {
		fmt.Fprintf(w, "it was held, and released by %s at %s\n", shown.Text(a.ApprovedBy), a.ApprovedAt.Format(time.RFC3339))
	}
}
