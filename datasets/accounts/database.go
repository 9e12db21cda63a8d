package accounts

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// session is one read-only transaction of a database, in which all reading is done.
type session interface {
	// tableColumns names the columns of a table that may be read, in the table's order.
	tableColumns(table []string) ([]string, error)
	// quote makes a name part of a statement, whatever characters it has.
	quote(name string) string
	// query starts a statement. A session runs one at a time.
	query(statement string) (cursor, error)
	// Close also ends a query that was not read to its end.
	Close() error
}

// cursor streams the rows of a query; its session closes it.
type cursor interface {
	columns() []dbColumn
	// next fills in one value for each column, valid until the following call; io.EOF after the
	// last row that the database said there are.
	next([]dbValue) error
}

// dbColumn is a column of a result. A kind of kindOther cannot be read, typeName says why.
type dbColumn struct {
	name     string
	kind     kind
	typeName string
}

// database is a table or a query of a database.
type database struct {
	session session
	table   []string // empty: a query, which is already running
	names   []string
	cursor  cursor
	values  []dbValue
	columns [roleCount]int // of the result, by role; -1: none
}

// openDatabase starts a session; opts has passed Check.
func openDatabase(ctx context.Context, source string, opts Options) (table, error) {
	open := map[engine]func(context.Context, string) (session, error){
		enginePostgres: openPostgres, engineMySQL: openMySQL, engineSQLite: openSQLite,
	}[engineOf(source)]
	s, err := open(ctx, source)
	if err != nil {
		return nil, err
	}
	d := &database{session: s}
	if err := d.start(opts); err != nil {
		s.Close() // read only; the first error says more
		return nil, err
	}
	return d, nil
}

// start finds the names of the columns: a table has them in the catalogue, a query in its result.
func (d *database) start(opts Options) (err error) {
	if opts.Table == "" {
		if d.cursor, err = d.session.query(opts.Query); err != nil {
			return err
		}
		for _, c := range d.cursor.columns() {
			d.names = append(d.names, c.name)
		}
		if len(d.names) == 0 {
			return errors.New("the query returns no columns; a SELECT is wanted")
		}
		return nil
	}
	if d.table, err = parseTableName(opts.Table); err != nil {
		return err
	}
	if d.names, err = d.session.tableColumns(d.table); err != nil {
		return err
	}
	if len(d.names) == 0 {
		return errNoTable(d.table)
	}
	return nil
}

func errNoTable(table []string) error {
	return fmt.Errorf("there is no table %q that this user may read", strings.Join(table, "."))
}

func (d *database) header() []string { return d.names }

func (d *database) bind(bindings []binding) error {
	if d.table != nil {
		if err := d.selectColumns(bindings); err != nil {
			return err
		}
	}
	columns := d.cursor.columns()
	d.values = make([]dbValue, len(columns))
	for _, b := range bindings {
		d.columns[b.role] = -1
		for i, c := range columns {
			if b.column == "" || c.name != b.column {
				continue
			}
			if c.kind == kindOther {
				return fmt.Errorf("column %q has type %s, which cannot be read; "+
					"convert it in a query", c.name, c.typeName)
			}
			d.columns[b.role] = i
		}
	}
	return nil
}

// selectColumns asks for what plays a role and nothing else: the database need not read more, and
// the user may have no right to more.
func (d *database) selectColumns(bindings []binding) (err error) {
	var names []string
	for _, b := range bindings {
		if b.column != "" {
			names = append(names, d.session.quote(b.column))
		}
	}
	var table []string
	for _, part := range d.table {
		table = append(table, d.session.quote(part))
	}
	d.cursor, err = d.session.query("SELECT " + strings.Join(names, ", ") +
		" FROM " + strings.Join(table, "."))
	return err
}

func (d *database) next(row *[roleCount]field) error {
	if err := d.cursor.next(d.values); err != nil {
		return err
	}
	size := 0
	for r, i := range d.columns {
		row[r] = field{}
		if i < 0 {
			continue
		}
		if size += len(d.values[i].text); size > maxRowBytes {
			return errRowTooBig
		}
		f, err := d.values[i].field(role(r))
		if err != nil {
			return fmt.Errorf("column %q %w", d.cursor.columns()[i].name, err)
		}
		row[r] = f
	}
	return nil
}

func (d *database) Close() error { return d.session.Close() }

var errRowTooBig = fmt.Errorf("the row is larger than %d MiB", maxRowBytes>>20)

// hinted is an error with a way out.
type hinted struct {
	error
	hint string
}

func (e *hinted) Hint() string { return e.hint }

func (e *hinted) Unwrap() error { return e.error }

var errManyResults = errors.New("the query is more than one statement, " +
	"or returns more than one result")

var errReadOnly = errors.New("the query would change the database; only reading is allowed")

// reported passes on what a database said. Where its words may quote a value of a row, only the
// code is told.
func reported(message, code string, safe bool) error {
	if safe {
		return fmt.Errorf("the database says: %s (%s)", message, code)
	}
	return &hinted{fmt.Errorf("the database reports %s", code),
		"its words are left out, because they may quote a row; " +
			"run the query in the database's client"}
}

// lost tells a broken connection from other errors of the network.
func lost(err error) error {
	return fmt.Errorf("the connection to the database was lost: %w", err)
}
