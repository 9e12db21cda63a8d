package main

import (
	"fmt"

	"github.com/spf13/pflag"

	"github.com/credsieve/credsieve/datasets/accounts"
)

// sourceFlags say how accounts are read from what --accounts names.
type sourceFlags struct {
	mapping      map[string]string
	table, query string
}

func (f *sourceFlags) add(flags *pflag.FlagSet) {
	flags.StringToStringVar(&f.mapping, "map", nil, "`ROLE=COLUMN`: the column that holds a role")
	flags.Lookup("map").DefValue = "" // the help would show a pair of brackets
	flags.StringVar(&f.table, "table", "", "`TABLE` or SCHEMA.TABLE of the database to read")
	flags.StringVar(&f.query, "query", "", "`SELECT` statement for the database to read by, instead of --table")
}

func (f *sourceFlags) options(e env) accounts.Options {
	return accounts.Options{
		Map: f.mapping, Table: f.table, Query: f.query, Stdin: e.in,
		Warn: func(err error) { fmt.Fprintf(e.err, "credsieve: warning: %s\n", err) },
	}
}

// validate refuses what can be seen to be wrong before anything is opened. The error does not repeat
// the source, which may hold a password.
func (f *sourceFlags) validate(source string) error {
	if err := accounts.Check(source, accounts.Options{Table: f.table, Query: f.query}); err != nil {
		return &failure{code: exitUsage, err: fmt.Errorf("--accounts: %w", err),
			hint: `"credsieve index build --help" explains --table, --query and the passwords of databases`}
	}
	return nil
}
