// Package masks looks at a text 64 bytes at a time, 32 an instruction where the processor has AVX2, and turns them into
// sets of bits: where an address may stand in it, or a word of base64 or hex. Whoever looks for these in blocks of a dump
// touches each byte once, and most of them never again.
//
// It promises to leave out nothing; which bytes encode a sign, and which words are what they look like, is for the caller.
package masks

// Mask holds what is known of Size bytes, a bit each, the first byte lowest.
type Mask struct {
	At     uint64 // is an @
	Sign   uint64 // may begin what encodes one: % & ( = [ \ and 0xef, but also ; < ]
	Packed uint64 // can be in a word of base64 or hex
}

// Size is how many bytes a mask is of.
const Size = 64

// classes are sets of bytes in the shape in which a processor looks up 32 at a time: a byte is in a class when the
// bits of its high and of its low half are set there.
var classes = [8]struct{ high, low uint16 }{
	{1 << 2, 1<<0xb | 1<<0xd | 1<<0xf},      // + - /
	{1 << 3, 0x03ff},                        // digits
	{1<<4 | 1<<6, 0xfffe},                   // A to O, a to o
	{1<<5 | 1<<7, 0x07ff},                   // P to Z, p to z
	{1 << 5, 1 << 0xf},                      // _
	{1 << 2, 1<<0x5 | 1<<0x6 | 1<<0x8},      // % & (
	{1<<3 | 1<<5, 1<<0xb | 1<<0xc | 1<<0xd}, // ; < = [ \ ]
	{1 << 4, 1 << 0x0},                      // @
}

const (
	packedClasses = 0x1f
	signClasses   = 0x60
	atClass       = 0x80
	wideSign      = 0xef // the first byte of a full-width @
)

// tables are the classes of each low half and of each high half of a byte.
var tables = func() (t struct{ low, high [16]uint8 }) {
	for class, c := range classes {
		for half := range 16 {
			t.low[half] |= uint8(c.low>>half&1) << class
			t.high[half] |= uint8(c.high>>half&1) << class
		}
	}
	// The high halves 8 to f are in no class: what is not ASCII is in none.
	return t
}()

// portable looks at 64 bytes for each mask in out, a byte at a time.
func portable(text []byte, out []Mask) {
	for i := range out {
		var m Mask
		for bit, b := range text[i*Size:][:Size] {
			class := tables.low[b&0xf] & tables.high[b>>4]
			if class&atClass != 0 {
				m.At |= 1 << bit
			}
			if class&signClasses != 0 || b == wideSign {
				m.Sign |= 1 << bit
			}
			if class&packedClasses != 0 {
				m.Packed |= 1 << bit
			}
		}
		out[i] = m
	}
}
