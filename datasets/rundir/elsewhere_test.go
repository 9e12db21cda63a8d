package rundir

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// bucket is a place in memory that fails at some objects.
type bucket struct {
	objects map[string][]byte
	order   []string
	fails   string // the object that cannot be put
	deletes error
	asked   error
}

func (b *bucket) Empty(context.Context) (bool, error) { return len(b.objects) == 0, b.asked }

func (b *bucket) PutNew(_ context.Context, name string, from func() io.Reader) error {
	if name == b.fails {
		return errors.New("no space")
	}
	if _, there := b.objects[name]; there {
		return errors.New("it is there")
	}
	for range 2 { // as after a fault of the network
		data, err := io.ReadAll(from())
		if err != nil {
			return err
		}
		b.objects[name] = data
	}
	b.order = append(b.order, name)
	return nil
}

func (b *bucket) Delete(ctx context.Context, name string) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	delete(b.objects, name)
	return b.deletes
}

// TestCreateIn puts a whole run into another place, the manifest last.
func TestCreateIn(t *testing.T) {
	t.Parallel()
	temp, place := t.TempDir(), &bucket{objects: make(map[string][]byte)}
	s, err := CreateIn(t.Context(), place, "s3://runs/1", temp)
	if err != nil {
		t.Fatal(err)
	}
	m := stageExample(t, s, hold)
	if err := s.Publish(m); err != nil {
		t.Fatal(err)
	}
	if s.Place() != "s3://runs/1" || len(place.objects) != 6 || place.order[5] != ManifestName {
		t.Errorf("%s, %q", s.Place(), place.order)
	}
	for name, data := range place.objects {
		if written, err := os.ReadFile(s.Dir() + "/" + name); err != nil || !bytes.Equal(data, written) {
			t.Errorf("%s has other bytes, %v", name, err)
		}
	}
	s.Abort()
	if files, err := os.ReadDir(temp); err != nil || len(files) != 0 {
		t.Errorf("it leaves %v, %v", files, err)
	}
	if _, err := CreateIn(t.Context(), place, "s3://runs/1", temp); err == nil || !strings.Contains(err.Error(), "no earlier run is ever overwritten") {
		t.Errorf("a place that is taken: %v", err)
	}
	if _, err := CreateIn(t.Context(), &bucket{asked: errors.New("no access")}, "s3://runs/1", temp); err == nil || !strings.Contains(err.Error(), "no access") {
		t.Errorf("a place that cannot be asked: %v", err)
	}
	if _, err := CreateIn(t.Context(), new(bucket), "s3://runs/1", temp+"/nowhere"); err == nil || !strings.Contains(err.Error(), "failed to create run") {
		t.Errorf("no folder to write to: %v", err)
	}
}

// TestCreateIn_takes_back what was put there of a run that cannot be put there whole, also when its context has ended.
func TestCreateIn_takes_back(t *testing.T) {
	t.Parallel()
	for _, fails := range []string{"rejects.csv", "at_risk.csv", ManifestName} {
		ctx, cancel := context.WithCancel(t.Context())
		place := &bucket{objects: make(map[string][]byte), fails: fails}
		s, err := CreateIn(ctx, place, "s3://runs/1", t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		defer s.Abort()
		m := stageExample(t, s, nil)
		cancel()
		if err := s.Publish(m); err == nil || !strings.Contains(err.Error(), "no space") {
			t.Errorf("%s: %v", fails, err)
		}
		if len(place.objects) != 0 {
			t.Errorf("%s: it leaves %v", fails, slices.Sorted(maps.Keys(place.objects)))
		}
	}
	place := &bucket{objects: make(map[string][]byte), fails: ManifestName, deletes: fmt.Errorf("no right to delete")}
	s, err := CreateIn(t.Context(), place, "s3://runs/1", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Abort()
	if err := s.Publish(stageExample(t, s, nil)); err == nil || !strings.Contains(err.Error(), "no right to delete") {
		t.Errorf("what could not be taken back: %v", err)
	}
}
