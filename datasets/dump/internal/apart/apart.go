// Package apart has what strangers have packed taken apart in processes of its own. Decoders of archives, workbooks and
// columns read what was made to break them: they panic, also in goroutines of their own where nothing can recover, take
// all memory, or never end. A process that does so is ended without ending the run.
//
// # The two sides
//
// The run keeps [Processes]. [Processes.Take] gives a [Process], a new one or one that is done with an earlier job: a
// start costs some 20 ms, and a folder may hold ten thousand small archives. The child has two pipes and nothing else:
// no file, no name, no key, no environment. What it reads of an archive it asks the run for, and what it finds it writes.
//
// Between them go frames: one byte of kind, four of length, big-endian, then as many bytes. The run begins with a job.
// The child answers with frames of its kinds until the end; the run speaks only when it is asked, and to say that
// a member is not wanted any more.
//
//	run    j  Job, JSON
//	       d  Answer to a or r
//	       x  number of a member that is not wanted any more
//	child  a  asks for bytes at an offset
//	       r  asks for the next bytes of a stream
//	       b  Spent, whenever it has changed, before the frame that it is about
//	       n  what became of a member, JSON
//	       m  a member begins, JSON
//	       t  its text
//	       e  MemberEnd, JSON
//	       z  JobEnd, JSON
//
// A job without its last frame was not done, whatever the child died of: [Process.Cause] says it in words. What a child
// writes to its standard error is looked at for the words of Go's runtime only, for a trace would quote the dump.
//
// # What a child that was taken over can do
//
// It can lie about the archives of its process, and no more: what it says of a password is tried like any other. After
// MostJobs jobs it is ended, and at once when it has grown large.
package apart

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
)

// Kind is the kind of a frame.
type Kind byte

// The kinds of frames.
const (
	KindJob    Kind = 'j'
	KindAnswer Kind = 'd'
	KindSkip   Kind = 'x'

	KindReadAt    Kind = 'a'
	KindRead      Kind = 'r'
	KindSpent     Kind = 'b'
	KindNote      Kind = 'n'
	KindMember    Kind = 'm'
	KindText      Kind = 't'
	KindMemberEnd Kind = 'e'
	KindEnd       Kind = 'z'
)

// MaxFrame bounds what a frame of a child may hold; that of a job, which the run writes, may hold more.
const MaxFrame = 1 << 20

var errFrame = errors.New("a frame is too long")

// Conn sends and receives frames. Two goroutines may use it, one for each direction.
type Conn struct {
	from    *bufio.Reader
	to      io.Writer
	in, out []byte // the frames under way
}

// NewConn returns a connection.
func NewConn(from io.Reader, to io.Writer) *Conn {
	return &Conn{from: bufio.NewReaderSize(from, 64<<10), to: to}
}

// Send sends a frame.
func (c *Conn) Send(kind Kind, body []byte) error {
	c.out = binary.BigEndian.AppendUint32(append(c.out[:0], byte(kind)), uint32(len(body)))
	c.out = append(c.out, body...)
	_, err := c.to.Write(c.out)
	return err
}

// SendJSON sends a value.
func (c *Conn) SendJSON(kind Kind, value any) error {
	body, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return c.Send(kind, body)
}

// Receive waits for the next frame of at most limit bytes. The body is good until the next call. The end of the other
// side is io.EOF.
func (c *Conn) Receive(limit int) (Kind, []byte, error) {
	var head [5]byte
	if _, err := io.ReadFull(c.from, head[:]); err != nil {
		return 0, nil, err
	}
	n := binary.BigEndian.Uint32(head[1:])
	if uint64(n) > uint64(limit) {
		return 0, nil, errFrame
	}
	if cap(c.in) < int(n) {
		c.in = make([]byte, n)
	}
	c.in = c.in[:n]
	if _, err := io.ReadFull(c.from, c.in); err != nil {
		return 0, nil, io.ErrUnexpectedEOF
	}
	return Kind(head[0]), c.in, nil
}
