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
	"time"

	"github.com/credsieve/credsieve/datasets/dump/internal/files"
	"github.com/credsieve/credsieve/datasets/dump/internal/private"
	"github.com/credsieve/credsieve/datasets/dump/internal/unpack"
)

// stdinPath stands for standard input.
const stdinPath = "-"

// ListOptions tell List what it may believe.
type ListOptions struct {
	// Sidecars is a folder of sidecars that are believed whoever owns them; empty: none. See doc.go.
	Sidecars string
	// Remote is where paths lie that are URLs; nil: none are.
	Remote files.Remote
	// Now is the time of the run: a sidecar that dates a leak after it is wrong. Zero: the clock.
	Now time.Time
}

// List turns paths into inputs: files, folders, and "-" for standard input. It fails when a path
// does not exist. What cannot be read is an input with Err set; the rest goes on.
func List(ctx context.Context, paths []string, opts ListOptions) ([]Input, error) {
	l := &lister{
		ctx: ctx, opts: opts, at: files.System{Context: ctx, Remote: opts.Remote},
		seen: make(map[string]bool), parts: make(map[string]bool),
	}
	if l.opts.Now.IsZero() {
		l.opts.Now = time.Now()
	}
	if dir := opts.Sidecars; dir != "" {
		if _, err := os.ReadDir(dir); err != nil {
			return nil, fmt.Errorf("failed to read the folder of sidecars %q: %w", dir, unpack.Cause(err))
		}
	}
	for _, path := range paths {
		from := len(l.inputs)
		if err := l.named(path); err != nil {
			return nil, err
		}
		l.joinParts(from)
	}
	return l.withoutParts(), nil
}

type lister struct {
	ctx    context.Context
	opts   ListOptions
	at     files.System
	inputs []Input
	found  int             // files and what could not be read, listed before or not
	seen   map[string]bool // by the path that all links lead to
	parts  map[string]bool // by the same: they belong to another input
	base   string          // the folder that is walked, as it was named
	root   string          // where base leads to: no link is followed out of it
}

// named lists a path that the user gave.
func (l *lister) named(path string) error {
	l.base, l.root = "", ""
	l.at, path = l.at.Split(path)
	if path == stdinPath {
		if !l.seen[stdinPath] {
			l.add(Input{Path: path, Size: -1}, "stdin", l.trusted("stdin"))
		}
		l.seen[stdinPath] = true
		return nil
	}
	info, err := l.at.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("failed to find dump %q: %w", path, unpack.Cause(err))
	case err != nil:
		l.unreadable(path, err)
		return nil
	case info.IsDir():
		l.base, l.root = path, l.at.Identity(path)
		return l.folder(path)
	}
	if strings.HasSuffix(path, sidecarSuffix) && l.isDescription(path) {
		info = nil
	}
	l.file(path, info, l.beside(l.at.Join(l.at.Dir(path), folderSidecar)), true)
	return nil
}

// folder lists all files in and below a folder, sorted by path.
func (l *lister) folder(path string) error {
	from, found := len(l.inputs), l.found
	if err := l.walk(path, about{}, false); err != nil {
		return err
	}
	if l.found == found {
		l.unreadable(path, errors.New("the folder holds no files"))
	}
	slices.SortFunc(l.inputs[from:], func(a, b Input) int { return cmp.Compare(a.Path, b.Path) })
	return nil
}

// walk lists what is below a folder; known is what describes the folders above it, and stolen says
// that it is a part of a stealer log.
func (l *lister) walk(path string, known about, stolen bool) error {
	if err := l.ctx.Err(); err != nil {
		return err
	}
	entries, err := l.at.ReadDir(path)
	if err != nil {
		l.unreadable(path, fmt.Errorf("failed to read the folder: %w", unpack.Cause(err)))
		return nil
	}
	known = l.beside(l.at.Join(path, folderSidecar)).over(known)
	all := entries
	if stolen = stolen || private.IsLog(entries); stolen {
		if entries, err = l.withoutPrivate(path, entries, known); err != nil {
			return err
		}
	}
	entries = l.withoutOwn(path, entries, known)
	for _, entry := range entries {
		below := l.at.Join(path, entry.Name())
		if skip, err := l.isAside(below, entry, all, known); skip || err != nil {
			if err != nil {
				return err
			}
			continue
		}
		if err := l.entry(below, entry, known, stolen); err != nil {
			return err
		}
	}
	return nil
}

// withoutPrivate lists what is not read as one input for each folder and returns the other entries.
func (l *lister) withoutPrivate(path string, entries []fs.DirEntry, known about) ([]fs.DirEntry, error) {
	var rest []fs.DirEntry
	files := 0
	for _, entry := range entries {
		switch {
		case !private.Is(entry.Name(), entry.IsDir()):
			rest = append(rest, entry)
		case entry.IsDir():
			below := l.at.Join(path, entry.Name())
			n := l.at.CountFiles(below)
			if err := l.ctx.Err(); err != nil {
				return nil, err
			}
			if n > 0 {
				l.leaveOut(below, known, private.LeftOut(n))
			}
		default:
			files++
		}
	}
	if files > 0 {
		l.leaveOut(path, known, private.LeftOut(files))
	}
	return rest, nil
}

// leaveOut lists what is not read, so that the manifest names it with the reason.
func (l *lister) leaveOut(path string, known about, why error) {
	l.found++
	l.add(Input{Path: path, Size: -1, Err: why}, filepath.Base(path), known)
}

func (l *lister) entry(path string, entry fs.DirEntry, known about, stolen bool) error {
	if entry.IsDir() {
		return l.walk(path, known, stolen)
	}
	info, err := entry.Info()
	if entry.Type() != 0 || err != nil { // a link leads somewhere
		info, err = l.at.Stat(path)
	}
	switch {
	case err != nil:
		l.unreadable(path, err)
		return nil
	case info.IsDir():
		l.unreadable(path, errors.New("a link to a folder is not followed: name it"))
		return nil
	case entry.Type()&fs.ModeSymlink != 0 && !isBelow(l.root, l.at.Identity(path)):
		l.unreadable(path, errors.New("a link that leads out of the folder is not followed: name it"))
		return nil
	}
	l.file(path, info, known, false)
	return nil
}

// isBelow reports whether a path lies in a folder; both are without links.
func isBelow(folder, path string) bool {
	rel, err := filepath.Rel(folder, path)
	return err == nil && filepath.IsLocal(rel)
}

// file lists one file. A pipe is read when it was named, for a shell's <(command) is one; in a
// folder nobody may ever write to it. Without info it is a sidecar.
func (l *lister) file(path string, info fs.FileInfo, known about, named bool) {
	l.found++
	id := l.at.Identity(path)
	if l.seen[id] {
		return
	}
	l.seen[id] = true
	in := Input{Path: l.at.Whole(path), Size: -1}
	switch {
	case info == nil:
		in.Err = errors.New("it describes a dump and is not one")
	case info.Mode().IsRegular():
		in.Size = info.Size()
		in.Err = unpack.Cause(l.at.Try(path))
	case info.Mode()&fs.ModeNamedPipe != 0 && named:
	default:
		in.Err = errors.New("it is a device, a socket or a pipe")
	}
	l.add(in, filepath.Base(path), l.describe(path, known))
}

// add lists an input with what describes it.
func (l *lister) add(in Input, name string, known about) {
	in.Meta, in.Claim, in.Spoiled = known.meta.withDefaults(name), known.claim, known.wrong
	if in.Claim != nil {
		in.Meta = in.Meta.withHelpOf(in.Claim.Meta)
	}
	l.inputs = append(l.inputs, in)
}

func (l *lister) unreadable(path string, err error) {
	l.found++
	l.add(Input{Path: path, Size: -1, Err: unpack.Cause(err)}, filepath.Base(path), about{})
}
