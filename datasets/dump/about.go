package dump

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/credsieve/credsieve/datasets/dump/internal/files"
	"github.com/credsieve/credsieve/datasets/dump/internal/unpack"
)

// about is what the sidecars of a file, and of the folders above it, say.
type about struct {
	meta  *Meta  // that is believed, nil: none
	claim *Claim // that is not
	wrong error  // a sidecar cannot be read
}

// over puts what lies nearer before what lies farther. What is believed settles all; a claim or a
// mistake leaves what was believed before.
func (a about) over(farther about) about {
	if a.meta != nil {
		return a
	}
	a.meta = farther.meta
	if a.claim == nil {
		a.claim = farther.claim
	}
	if a.wrong == nil {
		a.wrong = farther.wrong
	}
	return a
}

// describe returns what describes a file: what the folder of sidecars says of it, else NAME.meta.yaml
// beside it, where NAME may lack the file's extension, else what is known of its folder.
func (l *lister) describe(file string, folder about) about {
	known := l.trusted(l.namesOf(file)...)
	if known.meta != nil || known.wrong != nil {
		return known
	}
	return l.besideFile(file).over(folder)
}

func (l *lister) besideFile(file string) about {
	known := l.beside(file + sidecarSuffix)
	if extension := filepath.Ext(file); known == (about{}) && extension != "" {
		known = l.beside(strings.TrimSuffix(file, extension) + sidecarSuffix)
	}
	return known
}

// namesOf returns under which names the folder of sidecars may describe a file, the likeliest first: by
// its path from the folder that was named on, with and without the name of that one. A folder's
// sidecar describes what is below it.
func (l *lister) namesOf(file string) []string {
	rel, err := filepath.Rel(l.base, file)
	if l.base == "" || err != nil || !filepath.IsLocal(rel) {
		rel = filepath.Base(file)
	}
	paths := []string{rel}
	if top := filepath.Base(l.root); l.base != "" {
		paths = []string{filepath.Join(top, rel), rel}
	}
	var names []string
	for _, path := range paths {
		names = append(names, path)
		if extension := filepath.Ext(path); extension != "" {
			names = append(names, strings.TrimSuffix(path, extension))
		}
	}
	for _, path := range paths {
		for dir := filepath.Dir(path); ; dir = filepath.Dir(dir) {
			names = append(names, filepath.Join(dir, strings.TrimSuffix(folderSidecar, sidecarSuffix)))
			if dir == "." {
				break
			}
		}
	}
	return names
}

// trusted returns what the folder of sidecars says under the first of these names.
func (l *lister) trusted(names ...string) about {
	if l.opts.Sidecars == "" {
		return about{}
	}
	for _, name := range names {
		local := files.System{}
		file := filepath.Join(l.opts.Sidecars, name+sidecarSuffix)
		info, err := os.Stat(file) // a folder that is mounted may consist of links
		if err != nil || info.IsDir() {
			continue
		}
		meta, _, err := readSidecar(local, file, info, l.opts.Now)
		return about{meta: meta, wrong: sidecarFailed(file, err)}
	}
	return about{}
}

// beside returns what a sidecar says that lies with the dumps. It is believed when only the user who
// runs this could have written it.
func (l *lister) beside(file string) about {
	info, err := l.at.Lstat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENAMETOOLONG), errors.Is(err, syscall.ENOTDIR):
		return about{}
	case err != nil:
		return about{wrong: sidecarFailed(file, unpack.Cause(err))}
	case info.IsDir(): // of that name, with dumps in it
		return about{}
	case info.Mode()&fs.ModeSymlink != 0:
		return about{wrong: sidecarFailed(file, errors.New("a link is not followed"))}
	}
	meta, opened, err := readSidecar(l.at, file, info, l.opts.Now)
	if err != nil {
		return about{wrong: sidecarFailed(file, err)}
	}
	if why := l.at.NotOurs(file, opened); why != "" {
		return about{claim: &Claim{Sidecar: file, Why: why, Meta: *meta}}
	}
	return about{meta: meta}
}

func sidecarFailed(file string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("failed to read sidecar %q: %w", file, err)
}

// readSidecar reads what a sidecar says, and returns what the file is that was read.
func readSidecar(at files.System, file string, info fs.FileInfo, now time.Time) (*Meta, fs.FileInfo, error) {
	if !info.Mode().IsRegular() {
		return nil, nil, errors.New("it is a device, a socket or a pipe")
	}
	text, info, err := at.Beginning(file, maxSidecar+1)
	if err != nil {
		return nil, nil, unpack.Cause(err)
	}
	if len(text) > maxSidecar {
		return nil, nil, fmt.Errorf("it is over %s", unpack.ByteSize(maxSidecar))
	}
	meta, err := parseSidecar(text)
	if err == nil {
		err = meta.CheckDate(now)
	}
	if err != nil {
		return nil, nil, err
	}
	return meta, info, nil
}

// CheckDate refuses a leak that is still to come: it would be the latest for years.
func (m *Meta) CheckDate(now time.Time) error {
	if isAfter(m.LeakedOn, now) {
		return fmt.Errorf("leaked_on: %s is in the future", m.LeakedOn.Format(time.DateOnly))
	}
	return nil
}

// isAfter reports whether a date is after the day that it is at a time, there where it was taken.
func isAfter(date, now time.Time) bool {
	year, month, day := now.Date()
	return date.After(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
}
