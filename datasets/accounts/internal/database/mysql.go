package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/go-sql-driver/mysql"
)

// mysqlBegin starts the one transaction. What the server may have set and would change or cut the
// result is set again: sql_select_limit ends a result early, group_concat_max_len cuts a list of
// identifiers, both without a word; net_write_timeout ends a connection whose reader is busy.
var mysqlBegin = []string{
	"SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
	"SET SESSION TRANSACTION READ ONLY",
	"SET SESSION time_zone = '+00:00', sql_select_limit = 18446744073709551615, " +
		"group_concat_max_len = 16777216, net_write_timeout = 3600, lock_wait_timeout = 30",
	"START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
}

// mysqlSession is a session of a MySQL or MariaDB server. Values travel in their text form.
type mysqlSession struct {
	ctx  context.Context
	db   *sql.DB
	conn *sql.Conn
	id   int64     // of the connection on the server
	rows *sql.Rows // nil: no query is running
}

// OpenMySQL connects to the server of a URL.
func OpenMySQL(ctx context.Context, source string) (Session, error) {
	cfg, err := mysqlConfig(source)
	if err != nil {
		return nil, err
	}
	connector, err := mysql.NewConnector(cfg)
	if err != nil {
		return nil, fmt.Errorf("the settings of the connection cannot be read: %w", err)
	}
	s := &mysqlSession{ctx: ctx, db: sql.OpenDB(connector)}
	if err := s.begin(); err != nil {
		s.Close() // the first error says more
		return nil, err
	}
	return s, nil
}

func (s *mysqlSession) begin() (err error) {
	dialing, done := context.WithTimeout(s.ctx, connectTimeout)
	defer done()
	if s.conn, err = s.db.Conn(dialing); err != nil {
		return s.explainConnect(err)
	}
	var version string
	row := s.conn.QueryRowContext(s.ctx, "SELECT CONNECTION_ID(), VERSION()")
	if err := row.Scan(&s.id, &version); err != nil {
		return s.explain(err)
	}
	limit := "SET SESSION max_execution_time = 0"
	if strings.Contains(version, "MariaDB") {
		limit = "SET SESSION max_statement_time = 0"
	}
	for _, statement := range append([]string{limit}, mysqlBegin...) {
		if _, err := s.conn.ExecContext(s.ctx, statement); err != nil {
			return s.explain(err)
		}
	}
	return nil
}

// mysqlConfig reads mysql://USER@HOST:PORT/DATABASE?socket=&tls=&defaults-file=, which Check has
// found to hold no password.
func mysqlConfig(source string) (*mysql.Config, error) {
	u, err := url.Parse(source)
	if err != nil {
		return nil, ErrBadURL
	}
	cfg := mysql.NewConfig()
	cfg.Logger = &mysql.NopLogger{} // it would write to standard error
	cfg.Timeout = connectTimeout
	cfg.DBName = strings.TrimPrefix(u.Path, "/")
	cfg.Net, cfg.Addr = "tcp", mysqlAddress(u)
	cfg.TLSConfig = "preferred" // as the server's own client does it
	cfg.User, cfg.Passwd = u.User.Username(), os.Getenv("MYSQL_PWD")
	known := []string{"defaults-file", "socket", "tls"}
	for key, values := range u.Query() {
		if !slices.Contains(known, key) || len(values) != 1 {
			return nil, fmt.Errorf("unknown or repeated parameter %q in the URL; it may have %s",
				key, strings.Join(known, ", "))
		}
	}
	query := u.Query()
	if socket := query.Get("socket"); socket != "" {
		cfg.Net, cfg.Addr, cfg.TLSConfig = "unix", socket, ""
	}
	if mode := query.Get("tls"); mode != "" {
		if !slices.Contains([]string{"true", "false", "skip-verify", "preferred"}, mode) {
			return nil, errors.New("tls in the URL is one of true, false, skip-verify, preferred")
		}
		cfg.TLSConfig = mode
	}
	if err := readDefaults(query.Get("defaults-file"), cfg); err != nil {
		return nil, err
	}
	if cfg.User == "" {
		return nil, errors.New("the URL names no user: mysql://USER@HOST/DATABASE")
	}
	return cfg, nil
}

func mysqlAddress(u *url.URL) string {
	host, port := u.Hostname(), u.Port()
	if host == "" {
		host = "localhost"
	}
	if port == "" {
		port = "3306"
	}
	return net.JoinHostPort(host, port)
}

func (s *mysqlSession) Quote(name string) string {
	return "`" + strings.ReplaceAll(name, "`", "``") + "`"
}

// TableColumns shows the columns that the user has a right to.
func (s *mysqlSession) TableColumns(table []string) ([]string, error) {
	quoted := make([]string, len(table))
	for i, part := range table {
		quoted[i] = s.Quote(part)
	}
	rows, err := s.conn.QueryContext(s.ctx, "SHOW COLUMNS FROM "+strings.Join(quoted, "."))
	if err != nil {
		return nil, s.explain(err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return nil, s.explain(err)
	}
	values := make([]sql.RawBytes, len(names))
	into := pointers(values)
	names = nil
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return nil, s.explain(err)
		}
		names = append(names, string(values[0]))
	}
	return names, s.explain(rows.Err())
}

func pointers(values []sql.RawBytes) []any {
	into := make([]any, len(values))
	for i := range values {
		into[i] = &values[i]
	}
	return into
}

// Query reads unbuffered, the driver's only way: the server sends no faster than rows are taken.
func (s *mysqlSession) Query(statement string) (Cursor, error) {
	rows, err := s.conn.QueryContext(s.ctx, statement)
	if err != nil {
		return nil, s.explain(err)
	}
	s.rows = rows
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, s.explain(err)
	}
	c := &mysqlCursor{session: s}
	for _, t := range types {
		column := Column{Name: t.Name(), TypeName: t.DatabaseTypeName()}
		column.Kind = mysqlKind(column.TypeName)
		c.types = append(c.types, column)
	}
	c.values = make([]sql.RawBytes, len(types))
	c.into = pointers(c.values)
	return c, nil
}

func mysqlKind(name string) Kind {
	switch strings.TrimPrefix(name, "UNSIGNED ") {
	case "VARCHAR", "TEXT", "TINYTEXT", "MEDIUMTEXT", "LONGTEXT", "ENUM", "SET", "TINYINT",
		"SMALLINT", "MEDIUMINT", "INT", "BIGINT", "DECIMAL", "BIT", "NULL":
		return KindText
	case "CHAR": // the server drops blanks at the end, unless PAD_CHAR_TO_FULL_LENGTH is set
		return KindPadded
	case "BLOB", "TINYBLOB", "MEDIUMBLOB", "LONGBLOB", "VARBINARY":
		return KindBinary
	case "BINARY":
		return KindFilled
	case "DATE", "DATETIME", "TIMESTAMP":
		return KindTime
	case "JSON":
		return KindJSON
	}
	return KindOther
}

type mysqlCursor struct {
	session *mysqlSession
	types   []Column
	values  []sql.RawBytes
	into    []any // pointers to values
}

func (c *mysqlCursor) Columns() []Column { return c.types }

func (c *mysqlCursor) Next(values []Value) error {
	rows := c.session.rows
	if !rows.Next() {
		return c.end()
	}
	if err := rows.Scan(c.into...); err != nil {
		return c.session.explain(err)
	}
	for i, text := range c.values {
		values[i] = Value{Kind: c.types[i].Kind, Text: text, Null: text == nil}
		if c.types[i].TypeName == "BIT" && text != nil {
			values[i].Text = bits(text)
		}
	}
	return nil
}

// end tells the end of the rows from what else stops them. A procedure may go on with another
// result, which nobody would read.
func (c *mysqlCursor) end() error {
	rows := c.session.rows
	err := rows.Err()
	if err == nil && rows.NextResultSet() {
		if names, _ := rows.Columns(); len(names) > 0 {
			return errManyResults
		}
	}
	c.session.rows = nil
	if err = errors.Join(err, rows.Err(), rows.Close()); err != nil {
		return c.session.explain(err)
	}
	return io.EOF
}

// bits prints a BIT(n), which comes as the bytes of a number.
func bits(text []byte) []byte {
	var n uint64
	for _, b := range text {
		n = n<<8 | uint64(b)
	}
	return strconv.AppendUint(nil, n, 10)
}

func (s *mysqlSession) Close() error {
	if s.rows != nil {
		// Closing the rows would read all that are left, and the server goes on with a statement
		// whose reader has gone until it next writes. So the connection is ended from outside.
		ctx, done := context.WithTimeout(context.Background(), goodbye)
		_, _ = s.db.ExecContext(ctx, "KILL "+strconv.FormatInt(s.id, 10)) // without it, merely slower
		done()
		s.rows.Close() // says that it was killed
	}
	if s.conn != nil {
		s.conn.Close() // lost or not, nothing is left to say
	}
	return s.db.Close()
}

func (s *mysqlSession) explainConnect(err error) error {
	if ctxErr := s.ctx.Err(); ctxErr != nil {
		return ctxErr
	}
	var e *mysql.MySQLError
	if errors.As(err, &e) {
		return s.explain(err)
	}
	return fmt.Errorf("failed to connect to MySQL: %w", err)
}

// explain turns an error of the server or the network into a sentence that quotes no row. Numbers
// are those of https://mariadb.com/kb/en/mariadb-error-codes/.
func (s *mysqlSession) explain(err error) error {
	if err == nil {
		return nil
	}
	if ctxErr := s.ctx.Err(); ctxErr != nil {
		return ctxErr
	}
	var e *mysql.MySQLError
	if !errors.As(err, &e) {
		return lost(err)
	}
	said := func(safe bool) error {
		return reported(e.Message, fmt.Sprintf("MySQL error %d", e.Number), safe)
	}
	switch e.Number {
	case 1792: // statement in a read-only transaction
		return errReadOnly
	case 1053, 1317, 1927, 3169: // shutdown, interrupted, killed, killed
		return lost(said(true))
	case 1040, 1203, 1205, 1213, 1290, 1969, 3024: // connections, locks, --read-only, time-outs
		return said(true)
	}
	// Classes of errors about connections, transactions, rights and names.
	switch string(e.SQLState[:2]) {
	case "08", "25", "28", "42", "3D":
		return said(true)
	}
	return said(false)
}
