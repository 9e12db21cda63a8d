package database

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/credsieve/credsieve/datasets/accounts/internal/stream"
)

// connectTimeout bounds reaching a server and logging in, where the URL names no bound.
const connectTimeout = 30 * time.Second

// goodbye bounds what is said to a server on the way out: nobody waits for its answer.
const goodbye = 5 * time.Second

// postgresBegin starts the one transaction. What the role or the server may have set and would
// change or cut the result is set again, for this transaction only, which also suits a pooler:
// row security would leave out rows without a word, so a query that it touches must fail (pg_dump
// does the same); a statement time-out would end a large table half-way; the forms of bytes and
// times are those that dbvalue.go reads; without synchronised scans a table that did not change
// comes in the same order.
const postgresBegin = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL default_transaction_read_only = on; SET LOCAL row_security = off;
SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '30s';
SET LOCAL idle_in_transaction_session_timeout = 0;
SET LOCAL client_encoding = 'UTF8'; SET LOCAL bytea_output = 'hex';
SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO'; SET LOCAL synchronize_seqscans = off`

// postgres is a session of a PostgreSQL server. All values travel in their text form.
type postgres struct {
	outer  context.Context // the caller's: tells an interruption from other ends
	ctx    context.Context
	cancel context.CancelFunc
	conn   *pgconn.PgConn
	rows   *pgconn.ResultReader // nil: no query is running
}

// OpenPostgres connects to the server of a URL.
func OpenPostgres(ctx context.Context, source string) (Session, error) {
	cfg, err := postgresConfig(source)
	if err != nil {
		return nil, err
	}
	p := &postgres{outer: ctx}
	p.ctx, p.cancel = context.WithCancel(ctx)
	dialing, done := context.WithTimeout(p.ctx, cfg.ConnectTimeout)
	defer done()
	if p.conn, err = pgconn.ConnectConfig(dialing, cfg); err != nil {
		p.cancel()
		return nil, p.explainConnect(err)
	}
	if err := p.exec(postgresBegin); err != nil {
		p.Close() // the first error says more
		return nil, err
	}
	return p, nil
}

func postgresConfig(source string) (*pgconn.Config, error) {
	cfg, err := pgconn.ParseConfig(source)
	if err != nil {
		// The error itself would show the URL. What it wraps is a file or a value that is wrong.
		if inner := errors.Unwrap(err); inner != nil {
			return nil, fmt.Errorf("the settings of the connection cannot be read: %w", inner)
		}
		return nil, errors.New("the settings of the connection cannot be read: " +
			"the URL, the PG* variables or the service file")
	}
	if cfg.RuntimeParams["application_name"] == "" {
		cfg.RuntimeParams["application_name"] = "credsieve"
	}
	cfg.MaxProtocolMessageBodyLen = stream.MaxRowBytes
	cfg.BuildContextWatcherHandler = func(conn *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.CancelRequestContextWatcherHandler{Conn: conn, DeadlineDelay: goodbye}
	}
	if cfg.ConnectTimeout <= 0 {
		cfg.ConnectTimeout = connectTimeout
	}
	return cfg, nil
}

func (p *postgres) exec(statements string) error {
	_, err := p.conn.Exec(p.ctx, statements).ReadAll()
	return p.explain(err)
}

func (p *postgres) Quote(name string) string { return QuoteName(name) }

// TableColumns asks the catalogue, as a user with rights to some columns only may not select all.
func (p *postgres) TableColumns(table []string) ([]string, error) {
	quoted := make([]string, len(table))
	for i, part := range table {
		quoted[i] = p.Quote(part)
	}
	rows, err := p.lookUp(`SELECT attname FROM pg_catalog.pg_attribute
		WHERE attrelid = $1::text::pg_catalog.regclass AND attnum > 0 AND NOT attisdropped
		AND pg_catalog.has_column_privilege(attrelid, attnum, 'SELECT') ORDER BY attnum`,
		strings.Join(quoted, "."))
	var e *pgconn.PgError
	if errors.As(err, &e) && (e.Code == "42P01" || e.Code == "3F000") { // no such table, schema
		return nil, ErrNoTable(table)
	}
	if err != nil {
		return nil, p.explain(err)
	}
	var names []string
	for _, row := range rows {
		names = append(names, string(row[0]))
	}
	return names, nil
}

// lookUp returns the few rows of a query of the catalogue.
func (p *postgres) lookUp(query, parameter string) ([][][]byte, error) {
	result := p.conn.ExecParams(p.ctx, query, [][]byte{[]byte(parameter)}, nil, nil, nil).Read()
	return result.Rows, result.Err
}

func (p *postgres) Query(statement string) (Cursor, error) {
	// Preparing takes one statement only and runs nothing, so the columns are checked first.
	prepared, err := p.conn.Prepare(p.ctx, "", statement, nil)
	if err != nil {
		return nil, p.explain(err)
	}
	if len(prepared.ParamOIDs) > 0 {
		return nil, errors.New("the query has a parameter such as $1, which nothing fills in")
	}
	c := &postgresCursor{session: p}
	if c.types, err = p.typesOf(prepared.Fields); err != nil {
		return nil, err
	}
	// The look-up of the types took the place of the unnamed statement.
	if _, err := p.conn.Prepare(p.ctx, "", statement, nil); err != nil {
		return nil, p.explain(err)
	}
	p.rows = p.conn.ExecPrepared(p.ctx, "", nil, nil, nil)
	return c, nil
}

// typesOf asks the catalogue for the types of a result: those of extensions have no fixed numbers.
func (p *postgres) typesOf(fields []pgconn.FieldDescription) ([]Column, error) {
	oids := make([]string, len(fields))
	for i, f := range fields {
		oids[i] = fmt.Sprint(f.DataTypeOID)
	}
	rows, err := p.lookUp(`SELECT t.oid, t.typname, t.typcategory, e.typname, e.typcategory
		FROM pg_catalog.pg_type t LEFT JOIN pg_catalog.pg_type e
		ON t.typcategory = 'A' AND e.oid = t.typelem
		WHERE t.oid = ANY ($1::text::pg_catalog.oid[])`, "{"+strings.Join(oids, ",")+"}")
	if err != nil {
		return nil, p.explain(err)
	}
	columns := make([]Column, len(fields))
	for i, f := range fields {
		columns[i] = Column{Name: f.Name, TypeName: "number " + oids[i]}
		for _, row := range rows {
			if string(row[0]) != oids[i] {
				continue
			}
			columns[i].TypeName = string(row[1])
			columns[i].Kind = postgresKind(string(row[1]), string(row[2]))
			if k := postgresKind(string(row[3]), string(row[4])); k == KindText || k == KindPadded {
				columns[i].Kind = KindArray
			}
		}
	}
	return columns, nil
}

// postgresKind goes by pg_type.typcategory for what it does not know by name: citext is one more
// kind of string.
func postgresKind(name, category string) Kind {
	switch name {
	case "bpchar":
		return KindPadded
	case "bytea":
		return KindBinary
	case "json", "jsonb":
		return KindJSON
	case "timestamp", "timestamptz", "date":
		return KindTime
	case "uuid":
		return KindText
	case "float4", "float8", "money":
		return KindOther
	}
	switch category {
	case "S", "N", "B", "E", "V", "X": // string, number, boolean, enum, bits, unknown
		return KindText
	}
	return KindOther
}

// postgresCursor reads rows as they come: the server sends no faster than they are taken.
type postgresCursor struct {
	session *postgres
	types   []Column
	bytes   []byte
	count   int64
}

func (c *postgresCursor) Columns() []Column { return c.types }

func (c *postgresCursor) Next(values []Value) error {
	rows := c.session.rows
	if !rows.NextRow() {
		return c.end()
	}
	c.count++
	c.bytes = c.bytes[:0]
	for i, text := range rows.Values() {
		values[i] = Value{Kind: c.types[i].Kind, Text: text, Null: text == nil}
		if text == nil || values[i].Kind != KindBinary {
			continue
		}
		digits, found := strings.CutPrefix(string(text), `\x`)
		from := len(c.bytes)
		var err error
		if c.bytes, err = hex.AppendDecode(c.bytes, []byte(digits)); err != nil || !found {
			return fmt.Errorf("column %q: the server sent bytes in an unknown form",
				c.types[i].Name)
		}
		values[i].Text = c.bytes[from:len(c.bytes):len(c.bytes)]
	}
	return nil
}

// end tells the end of the rows from everything else that stops them: only the server's own count
// proves that none is missing.
func (c *postgresCursor) end() error {
	tag, err := c.session.rows.Close()
	c.session.rows = nil
	switch {
	case err != nil:
		return c.session.explain(err)
	case !tag.Select():
		return errors.New("the query is no SELECT")
	case tag.RowsAffected() != c.count:
		return lost(fmt.Errorf("%d of %d rows came", c.count, tag.RowsAffected()))
	}
	return io.EOF
}

func (p *postgres) Close() error {
	p.cancel() // a query that still runs is cancelled on the server as well
	if p.rows != nil {
		p.rows.Close() // says that it was cancelled
		p.rows = nil
	}
	ctx, done := context.WithTimeout(context.Background(), goodbye)
	defer done()
	p.conn.Close(ctx) // a connection that was cancelled or lost has nothing to add
	return nil
}

func (p *postgres) explainConnect(err error) error {
	if ctxErr := p.outer.Err(); ctxErr != nil {
		return ctxErr
	}
	// One line for each address that was tried becomes one sentence.
	return errors.New(strings.Join(strings.Fields(err.Error()), " "))
}

// explain turns an error of the server or the network into a sentence that quotes no row.
func (p *postgres) explain(err error) error {
	if err == nil {
		return nil
	}
	if ctxErr := p.outer.Err(); ctxErr != nil {
		return ctxErr
	}
	var tooLong *pgproto3.ExceededMaxBodyLenErr
	if errors.As(err, &tooLong) {
		return ErrRowTooBig
	}
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return lost(err)
	}
	said := func(safe bool) error { return reported(e.Message, "SQLSTATE "+e.Code, safe) }
	switch {
	case e.Code == "25006":
		return errReadOnly
	case e.Code == "42501" && strings.Contains(e.Message, "row-level security"):
		return &hinted{said(true), "row security would hide accounts; " +
			"let the role read all rows (ALTER ROLE ... BYPASSRLS)"}
	case strings.HasPrefix(e.Code, "57P"):
		return lost(said(true))
	}
	// Classes of errors about names, rights, locks and resources; others may quote a value.
	switch e.Code[:min(2, len(e.Code))] {
	case "08", "0A", "25", "28", "3D", "3F", "40", "42", "53", "54", "55", "57", "58":
		return said(true)
	}
	return said(false)
}
