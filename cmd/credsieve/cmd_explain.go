package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/answers"
	"github.com/credsieve/credsieve/cmd/credsieve/internal/fetched"
	"github.com/credsieve/credsieve/datasets/shown"
	"github.com/credsieve/credsieve/pipeline/review"
)

type explainOptions struct {
	email   string
	index   string
	keyFile string
	json    bool
}

func newExplainCommand(e env) *cobra.Command {
	var o explainOptions
	cmd := &cobra.Command{
		Use:   "explain RUN {ACCOUNT_ID | --email ADDRESS}",
		Short: "Say why an account is on the list, or why not",
		Long: `Say on one screen, in words to be read aloud, why an account is on the list of a run: which dumps, when
leaked, how the record names the account, each reason with its weight, what to do, and what is not known. For
an account that is not on the list it says why not, as far as the run knows: refuted, undecided and why, not
active, not met. It never shows a password; a run holds none. The run is verified first. RUN and --index may be URLs
where the program has a driver for them (credsieve-cloud).

A run knows the accounts that its dumps name, by their ids. With --index and --key-file an account is also asked for
by an address of it, and one that no dump names is told from a name that is no account's: that one exits 1, with
ids that look like it.` + exitStatus,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runExplain(cmd.Context(), e, o, args)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.email, "email", "", "`address` of the account, instead of its id; needs --index")
	flags.StringVar(&o.index, "index", "", "`directory` or URL of the index of the run")
	addKeyFlag(cmd, &o.keyFile)
	flags.BoolVar(&o.json, "json", false, "print the same as JSON; a list with --email")
	return cmd
}

// question turns arguments and flags into what is asked.
func (o explainOptions) question(e env, args []string) (q review.Question, err error) {
	q = review.Question{Dir: args[0], Email: o.email, Index: o.index}
	switch {
	case len(args) == 2 && o.email != "":
		return q, usagef("explain takes an account id or --email, not both")
	case len(args) == 1 && o.email == "":
		return q, usagef("explain takes the id of an account, or --email ADDRESS --index I --key-file K")
	case o.email != "" && o.index == "":
		return q, usagef("--email needs --index: a run holds no addresses")
	case len(args) == 2 && args[1] == "": // an unset variable of a script must not read as an account that is not at risk
		return q, usagef("ACCOUNT_ID is empty")
	case len(args) == 2:
		q.AccountID = args[1]
	}
	if o.index != "" {
		q.Key, err = loadKey(e, o.keyFile)
	}
	return q, err
}

func runExplain(ctx context.Context, e env, o explainOptions, args []string) error {
	q, err := o.question(e, args)
	if err != nil {
		return err
	}
	run, err := fetched.Open(ctx, q.Dir)
	if err != nil {
		return err
	}
	defer run.Close()
	q.Dir = run.Dir
	all, err := review.Explain(ctx, q)
	if err != nil {
		return run.Said(err)
	}
	switch {
	case o.json && o.email != "":
		return printJSON(e.out, all)
	case o.json:
		return printJSON(e.out, all[0])
	}
	for i, x := range all {
		if i > 0 {
			fmt.Fprintln(e.out)
		}
		answers.Explanation(e.out, x)
	}
	return nil
}

// printJSON prints what programs read.
func printJSON(w io.Writer, value any) error {
	data, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return fmt.Errorf("failed to encode the answer: %w", err)
	}
	_, err = fmt.Fprintf(w, "%s\n", shown.JSON(data))
	return err
}
