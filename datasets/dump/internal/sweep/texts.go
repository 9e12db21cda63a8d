package sweep

import (
	"bytes"

	"github.com/credsieve/credsieve/datasets/dump/internal/sweep/wording"
)

// The scores of candidates; the lower, the likelier. To them is added how far the text is away: twice
// the number of atoms, and one when it stands before the address.
const (
	scoreLabelled = -2000 // what a label for a password introduces
	scoreMentions = -1000 // a label with such a word in it
	scoreReading  = 1     // another reading of where the text ends
	scoreWeak     = 300   // a number of few digits, a date, an address of a machine
	scoreOther    = 600   // what another label introduces
	scoreKey      = 900   // the name of a bracket
	scoreLevel    = 2000  // a level further out, around the string that the address stands in
)

// maxText is beyond what a password can be: bcrypt takes 72 bytes, forms cut at 64 to 256.
const maxText = 512

// gather adds the texts beside hit i, and reports whether it stands alone in what it looked at.
func (s *Sweeper) gather(i int, list *candidates, address []byte, score int) (alone bool) {
	f, w := &s.finder, &s.window
	h := &f.hits[i]
	w.cover(f.hits, i)
	defer func() { s.counts.Work, w.steps = s.counts.Work+w.steps, 0 }()
	if h.packed {
		if !s.nested(f.arena[h.text0:h.text1], list, address, score) {
			return false
		}
		score += scoreLevel
	}
	if inner := s.field(h); inner != nil {
		if !s.nested(inner, list, address, score) {
			return false
		}
		score += scoreLevel
	}
	k := w.atomOf(h)
	if k < 0 {
		return true
	}
	if a := &w.atoms[k]; a.quote != 0 && !s.isWhole(a, h) && !h.packed {
		inner := unquote(s.text[a.start:a.end], a.quote)
		if !s.nested(inner, list, address, score) {
			return false
		}
		score += scoreLevel
	}
	same := func(n int) bool {
		return s.holdsOnly(&w.atoms[n], address) || n != k && w.isSecret(n)
	}
	r := w.bounds(k, same)
	list.outOfReach = list.outOfReach || r.cut
	p := picker{w: w, r: r, k: k, list: list, score: score}
	if h.printed {
		p.coding = codingPrinted
	} else if h.decoded {
		p.coding = codingSigns
	}
	p.pick()
	for n := r.from; n < r.to; n++ {
		if w.atoms[n].hit >= 0 && !same(n) {
			return false
		}
	}
	return true
}

// nested sweeps a text that stands inside of a field. It reports whether no other address is in it.
func (s *Sweeper) nested(text []byte, list *candidates, address []byte, score int) (alone bool) {
	in := s.inner
	if in == nil || len(text) > 2*Reach {
		return false
	}
	in.counts, in.text = Counts{}, text
	in.window.reset(text)
	in.finder.find(text, nil, nil, &in.counts)
	defer func() { s.counts.Work += in.counts.Work + int64(len(text)) }()
	alone = true
	done := false
	for i := range in.finder.hits {
		if !done && in.ask(&in.finder.hits[i], func(a []byte) bool { return bytes.Equal(a, address) }) {
			done = true
			alone = in.gather(i, list, address, score) && alone
		} else if !bytes.EqualFold(in.finder.address(&in.finder.hits[i]), address) {
			alone = false
		}
	}
	return alone
}

// isWhole reports whether an address is all that a string holds.
func (s *Sweeper) isWhole(a *atom, h *hit) bool {
	rest := bytes.TrimSpace(s.text[a.start:max(a.start, h.start)])
	return (len(rest) == 0 || bytes.EqualFold(rest, []byte("mailto:"))) &&
		len(bytes.TrimSpace(s.text[min(h.end, a.end):a.end])) == 0
}

// holdsOnly reports whether all addresses in an atom are this one.
func (s *Sweeper) holdsOnly(a *atom, address []byte) bool {
	hits := s.finder.hits
	for n := int(a.hit); n < len(hits) && hits[n].start < a.raw1; n++ {
		if !bytes.EqualFold(s.finder.address(&hits[n]), address) {
			return false
		}
	}
	return true
}

// picker picks candidates out of a record.
type picker struct {
	w      *window
	r      record
	k      int // the address
	list   *candidates
	score  int
	coding coding
	parts  byte // what stands beside a bare address and may part the fields of its line, 0 without
}

// pick adds the texts of the record.
func (p *picker) pick() {
	p.parts = p.parting()
	for i := p.r.from; i < p.r.to; i++ {
		switch a := &p.w.atoms[i]; {
		case i == p.k:
		case a.hit < 0, a.quote != 0 && p.beside(i), p.w.isSecret(i):
			p.atom(i)
		case !p.w.hits[a.hit].ours && !p.w.hits[a.hit].claimed: // a password may have an @ in it
			p.span(a.start, a.end, a.quote, p.score+p.distance(i)+scoreOther)
		}
	}
	p.w.steps += int64(p.r.to - p.r.from)
	p.around()
}

// beside reports whether a string with an address in it is more than that address.
func (p *picker) beside(i int) bool {
	a := &p.w.atoms[i]
	h := &p.w.hits[a.hit]
	return h.start > a.start || h.end < a.end
}

func (p *picker) distance(i int) int {
	if i > p.k {
		return 2 * (i - p.k)
	}
	return 2*(p.k-i) + 1
}

// atom adds the texts that begin with an atom.
func (p *picker) atom(i int) {
	a := &p.w.atoms[i]
	score := p.score + p.distance(i)
	if p.isKey(i) {
		if a.quote == 0 || i+1 != p.k {
			return
		}
		score += scoreKey
	}
	switch p.labelClass(i) {
	case wording.Password:
		p.labelled(i, score+scoreLabelled)
		return
	case wording.Mentions:
		p.labelled(i, score+scoreMentions)
		return
	case wording.Other:
		score += scoreOther
	}
	if a.quote != 0 {
		p.span(a.start, a.end, a.quote, score)
		return
	}
	p.column(i, score)
	p.option(i, score+scoreMentions)
	if i > p.r.from && p.glued(i) { // in the middle of a word with signs in it
		p.span(a.start, a.end, 0, score+scoreWeak/2)
		return
	}
	end := p.gluedEnd(i)
	p.span(a.start, p.w.atoms[end].end, 0, score)
	if tail := p.tail(p.w.atoms[end].end); tail > p.w.atoms[end].end {
		p.span(a.start, tail, 0, score+scoreReading)
	}
	if end > i {
		p.span(a.start, a.end, 0, score+scoreReading)
	}
}

// option adds what follows the letter of an option for passwords without a blank, as in "mysql -pTulip-7".
func (p *picker) option(i, score int) {
	a := &p.w.atoms[i]
	text := p.w.text[a.start:a.end]
	if len(text) < 3 || text[0] != '-' || text[1] != 'p' && text[1] != 'w' || text[2] == '-' {
		return
	}
	start, end := a.start+2, p.w.atoms[p.gluedEnd(i)].end
	if quote := p.w.text[start]; (quote == '\'' || quote == '"') && end-start > 2 && p.w.text[end-1] == quote {
		p.span(start+1, end-1, quote, score)
	}
	p.span(start, end, 0, score)
	p.span(start, a.end, 0, score+scoreReading)
}

// isKey reports whether an atom only names what follows it.
func (p *picker) isKey(i int) bool {
	w := p.w
	if i+1 >= p.r.to || !w.atoms[i+1].key {
		return false
	}
	if w.atoms[i].quote != 0 && !w.atoms[i+1].broken && p.isChain(i) {
		return false
	}
	if w.atoms[i].quote != 0 || w.atoms[i+1].broken {
		return true
	}
	return wording.ClassOf(w.atomText(i)) > wording.Unknown && w.atoms[i+1].rank < rankLine
}

// isChain reports whether a string is one of three or more between which the same sign stands, where in other texts
// keys have their values.
func (p *picker) isChain(i int) bool {
	w := p.w
	return i > p.r.from && w.atoms[i].key && !w.atoms[i].broken ||
		i+2 < p.r.to && w.atoms[i+2].key && !w.atoms[i+2].broken
}

// labelClass says what the label before an atom introduces.
func (p *picker) labelClass(i int) int {
	w := p.w
	if label := w.label(i); label != nil {
		c := wording.ClassOf(label)
		if c >= wording.Mentions {
			return c
		}
		if i-2 >= p.r.from && w.atoms[i-2].hit < 0 && w.atoms[i-1].rank < rankLine &&
			wording.IsValue(wording.Squeeze(nil, label)) && wording.ClassOf(w.atomText(i-2)) == wording.Password {
			return wording.Password
		}
		return c
	}
	// A word for a password at the start of a line or after a bar, with one text after it.
	if i-1 < p.r.from || w.atoms[i-1].hit >= 0 || i-1 == p.k+1 && !w.atoms[i-1].spaced {
		return wording.None
	}
	a := &w.atoms[i]
	if a.rank > rankLine || a.rank == rankSpace || a.low < w.atoms[i-1].depth ||
		wording.ClassOf(w.atomText(i)) > wording.Unknown {
		return wording.None
	}
	if wording.ClassOf(w.atomText(i-1)) == wording.Password || wording.ClassOf(w.phrase(i-1, p.r.from)) == wording.Password {
		return wording.Password
	}
	return wording.None
}

// labelled adds the readings of what a label introduces.
func (p *picker) labelled(i, score int) {
	w := p.w
	a := &w.atoms[i]
	if a.quote != 0 {
		p.span(a.start, a.end, a.quote, score)
		p.span(a.raw0, a.raw1, 0, score+3*scoreReading)
		return
	}
	start := p.afterSign(i)
	glued := p.gluedEnd(i)
	phrase := p.phraseEnd(i)
	p.span(start, p.tail(w.atoms[phrase].end), 0, score)
	p.span(start, w.atoms[phrase].end, 0, score)
	p.span(a.start, w.atoms[phrase].end, 0, score+scoreReading)
	p.span(a.start, p.tail(w.atoms[glued].end), 0, score+scoreReading)
	p.span(a.start, w.atoms[glued].end, 0, score+scoreReading)
	p.span(start, p.lineEnd(a.start), 0, score+2*scoreReading)
	p.span(a.start, a.end, 0, score+3*scoreReading)
}

// around adds the readings of what stands directly at a bare address: words of a line can be parted in
// more than one way.
func (p *picker) around() {
	w := p.w
	if w.atoms[p.k].quote != 0 {
		return
	}
	if i := p.k + 1; i < p.r.to && w.atoms[i].rank < rankLine && w.atoms[i].low >= w.atoms[p.k].depth &&
		p.labelClass(i) < wording.Mentions && !p.isKey(i) {
		p.after(i)
	}
	if i := p.k - 1; i >= p.r.from && w.atoms[p.k].rank < rankLine && w.atoms[i].depth == w.atoms[p.k].depth {
		p.before(i)
	}
}

// after adds the readings of what begins with atom i, right after the address.
func (p *picker) after(i int) {
	w := p.w
	a := &w.atoms[i]
	start, score := p.afterSign(i), p.score+1
	sign := p.sign(i)
	last := i
	for last+1 < p.r.to && p.glued(last+1) && p.sign(last+1) != sign && w.atoms[last+1].hit < 0 {
		last++
	}
	if a.quote == 0 {
		p.span(start, w.atoms[last].end, 0, score)
		p.span(start, p.tail(w.atoms[p.gluedEnd(i)].end), 0, score)
		p.span(start, w.atoms[p.phraseEnd(i)].end, 0, score+2*scoreReading)
	}
	p.span(start, p.lineEnd(a.raw0), 0, score+2*scoreReading)
}

// before adds the readings of what ends with atom i, right before the address.
func (p *picker) before(i int) {
	w := p.w
	if w.atoms[i].quote != 0 || w.atoms[i].hit >= 0 || p.isKey(i) {
		return
	}
	sign := p.sign(p.k)
	end := p.beforeSign(p.k)
	first := i
	for first > p.r.from && p.sign(first) != sign && w.atoms[first].rank < rankLine &&
		w.atoms[first].quote == 0 && !w.atoms[first].broken && w.atoms[first-1].hit < 0 &&
		w.atoms[first-1].quote == 0 {
		first--
	}
	score := p.score + 2
	p.span(w.atoms[first].start, end, 0, score)
	p.span(w.atoms[first].start, w.atoms[i].end, 0, score)
	glued := i
	for glued > p.r.from && p.glued(glued) && w.atoms[glued-1].hit < 0 {
		glued--
	}
	p.span(w.atoms[glued].start, end, 0, score+scoreReading)
	p.span(p.lineStart(w.atoms[i].start), end, 0, score+2*scoreReading)
}
