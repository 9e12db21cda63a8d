package rundir

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/credsieve/credsieve/datasets/internal/durable"
)

// heldFolder is where the list of a held run lies, and where no reset step looks.
const heldFolder = "held"

// Approval says who let a held list go, and which: it stands in the manifest of a released run.
type Approval struct {
	ApprovedBy string    `json:"approved_by"`
	ApprovedAt time.Time `json:"approved_at"`
	RunID      string    `json:"run_id"`
	Count      int64     `json:"count"` // accounts on the list
	IndexID    string    `json:"index_id"`
	// Held are the files of a run that was held in part: what was approved is now one list with what was published.
	Held []Output `json:"held_outputs,omitempty"`

	Accepted   []string       `json:"accepted,omitempty"` // signs of an own leak that were accepted by name
	NoState    bool           `json:"no_state,omitempty"` // the run had one, and it was left out on purpose
	MovedIndex *MovedIndex    `json:"moved_index,omitempty"`
	Rechecked  *ReleaseCounts `json:"rechecked,omitempty"`
}

// MovedIndex is what had taken the place of the index of the run when its list was released.
type MovedIndex struct {
	ID         string `json:"id"`
	Generation int64  `json:"generation"`
}

// ReleaseCounts say of the accounts of a list how they stood in the index at the release. All of the list is published
// all the same: a recheck drops what no longer holds.
type ReleaseCounts struct {
	Generation int64 `json:"generation"` // of the index that was asked
	Hold       int64 `json:"hold"`       // the stored hash is the one that was confirmed
	Changed    int64 `json:"changed"`    // it is another one
	NotActive  int64 `json:"not_active"` // disabled or locked by now
	Gone       int64 `json:"gone"`
}

// Release publishes the list of a held run, byte by byte as it was held.
//
//  1. Lock the run, so that two people cannot release it at once, and verify it.
//  2. Ask approve, which sees the verified manifest and says who lets it go, or why not.
//  3. Beside the run, make the released one: the same files under their published names, and a manifest
//     that differs in status, the places of the list and the approval. Verify that as well.
//  4. Exchange the two folders in one step, and remove the held one.
//
// Of a run that was held in part, the rows of both lists become one list, in the order of their scores. What restates the
// run is made again.
//
// The run id stays the same. A crash leaves the run held or released: on Linux step 4 is one system call.
// Elsewhere, and on file systems without it, it is two renames; a crash between them leaves no run in its
// place, and the held one beside it under a hidden name. A crash after step 4 can leave that folder, too.
func Release(ctx context.Context, dir string, approve func(*Manifest) (Approval, error)) (*Manifest, error) {
	return ReleaseSealed(ctx, dir, Releasing{}, approve)
}

// Releasing is what a released run is made with.
type Releasing struct {
	// Key of the run's seal: the seal of the held run is checked, and the released one is sealed again, with its approval.
	// Without it the released run has no seal.
	Key []byte
	// Metrics and Report restate the released run, whose files but for these lie in dir; nil: it has no such file.
	Metrics func(m *Manifest, list []Row) ([]byte, error)
	Report  func(dir string, m *Manifest) ([]byte, error)
}

// ReleaseSealed is Release with what the released run is made with.
func ReleaseSealed(ctx context.Context, dir string, with Releasing, approve func(*Manifest) (Approval, error)) (
	*Manifest, error,
) {
	place, err := filepath.EvalSymlinks(dir)
	if err == nil {
		place, err = filepath.Abs(place)
	}
	if err != nil {
		return nil, fmt.Errorf("failed to find run %q: %w", dir, err)
	}
	unlock, err := lockFolder(place)
	if err != nil {
		return nil, fmt.Errorf("failed to lock run %q: %w", dir, err)
	}
	defer unlock()
	m, err := verifyWith(ctx, place, with.Key)
	if err != nil {
		return nil, err
	}
	m.SealWith(with.Key)
	approval, err := approve(m)
	if err != nil {
		return nil, err
	}
	if m.Status != StatusHeld {
		return nil, fmt.Errorf("refusing to release run %q: it is not held", dir)
	}
	approval.Held = nil
	var whole []Row
	if m.HeldInPart() {
		if whole, err = ReadList(place, m); err != nil {
			return nil, err
		}
		approval.Held = slices.Clone(m.Outputs)
		m.Outputs = slices.DeleteFunc(m.Outputs, func(o Output) bool { return isList(o.Path) })
	}
	before := m.release(approval)
	if err := replaceHeld(ctx, place, m, before, whole, with); err != nil {
		return nil, fmt.Errorf("failed to release run %q: %w", dir, err)
	}
	return m, nil
}

func verifyWith(ctx context.Context, dir string, key []byte) (*Manifest, error) {
	if key == nil {
		return Verify(ctx, dir)
	}
	return VerifySealed(ctx, dir, key)
}

// release makes m the manifest of the released run and returns where each of its files lay before.
func (m *Manifest) release(approval Approval) []string {
	// They describe a run that is held; what is released has other numbers.
	m.Outputs = slices.DeleteFunc(m.Outputs, func(out Output) bool { return restates(out.Path) })
	before := make([]string, len(m.Outputs))
	for i := range m.Outputs {
		before[i] = m.Outputs[i].Path
		m.Outputs[i].Path = publishedPath(before[i])
	}
	m.Release = &approval
	m.Status = StatusComplete
	if m.Incomplete(m.Rows(undecidedName)) {
		m.Status = StatusPartial
	}
	return before
}

// writeWhole writes the list of a run that was held in part as one, and names it in the manifest.
func (m *Manifest) writeWhole(dir string, rows []Row) error {
	slices.SortFunc(rows, func(a, b Row) int {
		return cmp.Or(-cmp.Compare(a.Score, b.Score), cmp.Compare(a.AccountID, b.AccountID))
	})
	Number(rows)
	s := &Staging{dir: dir, name: dir, outputs: m.Outputs}
	identifiers := slices.ContainsFunc(rows, func(r Row) bool { return r.Identifier != "" })
	if err := s.WriteList(rows, false, identifiers); err != nil {
		return err
	}
	m.Outputs = s.outputs
	return nil
}

// restate writes what says once more what the released run in dir says, and names it in the manifest.
func (with Releasing) restate(dir string, m *Manifest) error {
	s := &Staging{dir: dir, name: dir, outputs: m.Outputs}
	if with.Metrics != nil {
		list, err := readListIn(dir, "")
		if err != nil {
			return err
		}
		text, err := with.Metrics(m, list)
		if err == nil {
			err = s.WriteMetrics(text)
		}
		if err != nil {
			return err
		}
		m.Outputs = s.outputs
	}
	if with.Report != nil {
		page, err := with.Report(dir, m)
		if err == nil {
			err = s.WriteReport(page)
		}
		if err != nil {
			return err
		}
	}
	m.Outputs = s.outputs
	return nil
}

// publishedPath is where a file lies when its run is not held.
func publishedPath(path string) string { return strings.TrimPrefix(path, heldFolder+"/") }

// replaceHeld builds the released run beside the held one and exchanges the two.
func replaceHeld(ctx context.Context, place string, m *Manifest, before []string, whole []Row, with Releasing) error {
	parent := filepath.Dir(place)
	fresh, err := os.MkdirTemp(parent, "."+filepath.Base(place)+".partial-")
	if err != nil {
		return err
	}
	// After the exchange this is the held run, before it an unfinished one; neither is wanted.
	defer os.RemoveAll(fresh)
	for i, out := range m.Outputs {
		if err := carry(filepath.Join(place, before[i]), filepath.Join(fresh, out.Path)); err != nil {
			return err
		}
	}
	if whole != nil {
		if err := m.writeWhole(fresh, whole); err != nil {
			return err
		}
	}
	if err := with.restate(fresh, m); err != nil {
		return err
	}
	for i := range m.Outputs {
		path := m.Outputs[i].Path
		model := path
		switch {
		case restates(path):
			model = ManifestName // a held run of an earlier version has no such file
		case whole == nil || !isList(path):
			continue
		}
		if err := adopt(filepath.Join(place, model), filepath.Join(fresh, path)); err != nil {
			return err
		}
	}
	if err := createManifest(filepath.Join(fresh, ManifestName), m); err != nil {
		return err
	}
	for _, path := range []string{ManifestName, "."} { // the folder last: it may be closed to its owner
		if err := adopt(filepath.Join(place, path), filepath.Join(fresh, path)); err != nil {
			return err
		}
	}
	if err := durable.SyncDir(fresh); err != nil {
		return err
	}
	if _, err := verifyWith(ctx, fresh, m.sealKey); err != nil {
		return err
	}
	if err := exchange(fresh, place); err != nil {
		return err
	}
	// The run is released for every reader; after an error it must not be, so one of this is none.
	_ = durable.SyncDir(parent)
	return nil
}

// carry gives a file a second name, or copies it where the file system has no such thing.
func carry(from, to string) error {
	// A link that is published would still be whatever its target becomes.
	if info, err := os.Lstat(from); err != nil || !info.Mode().IsRegular() {
		return errors.Join(err, fmt.Errorf("%q is not a regular file", from))
	}
	if os.Link(from, to) == nil {
		return nil
	}
	source, err := durable.OpenRegular(from)
	if err != nil {
		return err
	}
	defer source.Close()
	file, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, source)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	return adopt(from, to)
}

func createManifest(path string, m *Manifest) error {
	data, err := m.Encode()
	if err != nil {
		return err
	}
	return durable.WriteFile(path, data)
}
