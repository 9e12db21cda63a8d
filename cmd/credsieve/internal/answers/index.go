package answers

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/terminal"
	"github.com/credsieve/credsieve/datasets/counted"
	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/datasets/shown"
)

// Index shows on w what is in an index.
func Index(w io.Writer, m *index.Meta, now time.Time) error {
	t := terminal.NewTable("index "+m.ID, "what", "value")
	t.AppendRows([]terminal.Row{
		{"generation", m.Generation},
		{"created", m.CreatedAt.UTC().Format(time.RFC3339)},
		{"age", formatAge(now.Sub(m.CreatedAt))},
		{"key", m.KeyID},
		{"canonicalizer", m.Canonicalizer},
		{"accounts", m.Accounts},
		{"accounts indexed", m.Indexed},
		{"accounts without password", m.NoPassword},
		{"rows rejected", m.RowsRejected},
		{"identifiers", m.Identifiers},
	})
	appendCounts(t, "not active: ", m.NotActive)
	appendCounts(t, "identifiers: ", m.IdentifiersByKind)
	appendCounts(t, "hashes: ", m.Schemes)
	appendCounts(t, "costs: ", m.Costs)
	appendCounts(t, "cannot be verified: ", m.NotVerifiable)
	for _, rule := range m.HashSteps {
		t.AppendRow(terminal.Row{"hash steps: " + terminal.Clip(shown.Text(rule.Name)), fmt.Sprintf("%s, %s: %s",
			counted.Of(rule.Accounts, "account"), counted.Of(rule.KnownAnswers, "known answer"), terminal.Clip(shown.Text(strings.Join(rule.Steps, ", "))))})
	}
	if m.KnownAnswers > 0 {
		t.AppendRow(terminal.Row{"known answers verified", m.KnownAnswers})
	}
	t.AppendRow(terminal.Row{"accounts with credential tag", m.Tagged})
	t.AppendRow(terminal.Row{"canaries", m.Canaries})
	t.AppendRow(terminal.Row{"filter", fmt.Sprintf("%s, %d hashes, false-positive rate %.2g measured, %g wanted",
		terminal.Bytes(int64(m.Filter.Bits/8)), m.Filter.Hashes, m.Filter.FPRMeasured, m.Filter.FPRTarget)})
	appendPrevious(t, m)
	if err := t.Print(w); err != nil {
		return err
	}
	for _, r := range m.Rejected {
		fmt.Fprintf(w, "row %d rejected: %s\n", r.Row, r.Reason)
	}
	if more := m.RowsRejected - int64(len(m.Rejected)); more > 0 {
		fmt.Fprintf(w, "and %s rejected\n", counted.Of(more, "more row"))
	}
	for _, u := range m.Unusable {
		fmt.Fprintln(w, shown.Text(u.String()))
	}
	return nil
}

// appendPrevious shows what a build carried over from an earlier index.
func appendPrevious(t *terminal.Table, m *index.Meta) {
	p := m.Previous
	if p == nil {
		return
	}
	if p.Generation > 0 {
		t.AppendRow(terminal.Row{"since generation", p.Generation})
	}
	t.AppendRows([]terminal.Row{
		{"accounts added", p.Added},
		{"accounts changed", p.Changed},
		{"accounts updated", p.Updated},
		{"accounts removed", p.Removed},
		{"accounts carried over", p.Carried},
		{"segments", len(m.Segments)},
	})
	if p.Rewritten != "" {
		t.AppendRow(terminal.Row{"all tables made again", terminal.Clip(shown.Text(p.Rewritten))})
	}
}

// formatAge rounds to what people say.
func formatAge(d time.Duration) string {
	switch {
	case d < 0:
		return "in the future"
	case d < 48*time.Hour:
		return counted.Duration(d)
	default:
		return fmt.Sprintf("%d days", int(d.Hours()/24))
	}
}

func appendCounts[K ~string](t *terminal.Table, prefix string, counts map[K]int64) {
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		t.AppendRow(terminal.Row{prefix + string(name), counts[name]})
	}
}
