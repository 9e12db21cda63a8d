// Package document reads what a user store exports as documents: JSON objects, one a line or in one array, and entries of
// LDIF. Values are found in objects by paths. An error quotes nothing of a document.
package document

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/credsieve/credsieve/datasets/accounts/internal/stream"
)

// Objects is a sequence of JSON objects. Numbers in them are [json.Number].
type Objects interface {
	// Next returns an object and how many bytes it took; io.EOF at the end.
	Next() (object map[string]any, size int, err error)
}

// Options say where the objects are in a document.
type Options struct {
	Records string   // the path to their list; empty: a usual one
	ID      []string // members by which an object is known to be one of them
}

// New reads one document: an array of objects, or an object that holds one among other things, as {"users": […]}. A
// text of one object on each line is read as such. The caller closes s.
func New(s *stream.Stream, opts Options) (Objects, error) {
	head, _ := s.Peek(s.Size())
	if isLines(head, opts) {
		return NewLines(s), nil
	}
	d := &array{s: s, decoder: json.NewDecoder(s)}
	d.decoder.UseNumber()
	return d, d.enter(opts.Records)
}

// isLines reports whether a text begins with a whole object on its first line that is not one around others.
func isLines(head []byte, opts Options) bool {
	head = bytes.TrimLeft(head, " \t\r\n")
	line, _, whole := bytes.Cut(head, []byte("\n"))
	if !bytes.HasPrefix(line, []byte("{")) || opts.Records != "" {
		return false
	}
	var object map[string]any
	if json.Unmarshal(line, &object) != nil {
		return false
	}
	for _, name := range recordNames {
		if list, ok := object[name].([]any); ok && !isAnyWanted(object, opts) && areObjects(list) {
			return false
		}
	}
	return whole || len(object) > 0
}

func isAnyWanted(object map[string]any, opts Options) bool {
	return slices.ContainsFunc(opts.ID, func(name string) bool { _, ok := object[name]; return ok })
}

func areObjects(list []any) bool {
	return !slices.ContainsFunc(list, func(v any) bool { _, ok := v.(map[string]any); return !ok })
}

// recordNames are what programs call the list of users in an object around it.
var recordNames = []string{"users", "accounts", "data", "records", "rows", "results", "items", "Resources",
	"value", "members", "identities", "documents"}

// array is the elements of an array in a document, which is read as a stream.
type array struct {
	s       *stream.Stream
	decoder *json.Decoder
	depth   int // how many objects are around the array
	raw     json.RawMessage
}

// enter goes to the array: the document itself, or the member that a path or a usual name leads to.
func (d *array) enter(path string) error {
	for {
		token, err := d.token()
		if err != nil {
			return err
		}
		switch token {
		case json.Delim('['):
			return nil
		case json.Delim('{'):
			d.depth++
		default:
			return errors.New("it is neither a JSON array nor an object")
		}
		wanted, rest, _ := strings.Cut(path, ".")
		if err := d.seek(wanted); err != nil {
			return err
		}
		path = rest
	}
}

// seek passes members until one has the wanted name, or where none is wanted, a usual one.
func (d *array) seek(wanted string) error {
	for d.decoder.More() {
		token, err := d.token()
		if err != nil {
			return err
		}
		name, _ := token.(string)
		if name == wanted || wanted == "" && slices.Contains(recordNames, name) {
			return nil
		}
		d.s.StartRow()
		if err := d.decoder.Decode(&d.raw); err != nil {
			return jsonError(err)
		}
	}
	if wanted != "" {
		return fmt.Errorf("the JSON object has no list %q", wanted)
	}
	return fmt.Errorf("the JSON object has no list of users (looked for %s)", strings.Join(recordNames, ", "))
}

func (d *array) token() (json.Token, error) {
	d.s.StartRow()
	token, err := d.decoder.Token()
	switch {
	case err == io.EOF:
		return nil, io.ErrUnexpectedEOF
	case err != nil:
		return nil, jsonError(err)
	}
	return token, nil
}

func (d *array) Next() (map[string]any, int, error) {
	d.s.StartRow()
	if !d.decoder.More() {
		return nil, 0, d.leave()
	}
	if err := d.decoder.Decode(&d.raw); err == io.EOF {
		return nil, 0, errCutOff
	} else if err != nil {
		return nil, 0, jsonError(err)
	}
	if err := validText(d.raw); err != nil {
		return nil, 0, err
	}
	object, err := decodeObject(d.raw)
	return object, len(d.raw), err
}

// leave reads to the end of the document: what is cut off within it may lack accounts.
func (d *array) leave() error {
	if _, err := d.token(); err != nil {
		return errCutOff
	}
	for ; d.depth > 0; d.depth-- {
		for d.decoder.More() {
			d.s.StartRow()
			if _, err := d.token(); err != nil {
				return errCutOff
			}
			if err := d.decoder.Decode(&d.raw); err != nil {
				return errCutOff
			}
		}
		if _, err := d.token(); err != nil {
			return errCutOff
		}
	}
	if _, err := d.decoder.Token(); err != io.EOF {
		return errors.New("the file goes on after its JSON document")
	}
	return io.EOF
}

var errCutOff = errors.New("the JSON document ends early; the file is truncated")

// decodeObject reads one object.
func decodeObject(text []byte) (map[string]any, error) {
	// The decoder would take the last of two members without a word, and the other may be the truth.
	if name, twice := memberTwice(text); twice {
		if !IsName(name) {
			return nil, errors.New("the JSON object has two members of one name")
		}
		return nil, fmt.Errorf("the JSON object has two members named %q", name)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
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

// memberTwice finds a name that two members of an object share. Of text that is not an object it says nothing.
func memberTwice(text []byte) (string, bool) {
	var names [][]byte
	depth, isName := 0, false
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '{', '[':
			depth++
			isName = depth == 1
		case '}', ']':
			depth--
		case ',':
			isName = depth == 1
		case '"':
			end := i + 1
			for ; end < len(text) && text[end] != '"'; end++ {
				if text[end] == '\\' {
					end++
				}
			}
			if isName && end < len(text) {
				name := text[i+1 : end]
				for _, other := range names {
					if bytes.Equal(other, name) {
						return string(name), true
					}
				}
				names, isName = append(names, name), false
			}
			i = end
		}
	}
	return "", false
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
