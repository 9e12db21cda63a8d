package sql

import (
	"slices"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/hashing"
)

// idColumns and secretColumns are the names of columns that only databases use, folded by
// ColumnName, beside those of CSV headers.
var (
	idColumns = map[string]hashing.Kind{
		"userlogin": hashing.KindUnspecified, "membername": hashing.KindUnspecified,
		"nick": hashing.KindUnspecified, "nickname": hashing.KindUnspecified,
		"loginname": hashing.KindUnspecified, "loginid": hashing.KindUnspecified,
		"accountname": hashing.KindUnspecified, "userid": hashing.KindUnspecified,
		"usernamecanonical": hashing.KindUnspecified, "emailcanonical": hashing.KindEmail,
		"emailaddr": hashing.KindEmail, "mobilephone": hashing.KindPhone,
		"cellphone": hashing.KindPhone,
	}
	secretColumns = []string{"passwdhash", "encryptedpassword", "userpassword", "userpasswd",
		"userpwd", "passwordplain", "plainpassword", "passworddigest", "hashedpassword",
		"cryptedpassword", "memberpassword", "loginpassword", "accountpassword", "passw"}
)

// createdColumn is a column of a CREATE TABLE.
type createdColumn struct {
	name  string
	bytea bool
}

// table is what is known of a table, in the order of the values of one statement.
type table struct {
	columns []createdColumn // as created; nil where that is unknown
	ids     []cut.IdentifierColumn
	secrets []int
	bytea   []bool
	weak    weakColumns
	typed   bool // bytea is known
	content bool // nothing is known: values tell
	people  bool // its name is one of a table of users
	seen    bool // it had a record
	named   bool // its columns are known, so that only JSON in one of them can hold users where they name none
}

// weakColumns have names that also mean other things.
type weakColumns struct {
	ids     []cut.IdentifierColumn
	secrets []int
}

// settle gives columns with weak names their role where no other has it.
func (t *table) settle() {
	if len(t.ids) == 0 && len(t.secrets)+len(t.weak.secrets) > 0 {
		t.ids = t.weak.ids
	}
	if len(t.secrets) == 0 && len(t.ids) > 0 {
		t.secrets = t.weak.secrets
	}
}

const maxTables = 10_000

// reports reports whether the tuples of a table are records or rejects.
func (t *table) reports() bool {
	return t.content && t.seen || len(t.ids) > 0 && len(t.secrets) > 0
}

// hidden reports whether what names nobody in a table is neither a record nor a reject: as far as one can see it is
// no table of users.
func (t *table) hidden() bool { return t.content && !t.seen || t.named && !t.content && !t.reports() }

// mayReport reports whether the tuples of a table are looked at.
func (t *table) mayReport() bool { return t.content || t.named || t.reports() }

func (t *table) fits(values int) bool { return t.content || values == len(t.bytea) }

// tableOf returns a table as one statement names its columns.
func (d *reader) tableOf(name string, columns []string) *table {
	created, ok := d.tables[name]
	if !ok {
		created, ok = d.tables[lastName(name)]
	}
	switch {
	case ok && columns == nil:
		return created
	case columns == nil:
		t := &table{content: true, people: namesPeople(name)}
		d.remember(name, t)
		return t
	}
	t := &table{typed: ok && !created.content, named: true}
	for _, column := range columns {
		bytea := false
		if ok {
			i := slices.IndexFunc(created.columns, func(c createdColumn) bool { return c.name == column })
			bytea = i >= 0 && created.columns[i].bytea
		}
		t.add(createdColumn{column, bytea})
	}
	t.settle()
	return t
}

// remember keeps a table for the statements to come.
func (d *reader) remember(name string, t *table) {
	if len(d.tables) < maxTables {
		d.tables[name] = t
		if last := lastName(name); last != name {
			d.tables[last] = t
		}
	}
}

func lastName(name string) string {
	for i := len(name) - 1; i >= 0; i-- {
		if name[i] == '.' {
			return name[i+1:]
		}
	}
	return name
}

// add adds the next column.
func (t *table) add(column createdColumn) {
	i := len(t.bytea)
	t.bytea = append(t.bytea, column.bytea)
	name := cut.ColumnName([]byte(column.name))
	role, kind := cut.RoleOf([]byte(column.name))
	if other, ok := idColumns[name]; ok {
		role, kind = cut.RoleIdentifier, other
	}
	switch {
	case role == cut.RoleIdentifier:
		t.ids = append(t.ids, cut.IdentifierColumn{Index: i, Kind: kind})
	case role != cut.RoleNone, slices.Contains(secretColumns, name):
		t.secrets = append(t.secrets, i)
	default:
		switch role, kind := cut.WeakRoleOf([]byte(column.name)); role {
		case cut.RoleIdentifier:
			t.weak.ids = append(t.weak.ids, cut.IdentifierColumn{Index: i, Kind: kind})
		case cut.RoleSecret:
			t.weak.secrets = append(t.weak.secrets, i)
		}
	}
}

// createTable reads the columns of a CREATE TABLE.
func (d *reader) createTable() {
	d.head = nil
	tok := d.next()
	for tok.kind == sqlWord && slices.Contains([]string{"if", "not", "exists"}, string(d.text)) {
		tok = d.next()
	}
	name, tok := d.qualifiedName(tok)
	if name != "" && tok.kind == sqlPunct && tok.style == '(' {
		t := &table{typed: true, named: true}
		for more := true; more; {
			more = d.columnDefinition(t)
		}
		t.settle()
		if len(t.columns) > 0 {
			d.remember(name, t)
		}
	}
	if tok.kind != sqlPunct || tok.style != ';' {
		d.skipStatement(true)
	}
}

// columnDefinition reads one column or constraint, and reports whether another follows.
func (d *reader) columnDefinition(t *table) bool {
	tok := d.next()
	name := string(d.text)
	isColumn := tok.kind == sqlName || tok.kind == sqlWord && !d.isConstraint(name)
	var column createdColumn
	if column.name = name; isColumn && len(t.columns) < maxColumns {
		tok = d.next()
		column.bytea = tok.kind == sqlWord && string(d.text) == "bytea"
		t.columns = append(t.columns, column)
		t.add(column)
	}
	for depth := 0; ; tok = d.next() {
		switch {
		case tok.kind == sqlEnd, tok.kind == sqlPunct && tok.style == ';':
			return false
		case tok.kind != sqlPunct:
		case tok.style == '(':
			depth++
		case tok.style == ')' && depth == 0:
			return false
		case tok.style == ')':
			depth--
		case tok.style == ',' && depth == 0:
			return true
		}
	}
}

// isConstraint reports whether a bare word begins no column. MySQL quotes the names of columns;
// elsewhere a column may be called key.
func (d *reader) isConstraint(word string) bool {
	switch word {
	case "primary", "unique", "constraint", "foreign", "check", "exclude", "fulltext", "spatial",
		"like":
		return true
	case "key", "index":
		return d.dialect == dialectMySQL
	}
	return false
}

// create reads a CREATE of whatever.
func (d *reader) create() {
	for {
		tok := d.next()
		if tok.kind != sqlWord {
			break
		}
		switch word := string(d.text); word {
		case "temporary", "temp", "global", "local", "unlogged", "or", "replace", "foreign", "memory", "cached",
			"text", "external", "transient", "multiset", "volatile", "column", "row", "set":
			continue
		case "table":
			d.createTable()
			return
		case "trigger":
			if d.dialect != dialectMySQL && d.dialect != dialectPostgres {
				d.skipTrigger()
				return
			}
		case "schema", "database", "index", "unique", "sequence", "domain", "extension",
			"tablespace", "alias":
			d.skipStatement(true)
			return
		}
		break
	}
	d.skipStatement(false)
}

// skipTrigger skips a body of statements, up to its END and the semicolon after that, or GO.
func (d *reader) skipTrigger() {
	for ended := false; ; {
		tok := d.next()
		word := ""
		if tok.kind == sqlWord {
			word = string(d.text)
		}
		if tok.kind == sqlEnd || ended && tok.kind == sqlPunct && tok.style == ';' ||
			word == "go" && d.fresh {
			return
		}
		ended = word == "end"
	}
}
