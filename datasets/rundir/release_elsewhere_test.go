package rundir

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// shelf is a place in memory whose changes fail from one of them on.
type shelf struct {
	objects map[string]string
	left    int // changes that succeed
}

var errShelf = errors.New("the server is gone")

func (s *shelf) change() error {
	if s.left--; s.left < 0 {
		return errShelf
	}
	return nil
}

func (s *shelf) Empty(context.Context) (bool, error) { return len(s.objects) == 0, nil }

func (s *shelf) Read(_ context.Context, name string, _, _ int64) ([]byte, error) {
	text, ok := s.objects[name]
	if !ok {
		return nil, fmt.Errorf("no object %q: %w", name, fs.ErrNotExist)
	}
	return []byte(text), nil
}

func (s *shelf) Replace(_ context.Context, name string, from func() io.Reader) error {
	if err := s.change(); err != nil {
		return err
	}
	data, err := io.ReadAll(from())
	s.objects[name] = string(data)
	return err
}

func (s *shelf) PutNew(ctx context.Context, name string, from func() io.Reader) error {
	data, err := io.ReadAll(from())
	if there, ok := s.objects[name]; ok && there != string(data) {
		return errors.New("somebody else has written it")
	}
	if err != nil {
		return err
	}
	return s.Replace(ctx, name, from)
}

func (s *shelf) Delete(_ context.Context, name string) error {
	if err := s.change(); err != nil {
		return err
	}
	delete(s.objects, name)
	return nil
}

// filesOf are those of a run.
func filesOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := make(map[string]string)
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, path))
		files[path] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// copyOf writes what a shelf has into a folder.
func copyOf(t *testing.T, s *shelf) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "run")
	for name, text := range s.objects {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestPutReleased: whatever the change at which a release is cut off, the run is held, or it is on the way and says so, and
// then FinishRelease makes it what a release in a folder makes of it.
func TestPutReleased(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := publishExample(t, hold)
	held := filesOf(t, dir)
	if _, err := Release(ctx, dir, approve); err != nil {
		t.Fatal(err)
	}
	want := filesOf(t, dir)
	for left := range 100 {
		s := &shelf{maps.Clone(held), left}
		err := PutReleased(ctx, s, "run", dir, []byte(held[ManifestName]))
		if err == nil {
			if left < 4 || !maps.Equal(s.objects, want) {
				t.Errorf("after %d changes it has %q, want %q", left, slices.Sorted(maps.Keys(s.objects)), slices.Sorted(maps.Keys(want)))
			}
			break
		}
		if !errors.Is(err, errShelf) {
			t.Fatal(err)
		}
		_, verified := Verify(ctx, copyOf(t, s))
		if maps.Equal(s.objects, held) != (verified == nil) || verified != nil && !strings.Contains(verified.Error(), "it is being released") {
			t.Errorf("cut off after %d changes: %v", left, verified)
		}
		s.left = 100
		finished, err := FinishRelease(ctx, s, "run")
		if err != nil || finished != (left > 0) || finished && !maps.Equal(s.objects, want) {
			t.Errorf("cut off after %d changes and ended: %v, %v", left, finished, err)
		}
	}
}

// TestPutReleased_refuses a run that somebody else has released meanwhile, or is releasing.
func TestPutReleased_refuses(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := publishExample(t, hold)
	held := filesOf(t, dir)
	if _, err := Release(ctx, dir, approve); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]struct{ object, want string }{
		"released":  {ManifestName, "somebody else has changed it meanwhile"},
		"releasing": {PendingRelease, "somebody else has written it"},
	} {
		s := &shelf{maps.Clone(held), 100}
		s.objects[change.object] = "{}"
		before := maps.Clone(s.objects)
		err := PutReleased(ctx, s, "run", dir, []byte(held[ManifestName]))
		if err == nil || !strings.Contains(err.Error(), change.want) || !maps.Equal(s.objects, before) {
			t.Errorf("%s: %v, and it has %q", name, err, slices.Sorted(maps.Keys(s.objects)))
		}
	}
	for _, text := range []string{"", "{", `{"files":[{"name":"../x"}]}`, `{"gone":["/x"]}`} {
		s := &shelf{map[string]string{PendingRelease: text}, 100}
		if _, err := FinishRelease(ctx, s, "run"); err == nil || len(s.objects) != 1 {
			t.Errorf("%q is taken: %v", text, err)
		}
	}
	if err := PutReleased(ctx, &shelf{nil, 9}, "run", t.TempDir(), bytes.Clone(nil)); err == nil {
		t.Error("a folder that is not a run is released")
	}
}
