// Package parcel seals what tasks of a run hand to each other: an object of numbered sections, of which a reader fetches
// those that it wants.
//
//	magic     "credsieve parcel 1\n"
//	chunks    salt (32 bytes), sealed text (text and 16 bytes)
//	directory salt, sealed JSON: of each section its chunks, each with offset and length
//	end       offset of the directory (8 bytes), its length (8), both big-endian
//
// A chunk is sealed with AES-256-GCM. Its salt is the HMAC-SHA-256 of what it belongs to and its text under one subkey of
// the run's key; its key is the HMAC of the salt under another. So the same content under the same name is the same bytes
// whoever writes it, which is how a task that ran twice is told from two tasks that disagree; no key ever seals two
// texts; and nothing random is needed. What it tells without the key is that two parcels of one name are equal, and
// how long chunks are. A chunk belongs to a name, a section and a place in it; the directory says how many there are: one that
// was moved, exchanged, cut off or made under another key does not open.
//
// Not guaranteed: that an old parcel was not put back in the place of a new one. Who gathers parcels says which he wants.
package parcel

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
)

const (
	magic    = "credsieve parcel 1\n"
	saltSize = sha256.Size
	endSize  = 16
	// chunkSize is what is sealed at once, but for a text that is longer.
	chunkSize = 1 << 20
	// maxDirectory is that of a parcel with a section for each of a million partitions.
	maxDirectory = 256 << 20
)

// directorySection is the number that the directory is bound to.
const directorySection = 1<<32 - 1

// Key seals the parcels of one run.
type Key struct{ salts, seals []byte }

// String keeps a key out of whatever prints it.
func (Key) String() string { return "parcel.Key(redacted)" }

// Format does the same for every verb.
func (k Key) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte(k.String())) }

// NewKey derives what parcels are sealed under from the 32 random bytes of a run.
func NewKey(secret []byte) (Key, error) {
	sub := func(info string) ([]byte, error) {
		return hkdf.Key(sha256.New, secret, nil, "credsieve/parcel/"+info, sha256.Size)
	}
	salts, err := sub("salt")
	if err != nil {
		return Key{}, err
	}
	seals, err := sub("seal")
	return Key{salts, seals}, err
}

func mac(key []byte, parts ...[]byte) []byte {
	m := hmac.New(sha256.New, key)
	for _, part := range parts {
		m.Write(part)
	}
	return m.Sum(nil)
}

func (k Key) aead(salt []byte) cipher.AEAD {
	block, err := aes.NewCipher(mac(k.seals, salt))
	if err != nil {
		panic("parcel: " + err.Error()) // the key has 32 bytes
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic("parcel: " + err.Error())
	}
	return aead
}

// belongs says what a chunk belongs to: the length keeps the name apart from the numbers.
func belongs(name string, section uint32, number int) []byte {
	b := binary.BigEndian.AppendUint64(nil, uint64(len(name)))
	b = append(b, name...)
	b = binary.BigEndian.AppendUint32(b, section)
	return binary.BigEndian.AppendUint64(b, uint64(number))
}

// chunk is where a chunk lies.
type chunk struct {
	At   int64 `json:"at"`
	Size int64 `json:"n"` // sealed
}

// directory is what a parcel says of its sections.
type directory map[uint32][]chunk

// Writer writes a parcel, section after section.
type Writer struct {
	to   io.Writer
	sum  hash.Hash
	key  Key
	name string

	at      int64
	dir     directory
	section uint32
	text    []byte // of the section, not sealed yet
}

// NewWriter begins a parcel of a name.
func NewWriter(to io.Writer, key Key, name string) *Writer {
	return &Writer{to: to, sum: sha256.New(), key: key, name: name, dir: make(directory)}
}

// Add appends a text to a section; the texts of a section come one after the other. A text is not cut.
func (w *Writer) Add(section uint32, text []byte) error {
	if section != w.section || len(w.text)+len(text) > chunkSize {
		if err := w.flush(); err != nil {
			return err
		}
		w.section = section
	}
	w.text = append(w.text, text...)
	return nil
}

func (w *Writer) flush() error {
	if len(w.text) == 0 {
		return nil
	}
	c, err := w.seal(w.text, w.section, len(w.dir[w.section]))
	w.dir[w.section] = append(w.dir[w.section], c)
	clear(w.text)
	w.text = w.text[:0]
	return err
}

func (w *Writer) seal(text []byte, section uint32, number int) (chunk, error) {
	if w.at == 0 {
		if err := w.write([]byte(magic)); err != nil {
			return chunk{}, err
		}
	}
	of := belongs(w.name, section, number)
	salt := mac(w.key.salts, of, text)
	aead := w.key.aead(salt)
	sealed := aead.Seal(salt, make([]byte, aead.NonceSize()), text, of)
	c := chunk{w.at, int64(len(sealed))}
	return c, w.write(sealed)
}

func (w *Writer) write(b []byte) error {
	w.at += int64(len(b))
	w.sum.Write(b)
	_, err := w.to.Write(b)
	return err
}

// Close completes the parcel, and returns the SHA-256 of its bytes in hexadecimal.
func (w *Writer) Close() (sum string, err error) {
	if err := w.flush(); err != nil {
		return "", err
	}
	text, err := json.Marshal(w.dir) // sorts the sections
	if err != nil {
		return "", err
	}
	c, err := w.seal(text, directorySection, 0)
	if err != nil {
		return "", err
	}
	end := binary.BigEndian.AppendUint64(nil, uint64(c.At))
	if err := w.write(binary.BigEndian.AppendUint64(end, uint64(c.Size))); err != nil {
		return "", err
	}
	return hex.EncodeToString(w.sum.Sum(nil)), nil
}

// Source reads n bytes of a parcel.
type Source func(ctx context.Context, offset, n int64) ([]byte, error)

// Reader reads the sections of a parcel.
type Reader struct {
	from Source
	size int64
	key  Key
	name string
	dir  directory
}

var errForeign = errors.New("it is damaged, or not of this run and task")

// Open opens a parcel of so many bytes. Its errors, but for those of from, say that it is damaged, or not of this name and key.
func Open(ctx context.Context, from Source, size int64, key Key, name string) (*Reader, error) {
	r := &Reader{from: from, size: size, key: key, name: name}
	if size < int64(len(magic)+endSize) {
		return nil, errForeign
	}
	end, err := from(ctx, size-endSize, endSize)
	if err != nil {
		return nil, err
	}
	c := chunk{int64(binary.BigEndian.Uint64(end)), int64(binary.BigEndian.Uint64(end[8:]))}
	if c.Size > maxDirectory || !r.fits(c) || c.At+c.Size != size-endSize {
		return nil, errForeign
	}
	text, err := r.open(ctx, c, directorySection, 0)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &r.dir); err != nil {
		return nil, errForeign
	}
	return r, nil
}

// FromBytes is a Source of a parcel in memory.
func FromBytes(data []byte) Source {
	return func(_ context.Context, offset, n int64) ([]byte, error) {
		if offset < 0 || n < 0 || offset > int64(len(data))-n {
			return nil, io.ErrUnexpectedEOF
		}
		return bytes.Clone(data[offset : offset+n]), nil
	}
}

func (r *Reader) fits(c chunk) bool {
	return c.At >= 0 && c.Size >= saltSize && c.At <= r.size && c.Size <= r.size-c.At
}

func (r *Reader) open(ctx context.Context, c chunk, section uint32, number int) ([]byte, error) {
	if !r.fits(c) {
		return nil, errForeign
	}
	sealed, err := r.from(ctx, c.At, c.Size)
	if err != nil {
		return nil, err
	}
	salt, sealed := sealed[:saltSize], sealed[saltSize:]
	of := belongs(r.name, section, number)
	aead := r.key.aead(salt)
	text, err := aead.Open(sealed[:0], make([]byte, aead.NonceSize()), sealed, of)
	if err != nil || !hmac.Equal(salt, mac(r.key.salts, of, text)) {
		return nil, errForeign
	}
	return text, nil
}

// Each visits the chunks of a section, in order; each holds texts of the section whole.
func (r *Reader) Each(ctx context.Context, section uint32, visit func(texts []byte) error) error {
	for number, c := range r.dir[section] {
		text, err := r.open(ctx, c, section, number)
		if err != nil {
			return err
		}
		if err := visit(text); err != nil {
			return err
		}
	}
	return nil
}

// Section returns all of a section.
func (r *Reader) Section(ctx context.Context, section uint32) (all []byte, err error) {
	err = r.Each(ctx, section, func(texts []byte) error {
		all = append(all, texts...)
		return nil
	})
	return all, err
}
