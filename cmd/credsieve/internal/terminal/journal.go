package terminal

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/credsieve/credsieve/datasets/shown"
	"github.com/credsieve/credsieve/pipeline/progress"
)

// Journal is stderr. Until it is asked for JSON, what is written passes through; from then on each line becomes an
// object with time, level, msg, run, run_id and phase as far as they are known.
type Journal struct {
	out  io.Writer
	dumb bool // nothing on it can be written over

	mu     sync.Mutex
	logger *slog.Logger // nil: text
	rest   []byte       // of a line that is not at its end
	phase  string
}

// NewJournal returns one that lets through what is written. TERM=dumb says that a terminal can write nothing over.
func NewJournal(out io.Writer, getenv func(string) string) *Journal {
	return &Journal{out: out, dumb: getenv("TERM") == "dumb"}
}

// AsJSON turns to objects; run is what the run id begins with, which is known before the id is.
func (j *Journal) AsJSON(run string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.logger = slog.New(slog.NewJSONHandler(shown.JSONWriter(j.out), nil)).With("run", run)
}

// Named adds the run id, which is known when the run is.
func (j *Journal) Named(runID string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.logger != nil {
		j.logger = j.logger.With("run_id", runID)
	}
}

// Write implements io.Writer.
func (j *Journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.logger == nil {
		return j.out.Write(p)
	}
	j.rest = append(j.rest, p...)
	for {
		line, rest, found := bytes.Cut(j.rest, []byte("\n"))
		if !found {
			return len(p), nil
		}
		j.line(string(line))
		j.rest = rest
	}
}

// line writes what was meant for people as an object.
func (j *Journal) line(text string) {
	level, kind := slog.LevelInfo, ""
	if rest, ok := strings.CutPrefix(text, "credsieve: "); ok {
		level, kind, text = slog.LevelError, "error", rest
		if rest, ok := strings.CutPrefix(text, "warning: "); ok {
			level, kind, text = slog.LevelWarn, "warning", rest
		}
	} else if rest, ok := strings.CutPrefix(text, "hint: "); ok {
		kind, text = "hint", rest
	}
	attrs := []slog.Attr{}
	if kind != "" {
		attrs = append(attrs, slog.String("kind", kind))
	}
	if j.phase != "" {
		attrs = append(attrs, slog.String("phase", j.phase))
	}
	j.logger.LogAttrs(context.Background(), level, text, attrs...)
}

// jsonProgress writes an object now and then, and one at the end of each phase.
type jsonProgress struct{ journal *Journal }

func (p jsonProgress) Phase(name string, total int64, unit progress.Unit) progress.Meter {
	p.journal.mu.Lock()
	p.journal.phase = name
	p.journal.mu.Unlock()
	l := newLines(nil, name, total, unit)
	l.tell = func(elapsed time.Duration, done bool) { p.journal.progress(l, elapsed, done) }
	go l.run(plainEvery)
	return l
}

var unitNames = map[progress.Unit]string{
	progress.Bytes: "bytes", progress.Accounts: "accounts", progress.Verifications: "pairs", progress.Records: "records",
}

func (j *Journal) progress(l *lines, elapsed time.Duration, done bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	attrs := []slog.Attr{
		slog.String("kind", "progress"), slog.String("phase", l.name), slog.Int64("done", l.done.Load()),
		slog.String("unit", unitNames[l.unit]), slog.Float64("seconds", elapsed.Seconds()), slog.Bool("ended", done),
	}
	if l.total > 0 {
		attrs = append(attrs, slog.Int64("total", l.total))
	}
	if n := l.found.Load(); n > 0 {
		attrs = append(attrs, slog.Int64("accounts_confirmed", n))
	}
	j.logger.LogAttrs(context.Background(), slog.LevelInfo, "progress", attrs...)
}
