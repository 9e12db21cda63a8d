package dump

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"

	"github.com/credsieve/credsieve/datasets/dump/internal/claims"
	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

const (
	// maxEncodings bounds what a record that is not UTF-8 can cost: each is a candidate more.
	maxEncodings = 4
	// maxDecoded is beyond any password: longer texts are not decoded.
	maxDecoded = 4 << 10
)

// defaultEncodings are tried where no sidecar names any: Western Europe and Cyrillic make up most of
// the text in dumps that is not UTF-8.
var defaultEncodings = []string{"windows-1252", "windows-1251"}

// codePages returns the encodings that a record may be in when it is not UTF-8, by their names at
// https://encoding.spec.whatwg.org/#names-and-labels.
func codePages(names []string) ([]encoding.Encoding, error) {
	if len(names) == 0 {
		names = defaultEncodings
	}
	if len(names) > maxEncodings {
		return nil, fmt.Errorf("%d encodings are named: at most %d can be tried", len(names),
			maxEncodings)
	}
	pages := make([]encoding.Encoding, 0, len(names))
	for _, name := range names {
		page, err := htmlindex.Get(name)
		if err != nil {
			return nil, fmt.Errorf("unknown encoding %q", name)
		}
		known, _ := htmlindex.Name(page) // what Get returned has one
		if known == "replacement" || known == "utf-8" || strings.HasPrefix(known, "utf-16") {
			return nil, fmt.Errorf("encoding %q is not a code page", name)
		}
		pages = append(pages, page)
	}
	return pages, nil
}

// decoding wraps emit: each block learns what its records may be in that are not UTF-8, and whether it will be
// swept. Whether one is
// is asked of the record and never of the block, because where blocks end must not change what is read.
func decoding(pages []encoding.Encoding, sweeps bool, emit func(*Block) error) func(*Block) error {
	return func(b *Block) error {
		b.pages, b.sweeps = pages, sweeps
		return emit(b)
	}
}

// decodedCuts adds to each record what its texts mean in other encodings.
type decodedCuts struct {
	pages  []*encoding.Decoder
	claims *claims.Claims
	record func(*leak.Record)
	list   []rankedCut
	out    []leak.Cut
}

// rankedCut is a cut with its place: cuts of one identifier stay together, and of too many cuts the
// likeliest are kept.
type rankedCut struct {
	leak.Cut
	rank, group int
}

func newDecodedCuts(pages []encoding.Encoding, made *claims.Claims, record func(*leak.Record)) *decodedCuts {
	d := &decodedCuts{claims: made, record: record}
	for _, page := range pages {
		d.pages = append(d.pages, page.NewDecoder())
	}
	return d
}

// add hands on a record. The raw bytes come first; then what the first cut means otherwise, which
// may displace the least likely of the other cuts.
func (d *decodedCuts) add(rec *leak.Record) {
	if rec.Plain {
		d.claims.Plain()
		d.record(rec)
		return
	}
	d.claims.Record(rec)
	if !rec.Foreign() {
		d.record(rec)
		return
	}
	d.list = d.list[:0]
	group := 0
	for i, c := range rec.Cuts {
		if i > 0 && !c.SharesIdentifier(&rec.Cuts[i-1]) {
			group += 1 + len(d.pages) // leaves room for the identifier in each encoding
		}
		rank := 2 * i
		if i > 0 {
			rank++ // after the decodings of the first
		}
		d.list = append(d.list, rankedCut{c, rank, group})
		d.decode(c, rank, i, group)
	}
	slices.SortStableFunc(d.list, func(a, b rankedCut) int { return cmp.Compare(a.rank, b.rank) })
	kept := d.list[:min(len(d.list), cut.MaxCuts)]
	slices.SortStableFunc(kept, func(a, b rankedCut) int { return cmp.Compare(a.group, b.group) })
	d.out = d.out[:0]
	for _, c := range kept {
		d.out = append(d.out, c.Cut)
	}
	both := *rec
	both.Cuts, both.Decoded = d.out, true
	d.record(&both)
}

// decode adds what cut i means in each encoding.
func (d *decodedCuts) decode(c leak.Cut, rank, i, group int) {
	if i > 0 {
		rank += 2 * cut.MaxCuts // after all raw readings
	}
	for p, page := range d.pages {
		other, in := c, group
		if !utf8.Valid(c.Identifier) {
			if other.Identifier = decodeText(page, c.Identifier); other.Identifier == nil {
				continue
			}
			in = group + 1 + p
			other.Identifier = d.sharedIdentifier(other.Identifier, in)
			if !utf8.Valid(c.Secret) {
				d.keep(rankedCut{other, rank, in}) // the password may have been stored as it stands
			}
		}
		if !utf8.Valid(c.Secret) {
			if other.Secret = decodeText(page, c.Secret); other.Secret == nil {
				continue
			}
		}
		if !utf8.Valid(c.Identifier) || !utf8.Valid(c.Secret) {
			d.keep(rankedCut{other, rank, in})
		}
	}
}

// sharedIdentifier returns the slice of an equal identifier in the same group.
func (d *decodedCuts) sharedIdentifier(id []byte, group int) []byte {
	for _, have := range d.list {
		if have.group == group && bytes.Equal(have.Identifier, id) {
			return have.Identifier
		}
	}
	return id
}

// keep adds a cut unless another encoding has led to the same.
func (d *decodedCuts) keep(c rankedCut) {
	for _, have := range d.list {
		if bytes.Equal(have.Secret, c.Secret) && bytes.Equal(have.Identifier, c.Identifier) {
			return
		}
	}
	d.list = append(d.list, c)
}

// decodeText returns nil when text is not in the encoding.
func decodeText(page *encoding.Decoder, text []byte) []byte {
	if len(text) > maxDecoded {
		return nil
	}
	page.Reset()
	out, err := page.Bytes(text)
	if err != nil || bytes.Contains(out, []byte("\uFFFD")) {
		return nil
	}
	return out
}

// encodingOf names the encoding of a member by its beginning.
func (m member) encodingOf(s *format.Sample) string {
	switch {
	case m.encoding != "":
		return m.encoding
	case len(m.head) > len(s.Data):
		return "utf-8-bom"
	case isASCII(s.Data):
		return "ascii"
	case utf8.Valid(s.Data[:wholeRunes(s.Data)]):
		return "utf-8"
	}
	return "8-bit"
}

func isASCII(text []byte) bool {
	return !slices.ContainsFunc(text, func(b byte) bool { return b >= utf8.RuneSelf })
}

// wholeRunes returns the length of text without a character that its end cuts.
func wholeRunes(text []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(text); n++ {
		if tail := text[len(text)-n:]; utf8.RuneStart(tail[0]) {
			if !utf8.FullRune(tail) {
				return len(text) - n
			}
			break
		}
	}
	return len(text)
}
