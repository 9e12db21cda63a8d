package markup

import (
	"encoding/base64"
	"errors"
	"io"
	"strings"

	"github.com/credsieve/credsieve/datasets/dump/internal/rowtext"
)

const (
	maxDepth = 256
	// An element that holds more elements than this, or more bytes of them, is a list: each is written by itself.
	maxNested      = 8
	maxNestedBytes = 64 << 10
)

// element is one that is open.
type element struct {
	token
	said   strings.Builder // its text
	leaves []byte          // members of its object: `"email":"…",`
	nested [][]byte        // the same of elements that hold others
	bytes  int             // of nested
	parent bool            // it holds elements
	list   bool
	key    string // of the value to come
}

// tree writes an object for each element.
type tree struct {
	writer
	open []*element
	over int // how many elements are open beyond the deepest
}

// TreeReader returns what any other XML says as JSON.
func TreeReader(from io.Reader) io.Reader {
	t := &tree{writer: newWriter(from)}
	t.open = []*element{{list: true}}
	t.take, t.done = t.token, t.end
	return t
}

func (t *tree) top() *element { return t.open[len(t.open)-1] }

func (t *tree) token(tok token) {
	switch tok.kind {
	case textToken:
		if top := t.top(); len(t.open) == 1 && strings.TrimSpace(tok.text) != "" {
			t.out = append(t.out, tok.text...) // outside of all elements
		} else if top.said.Len()+len(tok.text) <= maxToken {
			top.said.WriteString(tok.text)
		}
	case commentToken:
		if strings.Contains(tok.text, "@") {
			t.line(member(nil, "comment", tok.text))
		}
	case startToken:
		if len(t.open) == maxDepth {
			t.over++
			return
		}
		t.top().parent = true
		t.open = append(t.open, &element{token: tok})
		if tok.empty {
			t.close()
		}
	case endToken:
		switch {
		case t.over > 0:
			t.over--
		case len(t.open) > 1:
			t.close()
		}
	}
}

// end closes what is open.
func (t *tree) end(err error) error {
	open := len(t.open) > 1
	for len(t.open) > 1 {
		t.close()
	}
	if open && errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// close makes the innermost element a part of that around it.
func (t *tree) close() {
	e := t.top()
	t.open = t.open[:len(t.open)-1]
	above := t.top()
	if !e.parent {
		above.leaf(e)
		if e.key != "" || len(e.leaves) == 0 {
			return
		}
	} else {
		e.attributes()
		if text := strings.TrimSpace(e.said.String()); text != "" {
			e.leaves = member(e.leaves, e.name, text)
		}
	}
	object := e.leaves
	if !e.list {
		for _, nested := range e.nested {
			object = append(object, nested...)
		}
	}
	if len(object) == 0 {
		return
	}
	if above.list {
		t.line(object)
		return
	}
	inner := append(rowtext.AppendText([]byte{'"'}, e.name), `":{`...)
	inner = append(append(inner, strip(object)...), '}', ',')
	above.nested = append(above.nested, inner)
	if above.bytes += len(inner); len(above.nested) > maxNested || above.bytes > maxNestedBytes {
		above.list = true
		for _, nested := range above.nested {
			t.line(nested)
		}
		above.nested = nil
	}
}

// leaf takes in an element that holds text only, or nothing but attributes.
func (above *element) leaf(e *element) {
	text := e.said.String()
	if strings.TrimSpace(text) == "" {
		e.attributes() // an object of its own
		return
	}
	if e.of("encoding") == "base64" {
		if plain, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text)); err == nil {
			text = string(plain)
		}
	}
	name := e.name
	switch {
	case above.name == "dict" && name == "key":
		above.key = text
		return
	case above.key != "":
		name, above.key = above.key, ""
	case e.of("name") != "":
		name = e.of("name")
	case e.of("key") != "":
		name = e.of("key")
	}
	if len(above.leaves) > maxToken {
		return
	}
	above.leaves = member(above.leaves, name, text)
	e.leaves = nil
}

func (e *element) attributes() {
	for _, a := range e.attrs {
		if a.value != "" && a.name != "xmlns" {
			e.leaves = member(e.leaves, a.name, a.value)
		}
	}
}

// member appends a member of an object.
func member(to []byte, key, value string) []byte {
	to = rowtext.AppendText(append(to, '"'), key)
	to = rowtext.AppendText(append(to, `":"`...), value)
	return append(to, `",`...)
}

func strip(members []byte) []byte { return members[:len(members)-1] }

// line writes an object, given its members.
func (t *tree) line(members []byte) {
	t.out = append(append(append(t.out, '{'), strip(members)...), '}', '\n')
}
