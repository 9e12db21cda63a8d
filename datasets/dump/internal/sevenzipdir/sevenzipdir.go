// Package sevenzipdir walks the directory of a 7z archive
// (https://py7zr.readthedocs.io/en/latest/archive_format.html) before a library reads it: a library allocates by numbers
// that the archive names, and what is beyond memory ends the process. The walk follows github.com/bodgit/sevenzip: where it
// gives up, the library would. It says which streams are encrypted, and what their decoders will hold.
package sevenzipdir

import "errors"

// What is wrong with a directory.
var (
	ErrFormat  = errors.New("its directory is damaged")
	ErrTooMany = errors.New("its directory has too many parts")
)

const (
	maxCoders  = 4  // of one stream: 7z takes as many for programs (BCJ2), fewer for all else
	maxStreams = 32 // in and out of one coder
	maxCoderID = 15
	idAES7z    = "\x06\xf1\x07\x01"
)

// The marks of the parts of a directory: those that its beginning is made of have names outside.
const (
	MarkEnd     = 0
	MarkHeader  = 1
	MarkStreams = 4
	MarkFiles   = 5
	MarkEncoded = 23

	packs7z, folders7z, substreams7z      = 6, 7, 8
	sizes7z, digests7z, folder7z, unpack7 = 9, 10, 11, 12
	counts7z                              = 13
)

// Directory is what a walk finds: which of the streams are encrypted, and what it takes to unpack them.
type Directory struct {
	encrypted    []bool
	dictionaries []uint64 // bytes that the decoders of each stream hold together
	Unpacked     uint64   // bytes of the first stream
}

// Needs is how many bytes the dictionaries of a stream take together.
func (d Directory) Needs(stream int) int64 {
	if stream < 0 || stream >= len(d.dictionaries) {
		return 0
	}
	return int64(min(d.dictionaries[stream], 1<<60))
}

// Streams is how many there are.
func (d Directory) Streams() int { return len(d.encrypted) }

// Locked reports whether a stream is encrypted.
func (d Directory) Locked(stream int) bool {
	return stream >= 0 && stream < len(d.encrypted) && d.encrypted[stream]
}

// IsLocked reports whether any stream is.
func (d Directory) IsLocked() bool {
	for _, encrypted := range d.encrypted {
		if encrypted {
			return true
		}
	}
	return false
}

// Read reads a directory that is not compressed; limit is of everything that is counted.
func Read(header []byte, limit uint64) (Directory, error) {
	w := &walker{rest: header, limit: limit}
	if w.byte() != MarkHeader {
		return Directory{}, ErrFormat
	}
	mark := w.byte()
	if mark == MarkStreams {
		w.streams()
		mark = w.byte()
	}
	if mark == MarkFiles {
		w.count() // all that follows is as many
	} else if mark != MarkEnd {
		w.fail(ErrFormat)
	}
	return w.found, w.err
}

// ReadStreams reads what says where a directory lies that is compressed, and how.
func ReadStreams(streams []byte, limit uint64) (Directory, error) {
	w := &walker{rest: streams, limit: limit}
	w.streams()
	if len(w.rest) > 0 {
		w.fail(ErrFormat)
	}
	return w.found, w.err
}

// walker reads the parts of a directory. After its first error all is zero.
type walker struct {
	rest  []byte
	limit uint64 // of what is counted
	found Directory
	err   error
}

func (w *walker) fail(err error) {
	if w.err == nil {
		w.err = err
	}
	w.rest = nil
}

func (w *walker) bytes(n uint64) []byte {
	if n > uint64(len(w.rest)) {
		w.fail(ErrFormat)
		return nil
	}
	out := w.rest[:n]
	w.rest = w.rest[n:]
	return out
}

func (w *walker) byte() byte {
	if b := w.bytes(1); b != nil {
		return b[0]
	}
	return 0
}

// number reads a number: the bits that lead in its first byte say how many bytes follow.
func (w *walker) number() uint64 {
	first := w.byte()
	var n uint64
	for i, mask := 0, byte(0x80); i < 8; i, mask = i+1, mask>>1 {
		if first&mask == 0 {
			return n | uint64(first&(mask-1))<<(8*i)
		}
		n |= uint64(w.byte()) << (8 * i)
	}
	return n
}

// numbers skips n of them.
func (w *walker) numbers(n uint64) {
	for i := uint64(0); i < n && w.err == nil; i++ {
		w.number()
	}
}

// count reads a number of things.
func (w *walker) count() uint64 {
	n := w.number()
	if n > w.limit {
		w.fail(ErrTooMany)
		return 0
	}
	return n
}

// digests skips the sums of n things; a bit for each may say which have one.
func (w *walker) digests(n uint64) {
	defined := n
	if w.byte() == 0 {
		defined = 0
		for i, b := range w.bytes((n + 7) / 8) {
			for bit := range uint64(8) {
				if uint64(i)*8+bit < n && b&(0x80>>bit) != 0 {
					defined++
				}
			}
		}
	}
	w.bytes(4 * defined)
}

func (w *walker) streams() {
	mark := w.byte()
	if mark == packs7z {
		w.packs()
		mark = w.byte()
	}
	if mark == folders7z {
		w.folders()
		mark = w.byte()
	}
	if mark == substreams7z {
		w.substreams()
		mark = w.byte()
	}
	if mark != MarkEnd {
		w.fail(ErrFormat)
	}
}

func (w *walker) packs() {
	w.number() // where they begin
	n := w.count()
	mark := w.byte()
	w.sizesAndDigests(mark, n, n)
}

// sizesAndDigests walks the lists that may end a section; mark is what follows the rest of it.
func (w *walker) sizesAndDigests(mark byte, sizes, digests uint64) {
	if mark == sizes7z {
		w.numbers(sizes)
		mark = w.byte()
	}
	if mark == digests7z {
		w.digests(digests)
		mark = w.byte()
	}
	if mark != MarkEnd {
		w.fail(ErrFormat)
	}
}

// folders reads what the format calls folders: streams that several files may share.
func (w *walker) folders() {
	if w.byte() != folder7z {
		w.fail(ErrFormat)
	}
	n := w.count()
	if w.byte() != 0 { // the list lies elsewhere, which nothing writes
		w.fail(ErrFormat)
	}
	dictionaries := make([][]dictionary, 0, min(n, 1024)) // of each output of each folder
	for i := uint64(0); i < n && w.err == nil; i++ {
		dictionaries = append(dictionaries, w.folder())
	}
	if w.byte() != unpack7 {
		w.fail(ErrFormat)
	}
	for i, outs := range dictionaries {
		last, need := uint64(0), uint64(0)
		for _, dictionary := range outs {
			size := w.number()
			last = max(last, size)
			need += dictionary.of(size)
		}
		if i == 0 {
			w.found.Unpacked = last
		}
		w.found.dictionaries = append(w.found.dictionaries, need)
	}
	mark := w.byte()
	if mark == digests7z {
		w.digests(n)
		mark = w.byte()
	}
	if mark != MarkEnd {
		w.fail(ErrFormat)
	}
}

// folder returns the dictionaries of the decoders of a stream, one for each output.
func (w *walker) folder() (dictionaries []dictionary) {
	coders := w.number()
	if coders > maxCoders {
		w.fail(ErrTooMany)
		return nil
	}
	var ins, outs uint64
	encrypted := false
	for i := uint64(0); i < coders && w.err == nil; i++ {
		flags := w.byte()
		id := w.bytes(uint64(flags & maxCoderID))
		encrypted = encrypted || string(id) == idAES7z
		in, out := uint64(1), uint64(1)
		if flags&0x10 != 0 {
			in, out = w.number(), w.number()
		}
		if in > maxStreams || out > maxStreams {
			w.fail(ErrTooMany)
			return nil
		}
		var properties []byte
		if flags&0x20 != 0 {
			properties = w.bytes(w.number())
		}
		for range out {
			dictionaries = append(dictionaries, dictionaryOf(id, properties))
		}
		ins, outs = ins+in, outs+out
	}
	if outs == 0 || ins < outs {
		w.fail(ErrFormat)
		return nil
	}
	pairs := outs - 1
	w.numbers(2 * pairs)
	if packed := ins - pairs; packed > 1 {
		w.numbers(packed)
	}
	w.found.encrypted = append(w.found.encrypted, encrypted)
	return dictionaries
}

// substreams counts the files of each stream.
func (w *walker) substreams() {
	mark, total, sizes := w.byte(), uint64(0), uint64(0)
	counted := mark == counts7z
	for range w.found.encrypted {
		n := uint64(1)
		if counted {
			n = w.count()
		}
		total += n
		sizes += max(n, 1) - 1
	}
	if total > w.limit {
		w.fail(ErrTooMany)
	}
	if counted {
		mark = w.byte()
	}
	w.sizesAndDigests(mark, sizes, total)
}
