package report

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/credsieve/credsieve/datasets/rundir"
)

// nightsShown is how many runs the chart has: a month of nights.
const nightsShown = 30

// night is a run as the chart shows it, in accounts.
type night struct {
	runID            string
	began            time.Time
	added, stayed    int64 // on its list: new, outstanding
	held, leak, part bool
}

func nightOf(m *rundir.Manifest) night {
	n := night{
		runID: m.RunID, began: m.StartedAt, added: m.Listed.New, stayed: m.Listed.Outstanding,
		held: m.Status == rundir.StatusHeld, leak: m.Status == rundir.StatusHeld && len(m.Guard.Signs()) > 0,
		part: m.Status == rundir.StatusPartial,
	}
	if n.added+n.stayed == 0 { // versions that knew only new accounts do not say
		n.added = m.Counts.AccountsListed
	}
	return n
}

// readNights gathers the run and those before it, each once, by their beginning.
func (r *Report) readNights(history string, others []*rundir.Manifest) error {
	all := append([]*rundir.Manifest{r.m}, others...)
	if history != "" {
		kept, err := r.readHistory(history)
		if err != nil {
			return err
		}
		all = append(all, kept...)
	}
	seen := make(map[string]bool)
	for _, m := range all { // of two copies of a run the verified one comes first
		if !seen[m.RunID] && !m.StartedAt.After(r.m.StartedAt) {
			r.nights = append(r.nights, nightOf(m))
		}
		seen[m.RunID] = true
	}
	slices.SortFunc(r.nights, func(a, b night) int {
		return cmp.Or(a.began.Compare(b.began), cmp.Compare(a.runID, b.runID))
	})
	r.nights = r.nights[max(0, len(r.nights)-nightsShown):]
	return nil
}

// readHistory reads the manifests of a folder of runs. Folders without one are not runs; one that cannot be read is
// counted, because a damaged old night must not keep tonight's report back.
func (r *Report) readHistory(folder string) ([]*rundir.Manifest, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, fmt.Errorf("failed to read the history %q: %w", folder, err)
	}
	var all []*rundir.Manifest
	for _, entry := range entries {
		// Links such as "latest" name a run that is there by itself; hidden folders are unfinished runs.
		if !entry.IsDir() || strings.HasPrefix(entry.Name(), ".") {
			continue
		}
		m, err := rundir.ReadManifest(filepath.Join(folder, entry.Name()))
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			r.unreadable++
		default:
			all = append(all, m)
		}
	}
	return all, nil
}
