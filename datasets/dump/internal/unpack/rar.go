package unpack

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"

	"github.com/nwaples/rardecode/v2"

	"github.com/credsieve/credsieve/datasets/dump/internal/decoder"
)

// rarProbe is what a password must unpack without an error: older archives have no other check.
const rarProbe = 1 << 20

// openRar reads the files of an archive in order. The parts of one that was split are its volumes,
// whatever their names were.
func openRar(w *walker, m *Member) error {
	at, give, err := w.randomAccess(m, "rar")
	if at == nil || err != nil {
		return err
	}
	defer give()
	a := &archiveRar{
		walker: w, member: m, at: at, ends: []int64{at.size}, tree: newTree(),
	}
	switch {
	case len(m.volumes) > 0:
		a.ends = m.volumes
	case m.whole && m.at == nil:
		a.ends = w.src.parts.ends
	}
	err = a.unlock()
	if ctxErr := w.ctx.Err(); ctxErr != nil {
		return ctxErr
	}
	if err != nil {
		w.skip(m, "rar", a.sentence(err))
		return nil
	}
	if err := a.entries(); err != nil {
		return err
	}
	return a.besideRar()
}

// archiveRar is one archive while it is read.
type archiveRar struct {
	*walker
	member   *Member
	at       *countingAt
	ends     []int64 // of its volumes
	password []rardecode.Option
	missing  bool // a volume that a file goes on in
	tree     *tree
}

// unlock finds the password where one is needed. An error says that not even the list of files can
// be read.
func (a *archiveRar) unlock() error {
	header, z, err := a.encrypted(nil)
	if err == nil && header == nil {
		return nil
	}
	if err != nil && !errors.Is(err, rardecode.ErrArchiveEncrypted) {
		return err
	}
	opens := a.keys.try(func(password string) error {
		option := []rardecode.Option{rardecode.Password(password)}
		if header, z, err = a.encrypted(option); err != nil {
			return err
		}
		if header == nil {
			return decoder.ErrWrongPassword
		}
		a.password = option
		return a.opening(func() error {
			_, err := io.CopyN(io.Discard, z, rarProbe)
			if err == io.EOF {
				return nil
			}
			return err
		})
	})
	if opens {
		return nil
	}
	a.password = nil
	if err != nil && header == nil {
		return errLocked
	}
	return nil
}

// encrypted goes to the first file that is encrypted; its header is nil without one.
func (a *archiveRar) encrypted(password []rardecode.Option) (*rardecode.FileHeader,
	*rardecode.ReadCloser, error) {
	z, err := a.open(password)
	if err != nil {
		return nil, nil, err
	}
	for range a.limits.Entries {
		header, err := a.next(z)
		switch {
		case err == io.EOF, err != nil && password == nil:
			return nil, nil, nil // the damage shows when the files are read
		case err != nil:
			return nil, nil, err
		}
		a.tree.See(header.Name, header.IsDir)
		if header.Encrypted && header.PackedSize > 0 {
			return header, z, nil
		}
	}
	return nil, nil, nil
}

func (a *archiveRar) open(password []rardecode.Option) (z *rardecode.ReadCloser, err error) {
	options := append([]rardecode.Option{
		rardecode.FileSystem(&rarVolumes{archive: a}), rardecode.BufferSize(64 << 10),
		rardecode.MaxDictionarySize(maxRarDictionary),
	}, password...)
	err = a.opening(func() error {
		z, err = rardecode.OpenReader("volume.part1.rar", options...)
		return err
	})
	return z, err
}

func (a *archiveRar) next(z *rardecode.ReadCloser) (header *rardecode.FileHeader, err error) {
	err = a.opening(func() error {
		header, err = z.Next()
		return err
	})
	return header, err
}

func (a *archiveRar) entries() error {
	z, err := a.open(a.password)
	locked := 0
	for err == nil {
		var header *rardecode.FileHeader
		if header, err = a.next(z); err != nil {
			break
		}
		a.tree.See(header.Name, header.IsDir)
		switch {
		case header.Encrypted && a.password == nil:
			if !a.tree.Is(header.Name) {
				locked++
			}
			continue
		case header.PackedSize == 0, isRarLink(header):
			continue
		case !a.mayEnter(a.member):
			err = io.EOF // it has said so
			continue
		}
		if err := a.entry(header.Name, z); err != nil {
			return err
		}
	}
	if ctxErr := a.ctx.Err(); ctxErr != nil {
		return ctxErr
	}
	a.leaveOut(a.member, a.tree)
	if locked > 0 {
		a.skip(a.member, "rar", a.keys.lockedSentence(locked))
	}
	if err != io.EOF {
		a.lose(a.member, a.sentence(err))
	}
	return nil
}

// isRarLink reports whether an entry only says where a link leads. A folder, a link or a pipe that holds more is read: only
// whoever wants to hide it writes that.
func isRarLink(header *rardecode.FileHeader) bool {
	const longestPath = 4 << 10
	link := header.Mode()&fs.ModeSymlink != 0 || header.LinkType != rardecode.LinkTypeNone
	return link && !header.UnKnownSize && header.UnPackedSize <= longestPath
}

func (a *archiveRar) entry(name string, z *rardecode.ReadCloser) error {
	inner := a.member.inside(name, "rar")
	entry := &unpacked{w: a.walker, from: plainRar{a, z}}
	inner.from = entry
	if !a.tree.LeavesOut(name) {
		if err := a.openEntry(a.tree, inner, name); err != nil {
			return err
		}
	}
	_ = entry.drain() // in a solid archive the next file needs it; what is wrong shows there
	return a.ctx.Err()
}

// sentence says why an archive was not read, or not to its end.
func (a *archiveRar) sentence(err error) string {
	over := limitError("")
	switch {
	case errors.Is(err, errLocked):
		return a.keys.locked("it is encrypted, names and all")
	case errors.Is(err, rardecode.ErrDictionaryTooLarge):
		return fmt.Sprintf("it needs a dictionary over the limit of %s: extract it first",
			ByteSize(maxRarDictionary))
	case a.missing, errors.Is(err, fs.ErrNotExist):
		return "its next part is missing: put all parts into one folder, with their names as " +
			"they were"
	case errors.Is(err, rardecode.ErrBadVolumeNumber):
		return "it is a part of a RAR archive and not the first: name the first, with all others " +
			"beside it"
	case errors.As(err, &over):
		return string(over)
	}
	return "the RAR archive is cut off or damaged, and was read as far as that goes"
}

// plainRar tells a file that ends early from one that is damaged.
type plainRar struct {
	archive *archiveRar
	from    io.Reader
}

func (p plainRar) Read(to []byte) (int, error) {
	n, err := p.from.Read(to)
	p.archive.missing = p.archive.missing || errors.Is(err, fs.ErrNotExist)
	for _, cut := range []error{
		rardecode.ErrShortFile, rardecode.ErrUnexpectedArcEnd, rardecode.ErrDecoderOutOfData,
		fs.ErrNotExist, // the next volume
	} {
		if errors.Is(err, cut) {
			err = io.ErrUnexpectedEOF
		}
	}
	return n, err
}

// rarVolumes hands out the volumes in the order in which the library asks for their names: it makes
// these up from the first.
type rarVolumes struct {
	archive *archiveRar
	names   []string
}

func (v *rarVolumes) Open(name string) (fs.File, error) {
	i := slices.Index(v.names, name)
	ends := v.archive.ends
	if i < 0 {
		i = len(v.names)
		if i == len(ends) {
			return nil, fs.ErrNotExist
		}
		v.names = append(v.names, name)
	}
	start := int64(0)
	if i > 0 {
		start = ends[i-1]
	}
	return rarVolume{io.NewSectionReader(v.archive.at, start, ends[i]-start)}, nil
}

type rarVolume struct{ *io.SectionReader }

func (rarVolume) Stat() (fs.FileInfo, error) { return nil, fs.ErrInvalid }
func (rarVolume) Close() error               { return nil }
