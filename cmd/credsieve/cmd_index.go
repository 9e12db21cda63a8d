package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/answers"
	"github.com/credsieve/credsieve/cmd/credsieve/internal/usage"
	"github.com/credsieve/credsieve/datasets/counted"
	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline"
)

func newIndexCommand(e env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "index",
		Short: "Build an index from the account export, look into it, check it",
		Long:  "Build an index from the account export, look into it, check it." + exitStatus,
		Args:  usage.NoSuchCommand,
		RunE: func(*cobra.Command, []string) error {
			return usagef("index wants one of build, inspect, verify")
		},
	}
	cmd.AddCommand(newIndexBuildCommand(e), newIndexInspectCommand(e), newIndexVerifyCommand(e))
	return cmd
}

type indexBuildOptions struct {
	accounts string
	source   sourceFlags
	keyFile  string
	out      string
	fpr      float64

	hashSteps, knownAnswers string

	previous string
	workers  int
	memory   sizeFlag
	now      timeFlag
	json     bool
	progress choiceFlag
}

func newIndexBuildCommand(e env) *cobra.Command {
	var o indexBuildOptions
	cmd := &cobra.Command{
		Use:   "build --accounts SRC --key-file K --out DIR",
		Short: "Build an index from an account export",
		Long: `Build the index that dumps are screened against: a Bloom filter and a vault of keyed tokens and
sealed stored hashes. SRC is a file (.csv .tsv .jsonl .ndjson .parquet .arrow, text also as .gz or .zst), "-", or
the URL of a database with --table or --query:
  postgres://USER@HOST:PORT/DB     password: PGPASSWORD, PGPASSFILE (~/.pgpass) or PGSERVICE
  mysql://USER@HOST:PORT/DB        password: MYSQL_PWD or ?defaults-file=FILE; ?socket=FILE, ?tls=true
  sqlite:FILE
A database is only read, in one transaction that sees one moment. A URL that holds a password is refused.

Columns are found by name: account_id and password_hash, and at least one of email, username, phone,
identifiers; --map ROLE=COLUMN renames. A duplicate account id, an unreadable file or a missing column fails the
build. An index that already stands in DIR is replaced in one step, and is untouched when the build fails.

With --previous, rows that are as they were in an earlier index are carried over, and accounts whose identifiers or
stored hash changed are marked, so that a nightly build over few changes is fast. Its answers are those of a full
build. Now and then all tables are made again all the same; index.json says why.

What a store does to passwords before it hashes them (a digest, an HMAC with a pepper) no stored hash shows:
--hash-steps FILE tells it, as YAML, and --known-answers FILE proves it, a CSV file account_id,password of test
accounts, mode 0600. A known password that does not open its account's stored hash fails the build.` +
			exitStatus,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runIndexBuild(cmd.Context(), e, o) },
	}
	flags := cmd.Flags()
	flags.StringVar(&o.accounts, "accounts", "", "account export: `source` to read (required)")
	addKeyFlag(cmd, &o.keyFile)
	flags.StringVar(&o.out, "out", "", "`directory` of the index (required)")
	o.source.add(flags)
	flags.Float64Var(&o.fpr, "fpr", 0.001, "false-positive `rate` of the filter")
	flags.StringVar(&o.hashSteps, "hash-steps", "",
		"YAML `file` with what the store does to passwords before it hashes them")
	flags.StringVar(&o.knownAnswers, "known-answers", "",
		"CSV `file` account_id,password of test accounts, mode 0600, that the build verifies")
	flags.StringVar(&o.previous, "previous", "",
		"`directory` of an earlier index, often that of --out: carry over what did not change")
	flags.IntVar(&o.workers, "workers", runtime.GOMAXPROCS(0), "work on `N` blocks of accounts at once")
	o.memory = halfOfMemory()
	flags.Var(&o.memory, "memory", "memory `size` to sort in; more goes to sealed temporary files in --out")
	flags.Var(&o.now, "now", "fix the `time` that the index is stamped with (default the clock)")
	flags.BoolVar(&o.json, "json", false, "print index.json instead of a table")
	addProgressFlag(cmd, &o.progress)
	requireFlags(cmd, "accounts", "out")
	return cmd
}

func (o indexBuildOptions) validate() error {
	if !(o.fpr >= index.MinFPR && o.fpr <= index.MaxFPR) { // written so that NaN fails too
		return usagef("--fpr %v is not a rate from %v to %v", o.fpr, index.MinFPR, index.MaxFPR)
	}
	if o.workers < 1 {
		return usagef("--workers %d: at least 1 is needed", o.workers)
	}
	if o.memory < pipeline.MinMemory {
		return usagef("--memory %s: at least %s is needed", o.memory.String(), formatBytes(pipeline.MinMemory))
	}
	return o.source.validate(o.accounts)
}

func runIndexBuild(ctx context.Context, e env, o indexBuildOptions) error {
	if err := o.validate(); err != nil {
		return err
	}
	key, err := loadKey(e, o.keyFile)
	if err != nil {
		return err
	}
	if e.getenv("GOMEMLIMIT") == "" {
		// Sorting takes up to half, outside of the collector's sight. What it does see is small and
		// short-lived, so that by its own rule it would never pause between two collections.
		debug.SetMemoryLimit(int64(o.memory) / 2)
		debug.SetGCPercent(800)
	}
	opts := o.source.options(e)
	preset, err := o.source.usePreset(&opts)
	if err != nil {
		return err
	}
	hint := o.source.likePresets(&opts, o.hashSteps != "")
	var presetSteps []byte
	if preset != nil {
		presetSteps = preset.Steps
	}
	meta, err := pipeline.BuildIndex(ctx, pipeline.BuildConfig{
		Source: o.accounts, Options: opts, PresetSteps: presetSteps, Dir: o.out, Key: key, FPR: o.fpr,
		HashSteps: o.hashSteps, KnownAnswers: o.knownAnswers,
		Previous: o.previous, Workers: o.workers, Memory: int64(o.memory),
		Limits: stored.DefaultLimits(), Now: o.now.Clock()(), Progress: newProgress(o.progress, e.err),
	})
	if err != nil {
		return hint(err)
	}
	warnUnusedRules(e.err, meta)
	if err := printIndex(e, meta, o.json, o.now.Clock()()); err != nil {
		warn(e, err) // the index is built: an exit code of failure would say that it is not
	}
	return nil
}

// warnUnusedRules tells of hash steps that no stored hash meets: with a mistyped prefix, the stored hashes
// that were meant are held against the bare password, which looks like a clean night.
func warnUnusedRules(w io.Writer, meta *index.Meta) {
	for _, rule := range meta.HashSteps {
		if rule.Accounts == 0 {
			fmt.Fprintf(w, "credsieve: warning: rule %q of the hash steps fits no stored hash; is its "+
				"stored_prefix right?\n", rule.Name)
		}
	}
}

func newIndexInspectCommand(e env) *cobra.Command {
	asJSON, now := false, timeFlag{}
	cmd := &cobra.Command{
		Use:   "inspect DIR",
		Short: "Show what is in an index",
		Long: `Show what is in an index: accounts, identifiers by kind, hash schemes with their costs, what cannot be
verified and why, the filter with its measured false-positive rate, the key it was built with, its generation and
age, and what the last build carried over. It needs no key.` + exitStatus,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			meta, err := index.ReadMeta(args[0])
			if err != nil {
				return err
			}
			at := now.Clock()()
			if asJSON {
				return printJSON(e.out, inspected{meta, int64(at.Sub(meta.CreatedAt).Seconds())})
			}
			return answers.Index(e.out, meta, at)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print index.json with age_seconds instead of a table")
	cmd.Flags().Var(&now, "now", "the `time` from which the age is counted (default the clock)")
	return cmd
}

// inspected is index.json with what changes without it, so that a job can ask how old an index is.
type inspected struct {
	*index.Meta
	AgeSeconds int64 `json:"age_seconds"`
}

func newIndexVerifyCommand(e env) *cobra.Command {
	return &cobra.Command{
		Use:   "verify DIR",
		Short: "Check that every byte of an index is as it was built",
		Long: `Check that every page of every file of an index has the SHA-256 that it was built with, that the tables are
in order, and that the filter still knows its members. It needs no key; a scan also checks the seal of index.json, which does.` +
			exitStatus,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			meta, err := index.Verify(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			fmt.Fprintf(e.out, "index %s is as it was built: generation %d, %s, %s\n",
				meta.ID, meta.Generation, counted.Of(meta.Accounts, "account"), counted.Of(meta.Identifiers, "identifier"))
			return nil
		},
	}
}

func printIndex(e env, meta *index.Meta, asJSON bool, now time.Time) error {
	if asJSON {
		return printJSON(e.out, meta)
	}
	return answers.Index(e.out, meta, now)
}
