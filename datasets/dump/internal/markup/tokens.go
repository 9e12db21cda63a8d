package markup

import (
	"bufio"
	"bytes"
	"html"
	"io"
	"strings"
)

// maxToken bounds a text, a tag and a row.
const maxToken = 1 << 20

type tokenKind uint8

const (
	textToken tokenKind = iota
	startToken
	endToken
	commentToken
)

// token is a piece of markup.
type token struct {
	kind  tokenKind
	name  string // of the tag, in lower case, without its name space
	text  string // of a text, or of a comment
	attrs []attr
	empty bool // <br/>
}

type attr struct{ name, value string }

// of returns the value of an attribute.
func (t *token) of(name string) string {
	for _, a := range t.attrs {
		if a.name == name {
			return a.value
		}
	}
	return ""
}

// lexer takes markup apart.
type lexer struct {
	from *bufio.Reader
	raw  string // the name of the element whose content is not markup, empty outside of one
}

// next returns the next token.
func (x *lexer) next() (token, error) {
	if x.raw != "" {
		name := x.raw
		x.raw = ""
		return x.until("</"+name, commentToken)
	}
	text, err := x.text()
	if len(text) > 0 {
		return token{kind: textToken, text: html.UnescapeString(string(text))}, nil
	}
	if err != nil {
		return token{}, err
	}
	ahead, _ := x.from.Peek(9)
	switch {
	case bytes.HasPrefix(ahead, []byte("<!--")):
		return x.until("-->", commentToken)
	case bytes.HasPrefix(ahead, []byte("<![CDATA[")):
		t, err := x.until("]]>", textToken)
		t.text = strings.TrimSuffix(strings.TrimPrefix(t.text, "<![CDATA["), "]]>")
		return t, err
	}
	return x.tag()
}

// text returns what stands before the next tag.
func (x *lexer) text() (out []byte, err error) {
	for {
		ahead, err := x.from.Peek(2)
		if len(ahead) == 0 {
			return out, err
		}
		if ahead[0] == '<' && len(ahead) == 2 && (ahead[1] == '/' || ahead[1] == '!' || ahead[1] == '?' ||
			ahead[1]|0x20 >= 'a' && ahead[1]|0x20 <= 'z') {
			return out, nil
		}
		x.from.Discard(1) //nolint:errcheck // it was seen
		if out = append(out, ahead[0]); len(out) == maxToken {
			return out, nil
		}
	}
}

// until returns all up to and with an end.
func (x *lexer) until(end string, kind tokenKind) (token, error) {
	var out []byte
	for {
		b, err := x.from.ReadByte()
		if err != nil {
			return token{kind: kind, text: string(out)}, nil //nolint:nilerr // it shows again
		}
		if out = append(out, b); b|0x20 == end[len(end)-1]|0x20 && len(out) >= len(end) &&
			strings.EqualFold(string(out[len(out)-len(end):]), end) || len(out) == maxToken {
			return token{kind: kind, text: string(out)}, nil
		}
	}
}

// tag reads from < to >. A > in quotes is part of an attribute.
func (x *lexer) tag() (token, error) {
	var out []byte
	quote := byte(0)
	for {
		b, err := x.from.ReadByte()
		if err != nil {
			return token{kind: commentToken, text: string(out)}, nil //nolint:nilerr // it shows again
		}
		switch {
		case quote != 0 && b == quote:
			quote = 0
		case quote == 0 && (b == '"' || b == '\'') && len(out) > 0 && out[len(out)-1] == '=':
			quote = b
		case quote == 0 && b == '>':
			return parseTag(string(out[1:])), nil
		}
		if out = append(out, b); len(out) == maxToken {
			return token{kind: commentToken, text: string(out)}, nil
		}
	}
}

func parseTag(text string) token {
	if text == "" || text[0] == '!' || text[0] == '?' {
		return token{kind: commentToken}
	}
	t := token{kind: startToken}
	if text[0] == '/' {
		t.kind, text = endToken, text[1:]
	} else if strings.HasSuffix(text, "/") {
		t.empty, text = true, text[:len(text)-1]
	}
	name, rest := text, ""
	if i := strings.IndexAny(text, " \t\r\n"); i >= 0 {
		name, rest = text[:i], text[i:]
	}
	t.name = localName(name)
	for rest = strings.TrimSpace(rest); rest != ""; rest = strings.TrimSpace(rest) {
		var a attr
		a, rest = nextAttr(rest)
		t.attrs = append(t.attrs, a)
	}
	return t
}

func nextAttr(text string) (attr, string) {
	i := strings.IndexAny(text, "= \t\r\n")
	if i <= 0 || text[i] != '=' {
		if i <= 0 {
			i = len(text)
		}
		return attr{name: localName(text[:i])}, text[i:]
	}
	a, rest := attr{name: localName(text[:i])}, text[i+1:]
	if rest != "" && (rest[0] == '"' || rest[0] == '\'') {
		value, after, _ := strings.Cut(rest[1:], rest[:1])
		a.value = html.UnescapeString(value)
		return a, after
	}
	end := strings.IndexAny(rest, " \t\r\n")
	if end < 0 {
		end = len(rest)
	}
	a.value = html.UnescapeString(rest[:end])
	return a, rest[end:]
}

func localName(name string) string {
	return strings.ToLower(name[strings.LastIndexByte(name, ':')+1:])
}

// writer is what both readers have in common: text is written as tokens come.
type writer struct {
	lexer
	out  []byte
	rest []byte // of out
	err  error
	take func(token)
	done func(error) error // what is left is written, and it is told what the text ends in
}

func newWriter(from io.Reader) writer {
	return writer{lexer: lexer{from: bufio.NewReaderSize(from, 64<<10)}}
}

func (w *writer) Read(p []byte) (int, error) {
	for len(w.rest) == 0 {
		if w.err != nil {
			return 0, w.err
		}
		w.out = w.out[:0]
		t, err := w.next()
		if err != nil {
			w.err = w.done(err)
		} else {
			w.take(t)
		}
		w.rest = w.out
	}
	n := copy(p, w.rest)
	w.rest = w.rest[n:]
	return n, nil
}
