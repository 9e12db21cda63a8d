package unpack

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/credsieve/credsieve/datasets/dump/internal/sniff"
)

// openTar reads the files of an archive in order. Folders, links and devices hold no records. Names
// are labels: where they would lead to is nobody's business, for nothing is written.
func openTar(w *walker, m *Member) error {
	t := tar.NewReader(m.from)
	tree := newTree()
	defer func() { w.leaveOut(m, tree) }()
	depth := m.depth + 1
	if m.free("tar") {
		depth = m.depth
	}
	for {
		var header *tar.Header
		err := guarded(func() (err error) {
			header, err = t.Next()
			return err
		})
		if ctxErr := w.ctx.Err(); ctxErr != nil {
			return ctxErr
		}
		if err == io.EOF {
			if t, err = w.afterTar(m); t == nil {
				return err
			}
			continue
		}
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) {
			w.endOfTar(m, err)
			return nil
		}
		if !w.mayEnter(m) {
			return nil
		}
		inner := m.inside(header.Name, "tar")
		inner.depth = depth
		tree.See(header.Name, header.Typeflag == tar.TypeDir)
		if err := w.tarEntry(tree, inner, t, header); err != nil {
			return err
		}
	}
}

// afterTheEnd names what stands there.
const afterTheEnd = "after the end"

// afterTar returns the archive after the end of one, nil if there is none: "cat" joins archives so. The end is two
// blocks of zeros, which some programs omit and others follow with more of them. What else comes after is read as a
// member.
func (w *walker) afterTar(m *Member) (*tar.Reader, error) {
	block := make([]byte, sniff.TarBlock)
	for {
		n, err := io.ReadFull(m.from, block)
		if ctxErr := w.ctx.Err(); ctxErr != nil {
			return nil, ctxErr
		}
		if len(bytes.Trim(block[:n], "\x00")) > 0 {
			rest := io.MultiReader(bytes.NewReader(block[:n]), m.from)
			if n == sniff.TarBlock && sniff.IsTar(block) {
				return tar.NewReader(rest), nil
			}
			return nil, w.stranger(m, "tar", afterTheEnd, rest)
		}
		if err != nil {
			if err != io.EOF {
				w.endOfTar(m, err)
			}
			return nil, nil
		}
	}
}

// endOfTar says why an archive ended before its end.
func (w *walker) endOfTar(m *Member, err error) {
	switch refused := limitError(""); {
	case errors.As(err, &refused):
		w.lose(m, string(refused))
	case errors.Is(err, io.ErrUnexpectedEOF):
		w.lose(m, "the tar archive ends early")
	default:
		w.lose(m, "the tar archive is damaged, and its further entries were not read")
	}
}

func (w *walker) tarEntry(tree *tree, m *Member, t *tar.Reader, header *tar.Header) error {
	switch {
	case isFolder(header.Name) && header.Size == 0:
		return nil
	case header.Typeflag == tar.TypeReg, header.Typeflag == tar.TypeCont,
		header.Typeflag == tar.TypeGNUSparse:
		if tree.LeavesOut(header.Name) {
			return nil
		}
		m.from = &counted{w: w, from: t, sparse: isSparse(header)}
		return w.openEntry(tree, m, header.Name)
	case header.Size > 0 && header.Typeflag > '7':
		w.skip(m, "tar", fmt.Sprintf("it is a tar entry of the unknown type %q: extract it first",
			header.Typeflag))
	}
	return nil
}

func isSparse(header *tar.Header) bool {
	if header.Typeflag == tar.TypeGNUSparse {
		return true
	}
	for key := range header.PAXRecords {
		if strings.HasPrefix(key, "GNU.sparse.") {
			return true
		}
	}
	return false
}

// counted reads an entry of an archive that does not compress. Only the holes of a sparse file make
// more of it than there is, and so only that counts as unpacked.
type counted struct {
	w      *walker
	from   io.Reader
	sparse bool
	n      int64
}

func (c *counted) Read(p []byte) (n int, err error) {
	err = guarded(func() error {
		n, err = c.from.Read(p)
		return err
	})
	if errors.Is(err, errDecoderFailed) {
		return 0, err
	}
	c.n += int64(n)
	if c.sparse {
		c.w.produced += int64(n)
	}
	if over := c.w.overLimit(c.n); over != nil {
		return n, over
	}
	return n, err
}
