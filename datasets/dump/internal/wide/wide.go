// Package wide reads UTF-16 and UTF-32 as UTF-8.
package wide

import (
	"encoding/binary"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/credsieve/credsieve/datasets/dump/internal/sniff"
)

// Encoding tells UTF-16 and UTF-32 by their marks, or by the bytes that are zero; empty when it is neither.
func Encoding(head []byte) string {
	switch {
	case sniff.StartsWith("\xff\xfe\x00\x00")(head):
		return "utf-32le"
	case sniff.StartsWith("\x00\x00\xfe\xff")(head):
		return "utf-32be"
	case sniff.StartsWith("\xff\xfe")(head):
		return "utf-16le"
	case sniff.StartsWith("\xfe\xff")(head):
		return "utf-16be"
	}
	if wide := utf32(head); wide != "" {
		return wide
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

// utf32 tells UTF-32 without a mark: of four bytes the two high ones are zero in each character.
func utf32(head []byte) string {
	const few = 16
	if len(head) < few {
		return ""
	}
	little, big := true, true
	for i := 0; i+4 <= len(head); i += 4 {
		little = little && head[i+3] == 0 && head[i+2] <= 0x10 && head[i]|head[i+1] != 0
		big = big && head[i] == 0 && head[i+1] <= 0x10 && head[i+2]|head[i+3] != 0
	}
	switch {
	case little:
		return "utf-32le"
	case big:
		return "utf-32be"
	}
	return ""
}

// NewReader returns text in an encoding that Encoding has told as UTF-8.
func NewReader(from io.Reader, wide string) io.Reader {
	var order binary.ByteOrder = binary.LittleEndian
	if strings.HasSuffix(wide, "be") {
		order = binary.BigEndian
	}
	return &reader{from: from, order: order, four: strings.HasPrefix(wide, "utf-32")}
}

// reader turns UTF-16 or UTF-32 into UTF-8. Half of a pair, which no text can hold but a dump that was cut
// from one may, becomes the three bytes that UTF-8 would have for it (https://simonsapin.github.io/wtf-8/),
// and an odd byte at the end stays as it is: nothing is lost.
type reader struct {
	from  io.Reader
	order binary.ByteOrder
	four  bool // bytes make a unit
	in    [32 << 10]byte
	n     int // bytes of in that are filled
	out   []byte
	rest  []byte // of out
	err   error
}

func (w *reader) Read(p []byte) (int, error) {
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
func (w *reader) decode(last bool) {
	w.out = w.out[:0]
	at := 0
	for ; w.four && at+4 <= w.n; at += 4 {
		c := w.order.Uint32(w.in[at:])
		if c > utf8.MaxRune {
			c = utf8.RuneError
		}
		w.out = appendWTF8(w.out, rune(c))
	}
	for ; !w.four && at+2 <= w.n; at += 2 {
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
