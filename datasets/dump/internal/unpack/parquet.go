package unpack

import (
	"fmt"

	"github.com/credsieve/credsieve/datasets/dump/internal/parquet"
)

// openParquet reads a Parquet file in a child process.
func openParquet(w *walker, m *Member) error {
	file := w.src.file()
	switch {
	case w.opts.Child == nil:
		w.skip(m, "parquet", "it is a Parquet file, which takes a process of its own to read: "+
			"export it to CSV first")
		return nil
	case !m.whole || file == nil:
		w.skip(m, "parquet", "a Parquet file cannot be read from a stream or out of an archive: "+
			"extract it first, or name the file")
		return nil
	}
	w.src.Drain() // for the digest; the child reads in an order of its own
	if err := w.ctx.Err(); err != nil {
		return err
	}
	c, err := parquet.Start(w.ctx, w.opts.Child, file, w.limits.Silence)
	if err != nil {
		w.skip(m, "parquet", fmt.Sprintf("the process that reads it failed to start: %v", Cause(err)))
		return nil
	}
	defer c.Stop()
	return w.open(&Member{
		Name: m.Name, Table: "parquet", from: &unpacked{w: w, from: c}, stream: "parquet",
		depth: m.depth + 1,
	})
}
