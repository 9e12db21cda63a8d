package unpack

import (
	"archive/zip"
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"hash"
	"hash/crc32"
	"io"
)

const (
	methodAES = 99 // stands in place of the method proper, which is in the extra field
	extraAES  = 0x9901
	// zipProbe is what a password must unpack without an error: the check in front of an entry lets
	// one wrong password in 256 through.
	zipProbe = 64 << 10
)

var (
	errWrongPassword = errors.New("the password is wrong")
	errZipChecksum   = errors.New("the checksum is wrong")
)

// unlock opens an encrypted entry by the first password that fits, errLocked when none does.
func (w *walker) unlock(f *zip.File) (io.Reader, error) {
	if zipDecompressor(zipMethod(f)) == nil {
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

// openLocked opens an entry that was encrypted by either of the usual ways: ZipCrypto
// (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 6.1) or the AES of WinZip
// (https://www.winzip.com/en/support/aes-encryption/).
func openLocked(f *zip.File, password string) (io.Reader, error) {
	raw, err := f.OpenRaw()
	if err != nil {
		return nil, err
	}
	out := &unlocked{sum: crc32.NewIEEE(), crc: f.CRC32, checked: true}
	if f.Method == methodAES {
		about, ok := aesExtra(f.Extra)
		if !ok {
			return nil, zip.ErrFormat
		}
		out.checked = about.version == 1 // the later version has no sum: it tells of short texts
		out.plain, err = newAESReader(raw, int64(f.CompressedSize64), about.strength, password)
	} else {
		out.plain, err = newZipCryptoReader(raw, f, password)
	}
	if err != nil {
		return nil, err
	}
	out.from = zipDecompressor(zipMethod(f))(out.plain)
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
		return n, errZipChecksum
	}
	return n, io.EOF
}

type aesEntry struct {
	version, method uint16
	strength        byte
}

// aesExtra finds what the extra fields of an entry say of its encryption.
func aesExtra(extra []byte) (aesEntry, bool) {
	le := binary.LittleEndian
	for len(extra) >= 4 {
		id, size := le.Uint16(extra), int(le.Uint16(extra[2:]))
		extra = extra[4:]
		if size > len(extra) {
			break
		}
		if id == extraAES && size >= 7 {
			return aesEntry{le.Uint16(extra), le.Uint16(extra[5:]), extra[4]}, true
		}
		extra = extra[size:]
	}
	return aesEntry{}, false
}

// zipMethod is how an entry is compressed, encrypted or not.
func zipMethod(f *zip.File) uint16 {
	if about, ok := aesExtra(f.Extra); ok && f.Method == methodAES {
		return about.method
	}
	return f.Method
}

// zipCrypto is the cipher of PKZIP, three words that each byte of the plaintext changes.
type zipCrypto struct {
	from io.Reader
	keys [3]uint32
}

const zipCryptoHeader = 12

func newZipCryptoReader(raw io.Reader, f *zip.File, password string) (io.Reader, error) {
	z := &zipCrypto{from: raw, keys: [3]uint32{0x12345678, 0x23456789, 0x34567890}}
	for _, b := range []byte(password) {
		z.update(b)
	}
	header := make([]byte, zipCryptoHeader)
	if _, err := io.ReadFull(z, header); err != nil {
		return nil, early(err)
	}
	// Its last byte is the top of the sum, or of the time where the sum was not known in time.
	check := header[zipCryptoHeader-1]
	if check != byte(f.CRC32>>24) && check != byte(f.ModifiedTime>>8) {
		return nil, errWrongPassword
	}
	return z, nil
}

func (z *zipCrypto) update(plain byte) {
	const multiplier = 134775813
	z.keys[0] = crc32.IEEETable[byte(z.keys[0])^plain] ^ z.keys[0]>>8
	z.keys[1] = (z.keys[1]+z.keys[0]&0xff)*multiplier + 1
	z.keys[2] = crc32.IEEETable[byte(z.keys[2])^byte(z.keys[1]>>24)] ^ z.keys[2]>>8
}

func (z *zipCrypto) Read(p []byte) (int, error) {
	n, err := z.from.Read(p)
	for i, b := range p[:n] {
		k := z.keys[2] | 2
		p[i] = b ^ byte(k*(k^1)>>8)
		z.update(p[i])
	}
	return n, err
}

// aesReader decrypts by a counter, and authenticates the ciphertext at its end.
type aesReader struct {
	from    io.Reader // the ciphertext
	tag     io.Reader // after it
	block   cipher.Block
	mac     hash.Hash
	counter uint64
	pad     [aes.BlockSize]byte
	used    int // of pad
}

const (
	aesRounds   = 1000
	aesVerifier = 2
	aesTag      = 10
)

func newAESReader(raw io.Reader, size int64, strength byte, password string) (io.Reader, error) {
	if strength < 1 || strength > 3 {
		return nil, zip.ErrFormat
	}
	keySize, saltSize := 8+8*int(strength), 4+4*int(strength)
	front := make([]byte, saltSize+aesVerifier)
	size -= int64(len(front)) + aesTag
	if _, err := io.ReadFull(raw, front); err != nil || size < 0 {
		return nil, io.ErrUnexpectedEOF
	}
	keys, err := pbkdf2.Key(sha1.New, password, front[:saltSize], aesRounds, 2*keySize+aesVerifier)
	if err != nil {
		return nil, err
	}
	if subtle.ConstantTimeCompare(keys[2*keySize:], front[saltSize:]) == 0 {
		return nil, errWrongPassword
	}
	block, err := aes.NewCipher(keys[:keySize])
	if err != nil {
		return nil, err
	}
	return &aesReader{
		from: &exactly{from: raw, left: size}, tag: raw, block: block,
		mac: hmac.New(sha1.New, keys[keySize:2*keySize]), used: aes.BlockSize,
	}, nil
}

func (a *aesReader) Read(p []byte) (int, error) {
	n, err := a.from.Read(p)
	a.mac.Write(p[:n])
	for i := range p[:n] {
		if a.used == aes.BlockSize {
			// The counter is little-endian and begins at 1, unlike that of cipher.NewCTR.
			a.counter++
			binary.LittleEndian.PutUint64(a.pad[:], a.counter)
			clear(a.pad[8:])
			a.block.Encrypt(a.pad[:], a.pad[:])
			a.used = 0
		}
		p[i] ^= a.pad[a.used]
		a.used++
	}
	if err == io.EOF && a.tag != nil {
		err = a.authenticate()
	}
	return n, err
}

func (a *aesReader) authenticate() error {
	tag := make([]byte, aesTag)
	if _, err := io.ReadFull(a.tag, tag); err != nil {
		return early(err)
	}
	a.tag = nil // a reader may be asked again at its end
	if !bytes.Equal(a.mac.Sum(nil)[:aesTag], tag) {
		return errZipChecksum
	}
	return io.EOF
}
