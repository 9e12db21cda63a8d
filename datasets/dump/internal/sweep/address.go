package sweep

import "bytes"

// The classes of bytes.
const (
	localByte   = 1 << iota // can be in the local part of an address
	strictByte              // is in the local part of nearly all addresses
	domainByte              // can be in a domain
	escapedByte             // can be in an address of which characters are encoded
	spaceByte               // white space and controls, line ends apart
	partByte                // may part fields
	innerByte               // never ends a word
	wordByte                // letters, digits and what is not ASCII
)

var classes = func() (table [256]uint8) {
	mark := func(class uint8, bytes string) {
		for _, b := range []byte(bytes) {
			table[b] |= class
		}
	}
	for c := range 256 {
		b := byte(c)
		switch {
		case b >= 0x80:
			table[b] = localByte | strictByte | domainByte | escapedByte | wordByte
		case isAlnum(b):
			table[b] = localByte | strictByte | domainByte | escapedByte | wordByte | innerByte
		case b <= ' ' || b == 0x7f:
			table[b] = spaceByte
		}
	}
	table['\n'], table['\r'] = 0, 0
	mark(localByte, ".!#$%&'*+-/=?^_`{|}~")
	mark(strictByte, "._+-")
	mark(domainByte, ".-_")
	mark(escapedByte, "._+-%&#;\\={}@")
	mark(innerByte, "._+/!?$%@")
	mark(partByte, ",;:|=&~#<>^*")
	return table
}()

const maxReadings = 5 // of each part: what is asked costs a probe of the filter

// localStarts returns where the local part before an @ may begin, the longest first. Text may be glued
// to an address, and most of what could be part of one is none.
// In what is encoded as forms are, a plus is a blank.
func localStarts(src []byte, lo, at int, form bool) (starts [maxReadings]int, n int) {
	add := func(start int) {
		if start < at && n < maxReadings && (n == 0 || starts[n-1] < start) &&
			src[start] != '.' && src[at-1] != '.' {
			starts[n] = start
			n++
		}
	}
	strict := strictStart(src, lo, at)
	add(lo)
	if strict > lo { // as in o'neil, or in a field before
		add(strictStart(src, lo, strict-1))
	}
	add(strict)
	bare := strict
	for bare < at && classes[src[bare]]&wordByte == 0 {
		bare++
	}
	add(bare)
	if n := gluedBefore(src[strict:at]); n > 0 {
		add(strict + n)
	}
	if plus := bytes.LastIndexByte(src[bare:at], '+'); form && plus >= 0 {
		add(bare + plus + 1)
	}
	ascii := at
	for ascii > bare && src[ascii-1] < 0x80 {
		ascii--
	}
	for ascii < at && classes[src[ascii]]&wordByte == 0 {
		ascii++
	}
	add(ascii)
	return starts, n
}

// gluedBefore returns how much of a text stands before an address without anything between: the letter of an option, as
// in "-uann@example.com", or the number of a row of fixed width, as in "000017ann@example.com".
func gluedBefore(text []byte) int {
	if len(text) > 2 && text[0] == '-' && text[1]|0x20 >= 'a' && text[1]|0x20 <= 'z' {
		return 2
	}
	return ZeroPadded(text)
}

// ZeroPadded returns how long the number is that a text begins with and that no person has in a name: with a zero first,
// and other bytes after it.
func ZeroPadded(text []byte) (n int) {
	const least = 4
	for n < len(text) && text[n] >= '0' && text[n] <= '9' {
		n++
	}
	if n < least || n == len(text) || text[0] != '0' {
		return 0
	}
	return n
}

// strictStart returns where the signs begin that most local parts are made of. Two dashes part fields.
func strictStart(src []byte, lo, end int) int {
	for end > lo && classes[src[end-1]]&strictByte != 0 &&
		(src[end-1] != '-' || end < lo+2 || src[end-2] != '-') {
		end--
	}
	return end
}

// domainEnds returns where the domain after an @ may end, the longest first.
func domainEnds(src []byte, at, hi int) (ends [maxReadings]int, n int) {
	if hi == at+1 || classes[src[at+1]]&wordByte == 0 {
		return ends, 0
	}
	add := func(end int) {
		for end > at+1 && classes[src[end-1]]&wordByte == 0 {
			end--
		}
		if n < maxReadings && (n == 0 || ends[n-1] > end) && isDomain(src[at+1:end]) {
			ends[n] = end
			n++
		}
	}
	add(hi)
	// Behind the last dot no sign is in a domain; before it, each may part it from what follows.
	for i := hi - 1; i > at+1; i-- {
		c, sign := src[i], false
		switch {
		case c >= 0x80:
			sign = src[i-1] < 0x80 // a word of another script is glued on
		case c == '-':
			sign = true
		case c == '_':
			sign = true
		}
		if sign && n < maxReadings {
			add(i)
		}
	}
	if first := firstCut(src, at, hi); first > 0 && n > 0 {
		if ends[n-1] != first && isDomain(src[at+1:first]) {
			n = min(n, maxReadings-1)
			ends[n] = first
			n++
		}
	}
	return ends, n
}

// firstCut returns the first place at which a domain could end, 0 without one.
func firstCut(src []byte, at, hi int) int {
	dot := 0
	for i := at + 1; i < hi; i++ {
		switch c := src[i]; {
		case c == '.':
			dot = i
		case dot > 0 && i-dot > 2 && (c == '-' || c == '_' || c >= 0x80 && src[i-1] < 0x80):
			return i
		}
	}
	return 0
}

// isDomain reports whether text is labels with dots between them, and the last one has two bytes or more
// and no digit, bar or line in it unless it is in ASCII form ("xn--").
func isDomain(text []byte) bool {
	dot := -1
	for i, b := range text {
		if b != '.' {
			continue
		}
		if i == dot+1 {
			return false
		}
		dot = i
	}
	last := text[dot+1:]
	if dot <= 0 || len(last) < 2 {
		return false
	}
	if len(last) > 4 && last[0]|0x20 == 'x' && last[1]|0x20 == 'n' && last[2] == '-' {
		return true
	}
	for _, b := range last {
		if b < 0x80 && b|0x20 < 'a' || b < 0x80 && b|0x20 > 'z' {
			return false
		}
	}
	return true
}

func isAlnum(b byte) bool {
	return b >= '0' && b <= '9' || b|0x20 >= 'a' && b|0x20 <= 'z'
}
