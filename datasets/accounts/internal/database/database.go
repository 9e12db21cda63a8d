// Package database reads rows of PostgreSQL, MySQL, MariaDB and SQLite: in one transaction that may only read and that sees
// one moment's data, streamed, and never cut short without a word. What a message of a database may quote of a row is left
// out.
package database

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/credsieve/credsieve/datasets/accounts/internal/stream"
)

// Session is one read-only transaction of a database, in which all reading is done.
type Session interface {
	// TableColumns names the columns of a table that may be read, in the table's order.
	TableColumns(table []string) ([]string, error)
	// Quote makes a name part of a statement, whatever characters it has.
	Quote(name string) string
	// Query starts a statement. A session runs one at a time.
	Query(statement string) (Cursor, error)
	// Close also ends a query that was not read to its end.
	Close() error
}

// Cursor streams the rows of a query; its session closes it.
type Cursor interface {
	Columns() []Column
	// Next fills in one value for each column, valid until the following call; io.EOF after the
	// last row that the database said there are.
	Next([]Value) error
}

// Column is a column of a result. A kind of KindOther cannot be read, TypeName says why.
type Column struct {
	Name     string
	Kind     Kind
	TypeName string
}

// Kind says how the bytes of a value are to be understood.
type Kind int

// The kinds of values.
const (
	KindOther   Kind = iota // cannot be read
	KindText                // also numbers, booleans, enums and UUIDs, as they are printed
	KindDynamic             // text of a database without types for times
	KindPadded              // text of a fixed width; blanks at its end mean nothing
	KindBinary              // bytes that must be text
	KindFilled              // the same of a fixed width, filled up with NULs
	KindTime                // date or time; without a zone it is UTC
	KindJSON
	KindArray // PostgreSQL's text form of an array of text
	KindReal  // a floating-point number, whose text would not be exact
)

// Value is one value of a row.
type Value struct {
	Kind Kind
	Text []byte
	At   time.Time // may stand in place of the text of a KindTime
	Null bool
}

// ErrNoTable says that there is no such table, or not for this user.
func ErrNoTable(table []string) error {
	return fmt.Errorf("there is no table %q that this user may read", strings.Join(table, "."))
}

// ErrRowTooBig ends the reading of a table: to leave the row out would leave out an account.
var ErrRowTooBig = fmt.Errorf("the row is larger than %d MiB", stream.MaxRowBytes>>20)

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

// QuoteName makes a name part of a statement, as the SQL standard has it.
func QuoteName(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// ErrBadURL is what is said of a URL that cannot be read. url.Parse would quote it, so its own words are left out.
var ErrBadURL = errors.New("the URL cannot be read; it is written " +
	"scheme://user@host:port/database?key=value, other characters percent-encoded")
