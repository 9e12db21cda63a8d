package rundir

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/credsieve/credsieve/datasets/internal/durable"
)

// Place is where a run is published to that is not a folder, such as a bucket. Names in it have slashes.
type Place interface {
	// Empty reports whether nothing lies there.
	Empty(ctx context.Context) (bool, error)
	// PutNew writes an object whole, or not at all. One that is there with other content is an error.
	PutNew(ctx context.Context, name string, from func() io.Reader) error
	Delete(ctx context.Context, name string) error
}

// CreateIn is Create for a run that is to lie in a place that is not a folder. It is written to a folder below temp, "" that
// of the system, and put there as a whole by Publish, the manifest last: without it a run does not count. The context ends
// putting it there.
func CreateIn(ctx context.Context, place Place, name, temp string) (*Staging, error) {
	empty, err := place.Empty(ctx)
	if err == nil && !empty {
		err = errors.New("it is not empty, and no earlier run is ever overwritten")
	}
	if err != nil {
		return nil, fmt.Errorf("refusing to create run %q: %w", name, err)
	}
	dir, err := os.MkdirTemp(temp, ".credsieve-run.partial-")
	if err != nil {
		return nil, fmt.Errorf("failed to create run %q: %w", name, err)
	}
	return &Staging{dir: dir, name: name, elsewhere: &elsewhere{ctx, place}}, nil
}

// elsewhere is where a run goes that is not moved to a folder.
type elsewhere struct {
	ctx   context.Context
	place Place
}

// put copies a verified run there.
func (e *elsewhere) put(dir string, m *Manifest) (err error) {
	names := make([]string, 0, len(m.Outputs)+1)
	for _, o := range m.Outputs {
		names = append(names, o.Path)
	}
	names = append(names, ManifestName)
	for i, name := range names {
		if err := e.file(dir, name); err != nil {
			return errors.Join(err, e.takeBack(names[:i]))
		}
	}
	return nil
}

func (e *elsewhere) file(dir, name string) error {
	f, err := durable.OpenOwn(filepath.Join(dir, filepath.FromSlash(name)), os.O_RDONLY)
	if err != nil {
		return err
	}
	defer f.Close() // only read
	info, err := f.Stat()
	if err != nil {
		return err
	}
	return e.place.PutNew(e.ctx, name, func() io.Reader { return io.NewSectionReader(f, 0, info.Size()) })
}

// takeBack removes what was put there of a run that is not going to be whole.
func (e *elsewhere) takeBack(names []string) error {
	var errs []error
	for _, name := range names {
		errs = append(errs, e.place.Delete(context.WithoutCancel(e.ctx), name))
	}
	return errors.Join(errs...)
}
