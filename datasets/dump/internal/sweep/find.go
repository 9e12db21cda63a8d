package sweep

import (
	"bytes"
	"slices"

	"github.com/credsieve/credsieve/datasets/dump/internal/escape"
	"github.com/credsieve/credsieve/datasets/dump/internal/masks"
)

// hit is an address that stands in the block. Its bytes are in the block as it is, or in the finder's
// arena when they had to be decoded.
type hit struct {
	start, end int32 // where it stands in the block, as it is written
	lo, at, hi int32 // its source: all that could be part of it, around the @
	a0, a1     int32 // its source: the address
	decoded    bool  // the source is the arena, else the block
	printed    bool  // it is written as quoted-printable
	packed     bool  // the arena holds a whole text, out of base64 or hex
	text0      int32 // of packed: where that text begins in the arena
	text1      int32
	gap0, gap1 int32 // the stretch that it stands in, up to known ones
	ours       bool
	claimed    bool
	weak       bool // a hit only if it is ours: words with a blank and "at" between them are many
}

// finder finds addresses.
type finder struct {
	text   []byte
	claims []Span   // to come
	marks  []uint64 // position and driver of what may be a sign, of one chunk
	hits   []hit
	arena  []byte
	origin []int32 // where each byte of the arena comes from, or the end of its source
	esc    escape.Text
	done   int32 // where the last hit ends
	steps  int64

	masks   [chunk/masks.Size + 3]masks.Mask // of the chunk that is looked at
	wordEnd int                              // up to here packed words have been looked at

	gap0, gap1 int32 // the stretch that is searched
}

// chunk stays in the first cache while each driver passes over it.
const chunk = 16 << 10

// find fills hits. What stands in known is not searched.
func (f *finder) find(text []byte, claims, known []Span, counts *Counts) {
	f.reset(text, claims)
	from := 0
	for _, k := range known {
		f.stretch(from, min(k.Start, len(text)))
		from = max(from, k.End)
	}
	f.stretch(from, len(text))
	counts.Work += f.steps
}

func (f *finder) reset(text []byte, claims []Span) {
	f.text, f.hits, f.arena, f.origin = text, f.hits[:0], f.arena[:0], f.origin[:0]
	f.done, f.steps, f.claims, f.gap0, f.wordEnd = 0, 0, claims, 0, 0
}

func (f *finder) stretch(from, to int) {
	f.gap0, f.gap1 = int32(from), int32(to)
	f.done = max(f.done, f.gap0)
	for from < to {
		end := min(to, from+chunk)
		f.steps += int64(end - from)
		f.marks = f.marks[:0]
		f.look(from, end, to)
		f.signs(from, end, false)
		f.spelledSigns(from, end)
		f.words(from, end, to)
		f.markAll(int32(to))
		from = end
	}
}

// markAll makes hits of marks in order.
func (f *finder) markAll(limit int32) {
	slices.Sort(f.marks)
	for _, m := range f.marks {
		f.mark(int32(m>>1), m&1 == 1, limit)
	}
}

// EncodingSigns are the first bytes of what may encode an @.
const EncodingSigns = "%&\\=\xef[("

// encodedSigns are by their first byte.
var encodedSigns = func() (table [256][]string) {
	for _, sign := range []string{
		"%40", "%2540", "%5Cu0040", "%5cu0040", "%26%2364%3B", "%26%2364%3b",
		"&#64;", "&#064;", "&#0064;", "&#x40;", "&#X40;", "&#x0040;", "&commat;", "&amp;#64;",
		"&amp;#x40;", "&amp;commat;",
		`\u0040`, `\U00000040`, `\u{40}`, `\x40`, `\100`, `\\u0040`, `\\x40`, `\@`,
		"=40", "\xef\xbc\xa0", "\xef\xb9\xab", "[@]", "(@)", "(a)", "[a]", "(\xc3\xa4t)", "[\xc3\xa4t]", "(aet)", "[aet]",
		"(arroba)", "[arroba]", "(chez)", "[chez]",
	} {
		table[sign[0]] = append(table[sign[0]], sign)
	}
	return table
}()

// mark makes a hit of a mark if it is one.
func (f *finder) mark(at int32, word bool, limit int32) {
	switch {
	case at < f.done:
	case f.claim(at):
	case word:
		f.packed(at, limit)
	case f.text[at] == '@':
		f.plain(at)
	case spelledEnds[f.text[at]] != 0:
		f.spelled(at)
	default:
		f.escaped(at, escape.All)
	}
}

// claim makes a hit of what a reader claims at a place, and reports whether it does.
func (f *finder) claim(at int32) bool {
	for len(f.claims) > 0 && f.claims[0].End <= int(at) {
		f.claims = f.claims[1:]
	}
	if len(f.claims) == 0 || f.claims[0].Start > int(at) {
		return false
	}
	c := f.claims[0]
	f.hits = append(f.hits, hit{
		start: int32(max(c.Start, int(f.done))), end: int32(c.End), lo: int32(c.Start), at: at, hi: int32(c.End),
		a0: int32(c.Start), a1: int32(c.End), gap0: f.gap0, gap1: f.gap1, claimed: true,
	})
	f.done = int32(c.End)
	return true
}

// plain makes a hit of an @ with an address around it.
func (f *finder) plain(at int32) {
	lo, hi := extent(f.text, int(at), int(f.done))
	f.steps += int64(hi - lo)
	if lo == int(at) && lo > 0 && f.text[lo-1] == ' ' && spelledLength(f.text[lo-1:], atWords, '@') > 0 {
		f.spelled(at - 1)
		return
	}
	if bytes.Contains(f.text[lo:at], []byte("''")) && f.escaped(at, escape.All|escape.Doubled) ||
		f.mayBeEscaped(lo, int(at), hi) && f.escaped(at, escape.All) {
		return
	}
	f.add(hit{lo: int32(lo), at: at, hi: int32(hi)})
}

// extent returns all that can be part of the address around an @.
func extent(text []byte, at, from int) (lo, hi int) {
	const local, domain = 128, 255 // RFC 5321 allows 64 and 255; quotes and labels may be glued on
	lo, hi = at, at+1
	for lo > from && at-lo < local && classes[text[lo-1]]&localByte != 0 {
		lo--
	}
	for hi < len(text) && hi-at < domain && classes[text[hi]]&domainByte != 0 {
		hi++
	}
	return lo, hi
}

// mayBeEscaped reports whether single characters of the address may be encoded.
func (f *finder) mayBeEscaped(lo, at, hi int) bool {
	if lo > 0 && (f.text[lo-1] == '\\' || f.text[lo-1] == ';') {
		return true
	}
	if hi < len(f.text) && bytes.IndexByte([]byte(`\%&=`), f.text[hi]) >= 0 {
		return true
	}
	for i, c := range f.text[lo:hi] {
		if c >= 0x80 || c == '%' || c == '\n' || c == '=' && lo+i < at {
			return true
		}
	}
	return false
}

// escaped decodes the word around a sign. It reports whether there is an address in it.
func (f *finder) escaped(at int32, kinds int) bool {
	const far = 512 // 64 bytes of six signs each, and something before them
	a, b := int(at), int(at)+1
	for a > int(f.done) && int(at)-a < far && f.inWord(a-1, kinds) {
		a--
	}
	for b < len(f.text) && b-int(at) < 2*far && f.inWord(b, kinds) {
		b++
	}
	f.steps += int64(b - a)
	if f.text[at] != '=' && !softBreak(f.text[a:b]) {
		kinds &^= escape.Quoted
	}
	if !f.esc.Undo(f.text[a:b], kinds) {
		return false
	}
	for j, c := range f.esc.Bytes {
		if c != '@' || a+int(f.esc.From[j]) > int(at) || a+int(f.esc.From[j+1]) <= int(at) {
			continue
		}
		lo, hi := extent(f.esc.Bytes, j, 0)
		base := int32(len(f.arena) - lo)
		f.arena = append(f.arena, f.esc.Bytes[lo:hi]...)
		for _, o := range f.esc.From[lo : hi+1] {
			f.origin = append(f.origin, int32(a)+o)
		}
		f.arena = append(f.arena, 0) // keeps pace with origin
		return f.add(hit{
			decoded: true, printed: kinds&escape.Quoted != 0, lo: base + int32(lo),
			at: base + int32(j), hi: base + int32(hi),
		})
	}
	return false
}

// inWord reports whether a byte can be in an address of which characters are encoded.
func (f *finder) inWord(i, kinds int) bool {
	switch c := f.text[i]; c {
	case '\n':
		return i > 0 && (f.text[i-1] == '=' || f.text[i-1] == '\r' && i > 1 && f.text[i-2] == '=')
	case '\r':
		return i > 0 && f.text[i-1] == '=' && i+1 < len(f.text) && f.text[i+1] == '\n'
	case '\'':
		return kinds&escape.Doubled != 0 || i > 0 && (f.text[i-1] == '\\' || i+1 < len(f.text) &&
			classes[f.text[i-1]]&classes[f.text[i+1]]&wordByte != 0)
	default:
		return classes[c]&escapedByte != 0
	}
}

func softBreak(text []byte) bool {
	return bytes.Contains(text, []byte("=\n")) || bytes.Contains(text, []byte("=\r\n"))
}

// add keeps a hit when it is an address, by the reading that is likeliest of one that nobody knows.
func (f *finder) add(h hit) bool {
	src := f.source(&h)
	starts, n := localStarts(src, int(h.lo), int(h.at), h.decoded)
	ends, m := domainEnds(src, int(h.at), int(h.hi))
	if n == 0 || m == 0 {
		return false
	}
	h.gap0, h.gap1 = f.gap0, f.gap1
	f.hits = append(f.hits, h)
	f.settle(&f.hits[len(f.hits)-1], form{start: int32(starts[n-1]), end: int32(ends[m-1])})
	f.done = f.hits[len(f.hits)-1].end
	return true
}

func (f *finder) source(h *hit) []byte {
	if h.decoded {
		return f.arena
	}
	return f.text
}

// form is a reading of a hit.
type form struct {
	address    []byte
	start, end int32 // in the hit's source
}

// forms adds the readings of a hit, the longest first.
func (f *finder) forms(h *hit, list []form) []form {
	src := f.source(h)
	starts, n := localStarts(src, int(h.lo), int(h.at), h.decoded)
	ends, m := domainEnds(src, int(h.at), int(h.hi))
	for _, end := range ends[:m] {
		for _, start := range starts[:n] {
			list = append(list, form{src[start:end], int32(start), int32(end)})
		}
	}
	return list
}

func (f *finder) address(h *hit) []byte { return f.source(h)[h.a0:h.a1] }

// settle decides for a reading.
func (f *finder) settle(h *hit, r form) {
	h.a0, h.a1 = r.start, r.end
	switch {
	case h.packed:
	case h.decoded:
		h.start, h.end = f.origin[r.start], f.origin[r.end]
	default:
		h.start, h.end = r.start, r.end
	}
}
