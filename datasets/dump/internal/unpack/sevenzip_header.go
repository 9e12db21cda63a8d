package unpack

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"

	"github.com/bodgit/sevenzip"

	"github.com/credsieve/credsieve/datasets/dump/internal/sevenzipdir"
	"github.com/credsieve/credsieve/datasets/dump/internal/sniff"
)

// The directory of a 7z archive is walked before the library reads it
// (https://py7zr.readthedocs.io/en/latest/archive_format.html), because the library allocates by
// numbers that the archive names, and what is beyond memory ends the process. The walk follows the
// library: where it gives up, the library would.

var errEmpty7z = errors.New("it is empty")

const start7z = 32 // bytes in front of the data

// directory7z walks the directory, and finds the password when the directory itself is encrypted.
func (w *walker) directory7z(at *countingAt) (sevenzipdir.Directory, string, error) {
	limit := uint64(w.limits.Entries)
	header, err := rawDirectory7z(at, limit*bytesPerEntry)
	if err != nil {
		return sevenzipdir.Directory{}, "", err
	}
	password := ""
	if header[0] == sevenzipdir.MarkEncoded {
		about, err := sevenzipdir.ReadStreams(header[1:], limit)
		if err != nil || about.Streams() != 1 {
			return sevenzipdir.Directory{}, "", errors.Join(err, sevenzipdir.ErrFormat)
		}
		if about.Unpacked > limit*bytesPerEntry {
			return sevenzipdir.Directory{}, "", sevenzipdir.ErrTooMany
		}
		give, err := w.budget.takeDictionaries(about.Needs(0))
		if err != nil {
			return sevenzipdir.Directory{}, "", err
		}
		defer give()
		if header, password, err = w.decoded7z(at, header[1:], about.Locked(0)); err != nil {
			return sevenzipdir.Directory{}, "", err
		}
	}
	about, err := sevenzipdir.Read(header, limit)
	return about, password, err
}

// rawDirectory7z reads the directory as it stands in the archive.
func rawDirectory7z(at *countingAt, limit uint64) ([]byte, error) {
	start := make([]byte, start7z)
	if _, err := at.ReadAt(start, 0); err != nil {
		return nil, early(err)
	}
	offset, size := binary.LittleEndian.Uint64(start[12:]), binary.LittleEndian.Uint64(start[20:])
	switch room := uint64(at.size - start7z); {
	case size == 0:
		return nil, errEmpty7z
	case size > limit:
		return nil, sevenzipdir.ErrTooMany
	case offset > room || size > room-offset:
		return nil, io.ErrUnexpectedEOF
	}
	header := make([]byte, size)
	_, err := at.ReadAt(header, int64(offset)+start7z)
	if err == io.EOF {
		err = nil
	}
	return header, err
}

// after7z reads what comes after the directory, which is the end of an archive; zeros fill it up.
func (w *walker) after7z(m *Member, at *countingAt) error {
	start := make([]byte, start7z)
	if _, err := at.ReadAt(start, 0); err != nil || w.tooDense {
		return w.ctx.Err()
	}
	end := start7z + int64(binary.LittleEndian.Uint64(start[12:])) + int64(binary.LittleEndian.Uint64(start[20:]))
	rest := io.NewSectionReader(at, end, at.size-end)
	if zeros, err := sniff.OnlyZeros(rest); zeros || err != nil {
		return w.ctx.Err()
	}
	return w.stranger(m, "7z", afterTheEnd, io.NewSectionReader(at, end, at.size-end))
}

// decoded7z unpacks a directory that is compressed. To the library it is the one file of an archive
// whose directory is streams, which says where it lies and how it is packed.
func (w *walker) decoded7z(at *countingAt, streams []byte, locked bool) ([]byte, string, error) {
	directory := append([]byte{sevenzipdir.MarkHeader, sevenzipdir.MarkStreams}, streams...)
	directory = append(directory, sevenzipdir.MarkFiles, 1, sevenzipdir.MarkEnd, sevenzipdir.MarkEnd)
	inner := &overlaid{at: at, end: directory}
	var header []byte
	var opens string
	try := func(password string) error {
		return w.opening(func() (err error) {
			header, err = firstFile7z(inner, password)
			opens = password
			return err
		})
	}
	if !locked {
		err := try("")
		return header, "", err
	}
	if !w.keys.try(try) {
		return nil, "", errLocked
	}
	return header, opens, nil
}

// overlaid is an archive with another directory, which stands after its end.
type overlaid struct {
	at  *countingAt
	end []byte
}

func (o *overlaid) size() int64 { return o.at.size + int64(len(o.end)) }

func (o *overlaid) ReadAt(p []byte, off int64) (int, error) {
	le := binary.LittleEndian
	place := le.AppendUint64(nil, uint64(o.at.size-start7z))
	place = le.AppendUint64(place, uint64(len(o.end)))
	place = le.AppendUint32(place, crc32.ChecksumIEEE(o.end))
	start := le.AppendUint32([]byte("7z\xbc\xaf\x27\x1c\x00\x04"), crc32.ChecksumIEEE(place))
	start = append(start, place...)
	parts := []*io.SectionReader{
		io.NewSectionReader(bytes.NewReader(start), 0, start7z),
		io.NewSectionReader(o.at, start7z, o.at.size-start7z),
		io.NewSectionReader(bytes.NewReader(o.end), 0, int64(len(o.end))),
	}
	n := 0
	for _, part := range parts {
		if n == len(p) {
			break
		}
		if off >= part.Size() {
			off -= part.Size()
			continue
		}
		k, err := part.ReadAt(p[n:], off)
		n += k
		if err != nil && err != io.EOF {
			return n, err
		}
		off = 0
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func firstFile7z(o *overlaid, password string) ([]byte, error) {
	z, err := sevenzip.NewReaderWithPassword(o, o.size(), password)
	if err != nil {
		return nil, err
	}
	if len(z.File) != 1 {
		return nil, sevenzipdir.ErrFormat
	}
	from, err := z.File[0].Open()
	if err != nil {
		return nil, err
	}
	defer from.Close()
	header, err := io.ReadAll(newSummed(from, z.File[0]))
	if err == nil && (len(header) == 0 || header[0] != sevenzipdir.MarkHeader) {
		err = sevenzipdir.ErrFormat
	}
	return header, err
}
