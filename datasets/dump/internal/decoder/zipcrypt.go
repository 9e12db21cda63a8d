package decoder

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
)

// What is wrong with an encrypted entry.
var (
	ErrWrongPassword = errors.New("the password is wrong")
	ErrChecksum      = errors.New("the checksum is wrong")
)

// Decrypt reads an entry that was encrypted by either of the usual ways, still compressed: ZipCrypto
// (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 6.1) or the AES of WinZip
// (https://www.winzip.com/en/support/aes-encryption/). Checked says whether the sum of the entry is that of its text.
func Decrypt(f *zip.File, password string) (plain io.Reader, checked bool, err error) {
	raw, err := f.OpenRaw()
	if err != nil {
		return nil, false, err
	}
	if f.Method != methodAES {
		plain, err = newZipCryptoReader(raw, f, password)
		return plain, true, err
	}
	about, ok := aesExtra(f.Extra)
	if !ok {
		return nil, false, zip.ErrFormat
	}
	plain, err = newAESReader(raw, int64(f.CompressedSize64), about.strength, password)
	return plain, about.version == 1, err // the later version has no sum: it tells of short texts
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

// ZipMethod is how an entry is compressed, encrypted or not.
func ZipMethod(f *zip.File) uint16 {
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
		return nil, Early(err)
	}
	// Its last byte is the top of the sum, or of the time where the sum was not known in time.
	check := header[zipCryptoHeader-1]
	if check != byte(f.CRC32>>24) && check != byte(f.ModifiedTime>>8) {
		return nil, ErrWrongPassword
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
		return nil, ErrWrongPassword
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
		return Early(err)
	}
	a.tag = nil // a reader may be asked again at its end
	if !bytes.Equal(a.mac.Sum(nil)[:aesTag], tag) {
		return ErrChecksum
	}
	return io.EOF
}
