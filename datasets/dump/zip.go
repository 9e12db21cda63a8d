package dump

import (
	"archive/zip"
	"compress/bzip2"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"unicode"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/zstd"
)

// openZip reads the entries of an archive in the order of its directory.
func openZip(r *reading, m member) error {
	at, give, err := r.randomAccess(m, "zip")
	if at == nil || err != nil {
		return err
	}
	defer give()
	entries := r.opts.Limits.Entries
	at.limit = at.n + int64(entries)*bytesPerEntry
	var z *zip.Reader
	err = guarded(func() (err error) {
		z, err = zip.NewReader(at, at.size)
		return err
	})
	at.limit = 0
	if ctxErr := r.ctx.Err(); ctxErr != nil {
		return ctxErr
	}
	switch {
	case errors.Is(err, errDirectory), z != nil && len(z.File) > entries:
		r.skip(m, "zip", fmt.Sprintf("it has more than %d entries: extract it first", entries))
		return nil
	case z == nil && at.isSplit():
		r.skip(m, "zip", splitZipSentence)
		return nil
	case err != nil && !errors.Is(err, zip.ErrInsecurePath): // names are labels here
		return r.salvage(m, at)
	}
	for _, method := range []uint16{zip.Deflate, methodBzip2, methodLZMA, zstd.ZipMethodWinZip} {
		z.RegisterDecompressor(method, zipDecompressor(method))
	}
	return r.entries(m, z, at)
}

// isSplit knows the mark at the start of the first part of a zip archive that was split.
func (c *countingAt) isSplit() bool {
	mark := make([]byte, 4)
	_, err := c.ReadAt(mark, 0)
	return err == nil && string(mark) == "PK\x07\x08"
}

const (
	methodBzip2 = 12
	methodLZMA  = 14
)

// zipDecompressor returns nil for a method that is not read.
func zipDecompressor(method uint16) zip.Decompressor {
	switch method {
	case zip.Store:
		return io.NopCloser
	case zip.Deflate:
		return flate.NewReader
	case methodBzip2:
		return func(from io.Reader) io.ReadCloser { return io.NopCloser(bzip2.NewReader(from)) }
	case methodLZMA:
		return func(from io.Reader) io.ReadCloser { return io.NopCloser(&zipLZMA{from: from}) }
	case zstd.ZipMethodWinZip:
		return zstd.ZipDecompressor(zstd.WithDecoderConcurrency(1),
			zstd.WithDecoderMaxMemory(maxWindow), zstd.WithDecoderMaxWindow(maxWindow))
	}
	return nil
}

func (r *reading) entries(m member, z *zip.Reader, at *countingAt) error {
	for _, f := range z.File {
		if f.Name == "[Content_Types].xml" {
			return r.office(m, z, at)
		}
	}
	locked := 0
	tree := newArchiveTree()
	for _, f := range z.File {
		tree.see(f.Name, strings.HasSuffix(f.Name, "/"))
	}
	for _, f := range z.File {
		if isPeripheral(f.Name) {
			continue
		}
		if !r.mayEnter(m) {
			break
		}
		if tree.leavesOut(f.Name) {
			continue
		}
		opened, err := r.entry(m, f)
		if err != nil {
			return err
		}
		if !opened {
			locked++
		}
	}
	if locked > 0 {
		r.skip(m, "zip", r.keys.lockedSentence(locked))
	}
	r.leaveOut(m, tree)
	return nil
}

// entry reads one entry, and reports false when it is locked.
func (r *reading) entry(m member, f *zip.File) (bool, error) {
	inner := member{name: memberName(m.name, f.Name), stream: "zip", depth: m.depth + 1}
	var from io.Reader
	err := guarded(func() (err error) {
		if f.Flags&flagEncrypted == 0 { // archive/zip would hand out the ciphertext
			from, err = f.Open()
		} else {
			from, err = r.unlock(f)
		}
		return err
	})
	switch {
	case err == errLocked:
		return false, r.ctx.Err()
	case errors.Is(err, zip.ErrAlgorithm):
		r.skip(inner, "zip",
			fmt.Sprintf("it is compressed by method %d: extract it first", zipMethod(f)))
		return true, nil
	case err != nil:
		from = failing{early(err)}
	}
	if closer, ok := from.(io.Closer); ok {
		defer closer.Close()
	}
	inner.from = &unpacked{r: r, from: from}
	return true, r.open(inner)
}

func entriesAre(n int) string {
	if n == 1 {
		return "1 entry is"
	}
	return fmt.Sprintf("%d entries are", n)
}

// isPeripheral tells folders and what macOS adds to an archive from the entries that someone
// packed.
func isPeripheral(name string) bool {
	base := path.Base(name)
	return strings.HasSuffix(name, "/") || strings.HasPrefix(name, "__MACOSX/") ||
		strings.HasPrefix(base, "._") || base == ".DS_Store"
}

// memberName joins the names of nested members. A name is chosen by whoever made the archive, and
// ends up on a terminal.
func memberName(outer, name string) string {
	const longest = 200
	clean := strings.Map(func(c rune) rune {
		if !unicode.IsPrint(c) || c == unicode.ReplacementChar {
			return '?'
		}
		return c
	}, strings.ToValidUTF8(name, "?"))
	if runes := []rune(clean); len(runes) > longest {
		clean = "..." + string(runes[len(runes)-longest:])
	}
	if outer == "" {
		return clean
	}
	return outer + "/" + clean
}
