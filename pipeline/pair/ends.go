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
		ends.add(State(event[0]))
		byRow[row] = ends
		return nil
	})
}

// Close gives everything free. It may be called more than once.
func (l *EndLog) Close() { l.events.Close() }
