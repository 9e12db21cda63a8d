package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/answers"
	"github.com/credsieve/credsieve/datasets/counted"
	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/shown"
	"github.com/credsieve/credsieve/pipeline/inspect"
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
DUMP may be a URL such as s3://bucket/dumps where the program has a driver for it (credsieve-cloud).

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
	*format = choiceFlag{Value: "auto", Of: append([]string{"auto"}, dump.Formats()...)}
	cmd.Flags().Var(format, "format", "force one reader for all inputs: `name` of "+
		strings.Join(format.Of, ", "))
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
	list, err := inspect.Dumps(ctx, inspect.Config{
		Dumps: dumps, Sidecars: o.sidecars, Format: o.format.Value, Layout: layout, Stdin: e.in, Limits: o.limits.limits(),
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
			err:  fmt.Errorf("partial: %d of %s", partial, counted.As(len(list), "input was not read to its end", "inputs were not read to their end")),
		}
	}
	return nil
}

func printInspections(w io.Writer, list []inspect.Inspection, asJSON bool) error {
	if asJSON {
		encoder := json.NewEncoder(shown.JSONWriter(w))
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		return encoder.Encode(map[string]any{"schema_version": 1, "inputs": list})
	}
	for i := range list {
		if err := answers.Inspection(w, &list[i]); err != nil {
			return err
		}
	}
	return nil
}
