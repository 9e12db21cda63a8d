package dump

import (
	"io"

	"github.com/credsieve/credsieve/hashing"
)

// serial is a session whose records cannot be told without what stood before them: a statement that
// names its columns once, a sheet with shared strings. It reads the whole member, in the goroutine of
// Read, and its last and parse are never called.
type serial interface {
	session
	// read reads a member to its end and reports what is in it, in order. An error is what ended the
	// member early: one of from or of out as it came, or a sentence that says what is damaged; left is
	// then where the stretch begins that could not be read, its length unset.
	read(from io.Reader, out *recorder) (left Position, err error)
}

// recorder packs what a serial session finds into blocks.
type recorder struct {
	*reading
	member member
	block  *packet
	seen   bool  // something was reported
	failed error // what emit returned
}

// packet holds records that are found already. Its slices are its own.
type packet struct {
	items []packetItem
	cuts  []packetCut
	text  []byte
}

// packetItem is a record of the next cuts, or a reject when it has a reason.
type packetItem struct {
	at     Position
	cuts   int
	reason Reason
}

type packetCut struct {
	identifier, secret, host span
	kind                     hashing.Kind
	testable                 bool
}

const (
	packetText  = 256 << 10 // a block is handed on when it holds as much,
	packetItems = 4096      // or as many
)

// record reports a record. The recorder keeps a copy of what the cuts point to.
func (o *recorder) record(at Position, cuts []Cut) error {
	b := o.open()
	var at0 span
	for i := range cuts {
		c := &cuts[i]
		if i == 0 || !c.SharesIdentifier(&cuts[i-1]) {
			at0 = b.keep(c.Identifier)
		}
		b.cuts = append(b.cuts, packetCut{
			identifier: at0, secret: b.keep(c.Secret), host: b.keep(c.Host), kind: c.Kind,
			testable: c.Testable,
		})
	}
	b.items = append(b.items, packetItem{at: at, cuts: len(cuts)})
	return o.handOn()
}

// done reports a record with the cuts made, or a reject when there is a reason.
func (o *recorder) done(at Position, c *cutter, reason Reason) error {
	if reason != "" {
		return o.reject(at, reason)
	}
	return o.record(at, c.all())
}

// reject reports a stretch that could not be parsed.
func (o *recorder) reject(at Position, reason Reason) error {
	b := o.open()
	b.items = append(b.items, packetItem{at: at, reason: reason})
	return o.handOn()
}

func (o *recorder) open() *packet {
	o.seen = true
	if o.block == nil {
		o.block = &packet{}
	}
	return o.block
}

func (o *recorder) handOn() error {
	if len(o.block.text) < packetText && len(o.block.items) < packetItems {
		return nil
	}
	return o.flush()
}

// flush hands on what was reported so far.
func (o *recorder) flush() error {
	if err := o.ctx.Err(); err != nil {
		return err
	}
	if o.block == nil {
		return nil
	}
	block := &Block{Member: o.member.name, packed: o.block}
	o.block = nil
	o.failed = o.emit(block)
	return o.failed
}

func (b *packet) keep(text []byte) span {
	start := len(b.text)
	b.text = append(b.text, text...)
	return span{start, len(b.text)}
}

func (b *packet) at(s span) []byte { return b.text[s.start:s.end:s.end] }

// parse does for a block of packed records what Block.Parse promises.
func (b *packet) parse(record func(*Record), reject func(Reject)) {
	var out Record
	next := 0
	for _, item := range b.items {
		if item.reason != "" {
			reject(Reject{Position: item.at, Reason: item.reason})
			continue
		}
		out.Position, out.Cuts = item.at, out.Cuts[:0]
		for _, c := range b.cuts[next : next+item.cuts] {
			out.Cuts = append(out.Cuts, Cut{
				Identifier: b.at(c.identifier), Kind: c.kind, Secret: b.at(c.secret),
				Host: b.at(c.host), Testable: c.testable,
			})
		}
		next += item.cuts
		record(&out)
	}
}

// serially reads a member by a serial session. What ended it early is a reject, as for any other.
func (r *reading) serially(m member, name string, how serial) error {
	counted := &countingReader{from: m.from}
	out := &recorder{reading: r, member: m}
	left, err := how.read(counted, out)
	if ctxErr := r.ctx.Err(); ctxErr != nil {
		return ctxErr
	}
	if out.failed != nil {
		return out.failed
	}
	if err != nil {
		reason, sentence := ReasonReadError, err.Error()
		if counted.err != nil && counted.err != io.EOF {
			reason, sentence = (&splitter{reading: r, member: m}).failure(counted.err)
		}
		r.lose(m, sentence)
		left.Length = counted.n - left.Offset
		err = out.reject(left, reason)
	}
	if err == nil {
		err = out.flush()
	}
	if out.seen {
		r.read = append(r.read, name)
	}
	return err
}

// countingReader knows how far a member was read and what ended it.
type countingReader struct {
	from io.Reader
	n    int64
	err  error
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	c.n += int64(n)
	if err != nil {
		c.err = err
	}
	return n, err
}
