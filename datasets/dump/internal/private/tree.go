package private

import (
	"iter"
	"path"
	"strings"
)

// Tree decides on the entries of an archive, by the same rules as on folders.
type Tree struct {
	folders map[string]*signs
	left    map[string]int // files that are not read, by folder
	order   []string       // of the folders of left
}

// NewTree returns a Tree that has seen nothing.
func NewTree() *Tree { return &Tree{folders: map[string]*signs{}, left: map[string]int{}} }

// An archive may hold any names: these bound what is kept of them.
const (
	deepestLog    = 16
	longestInLog  = 1 << 10
	maxLogFolders = 100_000
)

// entryPath returns the way to an entry, with slashes and nothing before the first name.
func entryPath(name string) string {
	if len(name) > longestInLog {
		return ""
	}
	return path.Clean("/" + strings.ReplaceAll(name, `\`, "/"))[1:]
}

// eachStep calls with each folder on the way to an entry and what lies in it on that way, up to the
// entry itself, as long as with returns true.
func eachStep(way string, with func(folder, base string, last bool) bool) {
	for start, depth := 0, 0; depth < deepestLog; depth++ {
		folder := way[:max(start-1, 0)]
		end := strings.IndexByte(way[start:], '/')
		if end < 0 {
			with(folder, way[start:], true)
			return
		}
		if !with(folder, way[start:start+end], false) {
			return
		}
		start += end + 1
	}
}

// See notes the name of an entry.
func (t *Tree) See(name string, isFolder bool) {
	eachStep(entryPath(name), func(folder, base string, last bool) bool {
		s := t.folders[folder]
		if s == nil {
			if len(t.folders) == maxLogFolders {
				return false
			}
			s = &signs{}
			t.folders[folder] = s
		}
		s.see(base, !last || isFolder)
		return true
	})
}

// Is reports whether a file is not read, by the names seen so far.
func (t *Tree) Is(name string) bool {
	_, is := t.where(name)
	return is
}

// where reports as well which folder a file that is not read is counted for.
func (t *Tree) where(name string) (where string, is bool) {
	stolen := false
	eachStep(entryPath(name), func(folder, base string, last bool) bool {
		s := t.folders[folder]
		stolen = stolen || s != nil && s.stolen()
		if is = stolen && Is(base, !last); is {
			where = folder
			if !last {
				where = path.Join(folder, base)
			}
		}
		return !is
	})
	return where, is
}

// LeavesOut reports whether a file is not read, and counts it.
func (t *Tree) LeavesOut(name string) bool {
	where, is := t.where(name)
	if is {
		if t.left[where]++; t.left[where] == 1 {
			t.order = append(t.order, where)
		}
	}
	return is
}

// Left yields the folders and how many files of each LeavesOut has counted, in the order in which it
// met them; "." is the archive's own.
func (t *Tree) Left() iter.Seq2[string, int] {
	return func(yield func(string, int) bool) {
		for _, folder := range t.order {
			n := t.left[folder]
			if folder == "" {
				folder = "."
			}
			if !yield(folder, n) {
				return
			}
		}
	}
}
