package sweep

import "bytes"

// spelled makes a hit of an address whose sign somebody has spelled out, as in ann[at]example.com and
// ann (at) example[dot]com: reports are written so, that nobody may click on what they name.
func (f *finder) spelled(at int32) {
	const local, domain = 128, 255 // as in extent
	text := f.text
	before, to := int(at), f.afterBlank(int(at)+spelledLength(text[at:], "at", '@'))
	if before > int(f.done) && text[before-1] == ' ' {
		before--
	}
	from := before
	for from > int(f.done) && before-from < local && classes[text[from-1]]&localByte != 0 {
		from--
	}
	base := int32(len(f.arena))
	put := func(c byte, origin int) {
		f.arena, f.origin = append(f.arena, c), append(f.origin, int32(origin))
	}
	for i := from; i < before; i++ {
		put(text[i], i)
	}
	sign := int32(len(f.arena))
	put('@', int(at))
	for to < len(text) && int32(len(f.arena))-sign < domain {
		if dot := f.afterBlank(to); dot < len(text) {
			if n := spelledLength(text[dot:], "dot", '.'); n > 0 {
				put('.', to)
				to = f.afterBlank(dot + n)
				continue
			}
		}
		if classes[text[to]]&domainByte == 0 {
			break
		}
		put(text[to], to)
		to++
	}
	end := int32(len(f.arena))
	put(0, to)
	f.steps += int64(to - from)
	f.add(hit{decoded: true, lo: base, at: sign, hi: end})
}

// afterBlank returns where the text goes on after one blank, if one stands at a place.
func (f *finder) afterBlank(at int) int {
	if at < len(f.text) && f.text[at] == ' ' {
		return at + 1
	}
	return at
}

// spelledLength returns the length of a sign that text begins with, spelled out or as it is, in brackets; 0 without one.
func spelledLength(text []byte, word string, sign byte) int {
	if len(text) < len("[@]") || text[0] != '[' && text[0] != '(' {
		return 0
	}
	closing := byte(']')
	if text[0] == '(' {
		closing = ')'
	}
	if text[1] == sign && text[2] == closing {
		return len("[@]")
	}
	n := 1 + len(word)
	if len(text) <= n || text[n] != closing || !bytes.EqualFold(text[1:n], []byte(word)) {
		return 0
	}
	return n + 1
}
