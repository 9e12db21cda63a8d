package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/config"
	"github.com/credsieve/credsieve/cmd/credsieve/internal/summary"
	"github.com/credsieve/credsieve/cmd/credsieve/internal/terminal"
	"github.com/credsieve/credsieve/cmd/credsieve/internal/told"
	"github.com/credsieve/credsieve/cmd/credsieve/internal/weights"
	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/datasets/objects"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline"
	"github.com/credsieve/credsieve/pipeline/exclusion"
	"github.com/credsieve/credsieve/pipeline/guard"
	"github.com/credsieve/credsieve/pipeline/progress"
	"github.com/credsieve/credsieve/pipeline/prune"
	"github.com/credsieve/credsieve/pipeline/review/report"
)

type scanOptions struct {
	index           string
	keyFile         string
	out             string
	outRoot         string
	state           string
	policy          string
	exclude         string
	spoolDir        string
	format          choiceFlag
	layout          layoutFlags
	describe        describeFlags
	sidecars        string
	limits          limitFlags
	budgets         budgetFlags
	weights         string
	ownDomains      []string
	maxAccounts     int64
	maxShare        shareFlag
	maxConfirmRate  shareFlag
	ownRate         bool // somebody said it: it is for dumps of all kinds
	maxCandidates   int
	confirmBudget   spendFlag
	dryRun          bool
	workers         int
	reference       bool
	memory          sizeFlag
	now             timeFlag
	progress        choiceFlag
	showIdentifiers bool
	outputFlags
}

const scanLong = `Find the accounts of an index whose current password is in a dump, and publish a ranked list of them.

DUMP is a file, a folder (walked; files without an extension count), an archive or "-". Where the program was built
with a driver for buckets (credsieve-cloud), DUMP, DIR and RUN may be URLs such as s3://bucket/dumps. Formats and
containers are recognised by content; "credsieve inspect" shows what a dump is taken for.
A file NAME.meta.yaml beside a dump, or dump.meta.yaml in a folder, describes it. It is believed when only the
user who runs this can have written it, or when it lies under --sidecars; else it is shown as a claim.

An account is listed only after its own stored hash verified the leaked password. The list is bounded: past a
limit it is held, in RUN/held, where no reset step looks. Everything is written beside RUN and moved there in one
step, the manifest last; a run without manifest.json does not count. No password is printed or kept.

With --state DIR a ledger remembers across runs which passwords were tried for which stored hash, under keyed names.
An account that was listed before and has not changed its password is listed as outstanding, without a
verification. "credsieve state inspect DIR" shows what the ledger holds.

EXIT STATUS
  0    complete; the list is published, perhaps empty
  1    failed; nothing is published
  2    wrong usage
  3    partial: published, but some input could not be read or some candidates are undecided
  4    held: the guard refused, nothing is published where a reset step looks
  130  interrupted; nothing is published`

func newScanCommand(e env) *cobra.Command {
	var o scanOptions
	cmd := &cobra.Command{
		Use:   "scan --index DIR --key-file K --out RUN DUMP...",
		Short: "Find the accounts whose current password is in a dump: the main job",
		Long:  scanLong,
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.ownRate = cmd.Flags().Changed("max-confirm-rate")
			return runScan(cmd.Context(), e, o, args)
		},
	}
	o.addFlags(cmd)
	return cmd
}

func (o *scanOptions) addFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&o.index, "index", "", "`directory` of the index (required)")
	flags.StringVar(&o.state, "state", "",
		"`directory` of what earlier runs decided; nothing is verified twice (default none)")
	flags.Var(&o.confirmBudget, "confirm-budget",
		"stop confirming after this `duration`, or after so many candidates; best first (default none)")
	flags.BoolVar(&o.dryRun, "dry-run", false,
		"screen, count and estimate the confirm phase; confirm and publish nothing")
	flags.Var(&o.now, "now", "fix the `time`, for reproducible output (default the clock)")
	o.addReadingFlags(cmd)
	o.addPublishFlags(cmd)
	o.addMachineFlags(cmd)
	flags.Lookup("out").Usage = "run `directory` to publish to (required without --dry-run)"
	requireFlags(cmd, "index")
}

// addReadingFlags adds what decides which candidates there are and which of them are verified.
func (o *scanOptions) addReadingFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&o.policy, "policy", "",
		"YAML `file` with the lengths that our own password policy asked for, and since when")
	addFormatFlag(cmd, &o.format)
	o.layout.addFlags(cmd)
	o.describe.addFlags(cmd)
	addSidecarsFlag(cmd, &o.sidecars)
	o.limits.addFlags(cmd)
	o.budgets.addFlags(cmd)
	flags.StringSliceVar(&o.ownDomains, "own-domain", nil,
		"`domain` of our own login pages, with all below it; may be repeated")
	flags.IntVar(&o.maxCandidates, "max-candidates-per-account", 64,
		"distinct passwords tried for one account in one run, at most `N`")
	flags.BoolVar(&o.reference, "reference", false, "verify with the reference implementations only")
}

// addPublishFlags adds what decides what is published of what was found, where, and who is told.
func (o *scanOptions) addPublishFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&o.out, "out", "", "run `directory` to publish to (required without --out-root)")
	flags.StringVar(&o.outRoot, "out-root", "",
		"instead of --out: publish to a folder in this `directory` that is named after the run, and link it as latest")
	config.Alternatives(flags, "out", "out-root")
	flags.StringVar(&o.exclude, "exclude", "",
		"CSV `file` of account_id,reason: accounts that are verified and never listed")
	flags.StringVar(&o.weights, "weights", "",
		"YAML `file` that changes weights of reasons (docs/ranking.md has the table)")
	flags.Int64Var(&o.maxAccounts, "max-accounts", 500, "guard: newly listed accounts, at most `N`")
	o.maxShare, o.maxConfirmRate = 0.01, 0.25
	flags.Var(&o.maxShare, "max-share",
		"guard: newly listed as `share` of all accounts; applies from 100 accounts up")
	flags.Var(&o.maxConfirmRate, "max-confirm-rate",
		"guard: confirmed accounts as `share` of the accounts met, for each dump that meets 100 or more; when it is not said, "+
			"60% for stealer logs and phishing, and less where earlier nights show that less is usual")
	o.outputFlags.addFlags(cmd)
	flags.BoolVar(&o.showIdentifiers, "show-identifiers", false,
		"add the account's identifier to the list")
}

// addMachineFlags adds what does not change what is found.
func (o *scanOptions) addMachineFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	addKeyFlag(cmd, &o.keyFile)
	flags.StringVar(&o.spoolDir, "spool-dir", "",
		"`directory` for candidates that do not fit in memory, sealed (default beside --out)")
	flags.IntVar(&o.workers, "workers", runtime.GOMAXPROCS(0), "work on `N` blocks or accounts at once")
	o.memory = halfOfMemory()
	flags.Var(&o.memory, "memory", "memory `size` for candidates and verifications")
	addProgressFlag(cmd, &o.progress)
}

func (o *scanOptions) validate() error {
	return cmp.Or(o.validateMachine(), o.validatePublish(), o.validateReading())
}

// validateReading validates what addReadingFlags has added.
func (o *scanOptions) validateReading() error {
	if o.maxCandidates < 1 {
		return usagef("--max-candidates-per-account %d: at least 1 is needed", o.maxCandidates)
	}
	for _, domain := range o.ownDomains {
		if strings.Trim(domain, ".") == "" || strings.ContainsAny(domain, "/:@* \t") {
			return usagef("--own-domain %q is not a domain (want e.g. example.com)", domain)
		}
	}
	_, layout := o.layout.layout()
	_, describe := o.describe.meta(o.now.Clock()())
	return cmp.Or(layout, describe, o.limits.validate(), o.budgets.validate())
}

// validatePublish validates what addPublishFlags has added.
func (o *scanOptions) validatePublish() error {
	switch {
	case o.out == "" && o.outRoot == "" && !o.dryRun:
		return usagef("no run directory was named with --out")
	case o.out != "" && o.outRoot != "":
		return usagef("--out and --out-root both name a place for the run")
	case objects.IsURL(o.outRoot):
		return usagef("--out-root %q is not a folder: a bucket has no link to the latest run; name the run with --out", o.outRoot)
	case o.maxAccounts < 0:
		return usagef("--max-accounts %d is negative", o.maxAccounts)
	}
	return o.outputFlags.validate()
}

// validateMachine validates what addMachineFlags has added.
func (o *scanOptions) validateMachine() error {
	switch {
	case o.workers < 1:
		return usagef("--workers %d: at least 1 is needed", o.workers)
	case o.memory < pipeline.MinMemory:
		return usagef("--memory %s: at least %s is needed", o.memory.String(), formatBytes(pipeline.MinMemory))
	}
	return nil
}

func runScan(ctx context.Context, e env, o scanOptions, dumps []string) error {
	if err := o.validate(); err != nil {
		return err
	}
	run := e.scan
	if run == nil {
		run = pipeline.Run
	}
	return o.night(ctx, e, dumps, run)
}

// runner makes a run of a configuration.
type runner func(context.Context, pipeline.Config) (*pipeline.Outcome, error)

// night makes a run, and tells of it.
func (o *scanOptions) night(ctx context.Context, e env, dumps []string, run runner) error {
	n := &told.Night{
		Index: o.index, State: o.state, JSONOut: o.jsonOut, Metrics: o.metrics, Exec: o.execAfter,
		Tool: version(), Getenv: e.getenv, Err: e.err, Now: o.now.Clock(),
	}
	n.Started = n.Now()
	log, _ := e.err.(*terminal.Journal)
	if log != nil && o.logFormat.Value == "json" {
		log.AsJSON(n.Started.UTC().Format("20060102T150405Z"))
	}
	outcome, err := o.scan(ctx, e, n, dumps, run)
	if outcome != nil {
		if log != nil {
			log.Named(outcome.Manifest.RunID)
		}
		err = o.show(e, outcome)
	}
	n.End(ctx, outcome, exitCode(err), err)
	return err
}

// exitCode is the one that an error of a command ends with.
func exitCode(err error) int {
	var f *failure
	switch {
	case err == nil:
		return exitComplete
	case errors.As(err, &f):
		return f.code
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	default:
		return exitFailed
	}
}

// scan turns options into a run.
func (o *scanOptions) scan(ctx context.Context, e env, n *told.Night, dumps []string, run runner) (*pipeline.Outcome, error) {
	cfg, err := o.configured(e, dumps)
	if err != nil {
		return nil, err
	}
	n.Phases = terminal.NewPhases(cfg.Progress)
	cfg.Progress = n.Phases
	outcome, err := run(ctx, cfg)
	if err != nil {
		return nil, o.interrupted(err, n.Phases)
	}
	return outcome, nil
}

// configured is what options say, with what is in the files that they name.
func (o *scanOptions) configured(e env, dumps []string) (pipeline.Config, error) {
	key, err := loadKey(e, o.keyFile)
	if err != nil {
		return pipeline.Config{}, err
	}
	limit := func(int64) {}
	if e.getenv("GOMEMLIMIT") == "" {
		// Verifications allocate in big pieces: without a limit the collector lets twice as much pile up. What it does not
		// see is a part of --memory too; half is left to it, or it would do nothing but collect.
		limit = func(offHeap int64) { debug.SetMemoryLimit(max(int64(o.memory)-offHeap, int64(o.memory)/2)) }
	}
	limit(0)
	if e.getenv("GOGC") == "" {
		// What lives is small beside the limit: collecting each time that it doubles took a fifth of a dry run.
		debug.SetGCPercent(400)
	}
	cfg := o.config(e, key, dumps)
	cfg.OffHeap = limit
	return cfg, o.read(&cfg)
}

// read adds what the files say that the options name, and what has to be parsed.
func (o *scanOptions) read(cfg *pipeline.Config) (err error) {
	if cfg.Layout, err = o.layout.layout(); err != nil {
		return err
	}
	if cfg.Describe, err = o.describe.meta(o.now.Clock()()); err != nil {
		return err
	}
	if cfg.Weights, err = weights.Load(o.weights); err != nil {
		return err
	}
	if cfg.Policy, err = prune.ReadPolicy(o.policy); err != nil {
		return err
	}
	if o.exclude != "" {
		cfg.Exclude, err = exclusion.Read(o.exclude)
	}
	return err
}

// show prints a finished run and says how it ends.
func (o *scanOptions) show(e env, outcome *pipeline.Outcome) error {
	if outcome.StateErr != nil {
		fmt.Fprintf(e.err, "credsieve: warning: the list is published, but its accounts will be new once more: %s\n",
			sentence(outcome.StateErr.Error()))
	}
	if err := summary.Print(e.out, outcome, summary.Options{
		JSON: o.json, Quiet: o.quiet, Verbose: o.verbose, Identifiers: o.showIdentifiers,
	}); err != nil {
		warn(e, err) // the run is decided: what is published stays so
	}
	answers := int64(-1)
	if meta, err := index.ReadMeta(o.index); err == nil { // gone since: the run is decided all the same
		answers = meta.KnownAnswers
	}
	summary.Warn(e.err, outcome.Manifest, answers)
	return scanStatus(outcome, *o)
}

// guardLimits are the limits of the guard. A rate that nobody says depends on the kind of dump.
func (o *scanOptions) guardLimits() guard.Limits {
	l := guard.Limits{
		MaxAccounts: o.maxAccounts, MaxShare: float64(o.maxShare), MaxConfirmRate: float64(o.maxConfirmRate),
	}
	if !o.ownRate {
		l.Kinds = guard.DefaultKinds()
	}
	return l
}

func (o *scanOptions) config(e env, key *hashing.Key, dumps []string) pipeline.Config {
	return pipeline.Config{
		IndexDir: o.index, Key: key, Dumps: dumps, Sidecars: o.sidecars, Format: o.format.Value, Stdin: e.in,
		Out: o.out, OutRoot: o.outRoot, StateDir: o.state, SpoolDir: o.spoolDir, DryRun: o.dryRun, Child: readerChild, Unpack: o.limits.limits(),
		Budgets:                 o.budgets.budgets(o.limits.entries),
		OwnDomains:              o.ownDomains,
		Limits:                  o.guardLimits(),
		MaxCandidatesPerAccount: o.maxCandidates, ConfirmBudget: o.confirmBudget.Time, ConfirmMost: o.confirmBudget.Number,
		Workers: o.workers, Memory: int64(o.memory), HashLimits: stored.DefaultLimits(), Reference: o.reference,
		ShowIdentifiers: o.showIdentifiers,
		Metrics:         told.RunMetrics(version()), Report: report.OfRun(o.outRoot), Novelty: o.novelty(e.err),
		Now: o.now.Clock(), Tool: version(), Progress: o.newProgress(e),
	}
}

// novelty says on w, as part of the progress, what is new in the dumps.
func (o *scanOptions) novelty(w io.Writer) func([]rundir.Dump) {
	if o.quiet || o.dryRun || o.progress.Value == "none" { // a dry run says it where it says what it would do
		return nil
	}
	return func(dumps []rundir.Dump) { summary.Novelty(w, dumps, o.verbose) }
}

// newProgress shows progress as it was asked for.
func (o *scanOptions) newProgress(e env) progress.Progress {
	if o.quiet && o.progress.Value == "auto" {
		return progress.None{}
	}
	return newProgress(o.progress, e.err)
}
