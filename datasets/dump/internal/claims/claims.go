// Package claims knows which addresses of a block records were made of, and has the others swept.
//
// A reader that misunderstands a layout must not hide what it does not see, so that each block is looked at twice: the
// records of its reader claim addresses, and a sweep looks at the rest. Where a reader only guesses, a record that names
// one of ours is looked at again.
package claims

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/internal/sweep"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// Claims are the addresses of a block that records were made of. They are gathered while the block is
// parsed, for a sweep of what is left. Plain records are only counted: there is nothing to be found
// beside them.
type Claims struct {
	text    format.Block // that is swept
	lines   bool         // it is a list: each record is a line, and each line a record or a reject
	mark    []byte       // of a list: what parts the fields of its lines, nil: the usual separators
	lineEnd byte
	guesses bool         // records may be looked at again: it is a list, or its session guesses
	records int64        // parsed so far
	list    []claim      // of records that may be looked at again
	spans   []sweep.Span // of addresses, in text
	hidden  []hidden
	rejects []sweep.Span // of a list
	budget  int          // bytes that may still be searched
}

// claim is a record that may be looked at again; of a list, one that is not plain.
type claim struct {
	record int64
	sweep.Span
	spans int  // the first of its spans
	whole bool // nothing else can be found in it
}

// hidden is an address that its record has in another form than the text.
type hidden struct {
	sweep.Span // of the record
	address    []byte
}

// searches bounds how often each byte of a block is searched for the addresses of records: they may overlap.
const searches = 64

// Reset makes claims ready for the text of a block, and for the session that reads it, nil when none does.
func (c *Claims) Reset(text format.Block, how format.Session) {
	*c = Claims{
		text: text, lines: isList(how), mark: markOf(how), guesses: isList(how) || isGuessing(how), list: c.list[:0], spans: c.spans[:0], hidden: c.hidden[:0],
		rejects: c.rejects[:0], budget: searches * len(text.Data), lineEnd: '\n',
	}
	if how != nil {
		c.lineEnd = how.LineEnd()
	}
}

// Plain counts a record that holds nothing besides its cut.
func (c *Claims) Plain() { c.records++ }

// Record notes what a record that is not plain has claimed.
func (c *Claims) Record(rec *leak.Record) {
	number := c.records
	c.records++
	at, ok := c.stretch(rec.Position)
	if !ok {
		return
	}
	first := len(c.spans)
	for i := range rec.Cuts {
		id := rec.Cuts[i].Identifier
		if len(rec.Cuts[i].Secret) > 0 && (i == 0 || !rec.Cuts[i].SharesIdentifier(&rec.Cuts[i-1])) && isBareAddress(id) {
			c.claim(id, at)
		}
	}
	if len(c.spans) > first+1 {
		slices.SortFunc(c.spans[first:], func(a, b sweep.Span) int { return cmp.Compare(a.Start, b.Start) })
	}
	if c.guesses && !c.lines {
		c.list = append(c.list, claim{record: number, Span: at, spans: first})
	} else if c.lines {
		line := c.text.Data[at.Start:at.End]
		signs := bytes.Count(line, []byte("@"))
		whole := len(c.spans) == first+signs && signs < 2 && !mayHide(line)
		c.list = append(c.list, claim{number, at, first, whole})
	}
}

// claim notes where an identifier stands.
func (c *Claims) claim(id []byte, within sweep.Span) {
	data := c.text.Data
	if at := cap(data) - cap(id); at >= within.Start && at+len(id) <= within.End && &data[at] == &id[0] {
		if !isOption(data, at) {
			c.spans = append(c.spans, sweep.Span{Start: at, End: at + len(id)}) // it lies in the text itself
		}
		return
	}
	if c.budget < 0 {
		return
	}
	sign := bytes.IndexByte(id, '@')
	for from := within.Start; from < within.End; {
		i := bytes.IndexByte(data[from:within.End], '@')
		if i < 0 {
			break
		}
		from += i + 1
		at := from - 1 - sign
		if at >= within.Start && at+len(id) <= within.End && string(data[at:at+len(id)]) == string(id) {
			c.budget -= from - within.Start
			c.spans = append(c.spans, sweep.Span{Start: at, End: at + len(id)})
			return
		}
	}
	c.budget -= within.End - within.Start
	if bytes.IndexByte(id[:sign], '+') >= 0 {
		return // the blank of a form, with a word before it
	}
	c.hidden = append(c.hidden, hidden{within, bytes.Clone(id)})
}

// isOption reports whether a dash after a blank stands before a place: then its first letter is that of an option, as in
// "mysql -uann@example.com".
func isOption(data []byte, at int) bool {
	return at > 0 && data[at-1] == '-' && (at == 1 || data[at-2] == ' ')
}

// bareBytes has no bit for the bytes of addresses that hold nothing else, but for those that are counted. What has
// other signs in it may have swallowed a mark, a label or a quote; so may what is not ASCII, such as a wide colon.
var bareBytes = func() (table [256]uint8) {
	for b := range table {
		if b >= 0x80 || !cut.IsWord(byte(b)) && bytes.IndexByte([]byte("._+-'"), byte(b)) < 0 {
			table[b] = otherByte
		}
	}
	table['-'] = dashByte
	return table
}()

const (
	dashByte = 1 << iota
	otherByte
)

// isBareAddress reports whether an identifier is an address and nothing else. The letter of N'ann@example.com' is
// not, of a string in SQL, nor are the number of a row before it, and what a dash parts from the last label of a domain.
func isBareAddress(id []byte) bool {
	sign := bytes.IndexByte(id, '@')
	if sign <= 0 || id[0] == '0' && sweep.ZeroPadded(id[:sign]) > 0 {
		return false
	}
	all := bytesIn(id[:sign]) | bytesIn(id[sign+1:])
	return all&otherByte == 0 && cut.IsWord(id[0]) && id[1] != '\'' && isTopLevel(id[sign+1:]) &&
		(all&dashByte == 0 || !bytes.Contains(id, []byte("--")))
}

// bytesIn returns the bits of all bytes of a text, four at a time: hardly any address has another, so that nothing is
// gained by an early end.
func bytesIn(text []byte) (all uint8) {
	for ; len(text) >= 4; text = text[4:] {
		all |= bareBytes[text[0]] | bareBytes[text[1]] | bareBytes[text[2]] | bareBytes[text[3]]
	}
	for _, b := range text {
		all |= bareBytes[b]
	}
	return all
}

// isTopLevel reports whether a domain ends in a label that others can stand before: of letters and digits, as all are
// but those in ASCII form ("xn--").
func isTopLevel(domain []byte) bool {
	n := len(domain)
	for n > 0 && cut.IsWord(domain[n-1]) {
		n--
	}
	return n > 0 && n < len(domain) && domain[n-1] == '.'
}

// mayHide reports whether there may be an address in a line without the sign of one: encoded, or in a word of
// base64 or hex. Lines of names and passwords are many, and hardly any of them is searched.
func mayHide(line []byte) bool {
	var run, most uint8
	var met uint16
	for _, b := range line {
		of := hiding[b]
		run = (run + 1) & uint8(of)
		most = max(most, run)
		met |= of
	}
	return met&hidingSign != 0 || most >= sweep.PackedLength || met&spellingSign != 0 && sweep.MaySpell(line)
}

// hiding has all low bits for bytes of packed words, and hidingSign for those that encoded addresses begin with.
var hiding = func() (table [256]uint16) {
	for b := range table {
		if sweep.IsPacked(byte(b)) {
			table[b] = 0x7f
		}
	}
	for _, b := range []byte(sweep.EncodingSigns) {
		table[b] |= hidingSign
	}
	for _, b := range []byte(sweep.SpellingSigns) {
		table[b] |= spellingSign
	}
	return table
}()

const (
	hidingSign   = 1 << 8
	spellingSign = 1 << 9
)

// Reject notes a stretch that is no record.
func (c *Claims) Reject(r leak.Reject) {
	if !c.lines {
		return // all of the text is searched
	}
	if at, ok := c.stretch(r.Position); ok {
		c.rejects = append(c.rejects, at)
	}
}

// stretch returns where a position lies in the text.
func (c *Claims) stretch(p leak.Position) (sweep.Span, bool) {
	from := p.Offset - c.text.Offset
	if from < 0 || p.Length <= 0 || from+p.Length > int64(len(c.text.Data)) {
		return sweep.Span{}, false
	}
	return sweep.Span{Start: int(from), End: int(from + p.Length)}, true
}

// of returns the claim of a record, nil when it was plain.
func (c *Claims) of(record int64) *claim {
	i, ok := slices.BinarySearchFunc(c.list, record, func(m claim, record int64) int {
		return cmp.Compare(m.record, record)
	})
	if !ok {
		return nil
	}
	return &c.list[i]
}

// mine returns the spans that a claim has.
func (c *Claims) mine(m *claim) []sweep.Span {
	n := m.spans
	for n < len(c.spans) && c.spans[n].End <= m.End {
		n++
	}
	return c.spans[m.spans:n]
}

// holds reports whether a record claims an address that stands at a place and that no span covers: it has it in
// another form, or it holds it twice.
func (c *Claims) holds(at sweep.Span, address []byte) bool {
	if slices.ContainsFunc(c.hidden, func(h hidden) bool {
		return h.Start <= at.Start && at.End <= h.End && bytes.EqualFold(h.address, address)
	}) {
		return true
	}
	i, _ := slices.BinarySearchFunc(c.spans, at.Start, func(s sweep.Span, start int) int {
		return cmp.Compare(s.Start, start)
	})
	return !c.lines && (i > 0 && c.repeats(c.spans[i-1], at, address) || i < len(c.spans) && c.repeats(at, c.spans[i], address))
}

// repeats reports whether two places on one line, of which one is a span, hold the same address.
func (c *Claims) repeats(a, b sweep.Span, address []byte) bool {
	text := c.text.Data
	return a.End <= b.Start && bytes.EqualFold(text[a.Start:a.End], address) && bytes.EqualFold(text[b.Start:b.End], address) &&
		bytes.IndexByte(text[a.End:b.Start], '\n') < 0
}

// isLooseLine reports whether a line of a list is none of the ways in which such lists are written: an address
// first, or an address between separators that does not follow its own name. Then the reader
// has only guessed. Mark is what parts the fields besides the usual separators.
func isLooseLine(line []byte, address sweep.Span, mark []byte) bool {
	before, after := line[:address.Start], line[address.End:]
	if n := len(before); n > 0 && len(after) > 0 && before[n-1] == after[0] && (after[0] == '"' || after[0] == '\'') {
		before, after = before[:n-1], after[1:] // a field in quotes
	}
	marked := func(is func(text, mark []byte) bool, text []byte) bool { return len(mark) > 0 && is(text, mark) }
	ends := len(cut.TrimSpace(after)) == 0 || cut.IsSeparator(after[0]) || after[0] == ',' || marked(bytes.HasPrefix, after)
	name := cut.TrimSpace(before)
	if len(name) == 0 {
		return !ends && !cut.IsSpace(after[0])
	}
	if ends && marked(bytes.HasSuffix, before) {
		return false
	}
	last := before[len(before)-1]
	if !ends || !cut.IsSeparator(last) && last != ',' {
		return true
	}
	name = name[:len(name)-1]
	if i := bytes.LastIndexAny(name, ":;|\t,"); i >= 0 {
		name = name[i+1:]
	}
	_, labelled := cut.IdentifierKind(cut.ColumnName(name))
	return labelled
}
