package rundir

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/credsieve/credsieve/datasets/internal/durable"
)

// Staging is a run that is being written and that no reader can see yet.
type Staging struct {
	dir     string   // hidden, beside out
	out     string   // absolute; empty: a folder of root that is named after the run
	root    string   // absolute
	name    string   // as the user named it
	made    []string // folders above it that were not there
	outputs []Output

	elsewhere *elsewhere // nil: out is a folder
}

// Create prepares the place of a run. It refuses a place that holds anything, so that no earlier list is
// ever overwritten. The caller must call Abort, which does nothing after Publish.
func Create(out string) (*Staging, error) {
	clean, err := filepath.Abs(out) // "." has no name to move a folder to
	if err != nil {
		return nil, fmt.Errorf("failed to create run %q: %w", out, err)
	}
	if err := checkPlace(clean); err != nil {
		return nil, fmt.Errorf("refusing to create run %q: %w", out, err)
	}
	parent := filepath.Dir(clean)
	made, err := makeParents(parent)
	if err != nil {
		return nil, fmt.Errorf("failed to create run %q: %w", out, err)
	}
	// Beside its place and not under the system's folder for temporary files: a rename is atomic only within
	// one file system.
	dir, err := os.MkdirTemp(parent, "."+filepath.Base(clean)+".partial-")
	if err != nil {
		removeParents(made)
		return nil, fmt.Errorf("failed to create run %q: %w", out, err)
	}
	return &Staging{dir: dir, out: clean, name: out, made: made}, nil
}

// LatestName is the link in a folder of runs that leads to the last of them.
const LatestName = "latest"

// CreateUnder is Create for a run that is to lie in the folder root under its own id, with a link LatestName beside it
// that leads to it. A thing of that name that is not a link is refused.
func CreateUnder(root string) (*Staging, error) {
	clean, err := filepath.Abs(root)
	if err != nil {
		return nil, fmt.Errorf("failed to create a run in %q: %w", root, err)
	}
	link := filepath.Join(clean, LatestName)
	if info, err := os.Lstat(link); err == nil && info.Mode()&fs.ModeSymlink == 0 {
		return nil, fmt.Errorf("refusing to create a run in %q: its %q is not a link", root, LatestName)
	}
	made, err := makeParents(clean)
	if err != nil {
		return nil, fmt.Errorf("failed to create a run in %q: %w", root, err)
	}
	dir, err := os.MkdirTemp(clean, ".run.partial-")
	if err != nil {
		removeParents(made)
		return nil, fmt.Errorf("failed to create a run in %q: %w", root, err)
	}
	return &Staging{dir: dir, root: clean, name: root, made: made}, nil
}

// Place is where the run is, once it is published, as the user would name it.
func (s *Staging) Place() string {
	if s.root != "" && s.out != "" {
		return filepath.Join(s.name, filepath.Base(s.out))
	}
	return s.name
}

// pointLatest makes the link lead to the run, in one step.
func (s *Staging) pointLatest() error {
	temporary := filepath.Join(s.root, "."+LatestName+"."+filepath.Base(s.out))
	if err := os.Remove(temporary); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Symlink(filepath.Base(s.out), temporary); err != nil {
		return err
	}
	return os.Rename(temporary, filepath.Join(s.root, LatestName))
}

// checkPlace refuses a place that a finished run could not be moved to, before any work is done.
func checkPlace(place string) error {
	info, err := os.Lstat(place)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !info.IsDir():
		return errors.New("something else than a folder is there")
	}
	if cwd, err := os.Getwd(); err == nil && cwd == place {
		return errors.New("it is the folder that this command runs in; name a new one")
	}
	entries, err := os.ReadDir(place)
	if err != nil {
		return err
	}
	if len(entries) > 0 {
		return errors.New("it is not empty, and no earlier run is ever overwritten")
	}
	return nil
}

// makeParents makes the folders above a run and returns those that were not there, deepest last.
func makeParents(parent string) (made []string, err error) {
	for dir := parent; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(dir); err == nil || dir == filepath.Dir(dir) {
			break
		}
		made = append([]string{dir}, made...)
	}
	return made, os.MkdirAll(parent, 0o700)
}

// removeParents removes what makeParents made, as far as nothing else has come into it.
func removeParents(made []string) {
	for i := len(made) - 1; i >= 0; i-- {
		if os.Remove(made[i]) != nil {
			return
		}
	}
}

// Abort removes everything that was staged.
func (s *Staging) Abort() {
	if s.dir != "" {
		os.RemoveAll(s.dir) // what stays is hidden and holds no manifest: nothing to report
		removeParents(s.made)
	}
}

// WriteList writes the ranked list in both its formats, under held/ when the guard refused it.
func (s *Staging) WriteList(rows []Row, held, showIdentifiers bool) error {
	folder := ""
	if held {
		folder = heldFolder
		if err := os.Mkdir(filepath.Join(s.dir, folder), 0o700); err != nil {
			return s.failed(folder, err)
		}
	}
	for _, format := range []struct {
		name  string
		write func(io.Writer, []Row, bool) error
	}{{"at_risk.parquet", writeListParquet}, {"at_risk.csv", writeListCSV}} {
		err := s.write(filepath.Join(folder, format.name), int64(len(rows)), func(w io.Writer) error {
			return format.write(w, rows, showIdentifiers)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// WriteUndecided writes the accounts that the run could not decide.
func (s *Staging) WriteUndecided(rows []Undecided) error {
	return s.write(undecidedName, int64(len(rows)), func(w io.Writer) error {
		return writeUndecidedCSV(w, rows)
	})
}

// Files beside the list that restate a run, for programs and for people; a run may lack them. Their bytes are vouched for in
// the manifest, but are no part of what a run id stands for: they name the run id.
const (
	MetricsName = "metrics.prom"
	ReportName  = "report.html"
)

// restates reports whether a file of a run says once more what others say.
func restates(path string) bool { return path == MetricsName || path == ReportName }

// WriteMetrics writes the metrics. The run id must be settled, because it stands in them.
func (s *Staging) WriteMetrics(text []byte) error { return s.restate(MetricsName, text) }

// WriteReport writes the report, after all other files: it names them.
func (s *Staging) WriteReport(page []byte) error { return s.restate(ReportName, page) }

func (s *Staging) restate(name string, content []byte) error {
	return s.write(name, 0, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
}

// Dir is the hidden folder that is written to, on the file system of the run.
func (s *Staging) Dir() string { return s.dir }

// Outputs returns what was written so far, for the manifest.
func (s *Staging) Outputs() []Output { return s.outputs }

// Publish writes the manifest last and moves the whole run to its place in one step.
func (s *Staging) Publish(m *Manifest) error {
	if err := m.checkBalance(); err != nil {
		return fmt.Errorf("refusing to publish run %q: %w", s.name, err)
	}
	data, err := m.Encode()
	if err != nil {
		return err
	}
	err = s.write(ManifestName, 0, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
	if err != nil {
		return err
	}
	if m.Status == StatusHeld {
		if err := durable.SyncDir(filepath.Join(s.dir, heldFolder)); err != nil {
			return s.failed(heldFolder, err)
		}
	}
	if err := durable.SyncDir(s.dir); err != nil {
		return s.failed(".", err)
	}
	if s.root != "" {
		s.out = filepath.Join(s.root, m.RunID)
		if err := checkPlace(s.out); err != nil {
			return fmt.Errorf("refusing to publish run %q: %w", s.Place(), err)
		}
	}
	// Whoever could change what lies there until now is found out before anybody sees it.
	if _, err := verifyWith(context.Background(), s.dir, m.sealKey); err != nil {
		return fmt.Errorf("refusing to publish run %q: %w", s.name, err)
	}
	if s.elsewhere != nil {
		// It stays staged, for Abort to remove.
		if err := s.elsewhere.put(s.dir, m); err != nil {
			return fmt.Errorf("failed to publish run %q: %w", s.name, err)
		}
		return nil
	}
	// Remove takes an empty folder only, and the rename nothing that has come there since.
	if err := os.Remove(s.out); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("failed to publish run %q: %w", s.name, err)
	}
	if err := renameNew(s.dir, s.out); err != nil {
		return fmt.Errorf("failed to publish run %q: %w", s.name, err)
	}
	s.dir = ""
	if s.root != "" {
		// The run is whole without its link, and after an error it must not be published.
		_ = s.pointLatest()
	}
	// The run is there for every reader; after an error it must not be, so one of this is none.
	_ = durable.SyncDir(filepath.Dir(s.out))
	return nil
}

// write makes one synced file and notes it as an output.
func (s *Staging) write(name string, rows int64, content func(io.Writer) error) error {
	out, err := s.create(name)
	if err != nil {
		return err
	}
	if err := content(out.buffer); err != nil {
		out.file.Close()
		return s.failed(name, err)
	}
	return out.finish(rows)
}

func (s *Staging) create(name string) (*outputFile, error) {
	file, err := os.OpenFile(filepath.Join(s.dir, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, s.failed(name, err)
	}
	sum := sha256.New()
	return &outputFile{
		staging: s, name: name, file: file, sum: sum,
		buffer: bufio.NewWriterSize(io.MultiWriter(file, sum), 1<<16),
	}, nil
}

func (s *Staging) failed(name string, err error) error {
	return fmt.Errorf("failed to write %q of run %q: %w", name, s.name, err)
}

// outputFile is one file of a run while it is written.
type outputFile struct {
	staging *Staging
	name    string
	file    *os.File
	sum     hash.Hash
	buffer  *bufio.Writer
}

func (o *outputFile) finish(rows int64) error {
	err := errors.Join(o.buffer.Flush(), o.file.Sync(), o.file.Close())
	if err != nil {
		return o.staging.failed(o.name, err)
	}
	o.staging.outputs = append(o.staging.outputs, Output{
		Path: filepath.ToSlash(o.name), SHA256: hex.EncodeToString(o.sum.Sum(nil)), Rows: rows,
	})
	return nil
}

// table is a CSV file of a run while it is written.
type table struct {
	out  *outputFile
	csv  *csv.Writer
	rows int64
}

func (s *Staging) createTable(name string, header []string) (table, error) {
	out, err := s.create(name)
	if err != nil {
		return table{}, err
	}
	t := table{out: out, csv: csv.NewWriter(out.buffer)}
	if err := t.csv.Write(header); err != nil {
		return table{}, s.failed(name, err)
	}
	return t, nil
}

func (t *table) add(record []string) error {
	t.rows++
	if err := t.csv.Write(record); err != nil {
		return t.out.staging.failed(t.out.name, err)
	}
	return nil
}

// Finish completes the file.
func (t *table) Finish() error {
	t.csv.Flush()
	if err := t.csv.Error(); err != nil {
		t.out.file.Close()
		return t.out.staging.failed(t.out.name, err)
	}
	return t.out.finish(t.rows)
}
