package document

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"github.com/credsieve/credsieve/datasets/accounts/internal/stream"
)

// jsonLines are the objects of a text with one on each line.
type jsonLines struct {
	s    *stream.Stream
	line []byte
}

// NewLines reads objects with one on each line. The caller closes s.
func NewLines(s *stream.Stream) Objects { return &jsonLines{s: s} }

// Next reads the next line that is not blank.
func (j *jsonLines) Next() (map[string]any, int, error) {
	for {
		if err := j.readLine(); err != nil {
			return nil, 0, err
		}
		if len(bytes.TrimSpace(j.line)) > 0 {
			break
		}
	}
	if err := validText(j.line); err != nil {
		return nil, 0, err
	}
	object, err := decodeObject(j.line)
	return object, len(j.line), err
}

// validText refuses what is not UTF-8: the decoder would replace it, and so change an identifier without a
// word.
func validText(text []byte) error {
	if !utf8.Valid(text) {
		return errors.New("it is not valid UTF-8")
	}
	if trimmed := bytes.TrimSpace(text); trimmed[0] == '[' {
		return errors.New("it is a JSON array, not an object; where it holds all accounts, name the export .json")
	}
	return nil
}

// readLine reads a line of any length up to stream.MaxRowBytes; the last one may lack its line end.
func (j *jsonLines) readLine() error {
	j.s.StartRow()
	j.line = j.line[:0]
	for {
		part, err := j.s.ReadSlice('\n')
		j.line = append(j.line, part...)
		switch {
		case err == nil:
			return nil
		case err == io.EOF && len(j.line) > 0:
			return nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return err
		}
	}
}
