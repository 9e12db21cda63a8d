package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/summary"
	"github.com/credsieve/credsieve/cmd/credsieve/internal/terminal"
	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/shown"
	"github.com/credsieve/credsieve/pipeline"
)

type inspectOptions struct {
	format   choiceFlag
	layout   layoutFlags
	sidecars string
	limits   limitFlags
	json     bool
	progress choiceFlag
}

func newInspectCommand(e env) *cobra.Command {
	var o inspectOptions
	cmd := &cobra.Command{
		Use:   "inspect DUMP...",
		Short: "Show what a dump is, without a key or an index",
		Long: `Read dumps to their end and show, for each input and each member of an archive, the format and why it
was chosen, the encoding, records, rejects by reason, how many records carry a password that could be verified,
how many e-mail addresses stand in the text that no record claims and where the first are, whether a scan would take
the layout as understood, and a sample. Every secret is masked; a record that can be read in several ways is masked whole.

EXIT STATUS
  0    every input was read
  1    failed
  2    wrong usage
  3    some input could not be read to its end
  130  interrupted`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runInspect(cmd.Context(), e, o, args)
		},
	}
	addFormatFlag(cmd, &o.format)
	o.layout.addFlags(cmd)
	addSidecarsFlag(cmd, &o.sidecars)
	o.limits.addFlags(cmd)
	cmd.Flags().BoolVar(&o.json, "json", false, "print JSON instead of tables")
	addProgressFlag(cmd, &o.progress)
	return cmd
}

// addFormatFlag adds the flag that forces one reader.
func addFormatFlag(cmd *cobra.Command, format *choiceFlag) {
	*format = choiceFlag{value: "auto", choices: append([]string{"auto"}, dump.Formats()...)}
	cmd.Flags().Var(format, "format", "force one reader for all inputs: `name` of "+
		strings.Join(format.choices, ", "))
}

// addSidecarsFlag adds the flag that names descriptions of dumps that are believed.
func addSidecarsFlag(cmd *cobra.Command, dir *string) {
	cmd.Flags().StringVar(dir, "sidecars", "",
		"`directory` of descriptions of dumps, NAME.meta.yaml, that are believed whoever owns them (default none)")
}

func runInspect(ctx context.Context, e env, o inspectOptions, dumps []string) error {
	if err := o.limits.validate(); err != nil {
		return err
	}
	layout, err := o.layout.layout()
	if err != nil {
		return err
	}
	list, err := pipeline.Inspect(ctx, pipeline.InspectConfig{
		Dumps: dumps, Sidecars: o.sidecars, Format: o.format.value, Layout: layout, Stdin: e.in, Limits: o.limits.limits(),
		Child: readerChild, Progress: newProgress(o.progress, e.err),
	})
	if err != nil {
		return err
	}
	if err := printInspections(e.out, list, o.json); err != nil {
		return fmt.Errorf("failed to print what was inspected: %w", err)
	}
	partial := 0
	for i := range list {
		if list[i].Status != string(dump.StatusRead) && !list[i].LeftOut {
			partial++
		}
	}
	if partial > 0 {
		return &failure{
			code: exitPartial,
			err:  fmt.Errorf("partial: %d of %d inputs were not read to their end", partial, len(list)),
		}
	}
	return nil
}

func printInspections(w io.Writer, list []pipeline.Inspection, asJSON bool) error {
	if asJSON {
		encoder := json.NewEncoder(shown.JSONWriter(w))
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		return encoder.Encode(map[string]any{"schema_version": 1, "inputs": list})
	}
	for i := range list {
		if err := inspectionTable(&list[i]).Print(w); err != nil {
			return err
		}
	}
	return nil
}

func inspectionTable(in *pipeline.Inspection) *terminal.Table {
	t := terminal.NewTable(shown.Text(in.Path), "what", "found")
	t.AppendRows([]terminal.Row{
		{"status", in.Status}, {"format", in.Format}, {"encoding", in.Encoding},
		{"bytes", in.Bytes},
	})
	appendContents(t, &in.Contents)
	if in.Error != "" {
		t.AppendRow(terminal.Row{"not read", sentence(in.Error)})
	}
	if in.FilesLeftOut > 0 {
		t.AppendRow(terminal.Row{"files without passwords, not read", in.FilesLeftOut})
	}
	if in.Claim != nil {
		t.AppendRow(terminal.Row{"claimed, not believed", shown.Text(summary.DescribeClaim(in.Claim))})
	}
	for i := range in.Members[:min(len(in.Members), rowsShown)] {
		m := &in.Members[i]
		if m.Member != "" {
			t.AppendSeparator()
			t.AppendRow(terminal.Row{"member", clip(shown.Text(m.Member))})
			t.AppendRow(terminal.Row{"format", m.Format})
			appendContents(t, &m.Contents)
		}
		if m.Why != "" {
			t.AppendRow(terminal.Row{"because", m.Why})
		}
		for i := range m.Stretches[:min(len(m.Stretches), rowsShown)] {
			s := &m.Stretches[i]
			t.AppendRow(terminal.Row{"from there on", fmt.Sprintf("%s: line %d, byte %d", s.Format, s.Line, s.Offset)})
		}
		for _, at := range m.UnclaimedAt {
			t.AppendRow(terminal.Row{"an unclaimed address", fmt.Sprintf("line %d, byte %d", at.Line, at.Offset)})
		}
		for _, line := range m.Sample {
			t.AppendRow(terminal.Row{"sample", clip(shown.Text(line))})
		}
	}
	if more := len(in.Members) - rowsShown; more > 0 {
		t.AppendRow(terminal.Row{"members", fmt.Sprintf("and %d more; --json has all of them", more)})
	}
	return t
}

func appendContents(t *terminal.Table, c *pipeline.Contents) {
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
