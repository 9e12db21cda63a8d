package unpack

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/credsieve/credsieve/datasets/dump/internal/decoder"
	"github.com/credsieve/credsieve/datasets/dump/internal/zipdir"
)

// SplitZipSentence is what is said of a zip archive that was split into parts.
const SplitZipSentence = `it is a zip archive split into parts: join them first ` +
	`("zip -s 0 NAME.zip --out whole.zip")`

// openZip reads the entries of an archive in the order of its directory.
func openZip(w *walker, m *Member) error {
	at, give, err := w.randomAccess(m, "zip")
	if at == nil || err != nil {
		return err
	}
	defer give()
	entries := w.limits.Entries
	at.limit = at.n + int64(entries)*bytesPerEntry
	var z *zip.Reader
	err = guarded(func() (err error) {
		z, err = zip.NewReader(at, at.size)
		return err
	})
	at.limit = 0
	if ctxErr := w.ctx.Err(); ctxErr != nil {
		return ctxErr
	}
	switch {
	case errors.Is(err, errDirectory), z != nil && len(z.File) > entries:
		w.skip(m, "zip", fmt.Sprintf("it has more than %d entries: extract it first", entries))
		return nil
	case z == nil && zipdir.IsSplit(at):
		w.skip(m, "zip", SplitZipSentence)
		return nil
	case err != nil && !errors.Is(err, zip.ErrInsecurePath): // names are labels here
		return w.salvage(m, at)
	}
	decoder.RegisterZip(z)
	if err := w.entries(m, z, at); err != nil {
		return err
	}
	if err := w.note(m, "zip", io.NewSectionReader(strings.NewReader(z.Comment), 0, int64(len(z.Comment)))); err != nil {
		return err
	}
	return w.unnamed(m, z, at)
}

func (w *walker) entries(m *Member, z *zip.Reader, at *countingAt) error {
	for _, f := range z.File {
		if f.Name == "[Content_Types].xml" {
			return w.office(m, z, at)
		}
	}
	tree := newTree()
	for _, f := range z.File {
		tree.See(f.Name, strings.HasSuffix(f.Name, "/"))
	}
	passedOver := func(f *zip.File) bool {
		return zipdir.IsOpenDocument(z) && f.Name != zipdir.OpenDocumentText && zipdir.IsOfficePart(f.Name)
	}
	if err := w.each(m, z, passedOver, tree.LeavesOut); err != nil {
		return err
	}
	w.leaveOut(m, tree)
	return nil
}

// each reads the entries that are neither empty folders nor passed over, and that may be entered and are not left out.
func (w *walker) each(m *Member, z *zip.Reader, passedOver func(*zip.File) bool, leftOut func(name string) bool) error {
	locked := 0
	for _, f := range z.File {
		if isFolder(f.Name) && zipdir.IsEmpty(f) || passedOver(f) {
			continue
		}
		if !w.mayEnter(m) {
			break
		}
		if leftOut(f.Name) {
			continue
		}
		opened, err := w.entry(m, f)
		if err != nil {
			return err
		}
		if !opened {
			locked++
		}
	}
	if locked > 0 {
		w.skip(m, "zip", w.keys.lockedSentence(locked))
	}
	return nil
}

// entry reads one entry, and reports false when it is locked.
func (w *walker) entry(m *Member, f *zip.File) (bool, error) {
	inner := m.inside(f.Name, "zip")
	var from io.Reader
	err := guarded(func() (err error) {
		if f.Flags&zipdir.FlagEncrypted == 0 { // archive/zip would hand out the ciphertext
			file := *f
			file.Name = strings.TrimRight(f.Name, "/") // of what has a folder's name, archive/zip opens nothing
			from, err = file.Open()
		} else {
			from, err = w.unlock(f)
		}
		return err
	})
	switch {
	case errors.Is(err, errLocked):
		return false, w.ctx.Err()
	case errors.Is(err, zip.ErrAlgorithm):
		w.skip(inner, "zip",
			fmt.Sprintf("it is compressed by method %d: extract it first", decoder.ZipMethod(f)))
		return true, nil
	case err != nil:
		from = failing{early(err)}
	}
	if closer, ok := from.(io.Closer); ok {
		defer closer.Close()
	}
	inner.from = &unpacked{w: w, from: from}
	return true, w.open(inner)
}

func entriesAre(n int) string {
	if n == 1 {
		return "1 entry is"
	}
	return fmt.Sprintf("%d entries are", n)
}

// isFolder tells folders from files by their names. What has a folder's name and holds something is read all the same:
// only whoever wants to hide it writes that.
func isFolder(name string) bool { return strings.HasSuffix(name, "/") }
