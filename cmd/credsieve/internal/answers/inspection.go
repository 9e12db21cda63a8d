package answers

import (
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/summary"
	"github.com/credsieve/credsieve/cmd/credsieve/internal/terminal"
	"github.com/credsieve/credsieve/datasets/shown"
	"github.com/credsieve/credsieve/pipeline/inspect"
)

// Inspection shows on w what an input holds.
func Inspection(w io.Writer, in *inspect.Inspection) error {
	t := terminal.NewTable(shown.Text(in.Path), "what", "found")
	t.AppendRows([]terminal.Row{
		{"status", in.Status}, {"format", in.Format}, {"encoding", in.Encoding},
		{"bytes", in.Bytes},
	})
	appendContents(t, &in.Contents)
	if in.Error != "" {
		t.AppendRow(terminal.Row{"not read", terminal.Sentence(in.Error)})
	}
	if in.FilesLeftOut > 0 {
		t.AppendRow(terminal.Row{"files without passwords, not read", in.FilesLeftOut})
	}
	if in.Claim != nil {
		t.AppendRow(terminal.Row{"claimed, not believed", shown.Text(summary.DescribeClaim(in.Claim))})
	}
	for i := range in.Members[:min(len(in.Members), terminal.RowsShown)] {
		m := &in.Members[i]
		if m.Member != "" {
			t.AppendSeparator()
			t.AppendRow(terminal.Row{"member", terminal.Clip(shown.Text(m.Member))})
			t.AppendRow(terminal.Row{"format", m.Format})
			appendContents(t, &m.Contents)
		}
		if m.Why != "" {
			t.AppendRow(terminal.Row{"because", m.Why})
		}
		for i := range m.Stretches[:min(len(m.Stretches), terminal.RowsShown)] {
			s := &m.Stretches[i]
			t.AppendRow(terminal.Row{"from there on", fmt.Sprintf("%s: line %d, byte %d", s.Format, s.Line, s.Offset)})
		}
		for _, at := range m.UnclaimedAt {
			t.AppendRow(terminal.Row{"an unclaimed address", fmt.Sprintf("line %d, byte %d", at.Line, at.Offset)})
		}
		for _, line := range m.Sample {
			t.AppendRow(terminal.Row{"sample", terminal.Clip(shown.Text(line))})
		}
	}
	if more := len(in.Members) - terminal.RowsShown; more > 0 {
		t.AppendRow(terminal.Row{"members", fmt.Sprintf("and %d more; --json has all of them", more)})
	}
	t.Soft(1)
	return t.Print(w)
}

func appendContents(t *terminal.Table, c *inspect.Contents) {
	t.AppendRow(terminal.Row{"records", c.Records})
	t.AppendRow(terminal.Row{"with a testable password", c.Testable})
	for _, reason := range slices.Sorted(maps.Keys(c.Rejects)) {
		t.AppendRow(terminal.Row{"rejected: " + reason, c.Rejects[reason]})
	}
	if c.Unclaimed > 0 {
		t.AppendRow(terminal.Row{"addresses that no record claims", fmt.Sprintf("%d (%.1f%%)", c.Unclaimed,
			100*float64(c.Unclaimed)/float64(c.Unclaimed+c.Addresses))})
	}
	if c.Guessed > 0 {
		t.AppendRow(terminal.Row{"addresses in lines that are guessed at", c.Guessed})
	}
	if c.NotUnderstood {
		t.AppendRow(terminal.Row{"layout", "not understood: a scan tries what stands beside the addresses of ours, and " +
			"leaves those undecided that nothing opens; name its format with --format, --columns or --separator"})
	}
}
