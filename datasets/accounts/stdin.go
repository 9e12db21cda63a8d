package accounts

import (
	"bytes"
	"context"
	"errors"

	"github.com/credsieve/credsieve/datasets/accounts/internal/stream"
	"github.com/credsieve/credsieve/datasets/internal/interruptible"
)

var (
	errNeedsAFile  = errors.New("it is Parquet or Arrow, which can only be read from a file")
	errNoStdin     = errors.New("there is no standard input")
	magicParquet   = []byte("PAR1")
	magicArrowFile = []byte("ARROW1")
)

// openStdin reads CSV, or JSON where the first byte that is not white space is a brace or a bracket.
func openStdin(ctx context.Context, opts Options) (table, error) {
	r := opts.Stdin
	if r == nil {
		return nil, errNoStdin
	}
	s, err := stream.New(interruptible.NewReader(ctx, r))
	if err != nil {
		return nil, err
	}
	head, _ := s.Peek(512)
	switch text := bytes.TrimLeft(head, " \t\r\n"); {
	case bytes.HasPrefix(head, magicParquet), bytes.HasPrefix(head, magicArrowFile):
		s.Close() // nothing was opened but a decoder
		return nil, errNeedsAFile
	case bytes.HasPrefix(text, []byte("{")), bytes.HasPrefix(text, []byte("[")):
		return newJSON(s, opts)
	}
	return newDelimited(s, false, opts)
}
