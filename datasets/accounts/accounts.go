// Package accounts reads an organisation's own account export, row by row.
//
// A source is a file, told apart by its name (.csv .tsv .jsonl .ndjson .parquet .arrow), or "-" for
// standard input, which is CSV unless it begins with "{". Text formats may be compressed with gzip
// or zstd; the compression is recognised by its first bytes, not by the name.
//
// Or it is a table or a query of a database, by URL: postgres:// (or postgresql://), mysql:// (or
// mariadb://), sqlite:FILE. All of it is read in one transaction that may only read and that sees
// one moment's data; rows are streamed. A URL must not hold a password: PostgreSQL takes it from
// PGPASSWORD, PGPASSFILE or PGSERVICE, MySQL from MYSQL_PWD or the group [client] of
// ?defaults-file=FILE.
//
// Columns are found by name:
//
//	account_id           text, required, never empty
//	email                text    at least one of these four columns must exist;
//	username             text    a row in which all are empty is still returned,
//	phone                text    so that its consumer can count it
//	identifiers          list; in text formats separated by white space
//	password_hash        text, required; empty: the account has no password
//	password_changed_at  RFC 3339 or Unix seconds; empty or 0: unknown
//	last_active_at       the same
//	mfa_enabled          true false t f yes no 1 0, in any case; empty: unknown
//	canary               the same; empty: no
//	privilege            user staff admin; empty: user
//	status               active disabled locked; empty: active
//	credential_tag       text of hashing.Tagger; empty: none
//	password_salt        text, for stores that keep it apart; used by hash steps alone
//
// A name matches exactly first, then without regard to case; further columns are ignored. JSON
// lines have no header: required columns must occur in the first rows, optional ones may appear at
// any row.
//
// A value that cannot be read is an error with its row and column and never a guess: a wrong date
// or privilege would silently change who is listed first. No error quotes a value, because a column
// that is mapped wrongly may hold password hashes.
//
// Not guaranteed: that account ids are unique, and that identifiers or password hashes are well
// formed; that a function which a query calls has no effect in the database; one moment's data from
// MySQL tables of an engine without transactions (MyISAM, Aria).
package accounts

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/credsieve/credsieve/hashing"
)

// Identifier is one name under which an account's user may occur elsewhere, as exported.
type Identifier struct {
	Kind hashing.Kind
	Text string
}

// Privilege says how much harm a stranger could do with the account.
type Privilege string

// Privileges, the mildest first.
const (
	PrivilegeUnspecified Privilege = ""
	PrivilegeUser        Privilege = "user"
	PrivilegeStaff       Privilege = "staff"
	PrivilegeAdmin       Privilege = "admin"
)

// Status says whether the account can be used at all.
type Status string

// The states of an account.
const (
	StatusUnspecified Status = ""
	StatusActive      Status = "active"
	StatusDisabled    Status = "disabled"
	StatusLocked      Status = "locked"
)

// MFA says whether a second factor stands behind the password.
type MFA uint8

// An export without the column leaves MFAUnknown, which must not be taken for MFADisabled.
const (
	MFAUnknown MFA = iota
	MFAEnabled
	MFADisabled
)

// Account is one row of an export.
type Account struct {
	Row               int64 // 1-based; counts rows of data, not lines
	ID                string
	Identifiers       []Identifier
	PasswordHash      string    // empty: no password
	PasswordChangedAt time.Time // zero: unknown
	LastActiveAt      time.Time // zero: unknown
	MFA               MFA
	Canary            bool
	Privilege         Privilege
	Status            Status
	CredentialTag     string // not parsed; empty: none
	PasswordSalt      string // as it stands in the export; empty: none

	// HashContext is what hash steps need of the row beside the stored hash. No source sets it: whoever reads with
	// rules does, and an index keeps it sealed with the stored hash.
	HashContext string
}

// Column returns what hash steps call a column of the row: id, username, email, salt. The first identifier of a kind
// counts.
func (a *Account) Column(name string) string {
	kind := hashing.KindUnspecified
	switch name {
	case "id":
		return a.ID
	case "salt":
		return a.PasswordSalt
	case "username":
		kind = hashing.KindUsername
	case "email":
		kind = hashing.KindEmail
	}
	for _, id := range a.Identifiers {
		if id.Kind == kind && kind != hashing.KindUnspecified {
			return id.Text
		}
	}
	return ""
}

// Options say how a source is to be read.
type Options struct {
	Map   map[string]string // role -> column, for columns that have other names
	Stdin io.Reader         // what "-" means
	Table string            // of a database: TABLE or SCHEMA.TABLE, exactly one of Table and Query
	Query string            // of a database: one SELECT
	Warn  func(error)       // is told of a column that looks like an identifier and is not read; may be nil
}

// Reader streams accounts in the order of the source.
type Reader interface {
	// Read overwrites the account, also the memory of its Identifiers; io.EOF at the end.
	Read(*Account) error
	Close() error
}

// Open opens a source and checks that its columns are there. Every error of Open and Read names the
// source; one about columns also has a Hint.
func Open(ctx context.Context, source string, opts Options) (Reader, error) {
	r, err := open(ctx, source, opts)
	if err != nil {
		return nil, fmt.Errorf("failed to read accounts %q: %w", describe(source), err)
	}
	return r, nil
}

func open(ctx context.Context, source string, opts Options) (Reader, error) {
	if err := Check(source, opts); err != nil {
		return nil, err
	}
	t, err := openTable(ctx, source, opts)
	if err != nil {
		return nil, err
	}
	bindings, err := resolveColumns(t.header(), opts.Map)
	if err == nil {
		err = t.bind(bindings)
	}
	if err != nil {
		t.Close() // read only: nothing that its error could add
		var missing *ColumnError
		if _, ok := t.(*database); ok && errors.As(err, &missing) {
			missing.named = true
		}
		return nil, err
	}
	if opts.Warn != nil {
		warnOverlooked(t.header(), bindings, opts.Warn)
	}
	return &rowReader{ctx: ctx, source: describe(source), table: t, bindings: bindings}, nil
}

// table is one export in one format.
type table interface {
	// header names the columns as far as they are known before the first row.
	header() []string
	// bind chooses the columns that next fills in, in the order of the roles.
	bind([]binding) error
	next(row *[roleCount]field) error // io.EOF at the end
	Close() error
}

// field is one value of a row. The zero value is an empty one.
type field struct {
	text   string
	list   []string
	at     time.Time // set where the format has a type for times
	isList bool
}

func (f *field) empty() bool { return f.text == "" && !f.isList && f.at.IsZero() }

func openTable(ctx context.Context, source string, opts Options) (table, error) {
	if engineOf(source) != engineNone {
		return openDatabase(ctx, source, opts)
	}
	if source == "-" {
		return openStdin(ctx, opts.Stdin)
	}
	f, plain := formatOf(source)
	switch {
	case f == nil:
		return nil, fmt.Errorf("unknown format; the name must end with " +
			".csv, .tsv, .jsonl, .ndjson (each also with .gz or .zst), .parquet or .arrow")
	case f.columnar && !plain:
		return nil, errOuterCompression
	}
	return f.open(ctx, source)
}

// fileFormat is a format of files, told by the end of their names.
type fileFormat struct {
	suffix   string
	open     func(context.Context, string) (table, error)
	columnar bool
}

// formatOf returns the format of a file, nil when none has such a name, and whether the name says nothing
// of compression.
func formatOf(source string) (_ *fileFormat, plain bool) {
	base := strings.ToLower(source)
	inner := strings.TrimSuffix(strings.TrimSuffix(base, ".gz"), ".zst")
	for _, f := range []fileFormat{
		{".csv", openCSV, false},
		{".tsv", openTSV, false},
		{".jsonl", openJSONL, false},
		{".ndjson", openJSONL, false},
		{".parquet", openParquet, true},
		{".arrow", openArrow, true},
	} {
		if strings.HasSuffix(inner, f.suffix) {
			return &f, inner == base
		}
	}
	return nil, false
}

// rowReader turns the rows of a table into accounts.
type rowReader struct {
	ctx      context.Context
	source   string
	table    table
	bindings []binding
	row      int64
	fields   [roleCount]field
	err      error // sticky: a source that failed once is never read on as if it had not
}

func (r *rowReader) Read(a *Account) error {
	if r.err != nil {
		return r.err
	}
	r.row++
	err := r.read(a)
	switch err {
	case nil:
		return nil
	case io.EOF:
		r.err = io.EOF
	default:
		r.err = fmt.Errorf("failed to read accounts %q: row %d: %w", r.source, r.row, err)
	}
	return r.err
}

func (r *rowReader) read(a *Account) error {
	// Asking the context takes a lock; once in a while is soon enough for a person who waits.
	if r.row&1023 == 0 {
		if err := r.ctx.Err(); err != nil {
			return err
		}
	}
	if err := r.table.next(&r.fields); err != nil {
		return err
	}
	if err := decodeRow(&r.fields, r.bindings, a); err != nil {
		return err
	}
	a.Row = r.row
	return nil
}

func (r *rowReader) Close() error {
	if err := r.table.Close(); err != nil {
		return fmt.Errorf("failed to close accounts %q: %w", r.source, err)
	}
	return nil
}
