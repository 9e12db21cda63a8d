// Package metrics renders what a run found out as the text that the Prometheus node exporter picks up from a file.
//
//	Render    a Night to text: the same Night gives the same bytes
//	Write     that text to a file, whole or not at all
//	Published when the last list was published, read back from an earlier file
//
// A file is written after every run, also after one that failed: then it says when, with which exit code, and when
// the last list was published. Everything is a gauge, because the file describes one run. No account and no dump is
// named: labels are words that this program chose.
package metrics

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/credsieve/credsieve/datasets/rundir"
)

// Night is one run, and what is known beside its manifest.
type Night struct {
	Manifest  *rundir.Manifest // nil: nothing was published and nothing is held
	List      []rundir.Row     // published or held
	Tool      rundir.Tool
	Started   time.Time
	Ended     time.Time
	ExitCode  int
	Phases    []Phase
	Index     *Index    // nil: it could not be read
	StateSize int64     // bytes; -1: there is no state
	Published time.Time // when a list was published last; zero: never
}

// Phase is how long a part of the run took.
type Phase struct {
	Name string
	Took time.Duration
}

// Index is what its own description says.
type Index struct {
	CreatedAt    time.Time
	Generation   int64
	Accounts     int64
	Unverifiable int64 // accounts whose stored hash cannot be verified
}

// statuses are those that credsieve_run_status has a line for, so that an alert can wait for one to come and go.
var statuses = []string{"complete", "partial", "held", "failed", "interrupted", "dry_run"}

const exitInterrupted = 130

// status is the one of statuses that a night has.
func (n *Night) status() string {
	switch {
	case n.Manifest != nil:
		return string(n.Manifest.Status)
	case n.ExitCode == exitInterrupted:
		return "interrupted"
	default:
		return "failed"
	}
}

// Render returns the text.
func Render(n Night) ([]byte, error) {
	lines := new(lines)
	lines.addRun(&n)
	if n.Index != nil {
		lines.addIndex(&n)
	}
	if n.Manifest != nil {
		lines.addCounts(n.Manifest, n.List)
		lines.addGuard(n.Manifest)
	}
	return lines.text()
}

// lines are the values of one night.
type lines struct{ list []line }

// line is one value, as Prometheus' text format has it.
type line struct {
	name, help string
	labels     string   // as they are written: {control="screen"}
	order      []string // values of the labels, in the order of their names
	value      float64
}

// add adds a value under a name; labels are names and values in turns.
func (l *lines) add(name, help string, value float64, labels ...string) {
	pairs := slices.Collect(slices.Chunk(labels, 2))
	slices.SortFunc(pairs, func(a, b []string) int { return cmp.Compare(a[0], b[0]) })
	made := line{name: "credsieve_" + name, help: help, value: value}
	var text []string
	escape := strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`)
	for _, pair := range pairs {
		made.order = append(made.order, pair[1])
		text = append(text, pair[0]+`="`+escape.Replace(strings.ToValidUTF8(pair[1], "\ufffd"))+`"`)
	}
	if len(text) > 0 {
		made.labels = "{" + strings.Join(text, ",") + "}"
	}
	l.list = append(l.list, made)
}

// text writes the lines in the order in which Prometheus' own libraries do: by name, then by label.
func (l *lines) text() ([]byte, error) {
	slices.SortStableFunc(l.list, func(a, b line) int {
		return cmp.Or(cmp.Compare(a.name, b.name), slices.Compare(a.order, b.order))
	})
	var out []byte
	for i, m := range l.list {
		switch {
		case i == 0 || l.list[i-1].name != m.name:
			out = fmt.Appendf(out, "# HELP %s %s\n# TYPE %s gauge\n", m.name, m.help, m.name)
		case l.list[i-1].labels == m.labels:
			return nil, fmt.Errorf("failed to write metrics: %s%s has two values", m.name, m.labels)
		}
		out = fmt.Appendf(out, "%s%s %s\n", m.name, m.labels, strconv.FormatFloat(m.value, 'g', -1, 64))
	}
	return out, nil
}

func (l *lines) count(name, help string, value int64, labels ...string) {
	l.add(name, help, float64(value), labels...)
}

// moment adds a time in Unix seconds; one that is not known has no line.
func (l *lines) moment(name, help string, at time.Time) {
	if !at.IsZero() {
		l.add(name, help, float64(at.Unix()))
	}
}
