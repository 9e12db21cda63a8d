package apart

import (
	"encoding/binary"
	"errors"
	"io"
)

// Job is one container to take apart, and where the walk that met it stands.
type Job struct {
	Container string   `json:"container"` // its kind
	Name      string   `json:"name"`      // of the member that it is, as it is shown
	Stream    string   `json:"stream"`    // the compression around it
	Number    int      `json:"number"`    // of the member
	Depth     int      `json:"depth"`
	Whole     bool     `json:"whole"`   // it is the input itself
	Size      int64    `json:"size"`    // -1: a stream, to be read from start to end
	Read      int64    `json:"read"`    // bytes of it that count as read already
	Ahead     bool     `json:"ahead"`   // it is small: an answer with all of it follows the job
	Volumes   []int64  `json:"volumes"` // where its parts end
	Passwords [][]byte `json:"passwords"`

	Limits   any   `json:"limits"`
	Members  int   `json:"members"` // met so far
	TooDense bool  `json:"too_dense"`
	Consumed int64 `json:"consumed"`
	Spent    Spent `json:"spent"`
	Held     int64 `json:"held"`
	Windows  int64 `json:"windows"`
	Run      Run   `json:"run"`
}

// Run is what all inputs of the run may unpack to, and what is spent of that. A limit of zero: no run.
type Run struct {
	Output, Entries   int64
	Produced, Entered int64
}

// Spent is what an input has cost so far.
type Spent struct {
	Produced int64 // bytes that decompressors made
	Output   int64 // those that count as output
	Entries  int64 // of archives, that were read
	Asked    int64 // of archives, that were to be read
	Opening  int64 // nanoseconds
}

const spentSize = 5 * 8

// Append appends the frame's body.
func (s Spent) Append(to []byte) []byte {
	for _, n := range []int64{s.Produced, s.Output, s.Entries, s.Asked, s.Opening} {
		to = binary.BigEndian.AppendUint64(to, uint64(n))
	}
	return to
}

// ReadSpent reads what Append wrote. False: it is not that, or one of the numbers is below that of before.
func ReadSpent(body []byte, before Spent) (Spent, bool) {
	if len(body) != spentSize {
		return before, false
	}
	next := func() int64 {
		n := int64(binary.BigEndian.Uint64(body))
		body = body[8:]
		return n
	}
	s := Spent{Produced: next(), Output: next(), Entries: next(), Asked: next(), Opening: next()}
	return s, s.Produced >= before.Produced && s.Output >= before.Output && s.Entries >= before.Entries &&
		s.Asked >= before.Asked && s.Opening >= before.Opening
}

// Member begins a member.
type Member struct {
	Name   string `json:"name"`
	Number int    `json:"number"`
	Table  string `json:"table,omitempty"`
}

// MemberEnd says how a member ended: End and Sentence are those of its reader, zero for a whole one.
type MemberEnd struct {
	End      int    `json:"end"`
	Sentence string `json:"sentence,omitempty"`
	Skipped  bool   `json:"skipped,omitempty"` // as the run wanted
}

// JobEnd is how the walk stands after a job.
type JobEnd struct {
	Members  int   `json:"members"`
	TooDense bool  `json:"too_dense"` // a limit of the input is met
	Keys     []int `json:"keys"`      // the order of the passwords
	Grown    bool  `json:"grown"`     // the process holds much memory, and is to be ended
}

// Failure is how a read ended, when it did not just yield bytes.
type Failure byte

// The kinds of failures.
const (
	None Failure = iota
	Ended
	EndedEarly
	OverLimit // of the run's own, with a sentence
	Disk      // the input itself cannot be read
	Other
)

// Answer is what the run says to a child that asks for bytes.
type Answer struct {
	Failure  Failure
	Consumed int64 // bytes of the input that were read
	Produced int64 // by all inputs of the run
	Entered  int64
	Data     []byte
	Text     string // of the failure
}

const answerHead = 1 + 3*8 + 4

// Append appends the frame's body.
func (a Answer) Append(to []byte) []byte {
	to = append(to, byte(a.Failure))
	for _, n := range []int64{a.Consumed, a.Produced, a.Entered} {
		to = binary.BigEndian.AppendUint64(to, uint64(n))
	}
	to = binary.BigEndian.AppendUint32(to, uint32(len(a.Data)))
	return append(append(to, a.Data...), a.Text...)
}

var errAnswer = errors.New("an answer is malformed")

// ReadAnswer reads what Append wrote. Data stays part of body.
func ReadAnswer(body []byte) (Answer, error) {
	if len(body) < answerHead {
		return Answer{}, errAnswer
	}
	be := binary.BigEndian
	a := Answer{
		Failure: Failure(body[0]), Consumed: int64(be.Uint64(body[1:])), Produced: int64(be.Uint64(body[9:])),
		Entered: int64(be.Uint64(body[17:])),
	}
	n, rest := be.Uint32(body[25:]), body[answerHead:]
	if uint64(n) > uint64(len(rest)) {
		return Answer{}, errAnswer
	}
	a.Data, a.Text = rest[:n], string(rest[n:])
	return a, nil
}

// AppendReadAt appends the body of a question for n bytes at an offset, ReadReadAt reads it.
func AppendReadAt(to []byte, off int64, n int) []byte {
	return binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint64(to, uint64(off)), uint32(n))
}

// ReadReadAt is about at most MaxFrame bytes.
func ReadReadAt(body []byte) (off int64, n int, ok bool) {
	if len(body) != 12 {
		return 0, 0, false
	}
	off, size := int64(binary.BigEndian.Uint64(body)), binary.BigEndian.Uint32(body[8:])
	return off, int(size), off >= 0 && size <= MaxFrame
}

// AppendRead appends the body of a question for the next n bytes, ReadRead reads it.
func AppendRead(to []byte, n int) []byte { return binary.BigEndian.AppendUint32(to, uint32(n)) }

// ReadRead is about at most MaxFrame bytes.
func ReadRead(body []byte) (n int, ok bool) {
	if len(body) != 4 {
		return 0, false
	}
	size := binary.BigEndian.Uint32(body)
	return int(size), size > 0 && size <= MaxFrame
}

// Error returns what an answer's failure means to a reader, nil for none; of the others the caller makes its own.
func (a Answer) Error() error {
	switch a.Failure {
	case None:
		return nil
	case Ended:
		return io.EOF
	case EndedEarly:
		return io.ErrUnexpectedEOF
	}
	return errors.New(a.Text)
}
