package unpack

import (
	"bufio"
	"errors"
	"io"
	"iter"
)

// openParquet reads a Parquet file, in a child only: its decoder panics in goroutines of its own.
func openParquet(w *walker, m *Member) error {
	switch {
	case m.at != nil && w.decoders.Parquet != nil:
	case m.whole:
		w.skip(m, "parquet", "it is a Parquet file, which takes a process of its own to read: export it to CSV first")
		return nil
	default:
		w.skip(m, "parquet", "a Parquet file cannot be read from a stream or out of an archive: "+
			"extract it first, or name the file, or export it to CSV")
		return nil
	}
	w.consumed = func() int64 { return m.at.size } // its columns lie all over it
	rows := &pulled{}
	rows.next, rows.stop = iter.Pull2(func(yield func([]byte, error) bool) {
		buffered := bufio.NewWriterSize(pushed(yield), HeadSize)
		err := w.decoders.Parquet(m.at, m.at.size, buffered)
		if flushErr := buffered.Flush(); err == nil {
			err = flushErr
		}
		if err == nil {
			err = io.EOF
		}
		yield(nil, err)
	})
	defer rows.stop() // of one that is not wanted to its end, the decoder must end as well
	return w.open(&Member{
		Name: m.Name, Table: "parquet", from: &unpacked{w: w, from: rows}, stream: "parquet", depth: m.depth + 1,
	})
}

// pulled reads what a decoder writes. The decoder works only while it is read: it asks for bytes on the same connection.
type pulled struct {
	next func() ([]byte, error, bool)
	stop func()
	left []byte
	err  error
}

func (p *pulled) Read(to []byte) (int, error) {
	for len(p.left) == 0 && p.err == nil {
		var more bool
		if p.left, p.err, more = p.next(); !more {
			p.err = io.EOF
		}
	}
	n := copy(to, p.left)
	if p.left = p.left[n:]; n > 0 {
		return n, nil
	}
	return 0, p.err
}

// pushed is the other end of pulled.
type pushed func([]byte, error) bool

var errNotWanted = errors.New("no more of it is wanted")

func (p pushed) Write(b []byte) (int, error) {
	if !p(b, nil) {
		return 0, errNotWanted
	}
	return len(b), nil
}
