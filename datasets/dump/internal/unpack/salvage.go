package unpack

import (
	"archive/zip"
	"bufio"
	"fmt"
	"io"

	"github.com/klauspost/compress/flate"

	"github.com/credsieve/credsieve/datasets/dump/internal/decoder"
	"github.com/credsieve/credsieve/datasets/dump/internal/zipdir"
)

// salvage reads an archive without its directory, which stands at the end: downloads that were cut
// off are common, and each entry up to there can still be read.
func (w *walker) salvage(m *Member, at *countingAt) error {
	if _, err := w.localEntries(m, bufio.NewReader(io.NewSectionReader(at, 0, at.size))); err != nil {
		return err
	}
	w.lose(m, "the zip archive is cut off or damaged: its directory is missing, "+
		"and it was read entry by entry as far as that goes")
	return w.ctx.Err()
}

// unnamed reads what the directory does not name: entries that were taken off it, a second archive or text that was
// put before or after this one. Programs that go by the directory never show it.
func (w *walker) unnamed(m *Member, z *zip.Reader, at *countingAt) error {
	if w.tooDense {
		return nil
	}
	spans, err := zipdir.Unnamed(z, at, at.size)
	if ctxErr := w.ctx.Err(); ctxErr != nil {
		return ctxErr
	}
	if err != nil {
		w.lose(m, "the zip archive could not be searched for what its directory does not name")
	}
	total := int64(0)
	for _, s := range spans {
		total += s.To - s.From
		if err := w.unnamedSpan(m, s, at); err != nil {
			return err
		}
	}
	if total > 0 {
		w.lose(m, fmt.Sprintf("%d of its bytes are not in the directory of the zip archive: they were read as far as they "+
			"are entries or text", total))
	}
	return nil
}

func (w *walker) unnamedSpan(m *Member, s zipdir.Span, at *countingAt) error {
	from := bufio.NewReader(io.NewSectionReader(at, s.From, s.To-s.From))
	for {
		zipdir.SkipLikelyDescriptor(from)
		for zipdir.SkipRecord(from) {
		}
		if !zipdir.IsLocal(from) {
			break
		}
		if whole, err := w.localEntries(m, from); !whole || err != nil {
			return err
		}
	}
	if _, err := from.Peek(1); err != nil {
		return nil
	}
	return w.stranger(m, "zip", fmt.Sprintf("bytes %d to %d", s.From, s.To), from)
}

// stranger reads what an archive does not account for as a member of it.
func (w *walker) stranger(m *Member, kind, name string, from io.Reader) error {
	if !w.mayEnter(m) {
		return nil
	}
	inner := m.inside(name, kind)
	inner.from = &unpacked{w: w, from: from} // what a child hands out must count
	return w.open(inner)
}

// localEntries reads entries one after the other, by the headers in front of them, until something else stands there.
// It reports false if the end of an entry was not found.
func (w *walker) localEntries(m *Member, from *bufio.Reader) (bool, error) {
	for zipdir.IsLocal(from) && w.mayEnter(m) {
		entry, err := zipdir.NextLocal(from)
		if err != nil {
			return false, nil
		}
		if whole, err := w.salvageEntry(m, entry, from); err != nil || !whole {
			return false, err
		}
	}
	return !w.tooDense, nil
}

// salvageEntry reads one entry and reports whether the next one can be found after it.
func (w *walker) salvageEntry(m *Member, e zipdir.Local, from *bufio.Reader) (bool, error) {
	inner := m.inside(e.Name, "zip")
	var data io.Reader
	switch {
	case e.Flags&zipdir.FlagEncrypted != 0:
		w.skip(inner, "zip", "it is encrypted: extract with the password first")
	case e.Method == zip.Deflate:
		data = flate.NewReader(from)
	case e.Method == zip.Store && !e.SizeAfter():
		data = decoder.Exactly(from, e.Compressed)
	default:
		w.skip(inner, "zip", fmt.Sprintf("it is compressed by method %d: repair the archive first",
			e.Method))
	}
	if data == nil {
		if e.SizeAfter() {
			return false, nil
		}
		_, err := io.CopyN(io.Discard, from, e.Compressed)
		return err == nil, nil
	}
	inner.from = &unpacked{w: w, from: data}
	holds := true
	if isFolder(e.Name) {
		from := bufio.NewReader(inner.from)
		_, err := from.Peek(1)
		inner.from, holds = from, err == nil
	}
	if holds {
		if err := w.open(inner); err != nil {
			return false, err
		}
	}
	if _, err := io.Copy(io.Discard, inner.from); err != nil {
		return false, nil
	}
	return !e.SizeAfter() || zipdir.SkipDescriptor(from), nil
}
