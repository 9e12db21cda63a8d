package synth

import (
	"archive/zip"
	"cmp"
	"io"
	"time"
)

// memberTime is what the archive says of its members: the clock would change the bytes.
var memberTime = time.Date(2023, time.September, 1, 0, 0, 0, 0, time.UTC)

// zipEncoder writes a combo list with the first half of the records and a CSV with the rest.
type zipEncoder struct {
	w      *zip.Writer
	left   int // records until the second member begins
	member encoder
	rest   bool
}

func openZip(w io.Writer, records int) (encoder, error) {
	e := &zipEncoder{w: zip.NewWriter(w), left: (records + 1) / 2}
	return e, e.next("export/combo.txt", openComboColon)
}

func (e *zipEncoder) next(name string, open func(io.Writer, int) (encoder, error)) error {
	w, err := e.w.CreateHeader(&zip.FileHeader{
		Name: name, Method: zip.Deflate, Modified: memberTime,
	})
	if err != nil {
		return err
	}
	e.member, err = open(w, 0)
	return err
}

func (e *zipEncoder) record(id, password []byte) error {
	if e.left == 0 && !e.rest {
		if err := e.secondMember(); err != nil {
			return err
		}
	}
	e.left--
	return e.member.record(id, password)
}

func (e *zipEncoder) secondMember() error {
	e.rest = true
	if err := e.member.close(); err != nil {
		return err
	}
	return e.next("export/users.csv", openCSV)
}

func (e *zipEncoder) close() error {
	if !e.rest {
		if err := e.secondMember(); err != nil {
			return err
		}
	}
	return cmp.Or(e.member.close(), e.w.Close())
}
