// Package unpackchild is the process that takes apart what strangers have packed, see package apart and
// dump.NewChildren. Only the command of that process imports it: the decoder of Parquet is large, and nobody else is to
// link it.
package unpackchild

import (
	"errors"
	"io"

	"github.com/credsieve/credsieve/datasets/dump/internal/apart"
	"github.com/credsieve/credsieve/datasets/dump/internal/seal"
	"github.com/credsieve/credsieve/datasets/dump/internal/unpack"
)

// Run is the whole of the child: it gives up what it does not need, for good, and does one job after another until in
// ends. When it panics, or is stopped by the system, the run sees that the job has no end.
func Run(in io.Reader, out io.Writer) error {
	_ = seal.Process() // what a system cannot take, it cannot take
	over, done := seal.WorkIsOver(), make(chan error, 1)
	working := func() { _ = seal.Work(2 * apart.Patience) } // of two threads, one of them the collector's; else as above
	working()
	go func() { done <- unpack.Serve(in, out, unpack.Decoders{Parquet: writeTable}, working) }()
	select {
	case err := <-done:
		return err
	case <-over:
		return errors.New(apart.CPUSentence)
	}
}
