package unpack

import "github.com/credsieve/credsieve/datasets/dump/internal/private"

// tree knows which entries of an archive are private, and remembers the pictures that came before
// that was known.
type tree struct {
	*private.Tree
	pictures []picture
}

// picture is an entry that was visited, with the members in it.
type picture struct {
	name string // as the archive has it
	fate Fate   // when it is private
}

func newTree() *tree { return &tree{Tree: private.NewTree()} }

// openEntry opens a file that a stream of entries has come to.
func (w *walker) openEntry(t *tree, m *Member, name string) error {
	err := w.open(m)
	if private.IsPicture(name) {
		t.pictures = append(t.pictures, picture{name, Fate{
			Kind: Private, Number: m.Number, Last: w.members, Name: m.Name,
		}})
	}
	return err
}

// leaveOut notes what of an archive is not read on purpose, a folder at a time.
func (w *walker) leaveOut(m *Member, t *tree) {
	for _, p := range t.pictures {
		if t.Is(p.name) {
			w.visitor.Note(p.fate)
		}
	}
	for folder, n := range t.Left() {
		w.visitor.Note(Fate{Kind: LeftOut, Number: m.Number, Name: joinName(m.Name, folder), Files: n})
	}
}
