package fetched

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/credsieve/credsieve/datasets/objects"
	"github.com/credsieve/credsieve/datasets/rundir"
)

// Held is a run that may be released: a folder, or a copy of one in a bucket.
type Held struct {
	*Run

	store *objects.Store // nil: the run is here
	// Publish puts the released run in its place; nil: it was released there.
	Publish  func(*rundir.Manifest) error
	Finished bool // a release that was begun earlier has been ended
}

// OpenHeld makes the run of a path or URL readable. A release of it that was begun and not ended is ended first: it is
// decided.
func OpenHeld(ctx context.Context, where string) (*Held, error) {
	h := new(Held)
	var err error
	if objects.IsURL(where) {
		if h.store, err = objects.Open(ctx, where); err != nil {
			return nil, err
		}
		h.Finished, err = rundir.FinishRelease(ctx, h.store, where)
	}
	if err == nil {
		h.Run, err = Open(ctx, where)
	}
	var held []byte
	if err == nil && h.store != nil {
		held, err = os.ReadFile(filepath.Join(h.Dir, rundir.ManifestName))
		h.Publish = func(*rundir.Manifest) error { return rundir.PutReleased(ctx, h.store, where, h.Dir, held) }
		if errors.Is(err, fs.ErrNotExist) {
			err = nil // it is no run, and whoever verifies it says so
		}
	}
	if err != nil {
		h.Close()
		return nil, err
	}
	return h, nil
}

// Close removes the copy.
func (h *Held) Close() {
	if h.Run != nil {
		h.Run.Close()
	}
	if h.store != nil {
		_ = h.store.Close() // what was put there is there
	}
}
