package document

import (
	"bufio"
	"encoding/base64"
	"errors"
	"io"
	"strings"

	"github.com/credsieve/credsieve/datasets/accounts/internal/stream"
)

// LDIF is a directory in LDIF (RFC 2849): entries of attributes, which may have several values. A URL as a value is
// never followed.
type LDIF struct{ s *stream.Stream }

// NewLDIF reads entries. The caller closes s.
func NewLDIF(s *stream.Stream) *LDIF { return &LDIF{s} }

// Next reads the attributes up to the next blank line, by their names in small letters, without options.
func (t *LDIF) Next() (map[string][]string, error) {
	entry := map[string][]string{}
	for {
		line, err := t.unfolded()
		switch {
		case err == io.EOF && len(entry) > 0:
			return entry, nil
		case err != nil:
			return nil, err
		case line == "" && len(entry) == 0, strings.HasPrefix(line, "#"), strings.HasPrefix(line, "version:"):
			continue
		case line == "":
			return entry, nil
		}
		name, value, found := strings.Cut(line, ":")
		if !found {
			return nil, errors.New("a line is not an attribute of LDIF")
		}
		name, _, _ = strings.Cut(name, ";")
		if encoded, is := strings.CutPrefix(value, ":"); is {
			raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded))
			if err != nil {
				return nil, errors.New("a value is not the base64 that it says it is")
			}
			value = string(raw)
		} else if strings.HasPrefix(value, "<") {
			continue // a URL
		} else {
			value = strings.TrimLeft(value, " ")
		}
		name = strings.ToLower(name)
		entry[name] = append(entry[name], value)
	}
}

// unfolded reads a line with its continuations, which begin with a blank.
func (t *LDIF) unfolded() (string, error) {
	t.s.StartRow()
	var b strings.Builder
	for first := true; ; first = false {
		head, err := t.s.Peek(1)
		if !first && (err != nil || head[0] != ' ') {
			return b.String(), nil
		}
		text, err := t.rawLine()
		if err != nil {
			return "", err
		}
		if !first {
			text = text[1:]
		}
		b.WriteString(text)
		if first && text == "" {
			return "", nil
		}
	}
}

func (t *LDIF) rawLine() (string, error) {
	var b strings.Builder
	for {
		part, err := t.s.ReadSlice('\n')
		b.Write(part)
		switch {
		case err == nil, err == io.EOF && b.Len() > 0:
			return strings.TrimRight(b.String(), "\r\n"), nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return "", err
		}
	}
}
