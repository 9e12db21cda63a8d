package pair

import (
	"strings"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/datasets/shown"
)

// CleanName makes a name from outside fit for lists: only what can be shown, and without the
// semicolon that parts the names of a list.
func CleanName(name string) string {
	return strings.ReplaceAll(shown.Text(name), ";", ",")
}

// ClaimOf is what a sidecar says that is not believed, fit to be shown.
func ClaimOf(c *dump.Claim) *rundir.Claim {
	if c == nil {
		return nil
	}
	return &rundir.Claim{
		Sidecar: strings.ToValidUTF8(c.Sidecar, "?"), Why: c.Why, Name: CleanName(c.Meta.Name), Kind: string(c.Meta.Kind),
		Trust: string(c.Meta.Trust), LeakedOn: rundir.Date(c.Meta.LeakedOn), Format: c.Meta.Format,
	}
}

// TotalSize is what the inputs hold on disk, or -1 when that is not known.
func TotalSize(inputs []dump.Input) int64 {
	total := int64(0)
	for _, in := range inputs {
		if in.Size < 0 {
			return -1
		}
		total += in.Size
	}
	return total
}
