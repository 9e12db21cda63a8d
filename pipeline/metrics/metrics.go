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
	"bytes"
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"

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
	registry := prometheus.NewRegistry()
	lines := new(lines)
	lines.addRun(&n)
	if n.Index != nil {
		lines.addIndex(&n)
	}
	if n.Manifest != nil {
		lines.addCounts(n.Manifest, n.List)
		lines.addGuard(n.Manifest)
	}
	if err := registry.Register(lines); err != nil {
		return nil, fmt.Errorf("failed to gather metrics: %w", err)
	}
	families, err := registry.Gather()
	if err != nil {
		return nil, fmt.Errorf("failed to gather metrics: %w", err)
	}
	var out bytes.Buffer
	encoder := expfmt.NewEncoder(&out, expfmt.NewFormat(expfmt.TypeTextPlain))
	for _, family := range families {
		if err := encoder.Encode(family); err != nil {
			return nil, fmt.Errorf("failed to write metrics: %w", err)
		}
	}
	return out.Bytes(), nil
}

// lines are the values of one night. They are collected as they stand.
type lines struct{ list []prometheus.Metric }

// Describe implements prometheus.Collector; to describe nothing leaves the checks to Gather.
func (*lines) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector.
func (l *lines) Collect(out chan<- prometheus.Metric) {
	for _, m := range l.list {
		out <- m
	}
}

// add adds a value under a name; labels are names and values in turns.
func (l *lines) add(name, help string, value float64, labels ...string) {
	var names, values []string
	for i := 0; i+1 < len(labels); i += 2 {
		names, values = append(names, labels[i]), append(values, labels[i+1])
	}
	desc := prometheus.NewDesc("credsieve_"+name, help, names, nil)
	m, err := prometheus.NewConstMetric(desc, prometheus.GaugeValue, value, values...)
	if err != nil {
		m = prometheus.NewInvalidMetric(desc, err)
	}
	l.list = append(l.list, m)
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
