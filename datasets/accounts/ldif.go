package accounts

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/credsieve/credsieve/datasets/accounts/internal/document"
	"github.com/credsieve/credsieve/datasets/accounts/internal/stream"
)

// ldifTable is a directory in LDIF (RFC 2849): entries of attributes, which may have several values. A URL as a
// value is never followed.
type ldifTable struct {
	*document.LDIF
	s        *stream.Stream
	err      error
	sample   []map[string][]string
	names    []string
	bindings []binding
}

func openLDIF(_ context.Context, path string, _ Options) (table, error) {
	s, err := stream.Open(path)
	if err != nil {
		return nil, err
	}
	t := &ldifTable{LDIF: document.NewLDIF(s), s: s}
	seen := map[string]bool{}
	for len(t.sample) < sampleRows {
		entry, err := t.Next()
		if err != nil {
			t.err = err
			break
		}
		for name := range entry {
			seen[name] = true
		}
		t.sample = append(t.sample, entry)
	}
	if len(t.sample) == 0 {
		s.Close() // read only
		if t.err == io.EOF {
			return nil, stream.ErrEmpty
		}
		return nil, t.err
	}
	t.names = slices.Sorted(maps.Keys(seen))
	return t, nil
}

func (t *ldifTable) header() []string { return t.names }

func (t *ldifTable) bind(b []binding) error {
	t.bindings = b
	return nil
}

func (t *ldifTable) next(row *[slotCount]field) error {
	var entry map[string][]string
	switch {
	case len(t.sample) > 0:
		entry, t.sample = t.sample[0], t.sample[1:]
	case t.err != nil:
		return t.err
	default:
		var err error
		if entry, err = t.Next(); err != nil {
			return err
		}
	}
	for _, b := range t.bindings {
		name := b.column
		if name == "" && b.role < roleCount {
			name = roleNames[b.role]
		}
		row[b.role] = ldifField(b.role, entry[strings.ToLower(name)])
	}
	return nil
}

// ldifField is the value of an attribute. Of several passwords that a directory keeps, the login takes any: they are read
// as a list, which package stored verifies so. Of several times and flags the first is read, and the others are said to
// be there.
func ldifField(of role, values []string) field {
	switch len(values) {
	case 0:
		return field{}
	case 1:
		return field{text: values[0]}
	}
	if of >= roleEmail && of <= roleIdentifiers {
		return field{list: values, isList: true}
	}
	if of == rolePasswordHash {
		if list, err := json.Marshal(values); err == nil {
			return field{text: string(list)}
		}
	}
	return field{text: values[0], more: len(values) - 1}
}

func (t *ldifTable) Close() error { return t.s.Close() }
