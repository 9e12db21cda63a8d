package accounts

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/credsieve/credsieve/datasets/accounts/internal/document"
	"github.com/credsieve/credsieve/datasets/accounts/internal/stream"
)

// JSON has no header, so the first rows stand for it: many enough to meet every column that an export leaves
// out where it is null, few enough to be held in memory.
const (
	sampleRows  = 1000
	sampleBytes = 4 << 20
)

// jsonTable is an export of JSON objects. A column is a member of them, or a path to one within it, such as
// emails[0].address.
type jsonTable struct {
	objects  document.Objects
	s        *stream.Stream
	sample   []map[string]any // rows read ahead
	err      error            // what ended the sample; comes after its rows
	names    []string
	bindings []binding
}

// openJSONL reads objects with one on each line.
func openJSONL(_ context.Context, path string, _ Options) (table, error) {
	s, err := stream.Open(path)
	if err != nil {
		return nil, err
	}
	return newJSONTable(s, document.NewLines(s))
}

// openJSON reads one document.
func openJSON(_ context.Context, path string, opts Options) (table, error) {
	s, err := stream.Open(path)
	if err != nil {
		return nil, err
	}
	return newJSON(s, opts)
}

func newJSON(s *stream.Stream, opts Options) (table, error) {
	id := roleNames[roleAccountID]
	objects, err := document.New(s, document.Options{Records: opts.Records, ID: []string{id, opts.Map[id]}})
	if err != nil {
		s.Close() // read only
		return nil, err
	}
	return newJSONTable(s, objects)
}

func newJSONTable(s *stream.Stream, from document.Objects) (table, error) {
	j := &jsonTable{objects: from, s: s}
	seen := map[string]bool{}
	for n := 0; len(j.sample) < sampleRows && n < sampleBytes; {
		object, size, err := from.Next()
		if err != nil {
			j.err = err
			break
		}
		n += size
		for name := range object {
			seen[name] = true
		}
		document.AddPaths(seen, object, "")
		j.sample = append(j.sample, object)
	}
	if len(j.sample) == 0 {
		s.Close() // read only
		if j.err == io.EOF {
			return nil, stream.ErrEmpty
		}
		return nil, fmt.Errorf("row 1: %w", j.err)
	}
	j.names = slices.Sorted(maps.Keys(seen))
	return j, nil
}

func (j *jsonTable) header() []string { return j.names }

// has reports whether a path leads to something in the first rows.
func (j *jsonTable) has(path string) bool {
	path = strings.TrimPrefix(path, jsonPrefix)
	return slices.ContainsFunc(j.sample, func(object map[string]any) bool { return document.Follow(object, path) != nil })
}

func (j *jsonTable) bind(b []binding) error {
	j.bindings = b
	return nil
}

func (j *jsonTable) next(row *[slotCount]field) error {
	object, err := j.nextObject()
	if err != nil {
		return err
	}
	for _, b := range j.bindings {
		value := lookup(object, b)
		f, err := jsonField(value)
		if err != nil {
			if inner, ok := value.(map[string]any); ok && b.column != "" && len(inner) == 1 {
				for name := range inner {
					return fmt.Errorf("column %q %w; is %q meant?", b.name(), err, b.column+"."+name)
				}
			}
			return fmt.Errorf("column %q %w", b.name(), err)
		}
		row[b.role] = f
	}
	return nil
}

// jsonPrefix, before a path of a recipe, means the value as JSON, whatever it is.
const jsonPrefix = "json:"

// lookup finds the value of a role. A column that the first rows did not have is looked for in
// every row: a canary may be the only object that says that it is one.
func lookup(object map[string]any, b binding) any {
	if path, ok := strings.CutPrefix(b.column, jsonPrefix); ok {
		text, err := json.Marshal(document.Follow(object, path))
		if err != nil || string(text) == "null" {
			return nil
		}
		return string(text)
	}
	if b.column != "" {
		if v, ok := object[b.column]; ok || !strings.ContainsAny(b.column, ".[") {
			return v
		}
		return document.Follow(object, b.column)
	}
	if b.role >= roleCount {
		return nil
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

func (j *jsonTable) nextObject() (map[string]any, error) {
	if len(j.sample) > 0 {
		object := j.sample[0]
		j.sample = j.sample[1:]
		return object, nil
	}
	if j.err != nil {
		return nil, j.err
	}
	object, _, err := j.objects.Next()
	return object, err
}

func jsonField(v any) (field, error) {
	switch v := v.(type) {
	case nil:
		return field{}, nil
	case map[string]any:
		// MongoDB writes its types so: {"$date": "2024-01-02T03:04:05Z"}.
		for _, name := range []string{"$date", "$numberLong", "$numberInt"} {
			if value, ok := v[name]; ok && len(v) == 1 {
				return jsonField(value)
			}
		}
	case []any:
		f := field{isList: true}
		for _, item := range v {
			text, ok := document.Text(item)
			if !ok {
				return field{}, errors.New("is a list of something other than text")
			}
			f.list = append(f.list, text)
		}
		return f, nil
	}
	text, ok := document.Text(v)
	if !ok {
		return field{}, errors.New("is an object, not a single value")
	}
	return field{text: text}, nil
}

func (j *jsonTable) Close() error { return j.s.Close() }
