package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/secrets"
	"github.com/credsieve/credsieve/datasets/accounts"
	"github.com/credsieve/credsieve/datasets/presets"
)

// sourceFlags say how accounts are read from what --accounts names.
type sourceFlags struct {
	mapping        map[string]string
	table, query   string
	preset, config string

	header             []string
	separator, records string
	timezone, region   string
	statuses           map[string]string
}

func (f *sourceFlags) add(flags *pflag.FlagSet) {
	flags.StringToStringVar(&f.mapping, "map", nil,
		"`ROLE=COLUMN`: the column that holds a role; of JSON also a path, as email=emails[0].address")
	flags.StringVar(&f.table, "table", "", "`TABLE` or SCHEMA.TABLE of the database to read")
	flags.StringVar(&f.query, "query", "", "`SELECT` statement for the database to read by, instead of --table")
	flags.StringSliceVar(&f.header, "header", nil, "`NAME,…` of the columns, where a text has no header line")
	flags.StringVar(&f.separator, "separator", "",
		"`character` between the columns of a text, or tab (default by the header line)")
	flags.StringVar(&f.records, "records", "", "`path` to the list of accounts in a JSON document (default by content)")
	flags.StringVar(&f.preset, "preset", "", "read the export of a product: `name` out of \"credsieve presets\"")
	flags.StringVar(&f.config, "preset-config", "",
		"`file`, mode 0600, with what the preset needs to know of the product's configuration")
	flags.StringVar(&f.timezone, "timezone", "", "`zone` of times that name none, e.g. Europe/Berlin (default UTC, and said)")
	flags.StringToStringVar(&f.statuses, "status-map", nil,
		"`WORD=STATUS`: a word of the store that means active, disabled or locked")
	flags.StringVar(&f.region, "default-region", "",
		"`country`, e.g. GB, of phone numbers without a country code (default that of all others, if it is one)")
	for _, name := range []string{"map", "status-map"} {
		flags.Lookup(name).DefValue = "" // the help would show a pair of brackets
	}
}

// options are for Open; validate has seen them.
func (f *sourceFlags) options(e env) accounts.Options {
	opts, _ := f.parse()
	opts.Stdin = e.in
	opts.Warn = func(err error) { fmt.Fprintf(e.err, "credsieve: warning: %s\n", sentence(err.Error())) }
	opts.Note = func(text string) { fmt.Fprintf(e.err, "credsieve: note: %s\n", sentence(text)) }
	return opts
}

// parse turns what was written into what is meant.
func (f *sourceFlags) parse() (opts accounts.Options, err error) {
	opts = accounts.Options{Map: f.mapping, Table: f.table, Query: f.query, Header: f.header, Records: f.records}
	switch {
	case f.separator == "tab" || f.separator == `\t`:
		opts.Separator = '\t'
	case len(f.separator) == 1:
		opts.Separator = f.separator[0]
	case f.separator != "":
		return opts, fmt.Errorf("--separator %q is not a single character, nor the word tab", f.separator)
	}
	if f.timezone != "" {
		if opts.Location, err = accounts.ParseTimezone(f.timezone); err != nil {
			return opts, fmt.Errorf("--timezone: %w", err)
		}
	}
	if f.region != "" {
		if opts.Region, err = accounts.ParseRegion(f.region); err != nil {
			return opts, fmt.Errorf("--default-region: %w", err)
		}
	}
	if opts.Statuses, err = accounts.ParseStatusMap(f.statuses); err != nil {
		return opts, fmt.Errorf("--status-map: %w", err)
	}
	return opts, nil
}

// maxPresetConfig is far more than parameters of a product take.
const maxPresetConfig = 64 << 10

// usePreset makes the options those of the preset, if one is named, and returns it.
func (f *sourceFlags) usePreset(opts *accounts.Options) (*presets.Preset, error) {
	if f.preset == "" {
		if f.config != "" {
			return nil, usagef("--preset-config without --preset")
		}
		return nil, nil
	}
	p, err := presets.Named(f.preset)
	if err != nil {
		return nil, usagef("--preset: %s", err)
	}
	config := ""
	if f.config != "" {
		text, err := secrets.Read("preset configuration", f.config, maxPresetConfig)
		if err != nil {
			return nil, err
		}
		config = string(text)
	}
	opts.Recipe, err = p.Recipe(config)
	if err != nil {
		return nil, withHint(err, fmt.Sprintf(`"credsieve presets %s" says how to export it`, p.Name))
	}
	return p, nil
}

// likePresets looks at the columns of an export that no preset reads, and warns where they are those of a product whose
// stored hashes need more than their strings: without it every leaked password would be refuted. It returns what
// a failure for want of a column adds.
func (f *sourceFlags) likePresets(opts *accounts.Options, steps bool) (hint func(error) error) {
	var like []*presets.Preset
	if f.preset == "" {
		opts.Columns = func(columns []string) {
			like, _ = presets.Like(columns) // the presets are part of the program; their tests read them all
			for _, p := range like {
				if p.Steps != nil && !steps {
					opts.Warn(fmt.Errorf("the columns are those of %s, which does something to passwords before it hashes "+
						"them: --preset %s, or --hash-steps", p.Title, p.Name))
				}
			}
		}
	}
	return func(err error) error {
		var missing *accounts.ColumnError
		if len(like) == 0 || !errors.As(err, &missing) {
			return err
		}
		names := make([]string, len(like))
		for i, p := range like {
			names[i] = "--preset " + p.Name
		}
		return withHint(err, "the columns look like those of a product: "+strings.Join(names, " or ")+"; else "+missing.Hint())
	}
}

// validate refuses what can be seen to be wrong before anything is opened. The error does not repeat
// the source, which may hold a password.
func (f *sourceFlags) validate(source string) error {
	opts, err := f.parse()
	if err != nil {
		return usagef("%s", err)
	}
	if err := accounts.Check(source, opts); err != nil {
		return &failure{code: exitUsage, err: fmt.Errorf("--accounts: %w", err),
			hint: `"credsieve index build --help" explains --table, --query and the passwords of databases`}
	}
	return nil
}
