// Package accounts reads an organisation's own account export, row by row.
//
// A source is a file, told apart by its name (.csv .tsv .tab .txt .json .jsonl .ndjson .ldif .parquet
// .arrow), or "-" for standard input, which is CSV unless it begins with "{" or "[". Text formats may be
// compressed with gzip or zstd; the compression is recognised by its first bytes, not by the name.
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
//	identifiers          list; in text formats separated by white space, commas, semicolons or bars
//	password_hash        text, required; empty: the account has no password
//	password_changed_at  a time, as RFC 3339, SQL, LDAP and others write it, or a number of a certain unit;
//	                     empty or 0: unknown
//	last_active_at       the same
//	mfa_enabled          true false t f yes no 1 0 and the like, in any case; empty: unknown
//	canary               the same; empty: no
//	privilege            user staff admin and words that mean one; empty: user
//	status               active disabled locked and words that mean one; empty: active
//	password_login       true false, as mfa_enabled; empty: true
//	credential_tag       text of hashing.Tagger; empty: none
//	password_salt        text, for stores that keep it apart; used by hash steps alone
//
// A name matches exactly first, then without regard to case; further columns are ignored. JSON has
// no header: required columns must occur in the first rows, optional ones may appear at any row. A [Recipe]
// says for a product what its columns are called, and which of them make a value together.
//
// What is read never is a guess. A row that can be read in two ways, or that is not one, is rejected: an account
// must never get a value of another one. So is a row whose status or password_login cannot be read. A time, a flag or a privilege that
// cannot be read is left out and counted, and so is an identifier that no dump can hold; a column of which nothing can be
// read is an error. No error quotes a value, because a column that is mapped wrongly may hold password hashes.
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
	"maps"
	"slices"
	"time"

	"github.com/credsieve/credsieve/datasets/accounts/internal/stream"
	"github.com/credsieve/credsieve/datasets/accounts/internal/values"
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
	// StatusNoPasswordLogin is an active account that signs in by other means alone. No column says it but
	// password_login: its stored hash opens nothing until somebody lets it.
	StatusNoPasswordLogin Status = "no_password_login"
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

	// Rejected says why the row is not an account, and then nothing but Row and, where it can be read, ID is
	// set; empty: it is one.
	// Such a row is to be counted, and is no reason to stop: Read does that when there are too many.
	Rejected string

	username string // as it stands in the export, but for blanks around it

	// HashContext is what hash steps need of the row beside the stored hash. No source sets it: whoever reads with
	// rules does, and an index keeps it sealed with the stored hash.
	HashContext string
}

// Column returns what hash steps call a column of the row: id, username, email, salt. Of addresses the first identifier
// counts, of names what the column holds: a store hashes "@jdoe" with its sign, by which no dump need name it.
func (a *Account) Column(name string) string {
	kind := hashing.KindUnspecified
	switch name {
	case "id":
		return a.ID
	case "salt":
		return a.PasswordSalt
	case "username":
		if a.username != "" {
			return a.username
		}
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
	Warn  func(error)       // is told of a column that looks like one of ours and is not read; may be nil
	Note  func(string)      // is told how the source is read, where its name promises otherwise; may be nil
	// Columns is told the names of the columns that are there, as far as they are known at first; may be nil.
	Columns func([]string)

	// Header names the columns of delimited text without a header line; nil: its first line does.
	Header    []string
	Separator byte   // of the columns of delimited text; 0: by its first line
	Records   string // of a JSON document: the path to its list of accounts; empty: a usual one
	// Location is the zone of times that name none; nil: UTC, and each such time is noted.
	Location *time.Location
	Statuses map[string]Status // words of the store for the states of an account, beside those known
	// Region is the country, as ParseRegion returns it, of phone numbers without a country code; empty: that
	// of all numbers with one, if it is one.
	Region string
	// Recipe is how the export of a product is read; nil: Map alone says it. What else is set here counts more.
	Recipe *Recipe
}

// fillIn takes from the recipe what nothing else says.
func (o *Options) fillIn() {
	r := o.Recipe
	if r == nil {
		return
	}
	if len(o.Header) == 0 {
		o.Header = r.Header
	}
	if o.Separator == 0 {
		o.Separator = r.Separator
	}
	if o.Records == "" {
		o.Records = r.Records
	}
	words := maps.Clone(r.Statuses)
	if words == nil {
		words = map[string]Status{}
	}
	maps.Copy(words, o.Statuses)
	o.Statuses = words
}

// wantedNames are the names of columns that have a role.
func (o *Options) wantedNames() []string {
	names := slices.Clone(roleNames[:])
	for _, column := range o.Map {
		names = append(names, column)
	}
	if o.Recipe != nil {
		for _, texts := range o.Recipe.Columns {
			for _, text := range texts {
				names = append(names, string(text))
			}
		}
	}
	return names
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
	if err := checkRoles(opts.Map); err != nil {
		return nil, err
	}
	opts.fillIn()
	t, err := openTable(ctx, source, opts)
	if err != nil {
		return nil, err
	}
	if opts.Columns != nil && areNames(t.header()) {
		opts.Columns(t.header())
	}
	var recipe *bound
	var bindings []binding
	if opts.Recipe != nil {
		bindings, recipe, err = opts.Recipe.resolve(t, opts.Map)
	} else {
		bindings, err = resolveColumns(t, opts.Map)
	}
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
	r := newRowReader(ctx, describe(source), t, bindings, opts)
	r.recipe = recipe
	return r, nil
}

// table is one export in one format.
type table interface {
	// header names the columns as far as they are known before the first row.
	header() []string
	// bind chooses the columns that next fills in, in the order of the roles.
	bind([]binding) error
	next(row *[slotCount]field) error // io.EOF at the end
	Close() error
}

// field is one value of a row. The zero value is an empty one.
type field struct {
	text   string
	list   []string
	at     time.Time // set where the format has a type for times
	wall   bool      // at has no zone, and is given as if in UTC
	isList bool
	more   int // further values, which are not read
}

func (f *field) empty() bool { return f.text == "" && !f.isList && f.at.IsZero() }

func openTable(ctx context.Context, source string, opts Options) (table, error) {
	if engineOf(source) != engineNone {
		return openDatabase(ctx, source, opts)
	}
	if source == "-" {
		return openStdin(ctx, opts)
	}
	f, plain := formatOf(source)
	if opts.Recipe != nil && opts.Recipe.Format != "" {
		f, plain = formatOf("." + opts.Recipe.Format)
	}
	switch {
	case f == nil:
		return nil, fmt.Errorf("unknown format; the name must end with " +
			".csv, .tsv, .txt, .json, .jsonl, .ndjson, .ldif (each also with .gz or .zst), .parquet or .arrow")
	case f.columnar && !plain:
		return nil, stream.ErrOuterCompression
	}
	return f.open(ctx, source, opts)
}

// ParseTimezone reads the name of a zone for Options, such as Europe/Berlin or UTC.
func ParseTimezone(name string) (*time.Location, error) { return values.ParseTimezone(name) }

// ParseRegion checks the code of a country for Options, such as GB.
func ParseRegion(region string) (string, error) { return values.ParseRegion(region) }
