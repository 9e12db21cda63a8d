package sql

import (
	"io"
	"strings"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// update reads UPDATE table SET column = value, … WHERE column = value …, whose first word is held: one record,
// whose columns are those that the statement sets and asks for.
func (d *reader) update() {
	at := leak.Position{Offset: d.base + int64(d.mark), Line: d.lineAt(d.mark)}
	tok := d.next()
	for tok.kind == sqlWord && (isInsertOption(string(d.text)) || string(d.text) == "update") {
		tok = d.next()
	}
	name, tok := d.qualifiedName(tok)
	if name == "" {
		d.release()
		d.skipStatement(true)
		return
	}
	columns, values, end := d.assignments(tok)
	t := d.tableOf(name, columns)
	at.Length = end - at.Offset
	switch {
	case len(columns) == 0 || t.content || !t.reports():
	case d.lost:
		d.err = d.out.RejectTooLong(at)
	case d.unclosed && d.end == io.EOF:
		d.out.Lose("it ends in the middle of a record")
		d.err = d.out.Reject(at, leak.ReasonUnfinished)
		d.cutOff = leak.Position{}
	default:
		readings := tupleReadings{[][]value{values}, d.escapes}
		d.err = d.out.Done(at, d.cut.c, d.cut.cut(t, readings))
	}
	d.release()
}

// assignments reads the columns that a statement sets or compares and their values, up to its end.
func (d *reader) assignments(tok token) (columns []string, values []value, end int64) {
	column, equal := "", false
	for {
		switch {
		case tok.kind == sqlEnd, tok.kind == sqlPunct && tok.style == ';', d.escaped(tok):
			return columns, values, end
		case tok.kind == sqlPunct && tok.style == '=' && column != "":
			equal = true
		case equal && isOperand(tok) || equal && tok.kind == sqlName && tok.quote == '"':
			if tok.kind == sqlName {
				tok.kind = sqlString
			}
			if len(columns) < maxColumns && d.mark >= 0 {
				columns, values = append(columns, column), append(values, tok)
			}
			column, equal = "", false
		case tok.kind == sqlWord || tok.kind == sqlName:
			if tok.kind == sqlWord && d.fresh && d.begins(true) {
				return columns, values, end
			}
			column, equal = string(d.text), false
		default:
			column, equal = "", false
		}
		end = d.offset()
		if d.statementEnds() {
			return columns, values, end
		}
		tok = d.next()
	}
}

// statementEnds reports whether the statement ends here, after space. It passes its semicolon.
func (d *reader) statementEnds() bool {
	d.space()
	if c, ok := d.peek(0); !ok || c == ';' && d.delimiter == ";" {
		if ok {
			d.pos++
		}
		return true
	}
	return d.mark >= 0 && d.atWordOfNext()
}

// atWordOfNext reports whether a line begins at pos with a word that begins a statement, so that this one has
// ended without a semicolon.
func (d *reader) atWordOfNext() bool {
	if d.pos == 0 || d.buf[d.pos-1] != '\n' && d.buf[d.pos-1] != '\r' {
		return false
	}
	for _, word := range []string{"INSERT ", "insert ", "UPDATE ", "update ", "CREATE ", "create ", "COPY "} {
		if d.startsWith([]byte(word)) {
			return true
		}
	}
	return false
}

// namesPeople reports whether a table may hold users, by its name.
func namesPeople(name string) bool {
	role, _ := cut.RoleOf([]byte(lastName(name)))
	if role == cut.RoleIdentifier {
		return true
	}
	for _, word := range []string{"user", "member", "account", "login", "admin", "customer", "client", "usuario", "utente",
		"kunde", "benutzer", "employee", "staff", "cliente", "utilisateur", "subscriber", "people", "credential"} {
		if strings.Contains(strings.ToLower(lastName(name)), word) {
			return true
		}
	}
	return false
}
