package format

import (
	"sync"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/leak"
	"github.com/credsieve/credsieve/hashing"
)

// Recorder packs what a serial session finds. Each report names the bytes that it is about, so that
// whoever emits the packets knows which of a stretch were claimed.
type Recorder struct {
	Check     func() error // returns an error when the run is over
	MaxRecord int          // bytes
	Notes

	// Turns reports whether a text that a session does not understand begins a stretch of another format. Nil: none does.
	Turns func(text []byte, ended bool) bool

	emit  func(*Packet) error
	base  leak.Position // where the stretch begins in its member
	block *Packet       // to hand on
}

// Turned is where a serial session has stopped because another format begins.
type Turned struct {
	At   leak.Position // in the stretch
	Rest []byte        // what was read of it already
}

// Notes are what a session has noticed of its stretch beside records and rejects.
type Notes struct {
	Seen    bool     // something was reported
	TooLong int64    // records over the limit
	Lost    []string // sentences: what was lost, in the order in which it was noticed
	Refused string   // sentence: why nothing was read; empty when it was
	Turned  *Turned  // not nil: the rest is another stretch
	Failed  error    // what taking a packet has returned: nothing more may be handed on
}

// NewRecorder returns a recorder for one stretch. It hands on packets by emit as they fill, and stops
// when check returns an error. A record has at most maxRecord bytes.
func NewRecorder(check func() error, emit func(*Packet) error, maxRecord int) *Recorder {
	return &Recorder{Check: check, emit: emit, MaxRecord: maxRecord}
}

// From says where in its member the stretch begins.
func (o *Recorder) From(offset, line int64) { o.base = leak.Position{Offset: offset, Line: line - 1} }

// inMember returns a position of the stretch as one of its member.
func (o *Recorder) inMember(at leak.Position) leak.Position {
	at.Offset += o.base.Offset
	at.Line += o.base.Line
	return at
}

// Packet holds records that are found already. Its slices are its own until it is released.
type Packet struct {
	items []packetItem
	cuts  []packetCut
	text  []byte
}

// packetItem is a record of the next cuts, or a reject when it has a reason.
type packetItem struct {
	at     leak.Position
	cuts   int
	reason leak.Reason
}

type packetCut struct {
	identifier, secret, host cut.Span
	kind                     hashing.Kind
	testable                 bool
}

const (
	packetText  = 256 << 10 // bytes: a packet is handed on when it holds as much,
	packetItems = 4096      // or as many records and rejects
)

// Record reports a record. The recorder keeps a copy of what the cuts point to.
func (o *Recorder) Record(at leak.Position, cuts []leak.Cut) error {
	b := o.open()
	var at0 cut.Span
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
	b.items = append(b.items, packetItem{at: o.inMember(at), cuts: len(cuts)})
	return o.handOn()
}

// Done reports a record with the cuts made, or a reject when there is a reason.
func (o *Recorder) Done(at leak.Position, c *cut.Cutter, reason leak.Reason) error {
	if reason != "" {
		return o.Reject(at, reason)
	}
	c.Unpack()
	return o.Record(at, c.All())
}

// Reject reports a stretch that could not be parsed.
func (o *Recorder) Reject(at leak.Position, reason leak.Reason) error {
	b := o.open()
	b.items = append(b.items, packetItem{at: o.inMember(at), reason: reason})
	return o.handOn()
}

// RejectTooLong reports a record over the limit.
func (o *Recorder) RejectTooLong(at leak.Position) error {
	o.TooLong++
	return o.Reject(at, leak.ReasonTooLong)
}

// Lose notes in a sentence that a part of the stretch was lost.
func (o *Recorder) Lose(text string) { o.Lost = append(o.Lost, text) }

// Refuse notes in a sentence why nothing of the stretch was read.
func (o *Recorder) Refuse(text string) { o.Refused = text }

func (o *Recorder) open() *Packet {
	o.Seen = true
	if o.block == nil {
		o.block = newPacket()
	}
	return o.block
}

// packets have been released. A large dump is thousands of packets, and without their memory the collector of garbage
// would run for each dozen of them.
var packets sync.Pool

func newPacket() *Packet {
	if b, ok := packets.Get().(*Packet); ok {
		return b
	}
	return new(Packet)
}

// Release gives the packet's memory to the next one. Nothing that Parse has handed out may be used afterwards.
func (b *Packet) Release() {
	b.items, b.cuts, b.text = b.items[:0], b.cuts[:0], b.text[:0]
	packets.Put(b)
}

func (o *Recorder) handOn() error {
	if len(o.block.text) < packetText && len(o.block.items) < packetItems {
		return nil
	}
	return o.Flush()
}

// Flush hands on what was reported so far.
func (o *Recorder) Flush() error {
	if err := o.Check(); err != nil {
		return err
	}
	if o.block == nil {
		return nil
	}
	block := o.block
	o.block = nil
	o.Failed = o.emit(block)
	return o.Failed
}

// End is where the last of what was packed ends in its member.
func (b *Packet) End() int64 {
	if len(b.items) == 0 {
		return 0
	}
	last := b.items[len(b.items)-1].at
	return last.Offset + last.Length
}

func (b *Packet) keep(text []byte) cut.Span {
	start := len(b.text)
	b.text = append(b.text, text...)
	return cut.Span{Start: start, End: len(b.text)}
}

func (b *Packet) at(s cut.Span) []byte { return b.text[s.Start:s.End:s.End] }

// Parse reports what was packed, as the parse of a session does.
func (b *Packet) Parse(record func(*leak.Record), reject func(leak.Reject)) {
	var out leak.Record
	next := 0
	for _, item := range b.items {
		if item.reason != "" {
			reject(leak.Reject{Position: item.at, Reason: item.reason})
			continue
		}
		out.Position, out.Cuts = item.at, out.Cuts[:0]
		for _, c := range b.cuts[next : next+item.cuts] {
			out.Cuts = append(out.Cuts, leak.Cut{
				Identifier: b.at(c.identifier), Kind: c.kind, Secret: b.at(c.secret),
				Host: b.at(c.host), Testable: c.testable,
			})
		}
		next += item.cuts
		record(&out)
	}
}
