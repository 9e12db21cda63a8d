package unpack

import (
	"bytes"
	"io"

	"github.com/credsieve/credsieve/datasets/dump/internal/rardir"
	"github.com/credsieve/credsieve/datasets/dump/internal/sniff"
)

// besideRar reads what the files of an archive do not account for: comments and other blocks that are text, and what comes
// after the end of each volume. Zeros fill that up.
func (a *archiveRar) besideRar() error {
	start := int64(0)
	for _, volumeEnd := range a.ends {
		layout := rardir.Of(a.at, start, volumeEnd)
		start = volumeEnd
		for _, s := range layout.Notes {
			if err := a.note(a.member, "rar", io.NewSectionReader(a.at, s.From, s.To-s.From)); err != nil {
				return err
			}
		}
		if layout.End == 0 || a.tooDense {
			continue
		}
		rest := func() *io.SectionReader { return io.NewSectionReader(a.at, layout.End, volumeEnd-layout.End) }
		if zeros, err := sniff.OnlyZeros(rest()); zeros || err != nil {
			continue
		}
		if err := a.stranger(a.member, "rar", afterTheEnd, rest()); err != nil {
			return err
		}
	}
	return a.ctx.Err()
}

// note reads a comment of an archive that may name somebody. Most are adverts, and those are nobody's loss.
func (w *walker) note(m *Member, kind string, text *io.SectionReader) error {
	head := make([]byte, min(HeadSize, text.Size()))
	n, _ := text.ReadAt(head, 0)
	if head = head[:n]; sniff.IsBinary(head) || bytes.IndexByte(head, '@') < 0 {
		return w.ctx.Err()
	}
	return w.stranger(m, kind, "the comment", text)
}
