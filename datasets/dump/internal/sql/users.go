package sql

import (
	"bytes"
	"io"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// Statements that give a user of the database itself a password: CREATE or ALTER USER, ROLE and LOGIN, and GRANT.
// Scripts that set up a database end up in dumps, and its users are people as often as programs.

// userColumns are those of the table that such a statement is read as a row of.
var userColumns = []string{"username", "password"}

// atUser reports whether such a statement goes on at pos, after its first word.
func (d *reader) atUser(verb string) bool {
	if verb == "grant" {
		return true
	}
	const longest = 64 // of CREATE OR REPLACE USER IF NOT EXISTS
	d.peek(longest)
	text := d.buf[d.pos:]
	for _, word := range bytes.Fields(bytes.ToLower(text[:min(len(text), longest)])) {
		switch string(word) {
		case "or", "replace":
		case "user", "role", "login":
			return true
		default:
			return false
		}
	}
	return false
}

// user reads a statement about a user, whose first word is held: one record when it says a name and a password.
func (d *reader) user() {
	at := leak.Position{Offset: d.base + int64(d.mark), Line: d.lineAt(d.mark)}
	name, secret, end := d.nameAndSecret()
	at.Length = end - at.Offset
	switch {
	case name.kind == sqlEnd || secret.kind == sqlEnd:
	case d.lost:
		d.err = d.out.RejectTooLong(at)
	case d.unclosed && d.end == io.EOF:
		d.out.Lose("it ends in the middle of a record")
		d.err = d.out.Reject(at, leak.ReasonUnfinished)
		d.cutOff = leak.Position{}
	default:
		readings := tupleReadings{[][]value{{name, secret}}, d.escapes}
		d.err = d.out.Done(at, d.cut.c, d.cut.cut(d.tableOf("users of the database", userColumns), readings))
	}
	d.release()
}

// nameAndSecret reads a statement to its end. What is not there is of kind sqlEnd.
func (d *reader) nameAndSecret() (name, secret token, end int64) {
	wants := byte(0)
	for {
		end = d.offset()
		if d.statementEnds() {
			return name, secret, end
		}
		start := d.pos
		tok := d.next()
		if tok.kind == sqlEnd || d.escaped(tok) || d.mark < 0 {
			return name, secret, end
		}
		switch word := string(d.text); {
		case tok.kind == sqlPunct: // = of SQL Server
		case tok.kind == sqlWord && (word == "user" || word == "role" || word == "login" || word == "to") && name.kind == sqlEnd:
			wants = 'n'
		case tok.kind == sqlWord && (word == "if" || word == "not" || word == "exists"):
		case wants == 'n':
			name, wants = d.asText(tok, start), 0
		case tok.kind == sqlWord && (word == "password" || word == "by" || word == "as") && secret.kind == sqlEnd:
			wants = 's'
		case tok.kind == sqlWord && wants == 's' && (word == "null" || word == "values" || word == "expire"):
			wants = 0
		case wants == 's':
			secret, wants = d.asText(tok, start), 0
		}
	}
}

// asText returns a name or a word as a text: what a statement calls a name is a value here. Of name@host it is the name.
func (d *reader) asText(tok token, start int) token {
	if tok.kind == sqlString {
		return tok
	}
	from, to := start, d.pos
	if tok.kind == sqlName {
		return token{kind: sqlString, Span: cut.Span{Start: from + 1 - d.mark, End: to - 1 - d.mark}}
	}
	if at := bytes.IndexByte(d.buf[from:to], '@'); at > 0 && bytes.IndexByte(d.buf[from+at:to], '.') < 0 {
		to = from + at
	}
	return token{kind: sqlString, Span: cut.Span{Start: from - d.mark, End: to - d.mark}}
}

// isUserStatement knows a line that gives a user a password.
func isUserStatement(line []byte) bool {
	const enough = 512
	line = bytes.ToLower(cut.TrimSpace(line[:min(len(line), enough)]))
	if !format.HasAnyPrefix(line, []string{
		"create user ", "create role ", "create login ", "create or replace user ", "alter user ", "alter role ", "alter login ", "grant ",
	}) {
		return false
	}
	return bytes.Contains(line, []byte(" identified ")) || bytes.Contains(line, []byte(" password ")) ||
		bytes.Contains(line, []byte(" password="))
}
