package unpack

import (
	"archive/zip"

	"github.com/credsieve/credsieve/datasets/dump/internal/zipdir"
)

// strangersInOffice reads what lies in an Office document and is not a part of one: programs that open the document never
// show it.
func (w *walker) strangersInOffice(m *Member, z *zip.Reader) error {
	locked := 0
	for _, f := range z.File {
		if zipdir.IsOfficePart(f.Name) || isFolder(f.Name) && zipdir.IsEmpty(f) {
			continue
		}
		if !w.mayEnter(m) {
			break
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
	return w.ctx.Err()
}
