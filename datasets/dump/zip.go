package dump

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"unicode"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/zstd"
)

const (
	// maxEntries is far more than compilations have shards; what the directory of an archive says
	// of each is held in memory.
	maxEntries = 100_000
	// maxDirectory allows 256 bytes for each of them: it must be read before it can be counted.
	maxDirectory = maxEntries * 256
	// maxHeldZip is held in memory when an archive comes as a stream, because its directory is at
	// its end.
	maxHeldZip = 256 << 20
)

// openZip reads the entries of an archive in the order of its directory.
func openZip(r *reading, m member) error {
	at, err := r.zipBytes(m)
	if at == nil || err != nil {
		return err
	}
	defer at.finish()
	at.limit = at.n + maxDirectory
	z, err := zip.NewReader(at, at.size)
	at.limit = 0
	if ctxErr := r.ctx.Err(); ctxErr != nil {
		return ctxErr
	}
	switch {
	case errors.Is(err, errOverLimit), err == nil && len(z.File) > maxEntries:
		r.skip(m, "zip", fmt.Sprintf("it has more than %d entries: extract it first", maxEntries))
		return nil
	case err != nil && !errors.Is(err, zip.ErrInsecurePath): // names are labels here
		return r.salvage(m, at)
	}
	z.RegisterDecompressor(zip.Deflate, flate.NewReader)
	z.RegisterDecompressor(zstd.ZipMethodWinZip, zstd.ZipDecompressor(
		zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxWindow),
		zstd.WithDecoderMaxWindow(maxWindow)))
	return r.entries(m, z)
}

// zipBytes returns the archive for reading in any order, nil when it was skipped.
func (r *reading) zipBytes(m member) (*countingAt, error) {
	if m.file == nil {
		data, err := io.ReadAll(io.LimitReader(m.from, maxHeldZip+1))
		switch {
		case r.ctx.Err() != nil:
			return nil, r.ctx.Err()
		case len(data) > maxHeldZip:
			r.skip(m, "zip", fmt.Sprintf("a zip archive over %s cannot be read from a stream: "+
				"extract it first, or name the file", byteSize(maxHeldZip)))
			return nil, nil
		case err != nil:
			// Salvaged below, where the missing directory shows.
			data = data[:len(data):len(data)]
		}
		return &countingAt{
			ctx: r.ctx, from: bytes.NewReader(data), size: int64(len(data)),
			progress: func(int64) {},
		}, nil
	}
	// Its entries may lie in any order and overlap, so the digest takes a pass of its own. What was
	// read to look at the beginning has been reported already.
	reported := r.src.n
	r.src.progress = func(int64) {}
	r.src.drain()
	at := &countingAt{
		ctx: r.ctx, from: m.file, size: r.src.n, progress: r.opts.Progress, n: reported,
	}
	r.consumed = func() int64 { return at.n }
	return at, r.ctx.Err()
}

func (r *reading) entries(m member, z *zip.Reader) error {
	for _, f := range z.File {
		if f.Name == "[Content_Types].xml" {
			r.skip(m, "office", "it is an Office document such as xlsx: save it as CSV first")
			return nil
		}
	}
	locked := 0
	for _, f := range z.File {
		switch {
		case isPeripheral(f.Name):
			continue
		case f.Flags&1 != 0: // archive/zip would hand out the ciphertext
			locked++
			continue
		case r.tooDense:
			r.lose(m, "its further entries were not read")
			return nil
		}
		if err := r.entry(m, f); err != nil {
			return err
		}
	}
	if locked > 0 {
		r.skip(m, "zip", entriesAre(locked)+" encrypted: extract with the password first")
	}
	return nil
}

func (r *reading) entry(m member, f *zip.File) error {
	inner := member{name: memberName(m.name, f.Name), stream: "zip", depth: m.depth + 1}
	from, err := f.Open()
	switch {
	case errors.Is(err, zip.ErrAlgorithm):
		r.skip(inner, "zip",
			fmt.Sprintf("it is compressed by method %d: extract it first", f.Method))
		return nil
	case err != nil:
		from = io.NopCloser(failing{early(err)})
	}
	defer from.Close()
	inner.from = &unpacked{r: r, from: from}
	return r.open(inner)
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
