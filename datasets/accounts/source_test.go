package accounts

import (
	"context"
	"slices"
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	table, query := Options{Table: "users"}, Options{Query: "SELECT 1"}
	for _, tt := range []struct {
		source string
		opts   Options
		want   string // empty: nothing is wrong
	}{
		{"users.csv", Options{}, ""},
		{"users.csv", table, "a file has none"},
		{"-", query, "a file has none"},
		{"sqlite:users.db", table, ""},
		{"sqlite:users.db", Options{}, "needs a table or a query"},
		{"sqlite:users.db", Options{Query: " \n"}, "needs a table or a query"},
		{"sqlite:users.db", Options{Table: "a", Query: "b"}, "not by both"},
		{"sqlite:", table, "needs the path of a file"},
		{"postgres://u@db.example.com:5432/d?sslmode=verify-full", table, ""},
		{"postgresql:///d?host=/run/postgresql", query, ""},
		{"POSTGRES://db.example.com/d", query, ""},
		{"mysql://u@db.example.com/d", table, ""},
		{"mariadb://u@/d?socket=/run/mysqld/mysqld.sock", table, ""},
		{"postgres://u:" + secret + "@db.example.com/d", table, "PGPASSWORD"},
		{"mysql://u:" + secret + "@db.example.com/d", table, "MYSQL_PWD"},
		{"postgres://db.example.com/d?password=" + secret, table, "refusing a URL"},
		{"postgres://db.example.com/d?SSLPassword=" + secret, table, "refusing a URL"},
		{"postgres://db.example.com/d?passfile=/p", table, ""},
		{"mysql://u:1/" + secret + "@db.example.com/d", table, "cannot be read"},
		{"mysql://u:1?" + secret + "@db.example.com/d", table, "cannot be read"},
		{"mysql://u:1#" + secret + "@db.example.com/d", table, "cannot be read"},
		{"mysql://u:x/" + secret + "@db.example.com/d", table, "cannot be read"},
		{"postgres://u:%zz" + secret + "@db.example.com/d", table, "cannot be read"},
		{"sqlserver://sa:" + secret + "@db.example.com", table, `unknown database "sqlserver"`},
		{"u:" + secret + "@tcp(db.example.com)/d", Options{}, "neither a file"},
		{"u:" + secret + "@tcp(db.example.com)/d", table, "neither a file"},
		{"jdbc:mysql://db.example.com/d?user=u&password=" + secret, Options{}, "neither a file"},
		{"host=db.example.com password=" + secret, Options{}, "neither a file"},
		{"postgres:u:" + secret + "@db.example.com/d", table, "neither a file"},
		{"sqlite:users.db", Options{Table: `a.b.c`}, "SCHEMA.TABLE"},
	} {
		err := Check(tt.source, tt.opts)
		switch {
		case tt.want == "" && err != nil:
			t.Errorf("Check(%q): %v", tt.source, err)
		case tt.want == "":
			continue
		case err == nil || !strings.Contains(err.Error(), tt.want):
			t.Errorf("Check(%q): %v lacks %q", tt.source, err, tt.want)
		}
		_, err = Open(context.Background(), tt.source, tt.opts)
		if err == nil || !strings.Contains(err.Error(), tt.want) ||
			strings.Contains(err.Error(), secret) {
			t.Errorf("Open(%q): %v", tt.source, err)
		}
	}
}

func TestDescribe(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"users.csv":       "users.csv",
		"sqlite:/a/b?c.d": "sqlite:/a/b?c.d",
		"postgres://u@db.example.com:5432/d?sslcert=x": "postgres://u@db.example.com:5432/d",
		"mysql://u:p@db.example.com/d":                 "mysql://u@db.example.com/d",
		"mysql://u:1/2@db.example.com/d":               "mysql://...",
		"mysql://u:a/b@db.example.com/d":               "mysql://...",
		"me@example.org.csv":                           "me@example.org.csv",
		"u:1@tcp(db.example.com)/d":                    "a connection string",
		"jdbc:mysql://u:1@db.example.com/d":            "a URL",
		"$x://u:1/2@db.example.com/d":                  "a URL",
	} {
		if got := describe(source); got != want {
			t.Errorf("describe(%q) = %q, want %q", source, got, want)
		}
	}
}

func TestParseTableName(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"users":           {"users"},
		"public.Users":    {"public", "Users"},
		`"a.b"."c""d"`:    {"a.b", `c"d`},
		`a."b"`:           {"a", "b"},
		`users; DROP x`:   {"users; DROP x"}, // a strange name, which quotes make harmless
		"":                nil,
		".":               nil,
		"a.":              nil,
		".a":              nil,
		"a.b.c":           nil,
		`"a`:              nil,
		`"a"b`:            nil,
		`a"b`:             nil,
		`""`:              nil,
		"a\x00":           nil,
		`"a""`:            nil,
		`"a"."b"."c"`:     nil,
		"\"a\".\"b\x00\"": nil,
	} {
		got, err := parseTableName(text)
		if (err == nil) != (want != nil) || !slices.Equal(got, want) {
			t.Errorf("parseTableName(%q) = %q, %v; want %q", text, got, err, want)
		}
	}
}
