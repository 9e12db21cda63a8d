package unpack

import (
	"errors"
	"hash"
	"hash/crc32"
	"io"
	"strings"

	"github.com/bodgit/sevenzip"

	"github.com/credsieve/credsieve/datasets/dump/internal/decoder"
	"github.com/credsieve/credsieve/datasets/dump/internal/sevenzipdir"
)

const way7z = "extract it first"

// open7z reads the files of an archive in order: in a solid one, a file depends on all before it.
func open7z(w *walker, m *Member) error {
	at, give, err := w.randomAccess(m, "7z")
	if at == nil || err != nil {
		return err
	}
	defer give()
	decoder.Bound7z()
	about, password, err := w.directory7z(at)
	if ctxErr := w.ctx.Err(); ctxErr != nil {
		return ctxErr
	}
	switch {
	case errors.Is(err, errEmpty7z):
		return nil
	case err != nil:
		w.skip(m, "7z", w.sentence7z(err))
		return nil
	}
	a := &archive7z{walker: w, member: m, at: at, about: about}
	if a.reader, err = a.open(password); err == nil && about.IsLocked() {
		a.unlock()
	}
	if ctxErr := w.ctx.Err(); ctxErr != nil {
		return ctxErr
	}
	if err != nil {
		w.skip(m, "7z", w.sentence7z(err))
		return nil
	}
	if err := a.entries(); err != nil {
		return err
	}
	return w.after7z(m, at)
}

// sentence7z says why the directory of an archive cannot be read. It stands at the end, and without
// it nothing says where an entry begins.
func (w *walker) sentence7z(err error) string {
	over := limitError("")
	switch {
	case errors.Is(err, errLocked):
		return w.keys.locked("it is encrypted, names and all")
	case errors.As(err, &over):
		return string(over)
	case errors.Is(err, sevenzipdir.ErrTooMany):
		return "it has more entries or parts than are read: extract it first"
	}
	return "the 7-Zip archive is cut off or damaged: its directory stands at its end and cannot " +
		"be read, and nothing can be without it"
}

// archive7z is one archive while it is read.
type archive7z struct {
	*walker
	member *Member
	at     *countingAt
	about  sevenzipdir.Directory
	reader *sevenzip.Reader
	keyed  bool // the password is known
}

func (a *archive7z) open(password string) (z *sevenzip.Reader, err error) {
	err = a.opening(func() error {
		z, err = sevenzip.NewReaderWithPassword(a.at, a.at.size, password)
		return err
	})
	return z, err
}

// unlock finds the password by the first file that is encrypted.
func (a *archive7z) unlock() {
	a.keyed = a.keys.try(func(password string) error {
		z, err := a.open(password)
		if err != nil {
			return err
		}
		for _, f := range z.File {
			if f.UncompressedSize == 0 || !a.about.Locked(f.Stream) {
				continue
			}
			give, err := a.budget.takeDictionaries(a.about.Needs(f.Stream))
			if err != nil {
				return err
			}
			defer give()
			if err := a.probe(f); err != nil {
				return err
			}
			break
		}
		a.reader = z
		return nil
	})
}

// probe7z is what a password must unpack without an error. A file that is only stored shows a wrong
// one by nothing but its sum, and so is read to its end up to there.
const probe7z = 16 << 20

func (a *archive7z) probe(f *sevenzip.File) error {
	return a.opening(func() error {
		from, err := f.Open()
		if err != nil {
			return err
		}
		defer from.Close() // what follows begins again
		_, err = io.CopyN(io.Discard, newSummed(from, f), probe7z)
		if err == io.EOF {
			return nil
		}
		return err
	})
}

func (a *archive7z) entries() error {
	locked := 0
	files := a.reader.File
	tree := newTree()
	for _, f := range files {
		tree.See(f.Name, strings.HasSuffix(f.Name, "/"))
	}
	for i, f := range files {
		if f.UncompressedSize == 0 { // folders, too, unless somebody hides a file by such a name
			continue
		}
		unread := tree.LeavesOut(f.Name)
		if a.about.Locked(f.Stream) && !a.keyed {
			if !unread {
				locked++
			}
			continue
		}
		if !a.mayEnter(a.member) {
			break
		}
		more := i+1 < len(files) // and so perhaps in the same stream
		if err := a.entry(f, unread, more); err != nil {
			return err
		}
	}
	a.leaveOut(a.member, tree)
	if locked > 0 {
		a.skip(a.member, "7z", a.keys.lockedSentence(locked))
	}
	return nil
}

func (a *archive7z) entry(f *sevenzip.File, unread, more bool) error {
	inner := a.member.inside(f.Name, "7z")
	var from io.ReadCloser
	give, err := a.budget.takeDictionaries(a.about.Needs(f.Stream))
	if err == nil {
		defer give()
		err = a.opening(func() (err error) {
			from, err = f.Open()
			return err
		})
	}
	if ctxErr := a.ctx.Err(); ctxErr != nil {
		return ctxErr
	}
	if err != nil {
		from = io.NopCloser(failing{plain7z(err)})
	}
	entry := &unpacked{w: a.walker, from: newSummed(from, f)}
	inner.from = entry
	if !unread {
		if err := a.walker.open(inner); err != nil {
			return err
		}
	}
	if more {
		_ = entry.drain() // what is wrong shows when the next file is read
	}
	// Closed, it is where the next file of its stream goes on.
	_ = guarded(from.Close)
	return a.ctx.Err()
}

// plain7z strips what the library wraps around what it could not do.
func plain7z(err error) error {
	over := limitError("")
	switch {
	case errors.As(err, &over):
		return over
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return io.ErrUnexpectedEOF
	case strings.Contains(err.Error(), "unsupported compression algorithm"):
		return limitError("it is compressed by a method that is not read: " + way7z)
	}
	return err
}

// summed checks size and sum of a file at its end: the library does not.
type summed struct {
	from io.Reader
	left uint64
	sum  hash.Hash32
	want uint32 // 0: unknown
}

func newSummed(from io.Reader, f *sevenzip.File) *summed {
	return &summed{from: from, left: f.UncompressedSize, sum: crc32.NewIEEE(), want: f.CRC32}
}

func (s *summed) Read(p []byte) (int, error) {
	n, err := s.from.Read(p)
	s.sum.Write(p[:n])
	s.left -= min(s.left, uint64(n))
	switch {
	case err == nil:
	case err != io.EOF:
		err = plain7z(err)
	case s.left > 0:
		err = io.ErrUnexpectedEOF
	case s.want != 0 && s.sum.Sum32() != s.want:
		err = decoder.ErrChecksum
	}
	return n, err
}
