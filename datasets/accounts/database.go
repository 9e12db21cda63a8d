package accounts

import (
	"context"
	"errors"
	"fmt"
	"strings"

	databases "github.com/credsieve/credsieve/datasets/accounts/internal/database"
	"github.com/credsieve/credsieve/datasets/accounts/internal/stream"
)

// database is a table or a query of a database.
type database struct {
	session databases.Session
	table   []string // empty: a query, which is already running
	names   []string
	cursor  databases.Cursor
	values  []databases.Value
	columns [slotCount]int // of the result, by role; -1: none
}

func openSQLite(ctx context.Context, source string) (databases.Session, error) {
	return databases.OpenSQLite(ctx, source[len(sqlitePrefix):])
}

// openDatabase starts a session; opts has passed Check.
func openDatabase(ctx context.Context, source string, opts Options) (table, error) {
	open := map[engine]func(context.Context, string) (databases.Session, error){
		enginePostgres: databases.OpenPostgres, engineMySQL: databases.OpenMySQL, engineSQLite: openSQLite,
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
		if d.cursor, err = d.session.Query(opts.Query); err != nil {
			return err
		}
		for _, c := range d.cursor.Columns() {
			d.names = append(d.names, c.Name)
		}
		if len(d.names) == 0 {
			return errors.New("the query returns no columns; a SELECT is wanted")
		}
		return nil
	}
	if d.table, err = parseTableName(opts.Table); err != nil {
		return err
	}
	if d.names, err = d.session.TableColumns(d.table); err != nil {
		return err
	}
	if len(d.names) == 0 {
		return databases.ErrNoTable(d.table)
	}
	return nil
}

func (d *database) header() []string { return d.names }

func (d *database) bind(bindings []binding) error {
	if d.table != nil {
		if err := d.selectColumns(bindings); err != nil {
			return err
		}
	}
	columns := d.cursor.Columns()
	d.values = make([]databases.Value, len(columns))
	for _, b := range bindings {
		d.columns[b.role] = -1
		for i, c := range columns {
			if b.column == "" || c.Name != b.column {
				continue
			}
			if c.Kind == databases.KindOther {
				return fmt.Errorf("column %q has type %s, which cannot be read; "+
					"convert it in a query", c.Name, c.TypeName)
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
			names = append(names, d.session.Quote(b.column))
		}
	}
	var table []string
	for _, part := range d.table {
		table = append(table, d.session.Quote(part))
	}
	d.cursor, err = d.session.Query("SELECT " + strings.Join(names, ", ") +
		" FROM " + strings.Join(table, "."))
	return err
}

func (d *database) next(row *[slotCount]field) error {
	if err := d.cursor.Next(d.values); err != nil {
		return err
	}
	size := 0
	for r, i := range d.columns {
		row[r] = field{}
		if i < 0 {
			continue
		}
		if size += len(d.values[i].Text); size > stream.MaxRowBytes {
			return databases.ErrRowTooBig
		}
		f, err := valueField(&d.values[i], role(r))
		if err != nil {
			return fmt.Errorf("column %q %w", d.cursor.Columns()[i].Name, err)
		}
		row[r] = f
	}
	return nil
}

func (d *database) Close() error { return d.session.Close() }
