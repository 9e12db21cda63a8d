package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// sqliteSession is a session of a SQLite file, which is never written to.
type sqliteSession struct {
	ctx  context.Context
	db   *sql.DB
	conn *sql.Conn
	rows *sql.Rows // nil: no query was started
}

// OpenSQLite opens a file.
func OpenSQLite(ctx context.Context, path string) (Session, error) {
	// SQLite's own words for a missing file say nothing.
	if info, err := os.Stat(path); err != nil {
		return nil, err
	} else if !info.Mode().IsRegular() {
		return nil, errors.New("it is not a regular file")
	}
	full, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	name := url.URL{Scheme: "file", Path: full,
		RawQuery: "mode=ro&_pragma=query_only(1)&_pragma=busy_timeout(30000)"}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return nil, err
	}
	s := &sqliteSession{ctx: ctx, db: db}
	if s.conn, err = db.Conn(ctx); err == nil {
		// ATTACH would create the file that it names.
		_, err = sqlite.Limit(s.conn, sqlite3.SQLITE_LIMIT_ATTACHED, 0)
	}
	if err == nil {
		_, err = s.conn.ExecContext(ctx, "BEGIN")
	}
	if err == nil {
		// The snapshot is that of the first statement that reads.
		var n int64
		err = s.conn.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&n)
	}
	if err != nil {
		s.Close() // the first error says more
		return nil, s.explain(err)
	}
	return s, nil
}

func (s *sqliteSession) Quote(name string) string { return QuoteName(name) }

func (s *sqliteSession) TableColumns(table []string) (names []string, err error) {
	query, args := "SELECT name FROM pragma_table_xinfo(?) WHERE hidden <> 1", []any{table[0]}
	if len(table) == 2 {
		query = "SELECT name FROM pragma_table_xinfo(?, ?) WHERE hidden <> 1"
		args = []any{table[1], table[0]}
	}
	rows, err := s.conn.QueryContext(s.ctx, query, args...)
	if err != nil {
		return nil, s.explain(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, s.explain(rows.Err())
}

func (s *sqliteSession) Query(statement string) (Cursor, error) {
	// The driver would run them all and give the rows of one.
	if !isOneStatement(statement) {
		return nil, errManyResults
	}
	rows, err := s.conn.QueryContext(s.ctx, statement)
	if err != nil {
		return nil, s.explain(err)
	}
	s.rows = rows
	names, err := rows.Columns()
	if err != nil {
		return nil, s.explain(err)
	}
	c := &sqliteCursor{session: s}
	for _, name := range names {
		// A column has no type of its own in SQLite; each of its values has.
		c.types = append(c.types, Column{Name: name, Kind: KindDynamic})
	}
	c.values = make([]any, len(names))
	c.into = make([]any, len(names))
	for i := range c.values {
		c.into[i] = &c.values[i]
	}
	return c, nil
}

// isOneStatement reports whether nothing but blanks and comments follows the first semicolon that
// stands in no quotes and no comment; https://sqlite.org/lang_expr.html lists the quotes.
func isOneStatement(text string) bool {
	ends := map[string]string{"--": "\n", "/*": "*/", "'": "'", `"`: `"`, "`": "`", "[": "]"}
	over := false
	for text != "" {
		opening, end := text[:1], ""
		if end = ends[text[:min(2, len(text))]]; end != "" {
			opening = text[:2]
		} else if end = ends[opening]; end == "" {
			over = over || opening == ";"
		}
		isComment := len(opening) == 2
		if over && !isComment && strings.IndexByte("; \t\r\n\f", opening[0]) < 0 {
			return false
		}
		text = text[len(opening):]
		if end == "" {
			continue
		}
		// A doubled quote ends one text and begins the next, which comes to the same.
		_, rest, closed := strings.Cut(text, end)
		if !closed {
			return true // SQLite says what is wrong with it
		}
		text = rest
	}
	return true
}

type sqliteCursor struct {
	session *sqliteSession
	types   []Column
	values  []any
	into    []any // pointers to values
}

func (c *sqliteCursor) Columns() []Column { return c.types }

func (c *sqliteCursor) Next(values []Value) error {
	rows := c.session.rows
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return c.session.explain(err)
		}
		return io.EOF
	}
	if err := rows.Scan(c.into...); err != nil {
		return c.session.explain(err)
	}
	for i, value := range c.values {
		switch v := value.(type) {
		case nil:
			values[i] = Value{Null: true}
		case int64:
			values[i] = Value{Kind: KindText, Text: strconv.AppendInt(nil, v, 10)}
		case float64:
			values[i] = Value{Kind: KindReal}
		case string:
			values[i] = Value{Kind: KindDynamic, Text: []byte(v)}
		case []byte:
			values[i] = Value{Kind: KindBinary, Text: v}
		case time.Time: // text that reads as a time, in a column that is declared as one
			values[i] = Value{Kind: KindTime, At: v}
		default:
			return fmt.Errorf("column %q: the driver gave a %T", c.types[i].Name, v)
		}
	}
	return nil
}

func (s *sqliteSession) Close() error {
	if s.rows != nil {
		s.rows.Close() // read only
	}
	if s.conn != nil {
		s.conn.Close() // which rolls the transaction back
	}
	return s.db.Close()
}

// explain turns an error of SQLite into a sentence that quotes no row.
func (s *sqliteSession) explain(err error) error {
	if err == nil {
		return nil
	}
	if ctxErr := s.ctx.Err(); ctxErr != nil {
		return ctxErr
	}
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	code := fmt.Sprintf("SQLite error %d", e.Code())
	switch e.Code() & 0xff { // the rest of the code says more about the same
	case sqlite3.SQLITE_READONLY:
		return errReadOnly
	case sqlite3.SQLITE_CANTOPEN:
		return &hinted{reported(e.Error(), code, true),
			"a file in WAL mode is opened together with its -wal and -shm files, " +
				"in a folder that may be written to; or copy it with VACUUM INTO"}
	case sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED,
		sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PERM, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_FULL:
		return reported(e.Error(), code, true)
	}
	// A query that cannot be prepared has not touched a row yet.
	return reported(e.Error(), code, s.rows == nil)
}
