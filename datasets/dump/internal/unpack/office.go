package unpack

import (
	"archive/zip"

	"github.com/credsieve/credsieve/datasets/dump/internal/zipdir"
)

// strangersInOffice reads what lies in an Office document and is not a part of one: programs that open the document never
// show it.
func (w *walker) strangersInOffice(m *Member, z *zip.Reader) error {
	isPart := func(f *zip.File) bool { return zipdir.IsOfficePart(f.Name) }
	if err := w.each(m, z, isPart, func(string) bool { return false }); err != nil {
		return err
	}
	return w.ctx.Err()
}
