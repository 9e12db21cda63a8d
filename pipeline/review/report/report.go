package report

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/pipeline/review"
)

// Config says which run is told of, and what beside it.
type Config struct {
	Runs        []string // directories; the run that began last is told of, the others are nights before it
	Previous    string   // directory of a run to compare with; empty: nothing is said of what is gone
	History     string   // folder of run directories, nights before it; empty: none
	Identifiers bool     // of the accounts on the list, where the run has them
}

// Format is how a report is written.
type Format string

// The formats of a report.
const (
	HTML      Format = "html"
	Text      Format = "text"
	Markdown  Format = "md"
	Statement Format = "statement"
)

// Report is what a verified run says, ready to be rendered.
type Report struct {
	m           *rundir.Manifest
	rows        []listedRow
	states      map[rundir.State]int64 // accounts that the dumps name
	met         int64
	undecided   map[string]int64 // accounts by cause
	nights      []night
	unreadable  int // folders of the history
	diff        *review.Diff
	previous    *rundir.Manifest
	identifiers bool
}

// listedRow is a row of the list, and whether it waits for a release.
type listedRow struct {
	rundir.Row
	held bool
}

// Read gathers what a report says. Runs that are named are verified first: a report of files that were touched is not one.
func Read(ctx context.Context, cfg Config) (*Report, error) {
	dir, m, others, err := subject(ctx, cfg.Runs)
	if err != nil {
		return nil, err
	}
	return gather(ctx, dir, m, others, cfg)
}

// OfRun returns what makes the page of a run before it is published, or released: dir holds all of its files but the manifest.
// history is the folder that the runs before it lie in; empty: none. One that cannot be read is left out: a page for people
// keeps no list back.
func OfRun(history string) func(dir string, m *rundir.Manifest) ([]byte, error) {
	return func(dir string, m *rundir.Manifest) ([]byte, error) {
		cfg := Config{History: history}
		if _, err := os.ReadDir(history); err != nil {
			cfg.History = ""
		}
		r, err := gather(context.Background(), dir, m, nil, cfg)
		if err != nil {
			return nil, err
		}
		return r.page()
	}
}

// Beside returns the folder that a run lies in, where that is one of "scan --out-root", and else nothing.
func Beside(dir string) string {
	folder := filepath.Dir(filepath.Clean(dir))
	if info, err := os.Lstat(filepath.Join(folder, rundir.LatestName)); err != nil || info.Mode()&os.ModeSymlink == 0 {
		return ""
	}
	return folder
}

// gather reads what the files of a run say.
func gather(ctx context.Context, dir string, m *rundir.Manifest, others []*rundir.Manifest, cfg Config) (*Report, error) {
	r := &Report{
		m: m, identifiers: cfg.Identifiers,
		states: make(map[rundir.State]int64), undecided: make(map[string]int64),
	}
	for _, step := range []func() error{
		func() error { return r.readList(dir) },
		func() error { return r.readAccounts(dir) },
		func() error { return r.readNights(cfg.History, others) },
		func() error { return r.compare(ctx, dir, cfg.Previous) },
	} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// subject verifies all runs and returns the one that began last, and the manifests of the others.
func subject(ctx context.Context, dirs []string) (dir string, m *rundir.Manifest, others []*rundir.Manifest, _ error) {
	for _, d := range dirs {
		verified, err := rundir.Verify(ctx, d)
		if err != nil {
			return "", nil, nil, err
		}
		switch {
		case m == nil:
			dir, m = d, verified
		case verified.StartedAt.Before(m.StartedAt):
			others = append(others, verified)
		default:
			others = append(others, m)
			dir, m = d, verified
		}
	}
	if m == nil {
		return "", nil, nil, errors.New("no run was named")
	}
	return dir, m, others, nil
}

func (r *Report) readList(dir string) error {
	published, err := rundir.ReadPublished(dir, r.m)
	if err != nil {
		return err
	}
	held, err := rundir.ReadHeld(dir, r.m)
	if err != nil {
		return err
	}
	for _, row := range published {
		r.rows = append(r.rows, listedRow{Row: row})
	}
	for _, row := range held {
		r.rows = append(r.rows, listedRow{Row: row, held: true})
	}
	named := slices.ContainsFunc(r.rows, func(row listedRow) bool { return row.Identifier != "" })
	if r.identifiers && len(r.rows) > 0 && !named {
		return fmt.Errorf("refusing to promise identifiers: the list of run %q has none; scan with --show-identifiers "+
			"keeps them", dir)
	}
	return nil
}

func (r *Report) readAccounts(dir string) error {
	place := make(map[string]int, len(r.rows))
	for i := range r.rows {
		place[r.rows[i].AccountID] = i
	}
	err := rundir.ReadMet(dir, func(met rundir.Met) error {
		r.met++
		r.states[met.State]++
		if i, listed := place[met.AccountID]; listed {
			r.rows[i].FirstListedAt = met.FirstListedAt
		}
		return nil
	})
	if err != nil {
		return err
	}
	open, err := rundir.ReadUndecided(dir)
	for _, row := range open {
		r.undecided[row.Cause]++
	}
	return err
}

func (r *Report) compare(ctx context.Context, dir, previous string) (err error) {
	if previous == "" {
		return nil
	}
	if r.diff, err = review.Compare(ctx, previous, dir); err != nil {
		return err
	}
	if r.previous, err = rundir.ReadManifest(previous); err != nil { // Compare has verified it
		return err
	}
	if r.previous.RunID == r.m.RunID || r.previous.StartedAt.After(r.m.StartedAt) {
		return fmt.Errorf("refusing to compare run %q with %q: that one did not begin before it", r.m.RunID, r.previous.RunID)
	}
	return nil
}

// Render returns the bytes of a report. A format that there is not is an error.
func (r *Report) Render(f Format) ([]byte, error) {
	switch f {
	case HTML:
		return r.page()
	case Text:
		return r.brief(plainMarks()), nil
	case Markdown:
		return r.brief(markdownMarks()), nil
	case Statement:
		return r.statement(), nil
	default:
		return nil, fmt.Errorf("there is no report of format %q", f)
	}
}

// count returns how many rows of the list a question is true of.
func (r *Report) count(is func(*rundir.Row) bool) (n int64) {
	for i := range r.rows {
		if is(&r.rows[i].Row) {
			n++
		}
	}
	return n
}

// has reports whether a row has one of the reasons.
func has(row *rundir.Row, codes ...string) bool {
	return slices.ContainsFunc(row.Reasons, func(reason rundir.Reason) bool { return slices.Contains(codes, reason.Code) })
}

// ownLeak reports whether a run is held for signs that our own store has leaked. One that was released was found to be
// something else, by somebody who said so.
func (r *Report) ownLeak() bool {
	return r.m.Status == rundir.StatusHeld && len(r.m.Guard.Signs()) > 0
}

// dumps returns those of the run, most confirmed accounts first.
func (r *Report) dumps() []rundir.Dump {
	list := slices.Clone(r.m.Dumps)
	slices.SortFunc(list, func(a, b rundir.Dump) int {
		return cmp.Or(-cmp.Compare(a.AccountsConfirmed, b.AccountsConfirmed), -cmp.Compare(a.AccountsMet, b.AccountsMet),
			cmp.Compare(a.Name, b.Name))
	})
	return list
}
