package dump

import (
	"errors"
	"fmt"
	"strings"

	"github.com/credsieve/credsieve/datasets/dump/internal/private"
	"github.com/credsieve/credsieve/datasets/dump/internal/unpack"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// books are kept while an input is read. Nothing in them is changed later: what became of the input
// is made of the fates of its members, at the end.
type books struct {
	fates     []fate
	encodings []string // of the members that are text
	tooLong   int64    // records
}

// fate is what became of one member, or of what an archive leaves out. It has no Kind when it was
// read.
type fate struct {
	unpack.Fate
	why, encoding string
	holds         bool      // a record or a reject was found in it
	stretches     []Stretch // when it has turned
}

func (b *books) note(f unpack.Fate) { b.fates = append(b.fates, fate{Fate: f}) }

// open notes that a member is read.
func (b *books) open(m member, format, why, encoding string) {
	b.fates = append(b.fates, fate{
		Fate: unpack.Fate{Number: m.Number, Name: m.Name, Format: format}, why: why, encoding: encoding,
	})
}

// turn notes that the member that was opened last goes on in another format.
func (b *books) turn(format string, at leak.Position) {
	for i := len(b.fates) - 1; i >= 0; i-- {
		f := &b.fates[i]
		if f.Kind != 0 {
			continue
		}
		if len(f.stretches) == 0 {
			f.stretches = []Stretch{{Format: f.Format, Line: 1}}
		}
		f.stretches = append(f.stretches, Stretch{Format: format, Offset: at.Offset, Line: at.Line})
		return
	}
}

// formats are those of a member, each once.
func (f *fate) formats() []string {
	if len(f.stretches) == 0 {
		return []string{f.Format}
	}
	var names []string
	for _, s := range f.stretches {
		names = append(names, s.Format)
	}
	return names
}

// holds notes that something was found in the member that was opened last.
func (b *books) holds() {
	for i := len(b.fates) - 1; i >= 0; i-- {
		if f := &b.fates[i]; f.Kind == 0 {
			f.holds = true
			return
		}
	}
}

// report says what became of the input, but for its size and its digest.
func (b *books) report(maxRecord int) Report {
	pardoned := b.pardoned()
	sum := b.sum(pardoned)
	rep := Report{
		Status: StatusRead, Format: joinNames(sum.read), Encoding: joinNames(b.encodings),
		Members: b.members(pardoned), LeftOut: sum.leftOut,
	}
	var sentences []string
	if b.tooLong > 0 {
		sentences = append(sentences, tooLongSentence(b.tooLong, maxRecord))
	}
	sentences = append(sentences, firstOf(sum.lost)...)
	sentences = append(sentences, firstOf(sum.skipped)...)
	switch {
	case len(sum.read) == 0 && len(sentences) == 0 && sum.leftOut > 0:
		rep.Status, rep.Err = StatusSkipped, private.LeftOut(sum.leftOut)
	case len(sum.read) == 0 && len(sum.skipped)+len(sum.lost) == 0:
		sentences = append(sentences, "the dump is empty")
		rep.Status = StatusSkipped
	case len(sum.read) == 0:
		rep.Status, rep.Format = StatusSkipped, joinNames(sum.refused)
	case len(sentences) > 0:
		rep.Status = StatusPartial
	}
	if len(sentences) > 0 {
		rep.Err = errors.New(strings.Join(sentences, "; "))
	}
	return rep
}

// sums are the fates of all members by kind.
type sums struct {
	read, refused []string // formats
	lost, skipped []string // sentences
	leftOut       int      // files
}

func (b *books) sum(pardoned map[int]bool) (s sums) {
	for i, f := range b.fates {
		switch {
		case f.Kind == unpack.Lost:
			s.lost = append(s.lost, f.sentence())
		case f.Kind == unpack.LeftOut:
			s.leftOut += f.Files
		case f.Kind == unpack.Skipped && pardoned[i]:
			s.leftOut++
		case f.Kind == unpack.Skipped:
			s.skipped, s.refused = append(s.skipped, f.sentence()), append(s.refused, f.Format)
		case f.Kind == 0 && f.holds:
			s.read = append(s.read, f.formats()...)
		}
	}
	return s
}

// pardoned returns the places of fates that are not a loss: of pictures that were skipped before it
// was known that they belong to a stealer log.
func (b *books) pardoned() map[int]bool {
	skips := map[int][]int{} // by the number of the member
	for i, f := range b.fates {
		if f.Kind == unpack.Skipped {
			skips[f.Number] = append(skips[f.Number], i)
		}
	}
	out := map[int]bool{}
	for _, f := range b.fates {
		if f.Kind != unpack.Private {
			continue
		}
		var of []int
		for n := f.Number; n <= f.Last; n++ {
			of = append(of, skips[n]...)
		}
		if len(of) == 1 { // more are not those of a picture
			out[of[0]] = true
		}
	}
	return out
}

// members says what became of each.
func (b *books) members(pardoned map[int]bool) []MemberReport {
	var out []MemberReport
	place := map[int]int{} // in out, by number
	for i, f := range b.fates {
		about := MemberReport{Name: f.Name, Format: f.Format, Status: StatusSkipped}
		switch f.Kind {
		case unpack.Lost:
			if at, ok := place[f.Number]; ok {
				out[at].Status, out[at].Err = StatusPartial, errors.New(f.Text)
			}
			continue
		case unpack.Private:
			continue
		case unpack.LeftOut:
			about.Err = private.LeftOut(f.Files)
			out = append(out, about)
			continue
		case unpack.Skipped:
			about.Err = errors.New(f.Text)
			if pardoned[i] {
				about.Err = private.LeftOut(1)
			}
		default:
			about.Status, about.Why, about.Encoding = StatusRead, f.why, f.encoding
			about.Format, about.Stretches = joinNames(f.formats()), f.stretches
		}
		place[f.Number] = len(out)
		out = append(out, about)
	}
	return out
}

// sentence says what became of a member, and of which.
func (f fate) sentence() string {
	if f.Name == "" {
		return f.Text
	}
	return fmt.Sprintf("member %q: %s", f.Name, f.Text)
}

// firstOf keeps what is said of the first members, and says of the others how many they are: an
// archive can hold thousands.
func firstOf(sentences []string) []string {
	const shown = 3
	if len(sentences) <= shown {
		return sentences
	}
	return append(sentences[:shown:shown],
		fmt.Sprintf("and %d more of its members", len(sentences)-shown))
}

func tooLongSentence(n int64, limit int) string {
	if n == 1 {
		return fmt.Sprintf("1 record over the limit of %s was not read", unpack.ByteSize(limit))
	}
	return fmt.Sprintf("%d records over the limit of %s were not read", n, unpack.ByteSize(limit))
}
