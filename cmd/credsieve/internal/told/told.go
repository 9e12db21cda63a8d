// Package told tells others of a run that is decided: a file of JSON, metrics, a command. It is called after every run,
// also after one that failed, and nothing in it changes what came of the run.
package told

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/terminal"
	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/datasets/objects"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/pipeline"
	"github.com/credsieve/credsieve/pipeline/metrics"
)

// Night is one run of scan as those see it who are told of it at the end. Empty paths are not wanted.
type Night struct {
	Index   string // directory
	State   string // directory
	JSONOut string // file for the manifest
	Metrics string // file for the Prometheus node exporter
	Exec    string // shell command

	Tool    rundir.Tool
	Getenv  func(string) string
	Err     io.Writer
	Now     func() time.Time
	Started time.Time
	Phases  *terminal.Phases // nil: it failed before the first
}

// Codes of a run that are told apart here.
const (
	exitComplete    = 0
	exitPartial     = 3
	exitHeld        = 4
	exitInterrupted = 130
)

// End tells of a run that ended with an exit code; outcome is nil when it failed, and failed says why.
func (n *Night) End(ctx context.Context, outcome *pipeline.Outcome, code int, failed error) {
	for _, tell := range []func() error{
		func() error { return n.writeJSON(outcome, code, failed) },
		func() error { return n.writeMetrics(outcome, code) },
		func() error { return n.execAfter(context.WithoutCancel(ctx), outcome, code) },
	} {
		if err := tell(); err != nil {
			fmt.Fprintf(n.Err, "credsieve: warning: %s; the run is as it was\n", terminal.Sentence(err.Error()))
		}
	}
}

func (n *Night) writeMetrics(outcome *pipeline.Outcome, code int) error {
	path := n.Metrics
	if path == "" {
		return nil
	}
	m := metrics.Night{
		Tool: n.Tool, Started: n.Started, Ended: n.Now(), ExitCode: code, StateSize: -1,
		Index: indexFacts(n.Index), Published: metrics.Published(path),
	}
	if outcome != nil {
		m.Manifest, m.List = outcome.Manifest, outcome.List
		if outcome.Dir != "" && (code == exitComplete || code == exitPartial || outcome.Manifest.HeldInPart()) {
			m.Published = outcome.Manifest.FinishedAt
		}
	}
	if n.Phases != nil {
		for _, p := range n.Phases.Took() {
			m.Phases = append(m.Phases, metrics.Phase{Name: p.Name, Took: p.Took})
		}
	}
	if n.State != "" {
		if info, err := os.Stat(filepath.Join(n.State, "state.db")); err == nil {
			m.StateSize = info.Size()
		}
	}
	text, err := metrics.Render(m)
	if err != nil {
		return err
	}
	return metrics.Write(path, text)
}

// RunMetrics returns what writes the metrics of a run into its directory: those of Metrics without what depends on the
// machine, so that the same run has the same bytes. A release makes them again.
func RunMetrics(tool rundir.Tool) func(*rundir.Manifest, []rundir.Row) ([]byte, error) {
	return func(m *rundir.Manifest, list []rundir.Row) ([]byte, error) {
		n := metrics.Night{
			Manifest: m, List: list, Tool: tool, Started: m.StartedAt, Ended: m.FinishedAt, StateSize: -1,
		}
		if x := m.Index; !x.CreatedAt.IsZero() {
			n.Index = &metrics.Index{
				CreatedAt: x.CreatedAt, Generation: x.Generation, Accounts: x.Accounts, Unverifiable: x.Unverifiable,
			}
		}
		if m.Release != nil {
			n.Ended = m.Release.ApprovedAt
		}
		switch {
		case m.HeldInPart():
			n.ExitCode, n.Published = exitHeld, n.Ended
		case m.Status == rundir.StatusHeld:
			n.ExitCode = exitHeld
		case m.Status == rundir.StatusPartial:
			n.ExitCode, n.Published = exitPartial, n.Ended
		default:
			n.Published = n.Ended
		}
		return metrics.Render(n)
	}
}

// indexFacts is what an index says of itself, nil when it cannot be read.
func indexFacts(dir string) *metrics.Index {
	meta, err := index.ReadMeta(dir)
	if err != nil {
		return nil
	}
	return &metrics.Index{
		CreatedAt: meta.CreatedAt, Generation: meta.Generation, Accounts: meta.Accounts, Unverifiable: meta.Unverifiable(),
	}
}

// below is a file of a run, wherever that lies.
func below(run, name string) string {
	if objects.IsURL(run) {
		where, options, some := strings.Cut(run, "?")
		if some {
			options = "?" + options
		}
		return strings.TrimRight(where, "/") + "/" + name + options
	}
	return filepath.Join(run, name)
}

// passedOn are the variables that a command needs to run at all. Others may hold secrets of ours.
var passedOn = []string{"PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "TZ", "TMPDIR"}

// execAfter runs the command that was asked for. What it prints goes to stderr, because stdout is the run's.
func (n *Night) execAfter(ctx context.Context, outcome *pipeline.Outcome, code int) error {
	if n.Exec == "" {
		return nil
	}
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", n.Exec)
	cmd.Stdout, cmd.Stderr = n.Err, n.Err
	cmd.Env = n.environment(outcome, code)
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("failed to run the command of --exec-after: %w", err)
	}
	return nil
}

// environment tells the command which run it was, what came of it and where things are, and no secret.
func (n *Night) environment(outcome *pipeline.Outcome, code int) []string {
	var list []string
	set := func(name, value string) { list = append(list, name+"="+value) }
	for _, name := range passedOn {
		if value := n.Getenv(name); value != "" {
			set(name, value)
		}
	}
	set("CREDSIEVE_STATUS", statusWord(outcome, code))
	set("CREDSIEVE_EXIT_CODE", strconv.Itoa(code))
	place := func(name, path string) {
		if objects.IsURL(path) {
			set(name, path)
			return
		}
		if absolute, err := filepath.Abs(path); err == nil && path != "" {
			set(name, absolute)
		}
	}
	place("CREDSIEVE_INDEX", n.Index)
	place("CREDSIEVE_STATE", n.State)
	place("CREDSIEVE_METRICS", n.Metrics)
	place("CREDSIEVE_JSON", n.JSONOut)
	if outcome == nil || outcome.Dir == "" {
		return list
	}
	m := outcome.Manifest
	set("CREDSIEVE_RUN_ID", m.RunID)
	set("CREDSIEVE_LISTED", strconv.FormatInt(m.Counts.AccountsListed, 10))
	set("CREDSIEVE_NEW", strconv.FormatInt(m.Listed.New, 10))
	set("CREDSIEVE_SIGNS", strings.Join(m.Guard.Signs(), ","))
	place("CREDSIEVE_RUN", outcome.Dir)
	place("CREDSIEVE_MANIFEST", below(outcome.Dir, "manifest.json"))
	if m.Rows("at_risk.csv") >= 0 { // a list that is held has no variable that a reset step could take for it
		place("CREDSIEVE_LIST", below(outcome.Dir, "at_risk.csv"))
	}
	return list
}
