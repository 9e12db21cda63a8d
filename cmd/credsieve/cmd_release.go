package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/credsieve/credsieve/datasets/shown"
	"github.com/credsieve/credsieve/pipeline/review"
)

// approvalFlag names one list: the run and how many accounts are on it.
type approvalFlag struct {
	runID string
	count int64
}

func (a *approvalFlag) Type() string { return "approval" }

func (a *approvalFlag) String() string {
	if a.runID == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d", a.runID, a.count)
}

func (a *approvalFlag) Set(text string) error {
	colon := strings.LastIndexByte(text, ':')
	if colon < 1 {
		return fmt.Errorf("%q is no RUN_ID:COUNT", text)
	}
	count, err := strconv.ParseInt(text[colon+1:], 10, 64)
	// Written as the program writes it: what looks odd was not copied from what a person looked at.
	if err != nil || count < 0 || strconv.FormatInt(count, 10) != text[colon+1:] {
		return fmt.Errorf("%q is not RUN_ID:COUNT: the count is not a number of accounts", text)
	}
	a.runID, a.count = text[:colon], count
	return nil
}

type releaseOptions struct {
	approve approvalFlag
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
and how many accounts are on its list, so that nobody lets go another list than the one that was looked at;
"credsieve verify RUN" prints both.

It is refused when the run is not whole, when run id or count is wrong, when the list was released before, when it
has been held for longer than --max-age, and when the index has moved on since. Who released it and when is
written to manifest.json, whose status becomes complete or partial; the run id stays. A crash leaves the run
held or released, never half of each.

A run that used --state wants the same --state here, with the key: otherwise the next run takes its accounts for
new, and the guard may hold them once more.

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
	flags.StringVar(&o.by, "by", "", "`name` of who approves (default $SUDO_USER or $USER, and the host's)")
	flags.StringVar(&o.index, "index", "",
		"`directory` of the index that the run read (default where it was then)")
	flags.StringVar(&o.state, "state", "",
		"`directory` of the state of the run: its accounts are outstanding from now on (default none)")
	addKeyFlag(cmd, &o.keyFile)
	flags.DurationVar(&o.maxAge, "max-age", 72*time.Hour, "refuse a list that was held for longer than `duration`")
	flags.Var(&o.now, "now", "fix the `time` (default the clock)")
	requireFlags(cmd, "approve")
	return cmd
}

func runRelease(ctx context.Context, e env, o releaseOptions, dir string) error {
	if o.maxAge <= 0 {
		return usagef("--max-age %s lets no list go", o.maxAge)
	}
	if strings.ContainsFunc(o.by, unicode.IsControl) {
		return usagef("--by: want a name without control characters")
	}
	if o.by == "" {
		o.by = whoami(e)
	}
	cfg := review.ReleaseConfig{
		Dir: dir, RunID: o.approve.runID, Count: o.approve.count, By: o.by,
		IndexDir: o.index, StateDir: o.state, MaxAge: o.maxAge, Now: o.now.clock()(),
	}
	if o.state != "" {
		var err error
		if cfg.Key, err = loadKey(e, o.keyFile); err != nil {
			return err
		}
	}
	m, err := review.Release(ctx, cfg)
	if m != nil && err != nil {
		fmt.Fprintf(e.err, "credsieve: warning: the list is released, but its accounts will be new once more: %s\n", sentence(err.Error()))
	} else if err != nil {
		return withHint(err, "the list stays held, or as it is; nothing was published")
	}
	fmt.Fprintf(e.out, "run %s: released, %d accounts listed, %s\n", m.RunID, m.Counts.AccountsListed, dir)
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
