package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/datasets/synth"
)

func newDemoCommand(e env) *cobra.Command {
	out := ""
	cmd := &cobra.Command{
		Use:   "demo [--out DIR]",
		Short: "Run the whole job on synthetic data",
		Long: `Make synthetic accounts and dumps, build an index, scan the dumps, verify the run, and compare
the list with the true answer. Each step is the command that it shows. At the end stand the report and three commands
to try next.` + exitStatus,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runDemo(cmd.Context(), e, out) },
	}
	cmd.Flags().StringVar(&out, "out", "", "`directory` for all of it (default a new one for temporary files)")
	return cmd
}

// demo is the places of one demonstration.
type demo struct {
	env
	dir, synth, key, index, run string
}

func runDemo(ctx context.Context, e env, dir string) error {
	if dir == "" {
		var err error
		if dir, err = os.MkdirTemp("", "credsieve-demo-"); err != nil {
			return fmt.Errorf("failed to make a folder for the demo: %w", err)
		}
	}
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		return withHint(fmt.Errorf("refusing to use %q for the demo: it is not empty", dir),
			"name another folder with --out")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("failed to make a folder for the demo: %w", err)
	}
	d := demo{
		env: e, dir: dir, synth: filepath.Join(dir, "synth"), key: filepath.Join(dir, "key"),
		index: filepath.Join(dir, "index"), run: filepath.Join(dir, "run"),
	}
	for _, step := range []func(context.Context) error{
		d.makeData, d.makeKey, d.buildIndex, d.scan, d.verify, d.compare, d.next,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// step shows the command line that does the same.
func (d demo) step(format string, args ...any) {
	fmt.Fprintf(d.err, "$ credsieve "+format+"\n", args...)
}

func (d demo) makeData(ctx context.Context) error {
	o := newSynthOptions()
	o.out = d.synth
	d.step("synth --out %s --accounts %d --records %d --seed %d", d.synth, o.Accounts, o.Records, o.Seed)
	return runSynth(ctx, d.env, o)
}

func (d demo) makeKey(context.Context) error {
	d.step("keygen --out %s", d.key)
	return runKeygen(d.env, keygenOptions{out: d.key})
}

func (d demo) accounts() string { return filepath.Join(d.synth, "accounts.csv") }
func (d demo) dumps() string    { return filepath.Join(d.synth, "dumps") }

func (d demo) buildIndex(ctx context.Context) error {
	d.step("index build --accounts %s --key-file %s --out %s", d.accounts(), d.key, d.index)
	cmd := newIndexBuildCommand(d.env)
	return d.execute(ctx, cmd, "--accounts", d.accounts(), "--key-file", d.key, "--out", d.index)
}

func (d demo) scan(ctx context.Context) error {
	d.step("scan --index %s --key-file %s --out %s %s", d.index, d.key, d.run, d.dumps())
	cmd := newScanCommand(d.env)
	return d.execute(ctx, cmd, "--index", d.index, "--key-file", d.key, "--out", d.run, d.dumps())
}

func (d demo) verify(ctx context.Context) error {
	d.step("verify %s --key-file %s", d.run, d.key)
	return runVerify(ctx, d.env, d.run, d.key, false)
}

// execute runs a command as its user would, with all its defaults.
func (d demo) execute(ctx context.Context, cmd *cobra.Command, args ...string) error {
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	cmd.SetArgs(args)
	return cmd.ExecuteContext(ctx)
}

// compare holds the list against the true answer, which the scan never saw.
func (d demo) compare(context.Context) error {
	listed, err := accountColumn(filepath.Join(d.run, "at_risk.csv"))
	if err != nil {
		return err
	}
	truth, err := accountColumn(filepath.Join(d.synth, "truth.csv"))
	if err != nil {
		return err
	}
	slices.Sort(listed)
	slices.Sort(truth)
	if !slices.Equal(listed, truth) {
		return fmt.Errorf("the list has %d accounts and is not the true answer, which has %d",
			len(listed), len(truth))
	}
	fmt.Fprintf(d.out, "the list equals the true answer: %d of %d accounts; all of it is in %s\n",
		len(listed), synth.Defaults().Accounts, d.dir)
	return nil
}

// next says where to read on.
func (d demo) next(context.Context) error {
	listed, err := accountColumn(filepath.Join(d.run, "at_risk.csv"))
	if err != nil || len(listed) == 0 {
		return err
	}
	fmt.Fprintf(d.out, "the same for people who decide: %s\n\nto try next:\n", filepath.Join(d.run, rundir.ReportName))
	program := os.Args[0] // as it was called: it may not be in PATH
	for _, line := range []string{
		fmt.Sprintf("explain %s %s", d.run, listed[0]),
		fmt.Sprintf("report %s --format statement --out %s", d.run, filepath.Join(d.dir, "statement.txt")),
		fmt.Sprintf("inspect %s", d.dumps()),
	} {
		fmt.Fprintf(d.out, "  %s %s\n", program, line)
	}
	return nil
}

// accountColumn returns the account ids of a CSV file.
func accountColumn(path string) ([]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("failed to read accounts of %q: %w", path, err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("failed to read accounts of %q: %w", path, err)
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("failed to read accounts of %q: it has no header", path)
	}
	column := slices.Index(rows[0], "account_id")
	if column < 0 {
		return nil, fmt.Errorf("failed to read accounts of %q: no column account_id", path)
	}
	ids := make([]string, 0, len(rows)-1)
	for _, row := range rows[1:] {
		ids = append(ids, row[column])
	}
	return ids, nil
}
