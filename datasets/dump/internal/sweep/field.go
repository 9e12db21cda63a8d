package sweep

import (
	"bytes"

	"github.com/credsieve/credsieve/datasets/dump/internal/escape"
)

// fieldReach is how far on each side of an address the ends of its field are looked for: those that are encoded as a
// whole are the values of one user.
const fieldReach = 1 << 10

// field returns what the field around a hit stands for when it is encoded as a whole and holds more than the
// address: the value of a form, a cell of HTML. Nil when it is not.
func (s *Sweeper) field(h *hit) []byte {
	if h.packed || s.inner == nil {
		return nil
	}
	lo, hi := max(int(h.gap0), int(h.start)-fieldReach), min(int(h.gap1), int(h.end)+fieldReach)
	if h.decoded {
		if inner := s.formField(h, lo, hi); inner != nil {
			return inner
		}
	}
	if inner := s.cell(h, lo, hi); inner != nil {
		return inner
	}
	return s.rows(h, lo, hi)
}

// formField decodes a value that is encoded as those of forms are.
func (s *Sweeper) formField(h *hit, lo, hi int) []byte {
	from, to := s.around(h, lo, hi, func(c byte) bool {
		return classes[c]&wordByte != 0 && c < 0x80 || bytes.IndexByte([]byte("%+-._~*!()"), c) >= 0
	})
	raw := s.text[from:to]
	if bytes.IndexByte(raw, '%') < 0 {
		return nil
	}
	var u escape.Text
	u.UndoOnce(bytes.ReplaceAll(raw, []byte("+"), []byte(" ")), escape.Percent)
	return s.more(u.Bytes, h)
}

// cell decodes a text between tags, or on a line, in which quotes and the like are character references.
func (s *Sweeper) cell(h *hit, lo, hi int) []byte {
	if bytes.IndexByte(s.text[lo:hi], '&') < 0 {
		return nil
	}
	from, to := s.around(h, lo, hi, func(c byte) bool { return c != '<' && c != '>' })
	if !s.isElement(from, to, lo, hi) {
		from, to = s.around(h, from, to, func(c byte) bool { return c != '\n' && c != '\r' })
	}
	raw := s.text[from:to]
	for _, sign := range []string{"&quot;", "&#34;", "&#39;", "&#x27;", "&lt;", "&amp;", "&#038;", "&apos;"} {
		if bytes.Contains(raw, []byte(sign)) {
			var u escape.Text
			u.UndoOnce(raw, escape.Entity)
			return s.more(u.Bytes, h)
		}
	}
	return nil
}

// isElement reports whether a stretch is what an element holds that begins and ends on lines of its own.
func (s *Sweeper) isElement(from, to, lo, hi int) bool {
	if from <= lo || s.text[from-1] != '>' || to >= hi || s.text[to] != '<' { // it may reach out of the window
		return false
	}
	open, end := bytes.LastIndexByte(s.text[lo:from], '<'), bytes.IndexByte(s.text[to:hi], '>')
	if open < 0 || end < 0 {
		return false
	}
	open, end = lo+open, to+end+1
	isEnd := func(i int) bool { return i < 0 || i >= len(s.text) || s.text[i] == '\n' || s.text[i] == '\r' }
	return isEnd(open-1) && isEnd(end)
}

// rows returns the text of a cell of CSV that has several lines.
func (s *Sweeper) rows(h *hit, lo, hi int) []byte {
	if bytes.IndexByte(s.text[lo:hi], '"') < 0 || bytes.IndexByte(s.text[lo:hi], '\n') < 0 {
		return nil
	}
	from, ok := s.cellQuote(int(h.start)-1, -1, lo, hi)
	to, also := s.cellQuote(int(h.end), 1, lo, hi)
	if !ok || !also {
		return nil
	}
	if raw := s.text[from+1 : to]; bytes.IndexByte(raw, '\n') >= 0 {
		return s.more(bytes.ReplaceAll(raw, []byte(`""`), []byte(`"`)), h)
	}
	return nil
}

// cellQuote looks from i on, by step, for the quote that a cell of CSV begins (step -1) or ends (step 1) with: the first
// that is not doubled, and beside it is where a cell ends.
func (s *Sweeper) cellQuote(i, step, lo, hi int) (at int, ok bool) {
	for ; i >= lo && i < hi; i += step {
		s.counts.Work++
		if s.text[i] != '"' {
			continue
		}
		out := i + step
		if out < lo || out >= hi {
			return i, true
		}
		if s.text[out] != '"' {
			return i, bytes.IndexByte([]byte(",;\t|\r\n"), s.text[out]) >= 0
		}
		i = out
	}
	return 0, false
}

// around returns the stretch around a hit of which is accepts each byte.
func (s *Sweeper) around(h *hit, lo, hi int, is func(byte) bool) (from, to int) {
	from, to = int(h.start), int(h.end)
	for from > lo && is(s.text[from-1]) {
		from--
	}
	for to < hi && is(s.text[to]) {
		to++
	}
	s.counts.Work += int64(to-from) / 8
	return from, to
}

// more returns a text that holds more than the address of a hit, else nil.
func (s *Sweeper) more(text []byte, h *hit) []byte {
	const least = 3 // bytes of a separator and a password
	if len(bytes.TrimSpace(text)) < int(h.a1-h.a0)+least {
		return nil
	}
	return text
}
