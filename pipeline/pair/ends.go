package pair

import (
	"encoding/binary"
	"sync"

	"github.com/credsieve/credsieve/pipeline/spool"
)

// Ends counts what became of the leaked passwords of one account.
type Ends struct {
	Candidates uint32
	Refuted    uint32
	Open       uint32 // indeterminate, unchecked or over the cap
	Pruned     uint32
	Remembered uint32 // refuted by an earlier run, or of an account that one confirmed
}

// plus adds up what became of two parts of the passwords.
func (e Ends) plus(f Ends) Ends {
	return Ends{
		e.Candidates + f.Candidates, e.Refuted + f.Refuted, e.Open + f.Open, e.Pruned + f.Pruned, e.Remembered + f.Remembered,
	}
}

// add counts a pair, when it is settled.
func (e *Ends) add(state State) {
	e.Candidates++
	switch state {
	case StateRefuted:
		e.Refuted++
	case StateIndeterminate, StateUnchecked, StateOverCap:
		e.Open++
	case StatePrunedPolicy:
		e.Pruned++
	case StateRemembered:
		e.Remembered++
	}
}

// EndLog keeps what became of each pair, by account. A Balance writes it. It is safe for concurrent use.
type EndLog struct {
	parts Parts

	mu     sync.Mutex
	events *spool.Spool
	event  []byte
	err    error // the first of events
}

// NewEndLog returns an empty log of the accounts that parts divides. More than limit bytes go to a sealed file in dir.
func NewEndLog(dir string, limit int64, parts Parts) *EndLog {
	return &EndLog{parts: parts, events: spool.New(dir, Partitions, limit)}
}

func (l *EndLog) add(row uint32, state State) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil {
		l.event = binary.BigEndian.AppendUint32(append(l.event[:0], byte(state)), row)
		l.err = l.events.Add(l.parts.Of(row), l.event)
	}
}

// eventEnds is the first byte of an event that counts many pairs, where others have their state.
const eventEnds = 255

// Add notes what became of many pairs of an account at once: what another log says of it.
func (l *EndLog) Add(row uint32, e Ends) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		return
	}
	l.event = binary.BigEndian.AppendUint32(append(l.event[:0], eventEnds), row)
	for _, n := range []uint32{e.Candidates, e.Refuted, e.Open, e.Pruned, e.Remembered} {
		l.event = binary.BigEndian.AppendUint32(l.event, n)
	}
	l.err = l.events.Add(l.parts.Of(row), l.event)
}

// endsOf decodes what Add has written.
func endsOf(event []byte) (e Ends) {
	for _, n := range []*uint32{&e.Candidates, &e.Refuted, &e.Open, &e.Pruned, &e.Remembered} {
		*n = binary.BigEndian.Uint32(event)
		event = event[4:]
	}
	return e
}

// Of returns what became of the pairs of each account of a partition, by row, once. Its error may be an earlier
// one of writing.
func (l *EndLog) Of(part int) (map[uint32]Ends, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	byRow := make(map[uint32]Ends)
	if l.err != nil {
		return byRow, l.err
	}
	return byRow, l.events.Read(part, func(event []byte) error {
		row := binary.BigEndian.Uint32(event[1:])
		ends := byRow[row]
		if event[0] == eventEnds {
			ends = ends.plus(endsOf(event[5:]))
		} else {
			ends.add(State(event[0]))
		}
		byRow[row] = ends
		return nil
	})
}

// Close gives everything free. It may be called more than once.
func (l *EndLog) Close() { l.events.Close() }
