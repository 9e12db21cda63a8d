package list

import "math/bits"

// Nearly all lines of a list are plain: an address or a name, a separator, a password, and no byte
// that could mean two things. To know a plain line for one, all its bytes must be looked at, and one
// by one that costs several times what finding the line's end does. So a window of the block is turned
// into bits first, 32 bytes an instruction where the processor has AVX2, and a line is then read off
// the few bits that are set.

// mark holds what is known of 64 bytes, a bit each, the first byte lowest.
type mark struct {
	part uint64 // may part fields, end the line or need a closer look
	host uint64 // cannot be in a domain
	sign uint64 // is one of . - _
}

const (
	markBytes = 64
	// windowBytes is how much is marked at a time: bytes and marks stay in the first cache.
	windowBytes = 8 << 10
)

// markClasses are sets of bytes in the shape in which a processor looks up 32 at a time: a byte is in
// a class when the bits of its high and of its low half are set there. Together the classes are the
// bytes that are plain, all of them ASCII; those of the host classes can be in a domain.
var markClasses = [8]struct{ high, low uint16 }{
	{1 << 2, 1<<0xd | 1<<0xe}, // - .
	{1 << 3, 0x03ff},          // digits
	{1<<4 | 1<<6, 0xfffe},     // A to O, a to o
	{1<<5 | 1<<7, 0x07ff},     // P to Z, p to z
	{1 << 5, 1 << 0xf},        // _
	{1 << 2, 0x8cda},          // ! # $ & ' * + /
	{1 << 3, 1 << 0xf},        // ?
	{1<<5 | 1<<7, 1 << 0xe},   // ^ ~
}

const (
	hostClasses  = 0x1f
	signClasses  = 0x11
	plainClasses = 0xff
)

// markTables are the classes of each low half and of each high half of a byte.
var markTables = func() (t struct{ low, high [16]uint8 }) {
	for class, c := range markClasses {
		for half := range 16 {
			t.low[half] |= uint8(c.low>>half&1) << class
			t.high[half] |= uint8(c.high>>half&1) << class
		}
	}
	// The high halves 8 to f are in no class: what is not ASCII is never plain.
	return t
}()

// window is a stretch of a block that is marked.
type window struct {
	data       []byte // the block
	start, end int    // of the stretch
	// Two more than fit, all ones, so that reading on never ends outside.
	marks [windowBytes/markBytes + 2]mark
}

// at makes the window begin at pos, the start of a line.
func (w *window) at(pos int) {
	w.start, w.end = pos, min(len(w.data), pos+windowBytes)
	text := w.data[w.start:w.end]
	n := len(text) / markBytes
	markAll(text[:n*markBytes], w.marks[:n])
	if tail := text[n*markBytes:]; len(tail) > 0 {
		var last [markBytes]byte // zero is not plain, so the end of the window is always marked
		copy(last[:], tail)
		markAll(last[:], w.marks[n:n+1])
		n++
	}
	w.marks[n] = mark{part: ^uint64(0), host: ^uint64(0)}
	w.marks[n+1] = w.marks[n]
}

// part returns the marks of the 64 bytes at pos. What lies after the window is marked.
func (w *window) part(pos int) uint64 {
	i, shift := uint(pos-w.start)/markBytes, uint(pos-w.start)%markBytes
	return w.marks[i].part>>shift | w.marks[i+1].part<<1<<(63-shift)
}

// host returns which of the 64 bytes at pos cannot be in a domain.
func (w *window) host(pos int) uint64 {
	i, shift := uint(pos-w.start)/markBytes, uint(pos-w.start)%markBytes
	return w.marks[i].host>>shift | w.marks[i+1].host<<1<<(63-shift)
}

// isAddress reports whether an address and nothing else stands at pos, with its @ at a place and its end at another. It
// is asked of every line, and so does for nearly all of them at once what isLocal and isDomain do.
func (w *window) isAddress(pos, at, end int) bool {
	n, sign := end-pos, uint(at-pos)
	if n >= markBytes-1 {
		return w.isLocal(pos, at-pos) && w.isDomain(at+1, end-at-1)
	}
	host, signs := w.signs(pos, n)
	signs |= 1 << sign // beside which no other may stand
	last := bits.Len64(signs)
	return (host == 1<<sign || w.isLocal(pos, at-pos)) && signs&1 == 0 && signs&(signs>>1) == 0 &&
		last > int(sign)+1 && last <= n-2 && w.data[pos+last-1] == '.' && (host>>sign)>>1 == 0
}

// isDomain reports whether n bytes at pos are a domain and nothing else: letters, digits and single signs, and after
// the last dot letters and digits only. What is glued to a domain with a dash, or stands after two, is not a part of it.
// It may say no when they are 63 or more.
func (w *window) isDomain(pos, n int) bool {
	if n < 1 || n >= markBytes-1 {
		return false
	}
	host, signs := w.signs(pos, n)
	last := bits.Len64(signs)
	return host == 0 && signs&1 == 0 && signs&(signs>>1) == 0 && last > 0 && last <= n-2 && w.data[pos+last-1] == '.'
}

// isLocal reports whether n bytes at pos are the local part of an address and nothing else. Most signs that can be in
// one stand in dumps where something is glued to it, as in "user=alice@example.com".
func (w *window) isLocal(pos, n int) bool {
	if n < 1 || n >= markBytes {
		return false
	}
	host, signs := w.signs(pos, n)
	for ; host != 0; host &= host - 1 {
		at := bits.TrailingZeros64(host)
		if w.data[pos+at] != '+' {
			return false
		}
		signs |= 1 << at
	}
	return signs&1 == 0 && signs&(signs>>1) == 0 && signs>>(n-1) == 0
}

// signs returns which of n bytes at pos, less than 64, cannot be in a domain, and which are signs.
func (w *window) signs(pos, n int) (host, sign uint64) {
	within := uint64(1)<<n - 1
	i, shift := uint(pos-w.start)/markBytes, uint(pos-w.start)%markBytes
	m, next := &w.marks[i], &w.marks[i+1]
	return (m.host>>shift | next.host<<1<<(63-shift)) & within, (m.sign>>shift | next.sign<<1<<(63-shift)) & within
}

// markPortable marks 64 bytes for each mark in out, a byte at a time.
func markPortable(text []byte, out []mark) {
	for i := range out {
		var m mark
		for bit, b := range text[i*markBytes:][:markBytes] {
			class := markTables.low[b&0xf] & markTables.high[b>>4]
			if class == 0 {
				m.part |= 1 << bit
			}
			if class&hostClasses == 0 {
				m.host |= 1 << bit
			}
			if class&signClasses != 0 {
				m.sign |= 1 << bit
			}
		}
		out[i] = m
	}
}
