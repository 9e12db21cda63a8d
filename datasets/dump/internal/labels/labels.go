// Package labels reads texts in which a label says what each value is: "Email: a | Password: b" on one
// line, or a label and its value a line. Phishing kits, keyloggers, password managers, configuration
// files, PHP and YAML, and the expanded output of databases are written so.
//
// One reader takes all of them, because they differ only in what parts label and value, and in what
// stands around. Which labels there are is data (words.go): a label is known by its last words, so that
// bullets, times and "POSSIBLE USERNAME FIELD FOUND:" before it do not matter (label.go). A line is taken
// apart into labels and values (line.go), lines make a block (block.go), and a block makes cuts
// (cuts.go).
package labels

import (
	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// Format is text of labels and values. A record is a line that names a user and a password, or a block:
// lines up to a blank line, a rule, a section, the next item of a list, or a label that the block holds
// already. A password belongs to the names of its own block and to no other. Rules by themselves are
// neither records nor rejects; other lines outside of blocks are rejects, or records where they are
// lines of a combo or ulp list.
type Format struct{}

// Name implements format.Format.
func (Format) Name() string { return "labels" }

// Score implements format.Format.
func (Format) Score(s *format.Sample) int {
	if isLabelled(s) {
		return format.Certain
	}
	return -1
}

// Open implements format.Format.
func (Format) Open(s *format.Sample) (format.Session, error) {
	return session{format.Lines{End: s.LineEnd()}}, nil
}

// isLabelled looks for blocks that name a user and a password, and asks for a good part of the lines: a
// list may hold a user called login.
func isLabelled(s *format.Sample) bool {
	if s.Share(func(line []byte) bool { return cut.LeadingEmail(line) > 0 }) >= 50 {
		return false
	}
	const enough = 30 // percent: reports say much beside
	pairs, lines, listed, forms := 0, 0, 0, 0
	session{format.Lines{End: s.LineEnd()}}.scan(s.Data, 1, sink{
		begin: func(int) {},
		block: func(b *block) {
			if b.convinces() {
				pairs++
				lines += b.lines
				if b.secrets[0].form {
					forms++
				}
			}
		},
		text: func(int, int, int64) {}, pair: func(int, int, int64) { listed++ },
	})
	const some = 3 // forms among the lines of requests
	return forms >= some && lines > listed || pairs > 0 && lines > listed && 100*lines >= enough*len(s.Lines)
}

// session is the session of such a text.
type session struct{ format.Lines }

// Guesses implements format.Guessing: labels say what a value is, and not where it ends.
func (session) Guesses() bool { return true }

// Overlong implements format.Overlong.
func (session) Overlong() func(data []byte) int { return format.OverlongLines() }

// Parse implements format.Session.
func (l session) Parse(b *format.Block, record func(*leak.Record), reject func(leak.Reject)) {
	c := format.Collector{Block: b, Record: record, Reject: reject}
	l.scan(b.Data, b.Line, sink{
		begin: func(int) {},
		block: func(found *block) {
			c.Done(found.start, found.end-found.start, found.line, cutBlock(&c.Cuts, b.Data, found))
		},
		text: func(start, end int, line int64) { c.Done(start, end-start, line, leak.ReasonNotARecord) },
		pair: func(start, end int, line int64) {
			c.Done(start, end-start, line, c.Cuts.Line(b.Data[start:end]))
		},
	})
}
