package unpack

import (
	"archive/zip"
	"hash"
	"hash/crc32"
	"io"

	"github.com/credsieve/credsieve/datasets/dump/internal/decoder"
)

const (
	// zipProbe is what a password must unpack without an error: the check in front of an entry lets
	// one wrong password in 256 through.
	zipProbe = 64 << 10
)

// unlock opens an encrypted entry by the first password that fits, errLocked when none does.
func (w *walker) unlock(f *zip.File) (io.Reader, error) {
	if decoder.Zip(decoder.ZipMethod(f)) == nil {
		return nil, zip.ErrAlgorithm
	}
	var from io.Reader
	found := w.keys.try(func(password string) error {
		return w.opening(func() error {
			probe, err := openLocked(f, password)
			if err != nil {
				return err
			}
			if _, err := io.CopyN(io.Discard, probe, zipProbe); err != nil && err != io.EOF {
				return err
			}
			from, err = openLocked(f, password)
			return err
		})
	})
	if !found {
		return nil, errLocked
	}
	return from, nil
}

// openLocked opens an entry that was encrypted.
func openLocked(f *zip.File, password string) (io.Reader, error) {
	plain, checked, err := decoder.Decrypt(f, password)
	if err != nil {
		return nil, err
	}
	out := &unlocked{plain: plain, sum: crc32.NewIEEE(), crc: f.CRC32, checked: checked}
	out.from = decoder.Zip(decoder.ZipMethod(f))(out.plain)
	return out, nil
}

// unlocked unpacks what was decrypted, and checks it at its end.
type unlocked struct {
	from    io.Reader
	plain   io.Reader
	sum     hash.Hash32
	crc     uint32
	checked bool
}

func (u *unlocked) Read(p []byte) (int, error) {
	n, err := u.from.Read(p)
	u.sum.Write(p[:n])
	if err != io.EOF {
		return n, err
	}
	if _, err := io.Copy(io.Discard, u.plain); err != nil { // its end is what authenticates it
		return n, err
	}
	if u.checked && u.sum.Sum32() != u.crc {
		return n, decoder.ErrChecksum
	}
	return n, io.EOF
}
