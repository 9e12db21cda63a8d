package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/credsieve/credsieve/datasets/counted"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/pipeline/review"
)

type recheckOptions struct {
	account  string
	accounts string
	keyFile  string
	state    string
	out      string
	source   sourceFlags
	progress choiceFlag
	format   choiceFlag
	join     bool
}

func newRecheckCommand(e env) *cobra.Command {
	var o recheckOptions
	cmd := &cobra.Command{
		Use:   "recheck RUN [ACCOUNT_ID] --accounts SRC --key-file K --out FILE",
		Short: "Say which findings still hold, right before a reset",
		Long: `Compare the published list of a run with the account export as it is now, and write which findings
still hold: the account is there and active, and its stored hash is the one that was confirmed, or one that a login
made of the same password since. A list is hours old when a reset step reads it; users change passwords by themselves,
and must not be asked to do it again.

FILE is CSV: account_id, finding_id, holds (true or false), cause, one row for each listed account, in the order of the
list. With --join rank, score, band, status and actions of the list follow. A FILE whose name ends with .jsonl or .ndjson
gets the same as JSON Lines. The causes:

  unchanged         holds: the stored hash is the one that was confirmed
  rehashed          holds: a login hashed the same password again, still to be reset; password_changed_at is what it
                    was at the scan, or a later scan into --state has verified it
  password_changed  the user has changed the password: password_changed_at is another, or a later scan says so
  hash_changed      the stored hash is another, and nothing tells why: export password_changed_at, name --state, or
                    build the index again and scan the dump once more, which lists the same finding as outstanding
                    if the password is the same
  no_password, not_active, not_found, not_readable

With ACCOUNT_ID only that account is asked for; it must be on the published list.
It is written whole or not at all; the answer of an earlier recheck in its place is removed first, anything else is
never overwritten. No password is needed: the list has a keyed tag of each stored hash. Nor is the whole key: a key of
"credsieve keygen --derive recheck" is enough, but for --state. The run is verified first; a held one is refused. SRC and its flags are those of "index build".` + exitStatus,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 2 {
				if o.account = args[1]; o.account == "" { // an unset variable must not ask for all of them
					return usagef("ACCOUNT_ID is empty")
				}
			}
			return runRecheck(cmd.Context(), e, o, args[0])
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.accounts, "accounts", "", "account export: `source` to read (required)")
	addKeyFlag(cmd, &o.keyFile)
	flags.StringVar(&o.state, "state", "", "`directory` of what scans decided; it tells a hash made again (default none)")
	flags.StringVar(&o.out, "out", "", "`file` to write (required)")
	o.source.add(flags)
	flags.BoolVar(&o.join, "join", false, "add what the list says of each account: rank, score, band, status and actions")
	o.format = choiceFlag{Value: "auto", Of: []string{"auto", "csv", "jsonl"}}
	flags.Var(&o.format, "format", "`how` the answers are written: csv, jsonl (an object a line), or auto, by the name of FILE")
	addProgressFlag(cmd, &o.progress)
	requireFlags(cmd, "accounts", "out")
	return cmd
}

// form is how the answers are written: as it was asked for, or as the name of the file says.
func (o *recheckOptions) form() rundir.RecheckForm {
	lines := o.format.Value == "jsonl"
	if o.format.Value == "auto" {
		ending := strings.ToLower(filepath.Ext(o.out))
		lines = ending == ".jsonl" || ending == ".ndjson"
	}
	return rundir.RecheckForm{JSONLines: lines, Joined: o.join}
}

func runRecheck(ctx context.Context, e env, o recheckOptions, dir string) error {
	if err := o.source.validate(o.accounts); err != nil {
		return err
	}
	key, whole, err := loadRecheckKey(e, o.keyFile)
	if err != nil {
		return err
	}
	if whole == nil && o.state != "" {
		return usagef("a recheck key does not open --state: leave that out, or name the key itself")
	}
	opts := o.source.options(e)
	if _, err := o.source.usePreset(&opts); err != nil {
		return err
	}
	answers, err := review.Recheck(ctx, review.RecheckConfig{
		Dir: dir, AccountID: o.account, Source: o.accounts, Accounts: opts,
		Key: key, StateDir: o.state, StateKey: whole, Out: o.out, Form: o.form(), Progress: newProgress(o.progress, e.err),
	})
	if err != nil {
		return err
	}
	hold, unknown := 0, 0
	for i := range answers {
		switch {
		case answers[i].Holds:
			hold++
		case answers[i].Cause == "hash_changed":
			unknown++
		}
	}
	fmt.Fprintf(e.out, "%d of %s; written to %s\n", hold, counted.As(len(answers), "finding still holds", "findings still hold"), o.out)
	if unknown > 0 {
		fmt.Fprintf(e.err, "credsieve: warning: %s changed, and nothing tells whether the password "+
			"did: \"credsieve recheck --help\" says what to do\n", counted.As(unknown, "stored hash has", "stored hashes have"))
	}
	return nil
}
