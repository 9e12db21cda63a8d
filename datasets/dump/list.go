package dump

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/credsieve/credsieve/datasets/dump/internal/private"
	"github.com/credsieve/credsieve/datasets/dump/internal/unpack"
)

// stdinPath stands for standard input.
const stdinPath = "-"

// List turns paths into inputs: files, folders, and "-" for standard input. It fails when a path
// does not exist or a sidecar is wrong. What cannot be read is an input with Err set; the rest goes
// on.
func List(ctx context.Context, paths []string) ([]Input, error) {
	l := &lister{ctx: ctx, seen: make(map[string]bool)}
	for _, path := range paths {
		if err := l.named(path); err != nil {
			return nil, err
		}
	}
	return joinParts(l.inputs), nil
}

type lister struct {
	ctx    context.Context
	inputs []Input
	found  int             // files and what could not be read, listed before or not
	seen   map[string]bool // by the path that all links lead to
}

// named lists a path that the user gave.
func (l *lister) named(path string) error {
	if path == stdinPath {
		if !l.seen[stdinPath] {
			l.inputs = append(l.inputs, Input{
				Path: path, Size: -1, Meta: (*Meta)(nil).withDefaults("stdin"),
			})
		}
		l.seen[stdinPath] = true
		return nil
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("failed to find dump %q: %w", path, unpack.Cause(err))
	case err != nil:
		l.unreadable(path, err)
		return nil
	case info.IsDir():
		return l.folder(path)
	}
	folder, err := readSidecar(filepath.Join(filepath.Dir(path), folderSidecar))
	if err != nil {
		return err
	}
	return l.file(path, info, folder, true)
}

// folder lists all files in and below a folder, sorted by path.
func (l *lister) folder(path string) error {
	from, found := len(l.inputs), l.found
	if err := l.walk(path, nil, false); err != nil {
		return err
	}
	if l.found == found {
		l.unreadable(path, errors.New("the folder holds no files"))
	}
	slices.SortFunc(l.inputs[from:], func(a, b Input) int { return cmp.Compare(a.Path, b.Path) })
	return nil
}

// walk lists what is below a folder; about is what describes the folders above it, and stolen says
// that it is a part of a stealer log.
func (l *lister) walk(path string, about *Meta, stolen bool) error {
	if err := l.ctx.Err(); err != nil {
		return err
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		l.unreadable(path, fmt.Errorf("failed to read the folder: %w", unpack.Cause(err)))
		return nil
	}
	if isOwnRun(entries) {
		l.unreadable(path, ownRun{})
		return nil
	}
	own, err := readSidecar(filepath.Join(path, folderSidecar))
	if err != nil {
		return err
	}
	if own != nil {
		about = own
	}
	if stolen = stolen || private.IsLog(entries); stolen {
		if entries, err = l.withoutPrivate(path, entries, about); err != nil {
			return err
		}
	}
	for _, entry := range entries {
		if isNoDump(entry.Name()) {
			continue
		}
		if err := l.entry(filepath.Join(path, entry.Name()), entry, about, stolen); err != nil {
			return err
		}
	}
	return nil
}

// withoutPrivate lists what is not read as one input for each folder and returns the other entries.
func (l *lister) withoutPrivate(
	path string, entries []fs.DirEntry, about *Meta,
) ([]fs.DirEntry, error) {
	var rest []fs.DirEntry
	files := 0
	for _, entry := range entries {
		switch {
		case !private.Is(entry.Name(), entry.IsDir()):
			rest = append(rest, entry)
		case entry.IsDir():
			below := filepath.Join(path, entry.Name())
			n, err := l.countFiles(below)
			if err != nil {
				return nil, err
			}
			l.notRead(below, n, about)
		default:
			files++
		}
	}
	l.notRead(path, files, about)
	return rest, nil
}

func (l *lister) notRead(path string, files int, about *Meta) {
	if files == 0 {
		return
	}
	l.found++
	l.inputs = append(l.inputs, Input{
		Path: path, Size: -1, Meta: about.withDefaults(filepath.Base(path)), Err: private.LeftOut(files),
	})
}

// countFiles counts the files in and below a folder, as far as it can be walked.
func (l *lister) countFiles(path string) (int, error) {
	n := 0
	err := filepath.WalkDir(path, func(_ string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			n++
		}
		return l.ctx.Err() // what cannot be walked is not read either
	})
	return n, err
}

// isNoDump knows by name what in a folder is never a dump: sidecars, what macOS and git add, and runs
// under way. Other hidden files are listed: whoever hid them did not say that nobody is in them.
func isNoDump(name string) bool {
	underWay, _ := filepath.Match(".*.partial-*", name) // only a malformed pattern is an error
	return underWay || name == ".DS_Store" || name == ".git" || strings.HasPrefix(name, "._") ||
		strings.HasSuffix(name, sidecarSuffix)
}

// ownRun is the error of a folder that holds what credsieve has written.
type ownRun struct{}

func (ownRun) Error() string { return "it is a run of credsieve, not a dump" }

// Is makes it an input with which nothing is lost.
func (ownRun) Is(target error) bool { return target == ErrNotPasswords }

// isOwnRun reports whether a folder is a run: a manifest with the list beside it, published or held.
func isOwnRun(entries []fs.DirEntry) bool {
	manifest, list := false, false
	for _, e := range entries {
		switch e.Name() {
		case "manifest.json":
			manifest = !e.IsDir()
		case "at_risk.csv":
			list = list || !e.IsDir()
		case "held":
			list = list || e.IsDir()
		}
	}
	return manifest && list
}

func (l *lister) entry(path string, entry fs.DirEntry, about *Meta, stolen bool) error {
	if entry.IsDir() {
		return l.walk(path, about, stolen)
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		l.unreadable(path, err)
		return nil
	case info.IsDir():
		l.unreadable(path, errors.New("a link to a folder is not followed: name it"))
		return nil
	}
	return l.file(path, info, about, false)
}

// file lists one file. A pipe is read when it was named, for a shell's <(command) is one; in a
// folder nobody may ever write to it.
func (l *lister) file(path string, info fs.FileInfo, folder *Meta, named bool) error {
	l.found++
	id := identity(path)
	if l.seen[id] {
		return nil
	}
	l.seen[id] = true
	about, err := findSidecar(path, folder)
	if err != nil {
		return err
	}
	in := Input{Path: path, Size: -1, Meta: about.withDefaults(filepath.Base(path))}
	switch mode := info.Mode(); {
	case strings.HasSuffix(path, sidecarSuffix):
		in.Err = errors.New("it describes a dump and is not one")
	case mode.IsRegular():
		in.Size = info.Size()
		in.Err = tryOpen(path)
	case mode&fs.ModeNamedPipe != 0 && named:
	default:
		in.Err = errors.New("it is a device, a socket or a pipe")
	}
	l.inputs = append(l.inputs, in)
	return nil
}

func (l *lister) unreadable(path string, err error) {
	l.found++
	l.inputs = append(l.inputs, Input{
		Path: path, Size: -1, Meta: (*Meta)(nil).withDefaults(filepath.Base(path)), Err: unpack.Cause(err),
	})
}

// tryOpen finds out whether a file can be opened, so that the plan shows it.
func tryOpen(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return unpack.Cause(err)
	}
	return f.Close()
}

// identity is the same for two paths of one file.
func identity(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real // fails for /dev/fd/N, which leads to no path
	}
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	return path
}
