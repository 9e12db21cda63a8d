package dump

import (
	"io/fs"
	"path/filepath"

	"github.com/credsieve/credsieve/datasets/dump/internal/private"
)

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
