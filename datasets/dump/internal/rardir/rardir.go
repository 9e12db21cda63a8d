// Package rardir walks over the headers of a RAR archive, of versions 4 and 5, to find what unpackers of RAR pass over without
// a word: what comes after the end, and data of blocks that are not files, such as comments. It unpacks nothing.
//
// The layouts: https://www.rarlab.com/technote.htm for version 5, and technote.txt of unrar 4 for those before.
//
// Not guaranteed: that all blocks of a damaged archive are found; the walk ends at the first that makes no sense.
package rardir

import (
	"encoding/binary"
	"io"
)

// Span is where bytes lie in what was given.
type Span struct{ From, To int64 }

// Layout is what one volume holds besides files.
type Layout struct {
	End   int64  // where the archive says that it ends, 0 when it does not say so, or when its headers are encrypted
	Notes []Span // data of blocks that are not files, at most mostNotes
}

const (
	mostNotes = 1000
	blocks    = 1 << 22 // more than an archive has that is read at all

	signature4 = "Rar!\x1a\x07\x00"
	signature5 = "Rar!\x1a\x07\x01\x00"
)

// Of walks over the volume that lies between two offsets.
func Of(at io.ReaderAt, from, to int64) Layout {
	begin := make([]byte, len(signature5))
	n, _ := at.ReadAt(begin[:min(int64(len(begin)), max(to-from, 0))], from)
	w := &walk{at: at, to: to}
	switch begin = begin[:n]; {
	case string(begin) == signature5:
		w.blocks(from+int64(len(signature5)), version5)
	case n >= len(signature4) && string(begin[:len(signature4)]) == signature4:
		w.blocks(from+int64(len(signature4)), version4)
	}
	return w.Layout
}

type walk struct {
	Layout
	at io.ReaderAt
	to int64
}

// block is one header and the data after it.
type block struct {
	kind         kind
	header, data int64 // bytes
}

type kind int

const (
	other kind = iota
	file
	end
	encrypted // what follows cannot be read
)

func (w *walk) blocks(pos int64, parse func([]byte) (block, bool)) {
	const head = 64 // of a header, as much as says what and how large it is
	buf := make([]byte, head)
	for range blocks {
		if pos >= w.to {
			return
		}
		n, _ := w.at.ReadAt(buf[:min(head, w.to-pos)], pos)
		b, ok := parse(buf[:n])
		if !ok || b.kind == encrypted || b.data < 0 || b.header <= 0 || b.header > w.to-pos || b.data > w.to-pos-b.header {
			return
		}
		data := pos + b.header
		pos = data + b.data
		switch {
		case b.kind == end:
			w.End = pos
			return
		case b.kind == other && b.data > 0 && len(w.Notes) < mostNotes:
			w.Notes = append(w.Notes, Span{data, pos})
		}
	}
}

// version5 reads the header of a block: a sum, its size, a kind, flags, and sizes as the flags say.
func version5(text []byte) (block, bool) {
	const (
		sum = 4

		hasExtra = 1
		hasData  = 2
	)
	if len(text) < sum {
		return block{}, false
	}
	rest := text[sum:]
	ok := true
	number := func() uint64 {
		v, n := binary.Uvarint(rest)
		if n <= 0 || v > 1<<62 {
			ok = false
			return 0
		}
		rest = rest[n:]
		return v
	}
	size := number()
	b := block{header: int64(len(text)-len(rest)) + int64(size)}
	kinds := map[uint64]kind{2: file, 4: encrypted, 5: end}
	b.kind = kinds[number()]
	flags := number()
	if flags&hasExtra != 0 {
		number()
	}
	if flags&hasData != 0 {
		b.data = int64(number())
	}
	return b, ok
}

// version4 reads the header of a block: a sum, a kind, flags, its size, and the size of its data.
func version4(text []byte) (block, bool) {
	const (
		short     = 7
		archive   = 0x73
		fileBlock = 0x74
		service   = 0x7a
		endBlock  = 0x7b

		locked  = 0x0080 // of an archive
		large   = 0x0100 // of a file
		hasData = 0x8000

		highAt = 32
	)
	if len(text) < short {
		return block{}, false
	}
	le := binary.LittleEndian
	flags := le.Uint16(text[3:])
	b := block{header: int64(le.Uint16(text[5:]))}
	if flags&hasData != 0 {
		if len(text) < short+4 {
			return block{}, false
		}
		b.data = int64(le.Uint32(text[short:]))
	}
	switch text[2] {
	case archive:
		if flags&locked != 0 {
			b.kind = encrypted
		}
	case endBlock:
		b.kind = end
	case fileBlock, service:
		if flags&large != 0 {
			if len(text) < highAt+4 {
				return block{}, false
			}
			b.data += int64(le.Uint32(text[highAt:])) << 32
		}
		if text[2] == fileBlock {
			b.kind = file
		}
	}
	return b, true
}
