package dump

import (
	"bytes"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/credsieve/credsieve/datasets/dump/internal/unpack"
)

// What lies in a folder beside dumps is left out by what it is, never by its name alone: whoever names a
// file decides nothing. Only the resource forks of macOS are left out without a word.

// notDump is the error of what is left out on purpose.
type notDump string

func (n notDump) Error() string { return string(n) }

// Is makes it an input with which nothing is lost.
func (notDump) Is(target error) bool { return target == ErrNotPasswords }

// isAside reports whether an entry of a folder is not a dump, and lists it where that has to be said.
func (l *lister) isAside(path string, entry fs.DirEntry, all []fs.DirEntry, known about) (bool, error) {
	name := entry.Name()
	switch {
	case entry.IsDir():
		return l.isGit(path, name, known)
	case strings.HasSuffix(name, sidecarSuffix):
		return l.isSidecar(path, all, known), nil
	case !entry.Type().IsRegular():
		return false, nil
	case strings.HasPrefix(name, "._"), name == ".DS_Store":
		head, _, err := l.at.Beginning(path, unpack.AsideSize)
		return err == nil && unpack.IsAside(name, head), nil
	case name == ".git": // of a work tree that is elsewhere
		head, _, err := l.at.Beginning(path, 4096)
		if err == nil && bytes.HasPrefix(head, []byte("gitdir: ")) && bytes.Count(head, []byte("\n")) == 1 {
			l.leaveOut(path, known, notDump("it is a mark of git, not a dump"))
			return true, nil
		}
	}
	return false, nil
}

// isGit lists the folder in which git keeps a repository, if it is one.
func (l *lister) isGit(path, name string, known about) (bool, error) {
	if name != ".git" {
		return false, nil
	}
	for _, part := range []struct {
		name   string
		folder bool
	}{{"HEAD", false}, {"objects", true}, {"refs", true}} {
		if info, err := l.at.Lstat(l.at.Join(path, part.name)); err != nil || info.IsDir() != part.folder {
			return false, nil
		}
	}
	n := l.at.CountFiles(path)
	if err := l.ctx.Err(); err != nil {
		return false, err
	}
	l.leaveOut(path, known, notDump(fmt.Sprintf("%d files of a git repository are not read, only its work tree", n)))
	return true, nil
}

// isSidecar reports whether a file of a sidecar's name is one. What describes a file that is there shows
// with that file, also when it is wrong; what describes nothing is listed. What does not even look like
// a sidecar is a dump.
func (l *lister) isSidecar(path string, all []fs.DirEntry, known about) bool {
	if !l.isDescription(path) {
		return false
	}
	name := filepath.Base(path)
	stem := strings.TrimSuffix(name, sidecarSuffix)
	describes := name == folderSidecar || slices.ContainsFunc(all, func(e fs.DirEntry) bool {
		return !e.IsDir() && e.Name() != name &&
			(e.Name() == stem || strings.TrimSuffix(e.Name(), filepath.Ext(e.Name())) == stem)
	})
	if describes {
		return true
	}
	if said := l.beside(path); said.wrong != nil {
		l.unreadable(path, said.wrong)
	} else {
		l.leaveOut(path, known, notDump("it describes a dump that is not there"))
	}
	return true
}

// sidecarKey knows a line of a sidecar, right or wrong.
var sidecarKey = regexp.MustCompile(`(?m)^(name|kind|leaked_on|trust|format|encodings|passwords)\s*:(\s|$)`)

// isDescription reports whether a file of a sidecar's name is one, or was meant to be. What cannot be
// read is no dump either.
func (l *lister) isDescription(path string) bool {
	text, _, err := l.at.Beginning(path, maxSidecar)
	if err != nil || sidecarKey.Match(text) {
		return true
	}
	_, err = parseSidecar(text)
	return err == nil
}

// withoutOwn lists what credsieve has written as one input for a folder and returns the other entries.
// A name is enough for that only beside the others of a run.
func (l *lister) withoutOwn(path string, entries []fs.DirEntry, known about) []fs.DirEntry {
	underWay, _ := filepath.Match(".*.partial-*", filepath.Base(path)) // only a malformed pattern is an error
	held := filepath.Base(path) == "held" && isOwnRun(l.entriesOf(l.at.Dir(path)))
	if !underWay && !held && !isOwnRun(entries) {
		return entries
	}
	rest := slices.DeleteFunc(slices.Clone(entries), func(e fs.DirEntry) bool {
		return !e.IsDir() && slices.Contains(ownFiles, e.Name())
	})
	switch {
	case len(rest) == len(entries):
	case held && len(rest) == 0: // what was said of the run goes for all of it
		l.found++
	default:
		l.leaveOut(path, known, notDump("it is a run of credsieve, not a dump"))
	}
	return rest
}

// ownFiles are those of a run.
var ownFiles = []string{
	"manifest.json", "at_risk.csv", "at_risk.parquet", "undecided.csv", "accounts.csv", "rejects.csv",
	"report.html", "metrics.prom",
}

func (l *lister) entriesOf(path string) []fs.DirEntry {
	entries, _ := l.at.ReadDir(path) // without any it is no run
	return entries
}

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
