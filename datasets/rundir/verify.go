package rundir

import (
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/credsieve/credsieve/datasets/internal/durable"
)

// Verify checks that a run is whole: its manifest is as it was written and balances, every file has the bytes
// and the rows that the manifest names, no list stands where it must not, and both forms of the list hold
// the same rows.
// It returns the manifest of a run that passed.
func Verify(ctx context.Context, dir string) (*Manifest, error) {
	m, _, err := verify(ctx, dir)
	return m, err
}

// verify also returns the bytes of the manifest.
func verify(ctx context.Context, dir string) (*Manifest, []byte, error) {
	if place, err := filepath.EvalSymlinks(dir); err == nil {
		dir = place // "latest" is often a link, and a walk does not follow one
	}
	m, data, err := readManifest(dir)
	if err != nil {
		return nil, nil, err
	}
	if _, err := os.Lstat(filepath.Join(dir, PendingRelease)); err == nil { // a copy of a run elsewhere
		return nil, nil, fmt.Errorf("run %q is not whole: it is being released; if nobody is at it any more, release it again", dir)
	}
	for _, check := range []func(context.Context, string, *Manifest) error{
		checkCounts, checkStatus, checkFiles, checkNothingElse, checkList, checkMet,
	} {
		if err := check(ctx, dir, m); err != nil {
			return nil, nil, fmt.Errorf("run %q is not whole: %w", dir, err)
		}
	}
	// Last: what is wrong says more than that something is.
	if !m.checkDigest(data) {
		return nil, nil, fmt.Errorf("run %q is not whole: %q is not as it was written", dir, ManifestName)
	}
	return m, data, nil
}

func checkCounts(_ context.Context, _ string, m *Manifest) error {
	if err := m.checkBalance(); err != nil {
		return err
	}
	read, rejected := int64(0), int64(0)
	for _, in := range m.Inputs {
		read += in.Records + in.Rejected
		rejected += in.Rejected
	}
	if read != m.Counts.RecordsRead || rejected != m.Counts.RecordsRejected {
		return fmt.Errorf("its inputs add up to %d records, %d of them rejected; the counts say %d and %d",
			read, rejected, m.Counts.RecordsRead, m.Counts.RecordsRejected)
	}
	return nil
}

func checkStatus(_ context.Context, _ string, m *Manifest) error {
	held := m.Status == StatusHeld
	refused := held || m.Release != nil // a released run keeps the guard's verdict
	switch {
	case m.Status != StatusComplete && m.Status != StatusPartial && !held:
		return fmt.Errorf("status %q is none of a published run", m.Status)
	case held && m.Release != nil:
		return errors.New("it is held and released at once")
	case refused != (m.Guard.Verdict == VerdictHeld || m.Guard.Verdict == VerdictHeldInPart), refused != (len(m.Guard.Refusals) > 0):
		return fmt.Errorf("status %q does not agree with the guard's verdict %q and its %d refusals",
			m.Status, m.Guard.Verdict, len(m.Guard.Refusals))
	case !held && m.Incomplete(m.Rows(undecidedName)) != (m.Status == StatusPartial):
		return fmt.Errorf("status %q does not agree with its inputs and undecided accounts", m.Status)
	case m.RunID != m.ID():
		return errors.New("its run id is not that of its inputs and files")
	}
	if a := m.Release; a != nil &&
		(a.RunID != m.RunID || a.Count != m.approved() || a.IndexID != m.Index.ID) {
		return errors.New("its approval is not for this list")
	}
	if c := m.Controls; c.Screen.Met != c.Screen.Probed || c.Positive.Confirmed != c.Positive.Planted ||
		c.Negative.Refuted != c.Negative.Probed {
		return errors.New("its controls failed")
	}
	for _, in := range m.Inputs {
		if in.AccountsConfirmed > in.AccountsMet || in.AccountsConfirmed > m.Counts.AccountsConfirmed {
			return fmt.Errorf("input %q confirmed %d accounts of the %d that it met",
				in.Path, in.AccountsConfirmed, in.AccountsMet)
		}
	}
	return nil
}

// Rows is what the manifest says of one output, -1 when it does not name it.
func (m *Manifest) Rows(path string) int64 {
	for _, out := range m.Outputs {
		if out.Path == path {
			return out.Rows
		}
	}
	return -1
}

func checkFiles(ctx context.Context, dir string, m *Manifest) error {
	wanted := []string{undecidedName, "rejects.csv", metName}
	for _, folder := range listFolders(m) {
		for _, name := range listNames {
			wanted = append(wanted, path.Join(folder, name))
		}
	}
	for _, name := range wanted {
		if m.Rows(name) < 0 {
			return fmt.Errorf("the manifest does not name %q", name)
		}
	}
	for _, name := range []string{MetricsName, ReportName} {
		if m.Rows(name) >= 0 {
			wanted = append(wanted, name)
		}
	}
	if len(m.Outputs) != len(wanted) {
		return fmt.Errorf("the manifest names %d files, not %d", len(m.Outputs), len(wanted))
	}
	for _, out := range m.Outputs {
		if err := ctx.Err(); err != nil {
			return err
		}
		if !filepath.IsLocal(out.Path) {
			return fmt.Errorf("the manifest names %q, outside the run", out.Path)
		}
		sum, err := fileSum(filepath.Join(dir, out.Path))
		if err != nil {
			return err
		}
		if sum != out.SHA256 {
			return fmt.Errorf("%q is not as it was written: its SHA-256 differs from the manifest", out.Path)
		}
		if err := checkRows(dir, m, out); err != nil {
			return err
		}
	}
	return nil
}

// checkRows counts the rows of a table; the list's are compared one by one by checkList.
func checkRows(dir string, m *Manifest, out Output) error {
	switch out.Path {
	case "rejects.csv", undecidedName, metName:
		rows, err := countCSV(filepath.Join(dir, out.Path))
		if err != nil {
			return err
		}
		if rows != out.Rows {
			return fmt.Errorf("%q has %d rows, the manifest says %d", out.Path, rows, out.Rows)
		}
		if out.Path == "rejects.csv" && rows != m.rejectRows() {
			return fmt.Errorf("%q has %d rows, the counts say %d", out.Path, rows, m.rejectRows())
		}
	}
	return nil
}

// checkBalance checks every equation.
func (m *Manifest) checkBalance() error {
	err := errors.Join(m.Counts.Check(), m.Sweep.Check())
	if err == nil && m.Rejects != nil {
		err = m.Rejects.Check(m.Counts.RecordsRejected)
	}
	return err
}

// rejectRows is how many rows rejects.csv has: one for each reject where nothing else is said.
func (m *Manifest) rejectRows() int64 {
	if m.Rejects == nil {
		return m.Counts.RecordsRejected
	}
	return m.Rejects.Rows
}

func fileSum(path string) (string, error) {
	f, err := durable.OpenRegular(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

func countCSV(path string) (int64, error) {
	f, err := durable.OpenRegular(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	table := csv.NewReader(f)
	table.ReuseRecord = true
	for rows := int64(-1); ; rows++ { // the header is not a row
		switch _, err := table.Read(); {
		case errors.Is(err, io.EOF):
			return max(rows, 0), nil
		case err != nil:
			return 0, fmt.Errorf("%q: %w", filepath.Base(path), err)
		}
	}
}

// checkNothingElse refuses files that the manifest does not name: a list beside the manifest would be
// read by a reset step that does not look at the manifest.
func checkNothingElse(_ context.Context, dir string, m *Manifest) error {
	return filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		named := slices.ContainsFunc(m.Outputs, func(o Output) bool { return o.Path == rel })
		if !named && rel != ManifestName {
			return fmt.Errorf("%q is not named in the manifest", rel)
		}
		return nil
	})
}

// checkMet compares the accounts that are said to be listed with the list.
func checkMet(_ context.Context, dir string, m *Manifest) error {
	rows, err := ReadList(dir, m)
	if err != nil {
		return err
	}
	missing := make(map[string]int, len(rows))
	for i := range rows {
		missing[rows[i].AccountID] = i
	}
	err = ReadMet(dir, func(met Met) error {
		i, listed := missing[met.AccountID]
		if listed != (met.State == StateListed) {
			return fmt.Errorf("account %q is %s, and on the list: %v", met.AccountID, met.State, listed)
		}
		if listed {
			rows[i].FirstListedAt = met.FirstListedAt
		}
		delete(missing, met.AccountID)
		return nil
	})
	open := CountListed(rows, m.StartedAt)
	switch {
	case err != nil:
		return err
	case len(missing) > 0:
		return fmt.Errorf("%q lacks %d accounts of the list", metName, len(missing))
	case !open.OldestSince.Equal(m.Listed.OldestSince) || open.OpenOverAWeek != m.Listed.OpenOverAWeek:
		return fmt.Errorf("%q says another time since which accounts are outstanding than the manifest", metName)
	}
	return nil
}
