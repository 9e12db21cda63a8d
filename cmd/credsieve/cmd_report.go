package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/fetched"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/pipeline/review/report"
)

type reportOptions struct {
	previous    string
	history     string
	identifiers bool
	format      choiceFlag
	out         string
}

func newReportCommand(e env) *cobra.Command {
	var o reportOptions
	cmd := &cobra.Command{
		Use:   "report RUN... --out FILE",
		Short: "Write a report of a run for people: a page, a mail or a statement",
		Long: `Write what a run found into one file. Of several runs the one that began last is reported, the
others are earlier nights of its chart, like those of --history. The runs are verified first; a held run is reported as
held, and signs of a leak of our own store stand first.

  html       a page without script and without anything from elsewhere, at most 1 MiB: verdict, six numbers, charts, the
             list (500 rows, the rest by count), changes, what is not cleared, inputs, evidence, a glossary
  text, md   the first page in at most 40 lines of 72 columns, for mail
  statement  one page that may be quoted, without any account; with --previous it corrects that run's statement and says
             why the number is another

RUN, --previous and --history may be URLs such as s3://bucket/run where the program has a driver for them (credsieve-cloud): a copy is
read, and removed.

FILE has mode 0600 and is written whole or not at all. An earlier report in its place is replaced, anything else is never
overwritten. The same runs give the same bytes.` + exitStatus,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runReport(cmd.Context(), e, o, args)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.previous, "previous", "", "`directory` or URL of an earlier run: say what is new, gone and still there since")
	flags.StringVar(&o.history, "history", "", "`directory` or URL that holds runs: earlier nights of the chart")
	flags.BoolVar(&o.identifiers, "identifiers", false,
		"show identifiers of the accounts on the page; the run must have been made with --show-identifiers")
	o.format = choiceFlag{Value: string(report.HTML), Of: []string{
		string(report.HTML), string(report.Text), string(report.Markdown), string(report.Statement),
	}}
	flags.Var(&o.format, "format", "`how` it is written: html, text, md or statement")
	flags.StringVar(&o.out, "out", "", "`file` to write, or - to print it (required)")
	requireFlags(cmd, "out")
	return cmd
}

// renderReport reads runs, those in buckets from copies that it removes again.
func renderReport(ctx context.Context, o reportOptions, format report.Format, runs []string) ([]byte, error) {
	all, err := fetched.OpenAll(ctx, runs)
	if err != nil {
		return nil, err
	}
	defer all.Close()
	runs = all.Dirs()
	if o.history != "" {
		nights, err := fetched.OpenOnly(ctx, o.history, rundir.ManifestName)
		if err != nil {
			return nil, err
		}
		all, o.history = append(all, nights), nights.Dir
		defer nights.Close()
	}
	last := len(runs)
	if o.previous != "" {
		last--
		o.previous = runs[last]
	}
	r, err := report.Read(ctx, report.Config{
		Runs: runs[:last], Previous: o.previous, History: o.history, Identifiers: o.identifiers,
	})
	if err != nil {
		return nil, all.Said(err)
	}
	content, err := r.Render(format)
	return content, all.Said(err)
}

func runReport(ctx context.Context, e env, o reportOptions, runs []string) error {
	format := report.Format(o.format.Value)
	if o.identifiers && format != report.HTML {
		return usagef("--identifiers is for --format html alone: what is mailed or quoted names no identifier")
	}
	if o.previous != "" {
		runs = append(runs, o.previous)
	}
	content, err := renderReport(ctx, o, format, runs)
	if err != nil {
		return err
	}
	if o.out == "-" {
		_, err := e.out.Write(content)
		return err
	}
	if err := report.Write(o.out, content, runs); err != nil {
		return err
	}
	fmt.Fprintf(e.out, "written to %s\n", o.out)
	return nil
}
