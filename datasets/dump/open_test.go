package dump_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
)

func TestRead_input_that_cannot_be_opened_is_skipped(t *testing.T) {
	got := dumptest.ReadInput(t, dump.Input{Path: filepath.Join(t.TempDir(), "gone")}, dump.Options{})
	got.WantReport(t, dump.StatusSkipped, "", "no such file or directory")
	got = dumptest.ReadInput(t, dump.Input{Path: "x", Err: errors.New("it is a device")}, dump.Options{})
	got.WantReport(t, dump.StatusSkipped, "", "it is a device")
}

func TestRead_waiting_for_a_pipe_can_be_cancelled(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(file, 0o600); err != nil {
		t.Skip(err)
	}
	writer, err := os.OpenFile(file, os.O_RDWR, 0) // both ends, so that opening does not wait
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close()
	if _, err := writer.WriteString(oneLine); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = dump.Read(ctx, dump.Input{Path: file, Size: -1}, dump.Options{}, func(*dump.Block) error { return nil })
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want that the time is over", err)
	}
}

func TestRead_pipe_without_a_writer_can_be_cancelled(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(file, 0o600); err != nil {
		t.Skip(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := dump.Read(ctx, dump.Input{Path: file, Size: -1}, dump.Options{}, func(*dump.Block) error { return nil })
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want that the time is over", err)
	}
}
