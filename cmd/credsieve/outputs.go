package main

import (
	"github.com/spf13/cobra"
)

// outputFlags say what a run tells beside its directory, and to whom.
type outputFlags struct {
	quiet     bool
	verbose   bool
	json      bool
	jsonOut   string
	metrics   string
	logFormat choiceFlag
	execAfter string
}

func (o *outputFlags) addFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.BoolVar(&o.quiet, "quiet", false, "print one line, and no progress; errors and warnings stay")
	flags.BoolVar(&o.verbose, "verbose", false, "print every count, zeros too, and every dump")
	flags.BoolVar(&o.json, "json", false, "print the manifest instead of a table")
	flags.StringVar(&o.jsonOut, "json-out", "",
		"write the manifest to this `file` as well, beside what is printed; after a failure what is known of it")
	flags.StringVar(&o.metrics, "metrics", "",
		"write what the run counted to this `file`, for the Prometheus node exporter; also after a failure")
	o.logFormat = choiceFlag{Value: "text", Of: []string{"text", "json"}}
	flags.Var(&o.logFormat, "log-format", "`how` stderr is written: text, or json, an object for each line")
	flags.StringVar(&o.execAfter, "exec-after", "",
		"run this shell `command` at the end, with run id, status and paths in its environment; it changes nothing of the run")
}

func (o *outputFlags) validate() error {
	switch {
	case o.quiet && o.verbose:
		return usagef("--quiet and --verbose ask for opposites")
	case o.quiet && o.json:
		return usagef("--quiet prints one line, and the manifest of --json has many; --json-out writes it to a file")
	}
	return nil
}
