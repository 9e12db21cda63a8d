package interruptible

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"
	"testing/iotest"
)

func TestReader_reads_everything(t *testing.T) {
	want := bytes.Repeat([]byte("made up "), chunkSize/4)
	got, err := io.ReadAll(NewReader(context.Background(), iotest.HalfReader(bytes.NewReader(want))))
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%d bytes of %d, %v", len(got), len(want), err)
	}
}

func TestReader_returns_when_the_context_ends(t *testing.T) {
	silent, writer := io.Pipe()
	defer writer.Close()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := NewReader(ctx, silent).Read(make([]byte, 1))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestReader_passes_an_error_on(t *testing.T) {
	broken := errors.New("broken")
	_, err := io.ReadAll(NewReader(context.Background(), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}
