// Package fetched makes runs that lie in buckets readable as files: a copy in a folder of the temporary directory that its owner
// alone can enter, and that is removed at the end. Most commands only read it; a Held one is released there and then put back.
//
// Not guaranteed: that a program that is killed removes its copy. No password is in it; account ids are.
package fetched

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/credsieve/credsieve/datasets/objects"
)

// Run is a run that this machine can read as files: a folder, or a copy of one that lies in a bucket.
type Run struct {
	Dir string

	where     string // as it was named
	temporary string // what Close removes; "" when the run lies here
}

// Open makes the run of a path or URL readable. The caller closes it. That there is none is said by whoever reads it.
func Open(ctx context.Context, where string) (*Run, error) { return OpenOnly(ctx, where, "") }

// OpenOnly is Open for what lies below a path or URL under one name, in whatever folder; "" is all of it.
func OpenOnly(ctx context.Context, where, name string) (*Run, error) {
	if !objects.IsURL(where) {
		return &Run{Dir: where, where: where}, nil
	}
	temporary, err := os.MkdirTemp("", "credsieve-run-")
	if err != nil {
		return nil, fmt.Errorf("failed to make a folder for a copy of %q: %w", where, err)
	}
	place, _, _ := strings.Cut(where, "?")
	r := &Run{filepath.Join(temporary, filepath.Base(filepath.FromSlash(place))), where, temporary}
	tree := new(objects.Tree)
	err = copyTree(ctx, tree, where, r.Dir, name)
	if err == nil && name != "" {
		err = something(r.Dir)
	}
	if err = errors.Join(err, tree.Close()); err != nil {
		r.Close()
		return nil, fmt.Errorf("failed to copy %q from its bucket: %w", where, err)
	}
	return r, nil
}

// something wants a folder that is not empty: of a misspelt name there is nothing in a bucket.
func something(dir string) error {
	entries, err := os.ReadDir(dir)
	if err == nil && len(entries) == 0 {
		err = errors.New("nothing lies there")
	}
	return err
}

// Runs are several.
type Runs []*Run

// OpenAll opens all of them or none.
func OpenAll(ctx context.Context, places []string) (Runs, error) {
	var all Runs
	for _, where := range places {
		r, err := Open(ctx, where)
		if err != nil {
			all.Close()
			return nil, err
		}
		all = append(all, r)
	}
	return all, nil
}

// Dirs are their folders.
func (all Runs) Dirs() []string {
	dirs := make([]string, len(all))
	for i, r := range all {
		dirs[i] = r.Dir
	}
	return dirs
}

// Said does for all of them what it does for one.
func (all Runs) Said(err error) error {
	for _, r := range all {
		err = r.Said(err)
	}
	return err
}

// Close closes all of them.
func (all Runs) Close() {
	for _, r := range all {
		r.Close()
	}
}

// copyTree copies what lies below a URL, of one name unless that is "".
func copyTree(ctx context.Context, tree *objects.Tree, url, dir, name string) error {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	entries, err := tree.ReadDir(ctx, url)
	if err != nil {
		return err
	}
	place, options, has := strings.Cut(url, "?")
	for _, entry := range entries {
		below, to := strings.TrimRight(place, "/")+"/"+entry.Name(), filepath.Join(dir, entry.Name())
		if has {
			below += "?" + options
		}
		switch {
		case path.Base(entry.Name()) != entry.Name() || !filepath.IsLocal(entry.Name()):
			return fmt.Errorf("object %q has a name that no file can have", below)
		case entry.IsDir():
			err = copyTree(ctx, tree, below, to, name)
		case name != "" && entry.Name() != name:
		default:
			err = copyObject(ctx, tree, below, to)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func copyObject(ctx context.Context, tree *objects.Tree, url, to string) error {
	from, err := tree.Open(ctx, url)
	if err != nil {
		return err
	}
	defer from.Close() // it was only read
	file, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, from)
	return errors.Join(err, file.Close())
}

// Close removes the copy.
func (r *Run) Close() {
	if r.temporary != "" {
		_ = os.RemoveAll(r.temporary) // it is a copy, for its owner only
	}
}

// Said is an error about the run that names it as the caller did, and not its copy.
func (r *Run) Said(err error) error {
	if err == nil || r.temporary == "" {
		return err
	}
	return &aboutCopy{err, strings.ReplaceAll(err.Error(), r.Dir, r.where)}
}

type aboutCopy struct {
	error

	text string
}

func (e *aboutCopy) Error() string { return e.text }
func (e *aboutCopy) Unwrap() error { return e.error }
