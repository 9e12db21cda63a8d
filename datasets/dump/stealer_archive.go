package dump

import (
	"path"
	"strings"
)

// archiveTree knows by names which entries of an archive belong to the log of a victim and
// hold no passwords, by the same rules as of folders. An archive that is a stream shows its names one
// by one: what comes before a log has shown itself is read.
type archiveTree struct {
	folders  map[string]*logSigns
	left     map[string]int // files that are not read, by folder
	order    []string       // of the folders of left
	pictures []skippedPicture
}

// skippedPicture is a picture that was skipped before it was known what it belongs to.
type skippedPicture struct {
	name            string
	skipped, member int // where reading notes it
}

func newArchiveTree() *archiveTree {
	return &archiveTree{folders: map[string]*logSigns{}, left: map[string]int{}}
}

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

// see notes the name of an entry.
func (t *archiveTree) see(name string, isFolder bool) {
	eachStep(entryPath(name), func(folder, base string, last bool) bool {
		signs := t.folders[folder]
		if signs == nil {
			if len(t.folders) == maxLogFolders {
				return false
			}
			signs = &logSigns{}
			t.folders[folder] = signs
		}
		signs.see(base, !last || isFolder)
		return true
	})
}

// private reports whether a file is not read, and the folder that it is counted for.
func (t *archiveTree) private(name string) (where string, is bool) {
	stolen := false
	eachStep(entryPath(name), func(folder, base string, last bool) bool {
		signs := t.folders[folder]
		stolen = stolen || signs != nil && signs.stolen()
		if is = stolen && private(base, !last); is {
			where = folder
			if !last {
				where = path.Join(folder, base)
			}
		}
		return !is
	})
	return where, is
}

// leavesOut reports whether a file is not read, and counts it.
func (t *archiveTree) leavesOut(name string) bool {
	where, is := t.private(name)
	if is {
		if t.left[where]++; t.left[where] == 1 {
			t.order = append(t.order, where)
		}
	}
	return is
}

// openEntry opens a file that a stream of entries has come to.
func (r *reading) openEntry(t *archiveTree, m member, name string) error {
	before := len(r.skipped)
	err := r.open(m)
	if len(r.skipped) == before+1 && isPicture(strings.ToLower(name)) {
		t.pictures = append(t.pictures, skippedPicture{name, before, len(r.members) - 1})
	}
	return err
}

// leaveOut reports what of an archive is not read on purpose, a folder at a time.
func (r *reading) leaveOut(m member, t *archiveTree) {
	r.forgive(t)
	for _, folder := range t.order {
		n := t.left[folder]
		r.leftOut += n
		if folder == "" {
			folder = "."
		}
		r.members = append(r.members, MemberReport{
			Name: memberName(m.name, folder), Status: StatusSkipped, Err: notPasswords{n},
		})
	}
}

// forgive takes back that pictures are missing which turned out to belong to a log.
func (r *reading) forgive(t *archiveTree) {
	taken := map[int]bool{}
	for _, p := range t.pictures {
		if _, is := t.private(p.name); is {
			taken[p.skipped] = true
			r.members[p.member].Err = notPasswords{1}
			r.leftOut++
		}
	}
	if len(taken) == 0 {
		return
	}
	skipped, refused := r.skipped[:0], r.refused[:0]
	for i := range r.skipped {
		if !taken[i] {
			skipped, refused = append(skipped, r.skipped[i]), append(refused, r.refused[i])
		}
	}
	r.skipped, r.refused = skipped, refused
}
