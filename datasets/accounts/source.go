package accounts

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	databases "github.com/credsieve/credsieve/datasets/accounts/internal/database"
)

// engine is a kind of database.
type engine int

const (
	engineNone engine = iota // the source is a file
	enginePostgres
	engineMySQL
	engineSQLite
)

const sqlitePrefix = "sqlite:"

// engineOf tells the kind of database that a source names. Case does not matter, as in every URL.
func engineOf(source string) engine {
	for _, known := range []struct {
		prefix string
		engine engine
	}{
		{"postgres://", enginePostgres},
		{"postgresql://", enginePostgres},
		{"mysql://", engineMySQL},
		{"mariadb://", engineMySQL},
		{sqlitePrefix, engineSQLite},
	} {
		if len(source) >= len(known.prefix) &&
			strings.EqualFold(source[:len(known.prefix)], known.prefix) {
			return known.engine
		}
	}
	return engineNone
}

// Check finds what is wrong with a source before anything is opened: a database needs either a
// table or a query, a file takes neither, and no URL may hold a password. Open checks the same; a
// command line calls it to tell wrong usage from a source that fails. No error shows the source.
func Check(source string, opts Options) error {
	if engineOf(source) == engineNone {
		return checkFile(source, opts)
	}
	if err := checkURL(source); err != nil {
		return err
	}
	switch {
	case opts.Table != "" && opts.Query != "":
		return errors.New("a database is read by a table or by a query, not by both")
	case opts.Table == "" && strings.TrimSpace(opts.Query) == "":
		return errors.New("a database needs a table or a query to read the accounts from")
	case opts.Table != "":
		_, err := parseTableName(opts.Table)
		return err
	}
	return nil
}

func checkFile(source string, opts Options) error {
	if scheme, _, found := strings.Cut(source, "://"); found && isScheme(scheme) {
		return fmt.Errorf("unknown database %q; known are postgres://, mysql:// and sqlite:FILE",
			scheme)
	}
	if isForeign(source) {
		return errForeign
	}
	if opts.Table != "" || opts.Query != "" {
		return errors.New("a table or a query is for databases " +
			"(postgres://, mysql://, sqlite:); a file has none")
	}
	return nil
}

// errForeign does not show the source: connection strings of other programs hold passwords.
var errForeign = errors.New("neither a file of a known format nor a URL of a known database; " +
	"known are postgres://USER@HOST/DB, mysql://USER@HOST/DB and sqlite:FILE")

// isForeign reports whether a source may be another program's connection string, such as
// user:password@tcp(host)/db or jdbc:mysql://host/db?password=…
func isForeign(source string) bool {
	if f, _ := formatOf(source); f != nil || source == "-" || engineOf(source) != engineNone {
		return false
	}
	lower := strings.ToLower(source)
	return strings.Contains(lower, "@") || strings.Contains(lower, "passw") || strings.Contains(lower, "://")
}

func isScheme(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '+'
	})
}

var (
	errPasswordInURL = errors.New("refusing a URL that holds a password: " +
		"every process list shows it; use PGPASSWORD, PGPASSFILE (~/.pgpass) or PGSERVICE for PostgreSQL, " +
		"MYSQL_PWD or ?defaults-file=FILE for MySQL")
)

// checkURL refuses a URL with a password, also one that only looks as if it held a part of one: an
// "@" after the host is what a password with "/", "?" or "#" leaves there.
func checkURL(source string) error {
	if engineOf(source) == engineSQLite {
		if source[len(sqlitePrefix):] == "" {
			return errors.New(`"sqlite:" needs the path of a file after it`)
		}
		return nil
	}
	u, err := url.Parse(source)
	if err != nil {
		return databases.ErrBadURL
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return databases.ErrBadURL
	}
	if _, set := u.User.Password(); set {
		return errPasswordInURL
	}
	for key := range query {
		key = strings.ToLower(key)
		if strings.Contains(key, "passw") || key == "pwd" || key == "pass" {
			return errPasswordInURL
		}
	}
	if strings.Contains(u.Path+u.RawQuery+u.Fragment, "@") {
		return databases.ErrBadURL
	}
	return nil
}

// describe is how errors name a source: a URL without its parameters and without what may be a
// password.
func describe(source string) string {
	scheme, _, found := strings.Cut(source, "://")
	switch {
	case isForeign(source) && !found:
		return "a connection string"
	case isForeign(source) && !isScheme(scheme):
		return "a URL"
	case !found || engineOf(source) == engineSQLite:
		return source
	}
	u, err := url.Parse(source)
	if err != nil || strings.Contains(u.Path+u.RawQuery+u.Fragment, "@") {
		return scheme + "://..."
	}
	shown := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}
	if u.User != nil {
		shown.User = url.User(u.User.Username())
	}
	return shown.String()
}

// parseTableName cuts a table's name at its dots: users, public.users, "a.b"."c""d". Names mean
// exactly what they say, in the case of the database's catalogue.
func parseTableName(text string) ([]string, error) {
	bad := errors.New(`a table is named TABLE or SCHEMA.TABLE; ` +
		`a name with a dot or a quote stands in double quotes`)
	var parts []string
	for rest := text; ; {
		var part string
		if strings.HasPrefix(rest, `"`) {
			end := closingQuote(rest)
			if end < 0 {
				return nil, bad
			}
			part, rest = strings.ReplaceAll(rest[1:end], `""`, `"`), rest[end+1:]
		} else {
			end := strings.IndexByte(rest, '.')
			if end < 0 {
				end = len(rest)
			}
			part, rest = rest[:end], rest[end:]
			if strings.Contains(part, `"`) {
				return nil, bad
			}
		}
		if part == "" || strings.Contains(part, "\x00") {
			return nil, bad
		}
		parts = append(parts, part)
		switch {
		case rest == "" && len(parts) <= 2:
			return parts, nil
		case !strings.HasPrefix(rest, "."):
			return nil, bad
		}
		rest = rest[1:]
	}
}

// closingQuote finds the quote that ends a name which begins with one; -1 when none does.
func closingQuote(text string) int {
	for i := 1; i < len(text); i++ {
		if text[i] != '"' {
			continue
		}
		if i+1 < len(text) && text[i+1] == '"' {
			i++
			continue
		}
		return i
	}
	return -1
}

// fileFormat is a format of files, told by the end of their names.
type fileFormat struct {
	suffix   string
	open     func(context.Context, string, Options) (table, error)
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
		{".tab", openTSV, false},
		{".txt", openTSV, false},
		{".jsonl", openJSONL, false},
		{".ndjson", openJSONL, false},
		{".json", openJSON, false},
		{".ldif", openLDIF, false},
		{".parquet", openParquet, true},
		{".arrow", openArrow, true},
	} {
		if strings.HasSuffix(inner, f.suffix) {
			return &f, inner == base
		}
	}
	return nil, false
}
