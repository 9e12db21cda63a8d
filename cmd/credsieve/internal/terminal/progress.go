package terminal

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/term"

	"github.com/credsieve/credsieve/datasets/counted"
	"github.com/credsieve/credsieve/pipeline/progress"
)

// NewProgress shows progress on w: bars when it is a terminal that can draw them and how is "auto", objects when w is a Journal that
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
	case how == "auto" && isFile && term.IsTerminal(int(file.Fd())) && !(isJournal && j.dumb):
		return bars{under, func() int {
			if width, _, err := term.GetSize(int(file.Fd())); err == nil && width > 0 {
				return width
			}
			return plainWidth
		}}
	default:
		return plainLines{w}
	}
}

// bars draws one line for each phase, again and again.
type bars struct {
	w     io.Writer
	width func() int // columns; a window can change
}

// barEvery is how often a bar is drawn: often enough to be seen moving.
const barEvery = 200 * time.Millisecond

// again goes back to where a line begins and clears it.
const again = "\r\x1b[K"

// barWidth is how many signs a bar has.
const barWidth = 10

func (b bars) Phase(name string, total int64, unit progress.Unit) progress.Meter {
	l := newLines(b.w, name, total, unit)
	l.tell = func(elapsed time.Duration, done bool) {
		if done {
			fmt.Fprintf(b.w, "%s", again)
			l.write(elapsed, done)
			return
		}
		line := []rune(l.bar(elapsed))
		fmt.Fprintf(b.w, "%s%s", again, string(line[:min(len(line), max(b.width()-1, 0))]))
	}
	go l.run(barEvery)
	return l
}

// bar is a line for a terminal, what matters most first: a narrow one cuts the end.
func (l *lines) bar(elapsed time.Duration) string {
	if l.total <= 0 {
		return l.line(elapsed)
	}
	done := min(l.done.Load(), l.total)
	n := int(barWidth * done / l.total)
	rate, left := l.speed(done, elapsed)
	return fmt.Sprintf("%s [%s%s] %d%%%s%s, %s of %s, %s/s", l.name, strings.Repeat("#", n), strings.Repeat(".", barWidth-n),
		100*done/l.total, left, l.confirmed(), l.amount(done), l.amount(l.total), l.amount(int64(rate)))
}

var _ progress.Finder = &lines{}

// plainLines writes a line now and then, for logs.
type plainLines struct{ w io.Writer }

// plainEvery is how often a log hears of a long phase.
const plainEvery = 10 * time.Second

func (p plainLines) Phase(name string, total int64, unit progress.Unit) progress.Meter {
	l := newLines(p.w, name, total, unit)
	l.tell = l.write
	go l.run(plainEvery)
	return l
}

func newLines(w io.Writer, name string, total int64, unit progress.Unit) *lines {
	return &lines{
		w: w, name: name, total: total, unit: unit, begin: time.Now(),
		stop: make(chan struct{}), stopped: make(chan struct{}),
	}
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

	seen   int64 // of done, when a line was written last
	seenAt time.Duration
}

func (l *lines) Add(n int64)   { l.done.Add(n) }
func (l *lines) Found(n int64) { l.found.Add(n) }

func (l *lines) run(every time.Duration) {
	defer close(l.stopped)
	ticker := time.NewTicker(every)
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
	rate, left := l.speed(done, elapsed)
	text := fmt.Sprintf("%s: %s", l.name, l.amount(done))
	if l.total > 0 {
		text += fmt.Sprintf(" of %s (%d%%)", l.amount(l.total), 100*done/l.total)
	}
	return text + fmt.Sprintf(", %s/s", l.amount(int64(rate))) + left + l.confirmed()
}

// speed is what a second does, and in words how long the rest takes, where that is more than a guess. What is done grows in
// steps: between them the rate stays, and the time left goes down.
func (l *lines) speed(done int64, elapsed time.Duration) (rate float64, left string) {
	if done != l.seen || l.seenAt == 0 {
		l.seen, l.seenAt = done, elapsed
	}
	rate = float64(done) / l.seenAt.Seconds()
	if l.total <= done || rate == 0 || done < l.total/20 {
		return rate, ""
	}
	rest := time.Duration(float64(l.total-done)/rate*float64(time.Second)) - (elapsed - l.seenAt)
	return rate, fmt.Sprintf(", %s left", max(rest, time.Second).Round(time.Second))
}

// confirmed says how many accounts were confirmed so far.
func (l *lines) confirmed() string {
	if n := l.found.Load(); n > 0 {
		return ", " + counted.Of(n, "account") + " confirmed"
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
		return counted.Of(n, "account")
	case progress.Verifications:
		return counted.Of(n, "pair") // of an account and a text: records, which "candidates" counts, can hold several
	default:
		return counted.Of(n, "record")
	}
}

// Round leaves of a duration what people say.
func Round(d time.Duration) time.Duration {
	if d > 10*time.Second {
		return d.Round(time.Second)
	}
	return d.Round(time.Millisecond)
}
