package terminal

import (
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"

	pretty "github.com/jedib0t/go-pretty/v6/progress"
	"golang.org/x/term"

	"github.com/credsieve/credsieve/pipeline/progress"
)

// NewProgress shows progress on w: bars when it is a terminal and how is "auto", objects when w is a Journal that
// writes them, plain lines otherwise, and nothing when how is "none".
func NewProgress(how string, w io.Writer) progress.Progress {
	under := w
	j, isJournal := w.(*Journal)
	if isJournal {
		under = j.out
	}
	file, isFile := under.(*os.File)
	switch {
	case how == "none":
		return progress.None{}
	case isJournal && j.logger != nil:
		return jsonProgress{j}
	case how == "auto" && isFile && term.IsTerminal(int(file.Fd())):
		return bars{under}
	default:
		return plainLines{w}
	}
}

// bars draws one bar for each phase.
type bars struct{ w io.Writer }

func (b bars) Phase(name string, total int64, unit progress.Unit) progress.Meter {
	out := pretty.NewWriter()
	out.SetOutputWriter(b.w)
	out.SetAutoStop(false)
	out.SetTrackerPosition(pretty.PositionRight)
	out.SetUpdateFrequency(200 * time.Millisecond)
	out.Style().Visibility.ETA = total > 0
	out.Style().Visibility.Speed = true
	tracker := &pretty.Tracker{Message: name, Total: max(total, 0), Units: barUnits(unit)}
	out.AppendTracker(tracker)
	done := make(chan struct{})
	go func() {
		defer close(done)
		out.Render()
	}()
	return &bar{out: out, tracker: tracker, rendered: done, name: name}
}

func barUnits(unit progress.Unit) pretty.Units {
	if unit == progress.Bytes {
		return pretty.UnitsBytes
	}
	return pretty.UnitsDefault
}

type bar struct {
	out      pretty.Writer
	tracker  *pretty.Tracker
	rendered chan struct{}
	name     string
	found    atomic.Int64
}

var _, _ progress.Finder = &bar{}, &lines{}

func (b *bar) Found(n int64) {
	b.tracker.UpdateMessage(fmt.Sprintf("%s, %d accounts confirmed", b.name, b.found.Add(n)))
}

func (b *bar) Add(n int64) { b.tracker.Increment(n) }

func (b *bar) Done() {
	b.tracker.MarkAsDone()
	b.out.Stop()
	<-b.rendered // nothing else is written to the terminal in the meantime
}

// plainLines writes a line now and then, for logs.
type plainLines struct{ w io.Writer }

// plainEvery is how often a log hears of a long phase.
const plainEvery = 10 * time.Second

func (p plainLines) Phase(name string, total int64, unit progress.Unit) progress.Meter {
	l := &lines{
		w: p.w, name: name, total: total, unit: unit, begin: time.Now(),
		stop: make(chan struct{}), stopped: make(chan struct{}),
	}
	l.tell = l.write
	go l.run()
	return l
}

type lines struct {
	w       io.Writer
	name    string
	total   int64
	unit    progress.Unit
	begin   time.Time
	done    atomic.Int64
	found   atomic.Int64 // accounts confirmed
	stop    chan struct{}
	stopped chan struct{}
	tell    func(elapsed time.Duration, done bool)
}

func (l *lines) Add(n int64)   { l.done.Add(n) }
func (l *lines) Found(n int64) { l.found.Add(n) }

func (l *lines) run() {
	defer close(l.stopped)
	ticker := time.NewTicker(plainEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			l.tell(time.Since(l.begin), false)
		case <-l.stop:
			return
		}
	}
}

func (l *lines) Done() {
	close(l.stop)
	<-l.stopped
	l.tell(time.Since(l.begin), true)
}

// write writes a line for people.
func (l *lines) write(elapsed time.Duration, done bool) {
	if !done {
		fmt.Fprintln(l.w, l.line(elapsed))
		return
	}
	fmt.Fprintf(l.w, "%s: %s in %s%s\n", l.name, l.amount(l.done.Load()), Round(elapsed), l.confirmed())
}

func (l *lines) line(elapsed time.Duration) string {
	done := l.done.Load()
	rate := float64(done) / elapsed.Seconds()
	text := fmt.Sprintf("%s: %s", l.name, l.amount(done))
	if l.total > 0 {
		text += fmt.Sprintf(" of %s (%d%%)", l.amount(l.total), 100*done/l.total)
	}
	text += fmt.Sprintf(", %s/s", l.amount(int64(rate)))
	if l.total > done && rate > 0 && done >= l.total/20 { // before, it is a guess
		left := time.Duration(float64(l.total-done) / rate * float64(time.Second))
		text += fmt.Sprintf(", %s left", Round(left))
	}
	return text + l.confirmed()
}

// confirmed says how many accounts were confirmed so far.
func (l *lines) confirmed() string {
	if n := l.found.Load(); n > 0 {
		return fmt.Sprintf(", %d accounts confirmed", n)
	}
	return ""
}

func (l *lines) amount(n int64) string { return Amount(l.unit, n) }

// Amount is a number of units in words.
func Amount(unit progress.Unit, n int64) string {
	switch unit {
	case progress.Bytes:
		return Bytes(n)
	case progress.Accounts:
		return fmt.Sprintf("%d accounts", n)
	case progress.Verifications:
		return fmt.Sprintf("%d pairs", n) // of an account and a text: records, which "candidates" counts, can hold several
	default:
		return fmt.Sprintf("%d records", n)
	}
}

// Round leaves of a duration what people say.
func Round(d time.Duration) time.Duration {
	if d > 10*time.Second {
		return d.Round(time.Second)
	}
	return d.Round(time.Millisecond)
}
