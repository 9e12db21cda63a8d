package rundir

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// PendingRelease is the object that says that a run elsewhere is being released. A run that has it is not whole: who finds it
// calls FinishRelease.
const PendingRelease = ".release"

// HeldPlace is a Place with a run that may be released.
type HeldPlace interface {
	Place
	// Read returns n bytes of an object from an offset on, n < 0: all of it. Of none its error is fs.ErrNotExist.
	Read(ctx context.Context, name string, offset, n int64) ([]byte, error)
	// Replace writes an object whole, whatever was there.
	Replace(ctx context.Context, name string, from func() io.Reader) error
}

// release is what makes a held run a released one. As one object it is decided in one step.
type release struct {
	Files []releasedFile `json:"files"` // the manifest last
	Gone  []string       `json:"gone"`
}

type releasedFile struct {
	Name string `json:"name"`
	Data []byte `json:"data"`
}

// PutReleased makes the held run in a place the released one of dir, a copy of it that was released there; held is the
// manifest that the run in the place had. All of it is decided by one object, which nobody can write who comes second; what
// follows is repeated by FinishRelease until it is done. So the run is held, or released, or says of itself that it is on the way.
func PutReleased(ctx context.Context, place HeldPlace, name, dir string, held []byte) error {
	text, err := encodeRelease(dir, held)
	if err == nil {
		err = place.PutNew(ctx, PendingRelease, func() io.Reader { return bytes.NewReader(text) })
	}
	if err == nil {
		err = stillHeld(ctx, place, held)
	}
	if err != nil {
		return fmt.Errorf("failed to release run %q: %w", name, err)
	}
	_, err = FinishRelease(ctx, place, name)
	return err
}

// stillHeld takes a release back when another one was whole before it was decided.
func stillHeld(ctx context.Context, place HeldPlace, held []byte) error {
	now, err := place.Read(ctx, ManifestName, 0, -1)
	if err == nil && !bytes.Equal(now, held) {
		err = errors.New("somebody else has changed it meanwhile")
		err = errors.Join(err, place.Delete(ctx, PendingRelease))
	}
	return err
}

func encodeRelease(dir string, held []byte) ([]byte, error) {
	m, err := ReadManifest(dir)
	if err != nil {
		return nil, err
	}
	before := new(Manifest) // it was verified
	if err := json.Unmarshal(held, before); err != nil {
		return nil, err
	}
	var r release
	for _, o := range m.Outputs {
		if !slices.Contains(before.Outputs, o) {
			r.Files = append(r.Files, releasedFile{Name: o.Path})
		}
	}
	r.Files = append(r.Files, releasedFile{Name: ManifestName})
	for i := range r.Files {
		if r.Files[i].Data, err = os.ReadFile(filepath.Join(dir, filepath.FromSlash(r.Files[i].Name))); err != nil {
			return nil, err
		}
	}
	for _, o := range before.Outputs {
		if !slices.ContainsFunc(m.Outputs, func(now Output) bool { return now.Path == o.Path }) {
			r.Gone = append(r.Gone, o.Path)
		}
	}
	return json.Marshal(r)
}

// below reports whether all that a release names is of the run.
func (r *release) below() bool {
	for i := range r.Files {
		if !filepath.IsLocal(filepath.FromSlash(r.Files[i].Name)) {
			return false
		}
	}
	return !slices.ContainsFunc(r.Gone, func(name string) bool { return !filepath.IsLocal(filepath.FromSlash(name)) })
}

// FinishRelease does what is left to do of a release of the run in a place, and reports whether something was. It may be called
// any number of times, also at once.
func FinishRelease(ctx context.Context, place HeldPlace, name string) (bool, error) {
	text, err := place.Read(ctx, PendingRelease, 0, -1)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	var r release
	if err == nil {
		err = json.Unmarshal(text, &r)
	}
	if err == nil && !r.below() {
		err = fmt.Errorf("%q is not as it was written", PendingRelease)
	}
	for i := 0; i < len(r.Files) && err == nil; i++ {
		err = place.Replace(ctx, r.Files[i].Name, func() io.Reader { return bytes.NewReader(r.Files[i].Data) })
	}
	for i := 0; i < len(r.Gone) && err == nil; i++ {
		err = place.Delete(ctx, r.Gone[i])
	}
	if err == nil {
		err = place.Delete(ctx, PendingRelease)
	}
	if err != nil {
		return true, fmt.Errorf("the release of run %q is decided and not done: release it again with the same approval to end it: %w", name, err)
	}
	return true, nil
}
