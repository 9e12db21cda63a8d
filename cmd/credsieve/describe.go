package main

import (
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/credsieve/credsieve/datasets/dump"
)

// layoutFlags say how lists and tables are laid out that nothing describes.
type layoutFlags struct {
	separator string
	columns   []string
}

func (l *layoutFlags) addFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&l.separator, "separator", "",
		"`text` that parts the fields of lists and tables, such as \"----\" or \"\\t\" (default by content)")
	flags.StringSliceVar(&l.columns, "columns", nil,
		"`names` of the columns of lists and tables, such as email,password,- where - is of no use (default by content)")
}

// layout returns what the flags say. A separator may be written with escapes, as \t and \x01.
func (l *layoutFlags) layout() (dump.Layout, error) {
	out := dump.Layout{Separator: l.separator, Columns: l.columns}
	if strings.Contains(l.separator, `\`) {
		text, err := strconv.Unquote(`"` + strings.ReplaceAll(l.separator, `"`, `\"`) + `"`)
		if err != nil {
			return out, usagef("--separator %q: a backslash begins no escape such as \\t or \\x01; write \\\\ for itself",
				l.separator)
		}
		out.Separator = text
	}
	if err := out.Check(); err != nil {
		if len(l.columns) > 0 {
			return out, usagef("--columns %s: %s", strings.Join(l.columns, ","), err)
		}
		return out, usagef("--separator %q: %s", l.separator, err)
	}
	return out, nil
}

// describeFlags say of all dumps of a run what a sidecar would say.
type describeFlags struct{ name, kind, leakedOn, trust string }

func (d *describeFlags) addFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&d.name, "dump-name", "", "`name` of all dumps of this run, instead of their files' and sidecars'")
	flags.StringVar(&d.kind, "dump-kind", "",
		"`kind` of all dumps of this run: site_breach, combo_list, stealer_log, phishing or unknown (default by sidecar)")
	flags.StringVar(&d.leakedOn, "leaked-on", "", "`date` on which all dumps of this run leaked, as 2024-01-31 (default by sidecar)")
	flags.StringVar(&d.trust, "trust", "",
		"`trust` in all dumps of this run: verified, unverified or fabricated (default by sidecar)")
}

func (d *describeFlags) meta(now time.Time) (dump.Meta, error) {
	flagOf := strings.NewReplacer("name:", "--dump-name:", "kind:", "--dump-kind:", "leaked_on:", "--leaked-on:", "trust:", "--trust:")
	m, err := dump.ParseMeta(d.name, d.kind, d.leakedOn, d.trust)
	if err == nil {
		err = m.CheckDate(now)
	}
	if err != nil {
		return m, usagef("%s", flagOf.Replace(err.Error()))
	}
	return m, nil
}
