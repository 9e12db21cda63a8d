package dump

import "github.com/credsieve/credsieve/hashing"

// recorder packs what a serial session finds. Each report names the bytes that it is about, so that
// whoever emits the packets knows which of a stretch were claimed.
type recorder struct {
	check     func() error        // says that the run is over
	emit      func(*packet) error // takes what was found
	maxRecord int                 // bytes

	block   *packet
	failed  error // what emit returned
	seen    bool  // something was reported
	tooLong int64 // records over maxRecord
	lost    []string
	refused string
}

// newRecorder returns a recorder for one stretch. It hands on what it was told by emit, and stops when
// check returns an error. A record has at most maxRecord bytes.
func newRecorder(check func() error, emit func(*packet) error, maxRecord int) *recorder {
	return &recorder{check: check, emit: emit, maxRecord: maxRecord}
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

// rejectTooLong reports a record over the limit.
func (o *recorder) rejectTooLong(at Position) error {
	o.tooLong++
	return o.reject(at, ReasonTooLong)
}

// lose notes in a sentence that a part of the stretch was lost.
func (o *recorder) lose(text string) { o.lost = append(o.lost, text) }

// refuse notes in a sentence why nothing of the stretch was read.
func (o *recorder) refuse(text string) { o.refused = text }

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
	if err := o.check(); err != nil {
		return err
	}
	if o.block == nil {
		return nil
	}
	block := o.block
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

// parse reports what was packed, as the parse of a session does.
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
