package dump

import (
	"bufio"
	"encoding/binary"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/internal/sniff"
)

// wideEncoding tells UTF-16 by its mark, or by every other byte being zero; empty when it is neither.
func wideEncoding(head []byte) string {
	switch {
	case sniff.StartsWith("\xff\xfe")(head):
		return "utf-16le"
	case sniff.StartsWith("\xfe\xff")(head):
		return "utf-16be"
	}
	var zeros [2]int
	for i, b := range head {
		if b == 0 {
			zeros[i%2]++
		}
	}
	half, few, many := len(head)/2, min(zeros[0], zeros[1]), max(zeros[0], zeros[1])
	if half < 4 || 3*many <= half || 20*few >= half {
		return ""
	}
	if zeros[0] > zeros[1] {
		return "utf-16be"
	}
	return "utf-16le"
}

// narrow returns a member in UTF-16 as UTF-8. Positions then count the bytes of the UTF-8.
func (m member) narrow(wide string) member {
	buffered := bufio.NewReaderSize(newWideReader(m.from, wide), format.SampleSize)
	m.from, m.encoding = buffered, wide
	m.head, _ = buffered.Peek(format.SampleSize) // an error shows again when it is read
	return m
}

func newWideReader(from io.Reader, wide string) *wideReader {
	var order binary.ByteOrder = binary.LittleEndian
	if wide == "utf-16be" {
		order = binary.BigEndian
	}
	return &wideReader{from: from, order: order}
}

// wideReader turns UTF-16 into UTF-8. Half of a pair, which no text can hold but a dump that was cut
// from one may, becomes the three bytes that UTF-8 would have for it (https://simonsapin.github.io/wtf-8/),
// and an odd byte at the end stays as it is: nothing is lost.
type wideReader struct {
	from  io.Reader
	order binary.ByteOrder
	in    [32 << 10]byte
	n     int // bytes of in that are filled
	out   []byte
	rest  []byte // of out
	err   error
}

func (w *wideReader) Read(p []byte) (int, error) {
	for len(w.rest) == 0 {
		if w.err != nil {
			return 0, w.err
		}
		n, err := w.from.Read(w.in[w.n:])
		w.n += n
		w.err = err
		w.decode(err != nil)
	}
	n := copy(p, w.rest)
	w.rest = w.rest[n:]
	return n, nil
}

// decode turns what is there into UTF-8, and keeps what may be half of a character unless it is the
// last.
func (w *wideReader) decode(last bool) {
	w.out = w.out[:0]
	at := 0
	for ; at+2 <= w.n; at += 2 {
		unit := rune(w.order.Uint16(w.in[at:]))
		if unit >= 0xd800 && unit < 0xdc00 {
			if at+4 > w.n && !last {
				break
			}
			if at+4 <= w.n {
				if c := utf16.DecodeRune(unit, rune(w.order.Uint16(w.in[at+2:]))); c != utf8.RuneError {
					w.out = utf8.AppendRune(w.out, c)
					at += 2
					continue
				}
			}
		}
		w.out = appendWTF8(w.out, unit)
	}
	if last && at < w.n {
		w.out = append(w.out, w.in[at:w.n]...)
		at = w.n
	}
	w.n = copy(w.in[:], w.in[at:w.n])
	w.rest = w.out
}

func appendWTF8(to []byte, c rune) []byte {
	if c >= 0xd800 && c < 0xe000 {
		return append(to, 0xe0|byte(c>>12), 0x80|byte(c>>6)&0xbf, 0x80|byte(c)&0xbf)
	}
	return utf8.AppendRune(to, c)
}
