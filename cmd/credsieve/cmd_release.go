package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/answers"
	"github.com/credsieve/credsieve/cmd/credsieve/internal/fetched"
	"github.com/credsieve/credsieve/cmd/credsieve/internal/told"
	"github.com/credsieve/credsieve/datasets/counted"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/datasets/shown"
	"github.com/credsieve/credsieve/pipeline/review"
	"github.com/credsieve/credsieve/pipeline/review/report"
)

// releaseMaxAge is how long a held list may wait: passwords change, and so do accounts.
const releaseMaxAge = 72 * time.Hour

type releaseOptions struct {
	approve approvalFlag
	accept  []string
	noState bool
	by      string
	index   string
	state   string
	keyFile string
	maxAge  time.Duration
	now     timeFlag
}

func newReleaseCommand(e env) *cobra.Command {
	var o releaseOptions
	cmd := &cobra.Command{
		Use:   "release RUN --approve RUN_ID:COUNT",
		Short: "Publish exactly the list that was held",
		Long: `Publish the list of a run that the guard held, byte by byte as it was held. The approval names the run
and how many accounts wait in it, so that nobody lets go another list than the one that was looked at;
"credsieve verify RUN" prints both.

It is refused when the run is not whole, when run id or count is wrong, when the list was released before and when it
has been held for longer than --max-age. Who released it and when is written to manifest.json, whose status becomes
complete or partial; the run id stays. A crash leaves the run held or released, never half of each.

Of a run that was held in part, what was held comes into one list with what was published: a reset step that keeps the
finding ids does nothing twice.

A list that was held for a sign of a leak of our own store (canaries, equal_hashes, max_confirm_rate) wants each sign
accepted by its name, as --accept canaries,equal_hashes: find out first what it means.

A run that used --state wants the same --state here, with the key: otherwise the next run takes its accounts for
new, and the guard may hold them once more. --no-state does without.

An index that was built again since does not stand against the list: what was approved is published, and manifest and
terminal say so. "credsieve recheck" then drops what no longer holds. With --index and the key the list is held against
that index first, and the counts are shown and written down.

RUN and --index may be URLs where the program has a driver for them (credsieve-cloud). A run in a bucket is released in its place:
one object decides it, and what is then left to do of a release that was cut off is done by the next one with the same approval.

EXIT STATUS
  0    released
  1    refused or failed; the list stays held
  2    wrong usage
  130  interrupted`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runRelease(cmd.Context(), e, o, args[0])
		},
	}
	flags := cmd.Flags()
	flags.Var(&o.approve, "approve", "`RUN_ID:COUNT` of the list that was looked at (required)")
	flags.StringSliceVar(&o.accept, "accept", nil,
		"`names` of the signs of an own leak that the list was held for, such as canaries,equal_hashes")
	flags.StringVar(&o.by, "by", "", "`name` of who approves (default $SUDO_USER or $USER, and the host's)")
	flags.StringVar(&o.index, "index", "",
		"`directory` or URL of the index as it is now; with the key the list is held against it (default where it was then)")
	flags.StringVar(&o.state, "state", "",
		"`directory` of the state of the run: its accounts are outstanding from now on (required if it had one)")
	flags.BoolVar(&o.noState, "no-state", false,
		"leave out the state that the run had: its accounts are new once more in the next run")
	addKeyFlag(cmd, &o.keyFile)
	flags.DurationVar(&o.maxAge, "max-age", releaseMaxAge, "refuse a list that was held for longer than `duration`")
	flags.Var(&o.now, "now", "fix the `time` (default the clock)")
	requireFlags(cmd, "approve")
	return cmd
}

func runRelease(ctx context.Context, e env, o releaseOptions, where string) error {
	if o.maxAge <= 0 {
		return usagef("--max-age %s lets no list go", o.maxAge)
	}
	if o.noState && o.state != "" {
		return usagef("release takes --state DIR or --no-state, not both")
	}
	if strings.ContainsFunc(o.by, unicode.IsControl) {
		return usagef("--by: want a name without control characters")
	}
	if o.by == "" {
		o.by = whoami(e)
	}
	run, err := fetched.OpenHeld(ctx, where)
	if err != nil {
		return err
	}
	defer run.Close()
	cfg := review.ReleaseConfig{
		Dir: run.Dir, RunID: o.approve.RunID, Count: o.approve.Count, By: o.by, Accept: o.accept,
		IndexDir: o.index, StateDir: o.state, NoState: o.noState, MaxAge: o.maxAge, Now: o.now.Clock()(),
		Recheck: o.index != "" && (o.keyFile != "" || e.getenv(keyFileVariable) != ""),
		Metrics: told.RunMetrics(version()), Report: report.OfRun(report.Beside(where)),
		Show:    func(m *rundir.Manifest, a rundir.Approval) { answers.Approval(e.out, m, a) },
		Publish: run.Publish, Finished: run.Finished,
	}
	if o.state != "" || cfg.Recheck || o.keyFile != "" || e.getenv(keyFileVariable) != "" {
		if cfg.Key, err = loadKey(e, o.keyFile); err != nil {
			return err
		}
	}
	m, err := review.Release(ctx, cfg)
	err = run.Said(err)
	if m != nil && err != nil {
		fmt.Fprintf(e.err, "credsieve: warning: the list is released, but its accounts will be new once more: %s\n", sentence(err.Error()))
	} else if err != nil {
		return withHint(err, "the list stays as it is; nothing was published")
	}
	if cfg.Key == nil {
		fmt.Fprintln(e.err, "credsieve: warning: without the key the seal was not checked, and the released run has none: "+
			"recheck wants one")
	}
	fmt.Fprintf(e.out, "run %s: released, %s listed, %s\n", m.RunID, counted.Of(m.Counts.AccountsListed, "account"), where)
	return nil
}

// whoami names the person behind this process as well as the system knows.
func whoami(e env) string {
	name := e.getenv("SUDO_USER")
	if name == "" {
		name = e.getenv("USER")
	}
	if name == "" {
		name = fmt.Sprintf("uid %d", os.Getuid())
	}
	if host, err := os.Hostname(); err == nil {
		name += "@" + host
	}
	return shown.Text(name)
}
