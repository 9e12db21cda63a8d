package sweep

import "bytes"

// glued reports whether nothing but signs stands between an atom and the one before it.
func (p *picker) glued(i int) bool {
	a := &p.w.atoms[i]
	b := &p.w.atoms[i-1]
	return !a.spaced && !a.broken && a.rank < rankLine && a.quote == 0 && b.quote == 0
}

// parting returns the sign beside a bare address that may part the fields of its line.
func (p *picker) parting() byte {
	if p.w.atoms[p.k].quote != 0 {
		return 0
	}
	for _, i := range []int{p.k + 1, p.k} {
		if i > p.r.from && i < p.r.to && p.w.atoms[i].rank < rankLine {
			if c := p.sign(i); classes[c]&partByte != 0 || c == '-' && p.isDashed(i) {
				return c
			}
		}
	}
	return 0
}

// isDashed reports whether two dashes or more stand before an atom.
func (p *picker) isDashed(i int) bool {
	return bytes.HasPrefix(bytes.TrimSpace(p.w.text[p.w.atoms[i-1].raw1:p.w.atoms[i].raw0]), []byte("--"))
}

// column adds the whole field that begins with atom i, up to the next of the signs that part the fields of its line.
func (p *picker) column(i, score int) {
	w := p.w
	if p.parts == 0 || i > p.r.from && p.glued(i) && p.sign(i) != p.parts {
		return
	}
	start := w.atoms[i].start
	if i > p.r.from && p.glued(i) {
		start = p.afterSign(i)
	}
	last := i
	for last+1 < p.r.to && p.glued(last+1) && p.sign(last+1) != p.parts && w.atoms[last+1].hit < 0 {
		last++
	}
	end := w.atoms[last].end
	if last+1 < p.r.to && w.atoms[last+1].rank < rankLine && p.sign(last+1) == p.parts {
		gap := w.text[end:max(end, w.atoms[last+1].raw0)]
		p.span(start, end+int32(max(0, bytes.IndexByte(gap, p.parts))), 0, score)
		return
	}
	if last > i || start < w.atoms[i].start {
		p.span(start, p.tail(end), 0, score)
		p.span(start, end, 0, score)
	}
}

func (p *picker) gluedEnd(i int) int {
	for i+1 < p.r.to && p.glued(i+1) && p.w.atoms[i+1].hit < 0 {
		i++
	}
	return i
}

// phraseEnd returns the last of the words with single blanks between them.
func (p *picker) phraseEnd(i int) int {
	w := p.w
	for i+1 < p.r.to && w.atoms[i+1].hit < 0 && w.atoms[i+1].quote == 0 &&
		(w.atoms[i+1].rank == rankSpace && !w.atoms[i+1].broken || p.glued(i+1)) {
		i++
	}
	return i
}

// sign returns the first sign in the gap before an atom.
func (p *picker) sign(i int) byte {
	if i == 0 {
		return 0
	}
	gap := p.w.text[p.w.atoms[i-1].raw1:max(p.w.atoms[i-1].raw1, p.w.atoms[i].raw0)]
	if gap = bytes.TrimSpace(gap); len(gap) == 0 {
		return ' '
	}
	return gap[0]
}

// afterSign returns where the text after the first sign before an atom begins: a password may begin with
// a sign itself.
func (p *picker) afterSign(i int) int32 {
	w := p.w
	at, to := w.atoms[i-1].raw1, w.atoms[i].raw0
	for at < to && classes[w.text[at]]&spaceByte != 0 {
		at++
	}
	if at < to {
		c := w.text[at]
		n := int32(max(1, wideSeparator(w.text[at:])))
		at += n
		for at < to && (w.text[at] == c || (c == '=' || c == '-') && w.text[at] == '>') {
			at++
		}
	}
	for at < to && (classes[w.text[at]]&spaceByte != 0 || w.text[at] == '\n' || w.text[at] == '\r') {
		at++
	}
	return at
}

// beforeSign is afterSign, backwards.
func (p *picker) beforeSign(i int) int32 {
	w := p.w
	at, from := w.atoms[i].raw0, w.atoms[i-1].raw1
	for at > from && classes[w.text[at-1]]&spaceByte != 0 {
		at--
	}
	if at > from {
		c := w.text[at-1]
		for at > from && w.text[at-1] == c {
			at--
		}
	}
	for at > from && classes[w.text[at-1]]&spaceByte != 0 {
		at--
	}
	return at
}

// limit returns where the record ends in the text.
func (p *picker) limit() int32 {
	if p.r.to < len(p.w.atoms) {
		return p.w.atoms[p.r.to].raw0
	}
	return int32(p.w.hi)
}

// tail returns where the signs end that follow a word: a password may end with one.
func (p *picker) tail(at int32) int32 {
	limit := p.limit()
	row := p.w.atoms[p.k].depth > 0 // commas and brackets are the row's
	for ; at < limit; at++ {
		c := p.w.text[at]
		if c == '"' || c == '\'' || row && (c == ',' || c == ';' || isClosing(c)) {
			break
		}
		if classes[c]&(spaceByte|wordByte) != 0 || c == '\n' || c == '\r' || c == '<' && at+1 < limit &&
			(p.w.text[at+1] == '/' || isAlnum(p.w.text[at+1])) {
			break
		}
	}
	return at
}

func (p *picker) lineEnd(at int32) int32 {
	limit := p.limit()
	from := at
	for at < limit && p.w.text[at] != '\n' && p.w.text[at] != '\r' {
		if at-from > maxText {
			return from // no candidate
		}
		at++
	}
	for at > from && classes[p.w.text[at-1]]&spaceByte != 0 {
		at--
	}
	return at
}

func (p *picker) lineStart(at int32) int32 {
	limit := int32(p.w.lo)
	if p.r.from > 0 {
		limit = p.w.atoms[p.r.from-1].raw1
	}
	from := at
	for at > limit && p.w.text[at-1] != '\n' && p.w.text[at-1] != '\r' && from-at <= maxText {
		at--
	}
	for at < from && classes[p.w.text[at]]&spaceByte != 0 {
		at++
	}
	return at
}

func (p *picker) span(start, end int32, quote byte, score int) {
	if start >= end || end-start > maxText {
		return
	}
	p.w.steps += int64(end-start) / 8
	p.list.add(p.w.text[start:end], quote, score, p.coding)
}
