package accounts

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// JSON lines have no header, so the first rows stand for it: many enough to meet every column that
// an export leaves out where it is null, few enough to be held in memory.
const (
	sampleRows  = 1000
	sampleBytes = 4 << 20
)

// jsonLines is an export with one JSON object per line.
type jsonLines struct {
	s        *stream
	line     []byte
	sample   []map[string]any // rows read ahead
	err      error            // what ended the sample; comes after its rows
	names    []string
	bindings []binding
}

func openJSONL(_ context.Context, path string) (table, error) {
	s, err := openStream(path)
	if err != nil {
		return nil, err
	}
	return newJSONL(s)
}

func newJSONL(s *stream) (table, error) {
	j := &jsonLines{s: s}
	seen := map[string]bool{}
	for n := 0; len(j.sample) < sampleRows && n < sampleBytes; n += len(j.line) {
		object, err := j.object()
		if err != nil {
			j.err = err
			break
		}
		for name := range object {
			seen[name] = true
		}
		j.sample = append(j.sample, object)
	}
	if len(j.sample) == 0 {
		s.Close() // read only
		if j.err == io.EOF {
			return nil, errEmpty
		}
		return nil, fmt.Errorf("row 1: %w", j.err)
	}
	j.names = slices.Sorted(maps.Keys(seen))
	return j, nil
}

func (j *jsonLines) header() []string { return j.names }

func (j *jsonLines) bind(b []binding) error {
	j.bindings = b
	return nil
}

func (j *jsonLines) next(row *[roleCount]field) error {
	object, err := j.nextObject()
	if err != nil {
		return err
	}
	for _, b := range j.bindings {
		f, err := jsonField(lookup(object, b))
		if err != nil {
			return fmt.Errorf("column %q %w", b.name(), err)
		}
		row[b.role] = f
	}
	return nil
}

// lookup finds the value of a role. A column that the first rows did not have is looked for in
// every row: a canary may be the only object that says that it is one.
func lookup(object map[string]any, b binding) any {
	if b.column != "" {
		return object[b.column]
	}
	name := roleNames[b.role]
	if v, ok := object[name]; ok {
		return v
	}
	for key, v := range object {
		if strings.EqualFold(key, name) {
			return v
		}
	}
	return nil
}

func (j *jsonLines) nextObject() (map[string]any, error) {
	if len(j.sample) > 0 {
		object := j.sample[0]
		j.sample = j.sample[1:]
		return object, nil
	}
	if j.err != nil {
		return nil, j.err
	}
	return j.object()
}

// object reads the next line that is not blank.
func (j *jsonLines) object() (map[string]any, error) {
	for {
		if err := j.readLine(); err != nil {
			return nil, err
		}
		if len(bytes.TrimSpace(j.line)) > 0 {
			break
		}
	}
	// The decoder would replace what is not UTF-8, and so change an identifier without a word.
	if !utf8.Valid(j.line) {
		return nil, errors.New("it is not valid UTF-8")
	}
	decoder := json.NewDecoder(bytes.NewReader(j.line))
	decoder.UseNumber() // a 64-bit account id must not pass through a float
	var object map[string]any
	if err := decoder.Decode(&object); err != nil {
		return nil, jsonError(err)
	}
	if object == nil {
		return nil, errors.New("it is null, not a JSON object")
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, errors.New("the line goes on after its JSON object")
	}
	return object, nil
}

// jsonError keeps the decoder's words but not a type's name, which says nothing to a reader.
func jsonError(err error) error {
	var wrongType *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrongType):
		return fmt.Errorf("it is a JSON %s, not an object", wrongType.Value)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the JSON object ends early")
	}
	return fmt.Errorf("it is not a JSON object: %w", err)
}

// readLine reads a line of any length up to maxRowBytes; the last one may lack its line end.
func (j *jsonLines) readLine() error {
	j.s.limit.left = maxRowBytes
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

func jsonField(v any) (field, error) {
	switch v := v.(type) {
	case nil:
		return field{}, nil
	case []any:
		f := field{isList: true}
		for _, item := range v {
			text, ok := jsonText(item)
			if !ok {
				return field{}, errors.New("is a list of something other than text")
			}
			f.list = append(f.list, text)
		}
		return f, nil
	}
	text, ok := jsonText(v)
	if !ok {
		return field{}, errors.New("is an object, not a single value")
	}
	return field{text: text}, nil
}

func jsonText(v any) (string, bool) {
	switch v := v.(type) {
	case nil:
		return "", true
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		return fmt.Sprint(v), true
	}
	return "", false
}

func (j *jsonLines) Close() error { return j.s.Close() }
