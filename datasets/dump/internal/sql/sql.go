// Package sql reads dumps of databases in statements: of MySQL and MariaDB, PostgreSQL, SQL Server,
// SQLite or Oracle.
//
// A member is read serially, because a tuple means nothing without its table: a window over it only
// moves forward (input.go), is cut into tokens (token.go, literal.go), and of the statements those
// are read that create tables (columns.go), insert (insert.go, tuple.go, select.go) or copy (copy.go,
// copied.go). What a value means is told by the dialect (values.go, expr.go). Where nothing tells it,
// a backslash is read both ways.
package sql

import (
	"bytes"
	"io"
	"strings"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/internal/shape"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// Format is a dump in statements. A record is one tuple of an INSERT, or one line of a COPY, of a table that has an identifier
// column and a column of passwords or hashes. Tuples of other tables, and all other statements and
// comments, are structure: neither records nor rejects. One that the member ends in is a reject, for
// what it hides may be anything.
type Format struct{}

// Name implements format.Format.
func (Format) Name() string { return "sql" }

// Score implements format.Format.
func (Format) Score(s *format.Sample) int {
	if isSQL(s) {
		return format.Certain
	}
	return -1
}

// Open implements format.Format.
func (Format) Open(s *format.Sample) (format.Session, error) {
	return session{format.Unsplit{Lines: format.Lines{End: s.LineEnd()}}, dialectOf(s.Data)}, nil
}

// session reads a member serially, because a tuple means nothing without its table.
type session struct {
	format.Unsplit
	dialect dialect
}

var _ format.Serial = session{}

const noUserTable = "it is an SQL dump in which no table has both an identifier column and a " +
	"password or hash column"

// Read implements format.Serial.
func (s session) Read(from io.Reader, out *format.Recorder) (leak.Position, error) {
	d := &reader{out: out, tables: map[string]*table{}}
	d.input = newInput(from, out, s.End)
	d.speak(s.dialect)
	d.banner = d.bannerSeen
	d.cut.c, d.cut.x = &cut.Cutter{}, &d.lexer
	return d.read()
}

// reader reads one member.
type reader struct {
	lexer
	out       *format.Recorder
	tables    map[string]*table
	cut       cutter
	values    [2][]value // of one tuple, by each reading of its backslashes
	delimiter string     // of statements
	before    bool       // escapes, ahead of the last SET sql_mode
	head      []byte     // the last "INSERT ... VALUES"
	headTable *table
	form      form          // of the statement
	logged    bool          // the statement stands after something else on its line
	again     int64         // bytes of damaged tuples that were read once more
	left      leak.Position // the record in which the member ended early
	err       error         // of the recorder
}

// speak begins to read a dialect with its usual settings.
func (d *reader) speak(as dialect) {
	d.dialect, d.delimiter, d.head = as, ";", nil
	d.escapes = as == dialectMySQL || as == dialectUnknown
	d.before = d.escapes
}

// bannerSeen notices where a dump of another program was appended.
func (d *reader) bannerSeen(comment []byte) {
	if as := dialectOfBanner(bytes.ToLower(comment)); as != dialectUnknown && as != d.dialect {
		d.speak(as)
	}
}

func (d *reader) read() (leak.Position, error) {
	if d.startsWith([]byte(cut.ByteOrderMark)) {
		d.pos += len(cut.ByteOrderMark)
	}
	for d.err == nil && d.statement() {
	}
	switch {
	case d.out.Turned != nil:
		return leak.Position{}, nil
	case d.err != nil:
		return d.left, d.err
	case d.end != nil && d.end != io.EOF:
		if d.left.Line == 0 {
			d.pos = len(d.buf)
			d.left = d.position()
		}
		return d.left, d.end
	case d.cutOff.Line > 0:
		d.out.Lose("it ends in the middle of a comment or a quoted text")
		d.cutOff.Length = d.offset() - d.cutOff.Offset
		d.err = d.out.Reject(d.cutOff, leak.ReasonUnfinished)
	case !d.out.Seen:
		d.out.Refuse(noUserTable)
	}
	return leak.Position{}, d.err
}

// statement reads one statement, and reports whether there may be another.
func (d *reader) statement() bool {
	d.release()
	d.space()
	if c, ok := d.peek(0); !ok {
		return false
	} else if c == '\\' { // a command of psql
		d.skipLine()
		return true
	}
	if len(d.head) > 0 && d.startsWith(d.head) {
		d.pos += len(d.head)
		d.tuples(d.headTable)
		return d.end == nil || d.pos < len(d.buf)
	}
	d.hold()
	tok := d.next()
	if d.turned(tok) {
		return false
	}
	if tok.kind == sqlWord {
		return d.verb(string(d.text))
	}
	if tok.kind == sqlPunct && tok.style == '(' && d.headTable != nil {
		d.stepBack() // rows go on after a stray semicolon
		d.tuples(d.headTable)
		return true
	}
	d.release()
	if d.escaped(tok) || tok.kind == sqlPunct && tok.style == ';' {
		return true
	}
	d.skipLogged() // whatever it is, its quotes must not swallow statements
	return true
}

// turned reports whether what no statement begins with begins a stretch of another format. Else the reader stands after
// the token again.
func (d *reader) turned(tok token) bool {
	if d.out.Turns == nil || d.mark < 0 || !d.atLineStart() || tok.kind != sqlWord && tok.kind != sqlPunct ||
		tok.kind == sqlWord && verbs[string(d.text)] || tok.kind == sqlPunct && (tok.style == ';' || tok.style == '(') {
		return false
	}
	length := d.pos - d.mark
	d.pos = d.mark
	_, more := d.peek(shape.Ahead - 1)
	text := d.buf[d.pos:min(d.pos+shape.Ahead, len(d.buf))]
	if d.out.Turns(text, !more) {
		d.out.Turned = &format.Turned{At: d.position(), Rest: bytes.Clone(d.buf[d.pos:])}
		return true
	}
	d.pos += length
	return false
}

// verbs begin statements.
var verbs = func() map[string]bool {
	set := map[string]bool{}
	for verb := range strings.FieldsSeq("insert replace update create copy set delimiter go alter drop lock unlock use begin " +
		"start commit rollback pragma grant revoke comment select delete call declare exec execute if print truncate with do " +
		"end analyze vacuum flush rem values merge upsert") {
		set[verb] = true
	}
	return set
}()

// verb reads the statement that begins with a word.
func (d *reader) verb(word string) bool {
	switch word {
	case "insert", "replace", "upsert":
		d.insert()
		return true
	case "update":
		d.update()
		return true
	case "create", "alter", "grant":
		if d.atUser(word) {
			d.user()
			return true
		}
	}
	d.release()
	switch word {
	case "create":
		d.create()
	case "copy":
		d.copyStatement()
	case "set":
		d.set()
	case "delimiter":
		d.setDelimiter()
	case "go":
	case "alter", "drop", "lock", "unlock", "use", "begin", "start", "commit", "rollback", "pragma",
		"grant", "revoke", "comment", "select", "delete", "call", "declare", "exec",
		"execute", "if", "print", "truncate", "with", "do", "end", "analyze", "vacuum", "flush":
		d.skipStatement(true)
	case "merge":
		d.merge()
	default:
		d.skipLogged()
	}
	return true
}

// setDelimiter reads the command of the mysql client that lets routines hold semicolons.
func (d *reader) setDelimiter() {
	for c, ok := d.peek(0); ok && (c == ' ' || c == '\t'); c, ok = d.peek(0) {
		d.pos++
	}
	const longest = 16
	d.peek(longest)
	text := d.buf[d.pos:]
	text = text[:min(len(text), longest)]
	if i := bytes.IndexAny(text, "\r\n"); i >= 0 {
		text = text[:i]
	}
	if text = cut.TrimSpace(text); len(text) > 0 {
		d.delimiter = string(text)
	}
	d.skipLine()
}

// escaped skips a delimiter that is none of the tokens, the first byte of which was read.
func (d *reader) escaped(tok token) bool {
	if d.delimiter == ";" || tok.kind != sqlPunct || tok.style != d.delimiter[0] {
		return false
	}
	if !d.startsWith([]byte(d.delimiter[1:])) {
		return false
	}
	d.pos += len(d.delimiter) - 1
	return true
}

// skipStatement skips the rest of a statement. SQL Server's need no semicolon, and neither does
// dirt between statements: where breaks is set, a line that begins a statement ends it as well.
func (d *reader) skipStatement(breaks bool) {
	for {
		d.space()
		d.hold()
		tok := d.next()
		fresh := d.fresh || d.mark >= 0 && d.atLineStart()
		switch {
		case tok.kind == sqlEnd, d.escaped(tok),
			tok.kind == sqlPunct && tok.style == ';' && d.delimiter == ";":
			d.release()
			return
		case tok.kind == sqlWord && fresh && d.delimiter == ";" && d.begins(breaks):
			d.stepBack()
			return
		}
		d.release()
	}
}

// stepBack goes back to what is held, and holds it no more.
func (d *reader) stepBack() {
	if d.mark >= 0 {
		d.pos = d.mark
	}
	d.release()
}

// atLineStart reports whether what is held begins a line.
func (d *reader) atLineStart() bool {
	return d.mark == 0 || d.buf[d.mark-1] == '\n' || d.buf[d.mark-1] == '\r'
}

// begins reports whether a line with this first word begins a statement.
func (d *reader) begins(breaks bool) bool {
	switch string(d.text) {
	case "go":
		return d.dialect == dialectMSSQL || d.dialect == dialectUnknown
	case "insert", "create", "copy":
		return breaks
	}
	return false
}

// set notices the settings on which the meaning of a backslash depends.
func (d *reader) set() {
	var name string
	literal, plain := false, false
	for {
		d.space()
		d.hold()
		tok := d.next()
		text := string(d.text)
		if tok.kind == sqlString {
			text = string(bytes.ToLower(d.held(tok.Span)))
		}
		fresh := d.mark >= 0 && d.atLineStart()
		switch {
		case tok.kind == sqlEnd, tok.kind == sqlPunct && tok.style == ';', d.escaped(tok):
			d.release()
			d.settle(name, literal, plain)
			return
		case tok.kind == sqlWord && fresh && d.begins(true):
			d.stepBack()
			return
		case tok.kind == sqlWord && (text == "sql_mode" || text == "@@sql_mode" ||
			text == "standard_conforming_strings"):
			if name == "" {
				name = text
			}
		case name != "" && (tok.kind == sqlString || tok.kind == sqlWord):
			literal = literal || tok.kind == sqlString
			plain = plain || bytes.Contains([]byte(text), []byte("no_backslash_escapes")) ||
				text == "on" || text == "true"
		}
		d.release()
	}
}

// settle applies a setting: to a literal value, or to what it was before.
func (d *reader) settle(name string, literal, plain bool) {
	switch {
	case name == "":
		return
	case name == "standard_conforming_strings":
		d.escapes = !plain
	case plain:
		d.before, d.escapes = d.escapes, false
	case literal:
		d.before, d.escapes = d.escapes, true
	default:
		d.escapes = d.before
	}
	if name != "standard_conforming_strings" {
		d.dialect = dialectMySQL
	}
}
