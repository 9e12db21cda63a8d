package unpack_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
)

const oneLine = "alice@example.com:pw\n"

const (
	listText = "alice@example.com:Made-Up-1\nbob@example.org:Made Up:2\n"
	moreText = "email,password\ncarol@example.net,Made-Up-3\n"
	secret   = "made-up-secret"
)

var (
	listCuts = []string{"alice@example.com=Made-Up-1", "bob@example.org=Made Up:2"}
	bothCuts = append(listCuts[:2:2], "carol@example.net=Made-Up-3")
)

// everyWay reads data as a file, as a stream, and out of another container, with passwords.
func everyWay(t *testing.T, data []byte, passwords []string, check func(*testing.T, dumptest.Outcome)) {
	t.Helper()
	meta := dump.Meta{Passwords: passwords}
	file := filepath.Join(t.TempDir(), "dump")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	stream := func(data []byte) dumptest.Outcome {
		return dumptest.ReadInput(t, dump.Input{Path: "-", Meta: meta}, dump.Options{Stdin: bytes.NewReader(data)})
	}
	t.Run("file", func(t *testing.T) {
		check(t, dumptest.ReadInput(t, dump.Input{Path: file, Meta: meta}, dump.Options{}))
	})
	t.Run("stream", func(t *testing.T) { check(t, stream(data)) })
	t.Run("inside", func(t *testing.T) { check(t, stream(dumptest.Gzipped(t, data))) })
}

// onlyInput lists a folder, and reads the one input that it must hold.
func onlyInput(t *testing.T, folder string) dumptest.Outcome {
	t.Helper()
	inputs, err := dump.List(t.Context(), []string{folder}, dump.ListOptions{})
	if err != nil || len(inputs) != 1 {
		t.Fatalf("got %d inputs, %v", len(inputs), err)
	}
	return dumptest.ReadInput(t, inputs[0], dump.Options{})
}
