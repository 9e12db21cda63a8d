package sql

import (
	"bytes"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/format"
)

// Statements that do not begin a line: those that somebody has commented out, and those that a server has logged, after
// times and names.

// inserting begins statements that hold rows.
var inserting = []string{
	"insert into ", "insert ignore into ", "insert or replace into ", "replace into ", "upsert into ", "insert low_priority into ",
}

// longestStatement is how much of a line is looked at.
const longestStatement = 4 << 10

// holdsRows reports whether a text begins with a statement that holds a row and closes what it opens: prose about one does
// not.
func holdsRows(text []byte) bool {
	start := format.LowerStart(text)
	if !format.HasAnyPrefix(start, inserting) && !bytes.HasPrefix(start, []byte("(")) {
		return false
	}
	quotes := bytes.Count(text, []byte("'"))
	if quotes == 0 || quotes%2 > 0 || bytes.IndexByte(text, ')') < 0 {
		return start[0] != '(' && bytes.HasSuffix(bytes.ToLower(cut.TrimSpace(text)), []byte(" values"))
	}
	if start[0] == '(' { // the next row of one
		end := bytes.TrimRight(text, " \t\r")
		return len(end) > 1 && (end[len(end)-1] == ')' || end[len(end)-2] == ')') && bytes.IndexByte(text, ',') > 0
	}
	return bytes.Contains(bytes.ToLower(text), []byte("values"))
}

// loggedAt returns where a statement that holds rows begins in a line, after something else, 0 when none does.
func loggedAt(line []byte) int {
	line = line[:min(len(line), longestStatement)]
	if len(line) == 0 {
		return 0
	}
	for at := 1; ; {
		i := indexFold(line[at:], " into ")
		if i < 0 {
			return 0
		}
		at += i
		for _, verb := range inserting {
			first := at + len(" into ") - len(verb)
			if first > 0 && !cut.IsWord(line[first-1]) && bytes.EqualFold(line[first:first+len(verb)], []byte(verb)) && holdsRows(line[first:]) {
				return first
			}
		}
		at++
	}
}

// indexFold returns where a text in lower case occurs, in any case.
func indexFold(text []byte, word string) int {
	for at := 0; ; at++ {
		i := bytes.IndexByte(text[at:], word[0])
		if i < 0 || len(text)-at-i < len(word) {
			return -1
		}
		if at += i; bytes.EqualFold(text[at:at+len(word)], []byte(word)) {
			return at
		}
	}
}

// commented reports whether a comment begins with a statement that holds rows; mark is the length of what begins the
// comment. Such a comment is read.
func (x *lexer) commented(mark int) bool {
	x.peek(longestStatement)
	text := x.buf[x.pos:min(len(x.buf), x.pos+longestStatement)]
	if len(text) <= mark {
		return false
	}
	if text = text[mark:]; text[0] == '-' || text[0] == '#' {
		return false // a rule
	}
	if i := format.IndexLineEnd(text); i >= 0 {
		text = text[:i]
	}
	if i := bytes.Index(text, []byte("*/")); i >= 0 {
		text = text[:i]
	}
	return holdsRows(cut.TrimSpace(text))
}

// skipLogged moves to the statement that a server has logged in the rest of a line, else to the end of the line.
func (d *reader) skipLogged() {
	d.peek(longestStatement)
	from := d.pos
	d.logged = false
	line := d.buf[from:min(len(d.buf), from+longestStatement)]
	if i := format.IndexLineEnd(line); i >= 0 {
		line = line[:i]
	}
	if at := loggedAt(line); at > 0 {
		d.pos, d.logged = from+at, true
		return
	}
	d.skipLine()
}

// isLogged knows a line with a statement in a comment or after what a log writes before it.
func isLogged(line []byte) bool {
	if bare := bytes.TrimLeft(line, "-# \t"); len(bare) < len(line) && bare != nil && holdsRows(bare) && bare[0] != '(' {
		return true
	}
	return loggedAt(line) > 0
}

// merge reads MERGE INTO table USING (VALUES (…), …), whose first word was read. The columns are named after the rows.
func (d *reader) merge() {
	tok := d.next()
	for tok.kind == sqlWord && isInsertOption(string(d.text)) {
		tok = d.next()
	}
	name, tok := d.qualifiedName(tok)
	for tok.kind != sqlEnd && (tok.kind != sqlPunct || tok.style != ';' && tok.style != '(') {
		tok = d.next()
	}
	if tok.kind != sqlPunct || tok.style != '(' {
		return
	}
	t := &table{content: true, people: namesPeople(name)}
	if tok = d.next(); tok.kind == sqlWord && string(d.text) == "values" {
		d.form = formTuple
		d.tuples(t)
	}
	d.skipStatement(true)
}
