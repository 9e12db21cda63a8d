package unpack

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

// elementBytes is what an element of XML takes when the library has made a value of it, its room to grow included.
const elementBytes = 128

// tooDear says that the parts of a workbook that the library holds as a whole, its shared strings above all, would take
// more memory than they may; nil when they fit. Sheets are read row by row. Whatever cannot be read is for the library.
func (w *walker) tooDear(z *zip.Reader) error {
	cost := int64(0)
	for _, f := range z.File {
		name := strings.ToLower(strings.ReplaceAll(f.Name, `\`, "/"))
		if strings.HasPrefix(name, "xl/worksheets/") || !strings.HasSuffix(name, ".xml") && !strings.HasSuffix(name, ".rels") {
			continue
		}
		if err := w.addCost(f, &cost); err != nil {
			return err
		}
	}
	return nil
}

func (w *walker) addCost(f *zip.File, cost *int64) error {
	from, err := f.Open()
	if err != nil {
		return nil
	}
	defer from.Close() // it was only read
	buffer := make([]byte, HeadSize)
	for {
		if err := w.ctx.Err(); err != nil {
			return err
		}
		n, err := from.Read(buffer)
		text := buffer[:n]
		opened := bytes.Count(text, []byte("<")) - bytes.Count(text, []byte("</"))
		if *cost += int64(n) + elementBytes*int64(opened); *cost > w.limits.Texts {
			return limitError(fmt.Sprintf("the texts of the workbook need over %s of memory, the limit: save its sheets as CSV first, "+
				"or give it more with --memory", ByteSize(int(w.limits.Texts))))
		}
		if err != nil {
			return nil
		}
	}
}

// await calls what cannot be interrupted, guarded, and leaves it to itself when the context ends first: it must touch
// nothing then that anybody else uses.
func await(ctx context.Context, call func() error) error {
	done := make(chan error, 1)
	go func() { done <- guarded(call) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// awaited is a reader whose reads can be left to themselves.
type awaited struct {
	ctx  context.Context
	from io.Reader
	into []byte // what a read fills: never the caller's
	left []byte // of it
	err  error
}

func (a *awaited) Read(p []byte) (int, error) {
	if len(a.left) == 0 && a.err == nil {
		n := 0
		into := a.into
		a.err = await(a.ctx, func() (err error) {
			n, err = a.from.Read(into)
			return err
		})
		if a.err != nil && errors.Is(a.err, a.ctx.Err()) {
			return 0, a.err // n is not ours any more
		}
		a.left = into[:n]
	}
	n := copy(p, a.left)
	if a.left = a.left[n:]; n > 0 {
		return n, nil
	}
	return 0, a.err
}
