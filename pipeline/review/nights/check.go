package nights

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/credsieve/credsieve/datasets/counted"
	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/datasets/ledger"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/pipeline/spool"
)

// Verdict of one line of a check.
type Verdict string

// A warning is something that a person should know of; after a failure a night cannot be relied on.
const (
	OK   Verdict = "ok"
	Warn Verdict = "warn"
	Fail Verdict = "fail"
)

// Line is one thing that was looked at.
type Line struct {
	Name    string  `json:"name"`
	Verdict Verdict `json:"verdict"`
	Text    string  `json:"text"`
	Hint    string  `json:"hint,omitempty"` // the way out, where not all is well
}

// CheckConfig names what a night uses. What is empty is not looked at, and the lines say so.
type CheckConfig struct {
	Index string
	State string
	Root  string // of the runs
	Key   func() (*hashing.Key, error)
	Now   time.Time
}

const (
	// oldIndex is how old an index of a nightly build may be, as in docs/examples/prometheus/alerts.yml: a night can be
	// late, two cannot.
	oldIndex = 36 * time.Hour
	oldRun   = 26 * time.Hour
	// clockSkew is how far the clocks of two machines may differ.
	clockSkew = 10 * time.Minute
	// leastSpace is what a run needs for what it writes itself, even if it finds nothing.
	leastSpace = 256 << 20
)

// Check looks at all that a night relies on, and changes nothing. It reads the whole filter of the index.
func Check(cfg CheckConfig) []Line {
	c := &check{CheckConfig: cfg}
	key := c.key()
	c.index(key)
	c.state(key)
	c.runs()
	c.space()
	c.clock()
	return c.lines
}

// check is a check under way.
type check struct {
	CheckConfig
	lines []Line

	seen    time.Time // the last moment that index or runs know of
	seenHow string
}

func (c *check) add(name string, v Verdict, hint, format string, args ...any) {
	if v == OK {
		hint = ""
	}
	c.lines = append(c.lines, Line{Name: name, Verdict: v, Text: fmt.Sprintf(format, args...), Hint: hint})
}

// failed adds an error, with its own way out where it knows one.
func (c *check) failed(name string, err error, hint string) {
	var h interface{ Hint() string }
	if errors.As(err, &h) && h.Hint() != "" {
		hint = h.Hint()
	}
	c.add(name, Fail, hint, "%s", err)
}

// key returns nil for a key that cannot be used.
func (c *check) key() *hashing.Key {
	key, err := c.Key()
	if err != nil {
		c.failed("key", err, "")
		return nil
	}
	c.add("key", OK, "", "key %s, which nobody else can read", key.ID())
	return key
}

func (c *check) index(key *hashing.Key) {
	if c.Index == "" {
		c.add("index", Warn, "name it with --index", "not looked at: no index was named")
		return
	}
	meta, err := index.ReadMeta(c.Index)
	if err == nil && key != nil {
		var x *index.Index
		if x, err = index.Open(c.Index, key); err == nil {
			err = errors.Join(x.Err(), x.Close())
		}
	}
	if err != nil {
		c.failed("index", err, `"credsieve index verify" looks at every byte; "credsieve index build" makes it again`)
		return
	}
	unverifiable := int64(0)
	for _, n := range meta.NotVerifiable {
		unverifiable += n
	}
	verdict, hint := OK, ""
	switch {
	case meta.Indexed == 0:
		verdict, hint = Fail, "look at the export: no dump can name an account of this index"
	case key == nil:
		verdict, hint = Warn, "it was not opened: that needs its key"
	}
	c.add("index", verdict, hint, "generation %d, %s indexed, %s cannot be verified", meta.Generation,
		counted.Of(meta.Indexed, "account"), counted.As(unverifiable, "stored hash", "stored hashes"))
	c.noteTime(meta.CreatedAt, "the index was built")
	c.indexAge(c.Now.Sub(meta.CreatedAt))
	c.proofs(meta)
}

func (c *check) indexAge(age time.Duration) {
	verdict := OK
	if age > oldIndex {
		verdict = Warn
	}
	c.add("index age", verdict, "mend the export or the build: who changed a password since is judged by the old one",
		"built %s, the limit is %s", ago(age), counted.Duration(oldIndex))
}

// proofs are what shows that a run can see, and that our own store has not leaked.
func (c *check) proofs(meta *index.Meta) {
	verdict := OK
	if meta.Canaries == 0 {
		verdict = Warn
	}
	c.add("canaries", verdict, "add accounts that nobody uses to the export, canary=true: one in a dump is a sign that our own "+
		"store has leaked", "%d in the index", meta.Canaries)
	verdict = OK
	if meta.KnownAnswers == 0 {
		verdict = Warn
	}
	c.add("known answers", verdict, `build the index with --known-answers: test accounts prove that a right password opens what `+
		`the store keeps`, "%d verified at the build", meta.KnownAnswers)
}

func (c *check) state(key *hashing.Key) {
	switch {
	case c.State == "":
		c.add("state", Warn, "name it with --state; without one every night verifies everything again, and lists all as new",
			"not looked at: no state was named")
		return
	case key == nil:
		c.add("state", Warn, "it was not opened: that needs its key", "not looked at: there is no key")
		return
	}
	state, err := ledger.OpenExisting(c.State, key, true)
	if err == nil {
		err = state.Close()
	}
	switch {
	case errors.Is(err, ledger.ErrNoState):
		c.add("state", Warn, "before the first night that is right; later it means that the path is another, or the state is lost",
			"%s", err)
	case err != nil:
		c.failed("state", err, `a run may be using it; if none is, "credsieve state verify" says what is wrong`)
	default:
		c.add("state", OK, "", "it opens with the key")
	}
}

func (c *check) runs() {
	if c.Root == "" {
		return
	}
	runs, err := List(c.Root)
	switch {
	case errors.Is(err, os.ErrNotExist):
		c.add("last run", Warn, "before the first night that is right", "there is no folder %q", c.Root)
		return
	case err != nil:
		c.failed("last run", err, "")
		return
	case len(runs) == 0 || runs[0].Problem != "":
		c.add("last run", Warn, "before the first night that is right", "no run lies in %q", c.Root)
		return
	}
	last := &runs[0]
	c.noteTime(last.FinishedAt, "the last run finished")
	verdict, hint := OK, ""
	switch {
	case len(last.Signs) > 0:
		verdict, hint = Warn, "it has signs that our own store has leaked ("+strings.Join(last.Signs, ", ")+"): ask who can read "+
			"that store before you look at the list; docs/runbooks.md says how to go on"
	case last.Held > 0:
		verdict, hint = Warn, fmt.Sprintf("\"credsieve explain %s ACCOUNT_ID\" a few, then let the list go with the line that the run "+
			"printed, or leave it; docs/runbooks.md says how", filepath.Join(c.Root, last.Name))
	case c.Now.Sub(last.FinishedAt) > oldRun:
		verdict, hint = Warn, "read the last lines of the job"
	}
	c.add("last run", verdict, hint, "%s, finished %s", last.Status, ago(c.Now.Sub(last.FinishedAt)))
}

// space compares what is free with what lies there already: a build writes an index beside the one that is there, and so
// does the compacting of a state.
func (c *check) space() {
	for _, place := range []struct{ name, dir string }{
		{"free space, index", c.Index}, {"free space, state", c.State}, {"free space, runs", c.Root},
	} {
		if place.dir == "" {
			continue
		}
		free, need := spool.Free(existing(place.dir)), int64(leastSpace)
		if place.dir != c.Root {
			need += 2 * size(place.dir)
		}
		verdict, hint := OK, "make room: a disk that is full ends the run with nothing published"
		switch {
		case free == 0:
			verdict, hint = Warn, "look yourself: this system does not say, or the disk is full"
		case free < leastSpace:
			verdict = Fail
		case free < need:
			verdict = Warn
		}
		c.add(place.name, verdict, hint, "%d MiB free, %d MiB are enough", free>>20, need>>20)
	}
}

// ago says how long ago something was; clocks can be wrong.
func ago(d time.Duration) string {
	if d < 0 {
		return counted.Duration(-d) + " from now"
	}
	return counted.Duration(d) + " ago"
}

// existing is the folder, or the nearest one above it that is there.
func existing(dir string) string {
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	for {
		if _, err := os.Stat(dir); err == nil || dir == filepath.Dir(dir) {
			return dir
		}
		dir = filepath.Dir(dir)
	}
}

// size is how many bytes the files of a folder have.
func size(dir string) int64 {
	entries, _ := os.ReadDir(dir) // one that cannot be read has a line of its own
	total := int64(0)
	for _, entry := range entries {
		if info, err := entry.Info(); err == nil && info.Mode().IsRegular() {
			total += info.Size()
		}
	}
	return total
}

func (c *check) noteTime(at time.Time, how string) {
	if at.After(c.seen) {
		c.seen, c.seenHow = at, how
	}
}

// clock holds the clock against what is known to have happened.
func (c *check) clock() {
	now := c.Now.UTC().Format(time.RFC3339)
	switch {
	case c.seen.IsZero():
		c.add("clock", Warn, "compare it yourself", "%s; there is nothing to hold it against", now)
	case c.seen.Sub(c.Now) > clockSkew:
		c.add("clock", Fail, "set the clock, or find out which machine's was wrong: ages and deadlines are counted by it",
			"%s, and %s at %s", now, c.seenHow, c.seen.UTC().Format(time.RFC3339))
	default:
		c.add("clock", OK, "", "%s, after all that index and runs know of", now)
	}
}
