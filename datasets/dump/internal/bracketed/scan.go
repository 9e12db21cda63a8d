package bracketed

import (
	"bytes"
	"unicode/utf8"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/rowtext"
)

// maxRow bounds what is kept of one list, and maxDepth how deep lists lie.
const (
	maxRow   = 1 << 20
	maxDepth = 256
)

// scanner takes text apart, in any pieces, and writes rows.
type scanner struct {
	out   []byte
	stats stats

	stack [maxDepth]byte // the open brackets
	depth int

	cells  [][]byte // of the innermost list
	text   []byte   // that the cells lie in
	size   int
	simple bool // nothing but plain values so far
	keyed  bool // it is what a key stands for, and not one of many rows

	object object

	quote   byte // of the string under way, 0 outside of one
	ended   bool // its quote may have been doubled
	escape  escape
	word    []byte
	between []byte // of a line outside of all brackets, as far as it was read
	value   []byte // of the string or word under way
	strings int    // texts in quotes in the innermost list
	call    int    // depth of parentheses of a call
	taken   bool   // the first value of the call, which is the one that counts
}

// object is what is known of the innermost object that is an element of a list.
type object struct {
	key, name, value []byte
	isKey            bool
	others           int // values under keys of another kind
}

// stats say whether a text is of this kind.
type stats struct {
	rows, quoted int         // rows of two cells or more, and those with texts in quotes
	bytes        int         // of their cells
	lines        int         // texts that are lines
	widths       map[int]int // rows by number of cells
}

// escape is the state of a backslash sequence.
type escape struct {
	digits int // still to come, -1 after the backslash
	unit   rune
	high   rune // the first half of a pair
}

// write takes in more text.
func (s *scanner) write(text []byte) {
	for i := 0; i < len(text); {
		if s.quote != 0 && !s.ended && s.escape.digits == 0 {
			n := indexEither(text[i:], s.quote, '\\')
			s.keep(text[i : i+n])
			if i += n; i == len(text) {
				return
			}
		}
		s.byte(text[i])
		i++
	}
}

func indexEither(text []byte, a, b byte) int {
	for i, c := range text {
		if c == a || c == b {
			return i
		}
	}
	return len(text)
}

// keep appends to the string under way, as far as one may go.
func (s *scanner) keep(text []byte) {
	if room := maxRow - len(s.value); len(text) > room {
		text = text[:room]
	}
	s.value = append(s.value, text...)
}

func (s *scanner) byte(b byte) {
	switch {
	case s.quote != 0 && s.ended:
		s.ended = false
		if b == s.quote { // SQL's way to write one
			s.keep([]byte{b})
			return
		}
		s.quote = 0
		s.endString()
		s.outside(b)
	case s.quote != 0 && s.escape.digits != 0:
		s.escaped(b)
	case s.quote != 0 && b == '\\':
		s.escape.digits = -1
	case s.quote != 0: // its end
		s.ended = true
	default:
		s.outside(b)
	}
}

// escaped takes in a byte after a backslash.
func (s *scanner) escaped(b byte) {
	if s.escape.digits < 0 {
		switch b {
		case 'u':
			s.escape.digits, s.escape.unit = 4, 0
			return
		case 'x':
			s.escape.digits, s.escape.unit = 2, 0
			return
		}
		s.escape.digits = 0
		switch i := bytes.IndexByte([]byte(`bfnrt0`), b); {
		case i >= 0:
			b = "\b\f\n\r\t\x00"[i]
		case bytes.IndexByte([]byte(`"'\/`), b) < 0:
			s.keep([]byte{'\\'})
		}
		s.keep([]byte{b})
		return
	}
	digit, ok := cut.HexDigit(b)
	if !ok {
		s.escape.digits = 0
		return
	}
	s.escape.unit = s.escape.unit<<4 | rune(digit)
	if s.escape.digits--; s.escape.digits > 0 {
		return
	}
	switch r := s.escape.unit; {
	case r >= 0xD800 && r < 0xDC00:
		s.escape.high = r
	case r >= 0xDC00 && r < 0xE000 && s.escape.high != 0:
		s.value = utf8.AppendRune(s.value, (s.escape.high-0xD800)<<10+(r-0xDC00)+0x10000)
		s.escape.high = 0
	default:
		s.value = utf8.AppendRune(s.value, r)
	}
}

// outside takes in a byte that is not in a string.
func (s *scanner) outside(b byte) {
	if s.depth == 0 {
		s.aside(b)
	}
	switch {
	case s.depth > 0 && (b == '"' || b == '\'' || b == '`'):
		s.word = s.word[:0] // N'…', u'…'
		s.quote, s.value = b, s.value[:0]
	case b == '(' && len(s.word) > 0, b == '(' && s.call > 0:
		s.call++
		s.word, s.taken = s.word[:0], s.taken && s.call > 1
	case b == ')' && s.call > 0:
		s.endWord()
		s.call--
	case b == '[' || b == '(' || b == '{':
		s.endWord()
		s.open(b)
	case b == ']' || b == ')' || b == '}':
		s.endWord()
		s.close()
	case b == ':' && (len(s.word) == 0 || s.top() == '{' || s.top() == 0): // in a list it is a part of a word
		if len(s.word) > 0 {
			s.value = append(s.value[:0], s.word...)
			s.word = s.word[:0]
			s.object.key, s.object.isKey = append(s.object.key[:0], s.value...), true
			return
		}
		s.takeKey()
	case b == '=': // names and values, which are no rows
		s.endWord()
		s.simple = false
	case b == ',' || b == ';' || cut.IsSpace(b):
		s.endWord()
	default:
		if len(s.word) < maxRow {
			s.word = append(s.word, b)
		}
	}
}

// aside takes in a byte outside of all brackets: a line there that holds an address is kept.
func (s *scanner) aside(b byte) {
	switch b {
	case '\n', '\r', '[', '(', '{':
		s.endAside()
	default:
		if len(s.between) < maxRow {
			s.between = append(s.between, b)
		}
	}
}

func (s *scanner) endAside() {
	s.keepAddress(s.between)
	s.between = s.between[:0]
}

// top returns the innermost bracket, 0 outside of all.
func (s *scanner) top() byte {
	if s.depth == 0 || s.depth > maxDepth {
		return 0
	}
	return s.stack[s.depth-1]
}

func (s *scanner) open(b byte) {
	inList := s.top() != '{' && s.top() != 0
	keyed := s.object.isKey
	s.object.isKey = false
	if b != '{' || !inList {
		s.spill()
		s.simple = b != '{'
	}
	if s.depth < maxDepth {
		s.stack[s.depth] = b
	}
	s.depth++
	if s.keyed = keyed && b != '{' && !namesRow(s.object.key); s.keyed && cut.IsEmail(s.object.key) {
		s.cell(s.object.key) // a map of users
	}
	if b == '{' {
		s.object = object{key: s.object.key[:0], name: s.object.name[:0], value: s.object.value[:0]}
	}
}

// namesRow knows keys of one row among many.
func namesRow(key []byte) bool {
	switch string(key) {
	case "row", "Row", "cells", "values", "c", "fields", "record", "data":
		return true
	}
	return false
}

func (s *scanner) close() {
	if s.depth == 0 {
		return
	}
	b := s.top()
	s.depth--
	if b != '{' {
		if s.simple {
			s.row()
		} else {
			s.spill()
		}
		s.simple = false
		return
	}
	if in := s.top(); in != '[' || !s.simple {
		s.keepAddress(s.object.name)
		s.keepAddress(s.object.value)
		s.spill()
		return
	}
	// An element of a list: a column, or a value that an object is put around.
	switch o := &s.object; {
	case len(o.name) > 0 && len(o.value) == 0:
		s.cell(o.name)
	case o.others == 0 && len(o.name) == 0:
		s.cell(o.value)
	default:
		s.simple = false
		s.cell(o.name)
		s.cell(o.value)
	}
	s.object.isKey = false
}

// endString takes a string as a value, or perhaps as a key: what follows tells.
func (s *scanner) endString() {
	s.strings++
	s.scalar(s.value)
}

func (s *scanner) endWord() {
	if len(s.word) == 0 {
		return
	}
	word := s.word
	s.word = s.word[:0]
	switch string(bytes.ToLower(word)) {
	case "null", "none", "undefined", "nan":
		word = nil
	}
	if s.top() != 0 {
		s.scalar(word)
	}
}

// scalar takes in a value of the innermost list or object.
func (s *scanner) scalar(value []byte) {
	o := &s.object
	switch {
	case s.call > 0 && s.taken:
		s.keepAddress(value)
	case s.top() != '{':
		s.taken = s.call > 0
		s.cell(value)
	case !o.isKey: // a key, when a colon follows
		o.key = append(o.key[:0], value...)
		s.strings--
	default:
		o.isKey = false
		switch string(o.key) {
		case "name", "label", "field", "Name", "column":
			o.name = append(o.name[:0], value...)
		case "v", "value":
			o.value = append(o.value[:0], value...)
		case "type", "id", "f", "data_type", "length", "nullable", "pattern":
			s.keepAddress(value)
		default:
			o.others++
			if bytes.IndexByte(o.key, '@') >= 0 {
				s.out = append(append(s.out, o.key...), ':')
				s.line(value)
			} else {
				s.keepAddress(value)
			}
		}
	}
}

// takeKey tells that the last string was a key.
func (s *scanner) takeKey() {
	if s.top() == '{' {
		s.object.isKey = true
	}
}

func (s *scanner) cell(value []byte) {
	if s.size+len(value) > maxRow || len(s.cells) >= maxRow/16 {
		s.spill()
		s.simple = false
	}
	from := len(s.text)
	s.text = append(s.text, value...)
	s.size += len(value)
	s.cells = append(s.cells, s.text[from:len(s.text):len(s.text)])
}

// row writes the innermost list.
func (s *scanner) row() {
	defer s.clear()
	letters := false
	for _, cell := range s.cells {
		letters = letters || bytes.ContainsFunc(cell, isLetter)
	}
	switch {
	case len(s.cells) == 0 || !letters:
		return
	case s.areLines():
		for _, cell := range s.cells {
			s.line(cell)
		}
		if s.strings >= len(s.cells) { // words between two brackets of passwords look like lines as well
			s.stats.lines += len(s.cells)
			s.stats.bytes += s.size
		}
		return
	}
	s.out = new(rowtext.Writer).Append(s.out, s.cells)
	if len(s.cells) < 2 || s.keyed && !cut.IsEmail(s.cells[0]) {
		return
	}
	s.stats.rows++
	s.stats.bytes += s.size
	if s.strings > 0 {
		s.stats.quoted++
	}
	if s.stats.widths != nil {
		s.stats.widths[len(s.cells)]++
	}
}

func isLetter(r rune) bool { return r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r >= 0x80 }

// areLines reports whether each text of a list is a line of a list of its own.
func (s *scanner) areLines() bool {
	const looked = 8
	var c cut.Cutter
	for i, cell := range s.cells {
		if i == looked {
			break
		}
		if bytes.IndexByte(cell, ':') <= 0 && bytes.IndexByte(cell, ';') <= 0 && bytes.IndexByte(cell, '|') <= 0 {
			return false
		}
		if len(s.cells) < 2 && !c.PairLine(cell) || bytes.ContainsAny(cell, "\r\n{") {
			return false
		}
	}
	return len(s.cells) > 0
}

// spill writes what of an unfinished list holds an address.
func (s *scanner) spill() {
	for _, cell := range s.cells {
		s.keepAddress(cell)
	}
	s.clear()
}

// keepAddress writes a text that is in no row, if it holds an address.
func (s *scanner) keepAddress(text []byte) {
	if bytes.IndexByte(text, '@') >= 0 {
		s.line(text)
	}
}

func (s *scanner) line(text []byte) {
	s.out = append(append(s.out, text...), '\n')
}

func (s *scanner) clear() {
	s.cells, s.size, s.strings = s.cells[:0], 0, 0
	if cap(s.text) > 1<<16 {
		s.text = nil
	}
	s.text = s.text[:0]
}
