package dump

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/internal/sweep"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// claims are the addresses of a block that records were made of. They are gathered while the block is
// parsed, for a sweep of what is left. Plain records are only counted: there is nothing to be found
// beside them.
type claims struct {
	text    format.Block // that is swept
	lines   bool         // it is a list: each record is a line, and each line a record or a reject
	records int64        // parsed so far
	list    []claim
	spans   []sweep.Span // of addresses, in text
	hidden  []hidden
	rejects []sweep.Span // of a list
	budget  int          // bytes that may still be searched
}

// claim is a record that is not plain: its stretch of the text, and the first of its spans and of its
// hidden addresses.
type claim struct {
	record int64
	sweep.Span
	spans, hidden int
	lines         bool // nothing else can be found in it
}

// hidden is an address that its record has in another form than the text.
type hidden struct {
	sweep.Span // of the record
	address    []byte
}

// searches bounds how often each byte of a block is searched for the addresses of records: some have many
// cuts, and records may overlap.
const searches = 64

func (c *claims) reset(text format.Block, lines bool) {
	*c = claims{
		text: text, lines: lines, list: c.list[:0], spans: c.spans[:0], hidden: c.hidden[:0],
		rejects: c.rejects[:0], budget: searches * len(text.Data),
	}
}

// record notes what a record that is not plain has claimed.
func (c *claims) record(rec *leak.Record) {
	number := c.records
	c.records++
	at, ok := c.stretch(rec.Position)
	if !ok {
		return
	}
	made := claim{record: number, Span: at, spans: len(c.spans), hidden: len(c.hidden)}
	text := c.text.Data[at.Start:at.End]
	for i := range rec.Cuts {
		id := rec.Cuts[i].Identifier
		if len(rec.Cuts[i].Secret) == 0 || i > 0 && rec.Cuts[i].SharesIdentifier(&rec.Cuts[i-1]) ||
			!isBareAddress(id) {
			continue
		}
		c.claim(at, text, id)
	}
	mine := c.spans[made.spans:]
	if len(mine) > 1 {
		slices.SortFunc(mine, func(a, b sweep.Span) int { return cmp.Compare(a.Start, b.Start) })
	}
	made.lines = c.lines && len(mine) == 1 && bytes.Count(text, []byte("@")) == 1
	c.list = append(c.list, made)
}

// isBareAddress reports whether an identifier is an address and nothing else: what has signs in it that are rare
// in addresses may have swallowed a mark, a label or a quote.
func isBareAddress(id []byte) bool {
	at := bytes.IndexByte(id, '@')
	if at <= 0 || !cut.IsWord(id[0]) || !cut.IsWord(id[len(id)-1]) {
		return false
	}
	for i, b := range id {
		if cut.IsWord(b) || b == '.' || b == '_' || b == '+' || i == at || b == '-' && id[i-1] != '-' {
			continue
		}
		return false
	}
	return true
}

// claim notes where an identifier stands in the stretch of its record.
func (c *claims) claim(at sweep.Span, text, id []byte) {
	found := false
	for from := 0; c.budget > 0; {
		i := bytes.Index(text[from:], id)
		if i < 0 {
			c.budget -= len(text) - from
			break
		}
		found = true
		c.budget -= i + len(id)
		from += i + len(id)
		c.spans = append(c.spans, sweep.Span{Start: at.Start + from - len(id), End: at.Start + from})
		if c.lines {
			break // the line is looked at as a whole
		}
	}
	if !found && c.budget > 0 {
		c.hidden = append(c.hidden, hidden{at, bytes.Clone(id)})
	}
}

// reject notes a stretch that is no record.
func (c *claims) reject(r leak.Reject) {
	if !c.lines {
		return // all of the text is searched
	}
	if at, ok := c.stretch(r.Position); ok {
		c.rejects = append(c.rejects, at)
	}
}

// stretch returns where a position lies in the text.
func (c *claims) stretch(p leak.Position) (sweep.Span, bool) {
	from := p.Offset - c.text.Offset
	if from < 0 || p.Length <= 0 || from+p.Length > int64(len(c.text.Data)) {
		return sweep.Span{}, false
	}
	return sweep.Span{Start: int(from), End: int(from + p.Length)}, true
}

// of returns the claim of a record, nil when it was plain.
func (c *claims) of(record int64) *claim {
	i, ok := slices.BinarySearchFunc(c.list, record, func(m claim, record int64) int {
		return cmp.Compare(m.record, record)
	})
	if !ok {
		return nil
	}
	return &c.list[i]
}

// mine returns the spans that a claim has.
func (c *claims) mine(m *claim) []sweep.Span {
	spans := c.spans[m.spans:]
	n := 0
	for n < len(spans) && spans[n].Start >= m.Start && spans[n].End <= m.End {
		n++
	}
	return spans[:n]
}

// holds reports whether a record, in whatever form, claims an address that stands at a place.
func (c *claims) holds(at sweep.Span, address []byte) bool {
	return slices.ContainsFunc(c.hidden, func(h hidden) bool {
		return h.Start <= at.Start && at.End <= h.End && bytes.EqualFold(h.address, address)
	})
}

// isLoose reports whether a line of a list is none of the ways in which such lists are written: an address
// first, or an address between separators that does not follow its own name. Then the reader
// has only guessed.
func isLoose(line []byte, address sweep.Span) bool {
	before := cut.TrimSpace(line[:address.Start])
	after := line[address.End:]
	ends := len(cut.TrimSpace(after)) == 0 || cut.IsSeparator(after[0]) || after[0] == ','
	if len(before) == 0 {
		return !ends && !cut.IsSpace(after[0])
	}
	last := line[address.Start-1]
	if !ends || !cut.IsSeparator(last) && last != ',' {
		return true
	}
	name := before[:len(before)-1]
	if i := bytes.LastIndexAny(name, ":;|\t,"); i >= 0 {
		name = name[i+1:]
	}
	_, labelled := cut.IdentifierKind(cut.ColumnName(name))
	return labelled
}
