package dump

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/credsieve/credsieve/datasets/dump/internal/files"
	"github.com/credsieve/credsieve/datasets/dump/internal/unpack"
)

// maxParts is more than any post has, and bounds the open files.
const maxParts = 1000

var (
	newRarPart = regexp.MustCompile(`(?i)^(.*\.part)(\d+)(\.rar)$`)
	rawPart    = regexp.MustCompile(`^(.*\.)(0*1)$`) // x.001, x.7z.001, x.zip.001
)

// joinParts makes one input of the parts of an archive that lie next to each other: it stands for
// the first, and the others are not inputs of their own. Inputs that were listed before are left as they are.
func (l *lister) joinParts(from int) {
	at := l.at
	for i := range l.inputs[from:] {
		in := &l.inputs[from+i]
		if in.Err != nil || in.Path == stdinPath {
			continue
		}
		_, path := at.Split(in.Path)
		if joined := zipSplit(at, path); joined != nil {
			in.Err = errors.New(unpack.SplitZipSentence)
			l.markParts(joined)
			continue
		}
		if in.Parts = furtherParts(at, path); in.Parts == nil {
			continue
		}
		l.markParts(in.Parts)
		for i, path := range in.Parts {
			if info, err := at.Stat(path); err == nil && in.Size >= 0 {
				in.Size += info.Size()
			}
			in.Parts[i] = at.Whole(path)
		}
	}
}

// withoutParts returns the inputs that are not a part of another.
func (l *lister) withoutParts() []Input {
	return slices.DeleteFunc(l.inputs, func(in Input) bool {
		at, path := l.at.Split(in.Path)
		return in.Path != stdinPath && l.parts[at.Identity(path)]
	})
}

func (l *lister) markParts(paths []string) {
	for _, path := range paths {
		l.parts[l.at.Identity(path)] = true
	}
}

// furtherParts returns the files that go on where the first part of an archive ends.
func furtherParts(at files.System, first string) []string {
	folder, name := filepath.Split(first)
	if m := newRarPart.FindStringSubmatch(name); m != nil {
		return partsAfter(at, folder+m[1], m[2], m[3])
	}
	if m := rawPart.FindStringSubmatch(name); m != nil && len(m[2]) > 1 {
		return partsAfter(at, folder+m[1], m[2], "")
	}
	if extension := filepath.Ext(first); strings.EqualFold(extension, ".rar") {
		return oldRarParts(at, strings.TrimSuffix(first, extension), extension)
	}
	return nil
}

// partsAfter returns the existing files whose number follows a first one, which must be 1.
func partsAfter(at files.System, before, digits, after string) []string {
	n, err := strconv.Atoi(digits)
	if err != nil || n != 1 {
		return nil
	}
	var out []string
	for n = 2; n <= maxParts; n++ {
		path := fmt.Sprintf("%s%0*d%s", before, len(digits), n, after)
		if !isFile(at, path) {
			break
		}
		out = append(out, path)
	}
	return out
}

// oldRarParts returns x.r00, x.r01 ... x.r99, x.s00 and so on.
func oldRarParts(at files.System, stem, extension string) []string {
	var out []string
	for letter := extension[1]; len(out) < maxParts && letter|0x20 <= 'z'; letter++ {
		for n := range 100 {
			path := fmt.Sprintf("%s.%c%02d", stem, letter, n)
			if !isFile(at, path) {
				return out
			}
			out = append(out, path)
		}
	}
	return out
}

// zipSplit returns x.z01, x.z02 and so on, which come in front of x.zip.
func zipSplit(at files.System, path string) []string {
	extension := filepath.Ext(path)
	if !strings.EqualFold(extension, ".zip") {
		return nil
	}
	stem := strings.TrimSuffix(path, extension) + extension[:2]
	return partsFrom(at, stem, 1)
}

func partsFrom(at files.System, before string, n int) []string {
	var out []string
	for ; n <= maxParts && isFile(at, fmt.Sprintf("%s%02d", before, n)); n++ {
		out = append(out, fmt.Sprintf("%s%02d", before, n))
	}
	return out
}

func isFile(at files.System, path string) bool {
	info, err := at.Lstat(path)
	if err == nil && info.Mode()&fs.ModeSymlink != 0 && filepath.Dir(at.Identity(path)) == at.Identity(filepath.Dir(path)) {
		info, err = at.Stat(path) // a link within the folder
	}
	return err == nil && info.Mode().IsRegular()
}
