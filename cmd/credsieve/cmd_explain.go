package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/terminal"
	"github.com/credsieve/credsieve/datasets/rundir"
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
active, not met. It never shows a password; a run holds none. The run is verified first.

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
	flags.StringVar(&o.index, "index", "", "`directory` of the index of the run")
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
	all, err := review.Explain(ctx, q)
	if err != nil {
		return err
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
		printExplanation(e.out, x)
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

func printExplanation(w io.Writer, x *review.Explanation) {
	terminal.Wrapped(w, "", fmt.Sprintf("Account %s", shown.Text(x.AccountID)))
	terminal.Wrapped(w, "", x.Answer)
	for _, fact := range x.Facts {
		terminal.Wrapped(w, "", fact)
	}
	if len(x.Sources) > 0 {
		fmt.Fprintln(w, "\nIn these dumps")
		for _, s := range x.Sources[:min(len(x.Sources), sourcesShown)] {
			terminal.Wrapped(w, "  - ", describeSource(s))
		}
		if more := len(x.Sources) - sourcesShown; more > 0 {
			fmt.Fprintf(w, "  - and %d more\n", more)
		}
	}
	if f := x.Finding; f != nil {
		fmt.Fprintf(w, "\nScore %.1f of 100 (%s), rank %d of the list, because\n", f.Score, f.Band, f.Rank)
		sum := 0.0
		for _, r := range x.Reasons {
			terminal.Wrapped(w, fmt.Sprintf("  %+6.4g  ", r.Weight), orCode(r))
			sum += r.Weight
		}
		if sum > 100 {
			fmt.Fprintf(w, "They add up to %.4g; no score is above 100.\n", sum)
		}
	}
	printBullets(w, "What to do", x.Actions)
	printOpen(w, x.Open)
	fmt.Fprintln(w, "\nWhat we do not know")
	for _, unknown := range x.Unknown {
		terminal.Wrapped(w, "  - ", unknown)
	}
	state := runState(x.RunStatus)
	if x.InPart {
		state = "published, but for a part of its list that is held"
	}
	fmt.Fprintf(w, "\nRun %s: %s.\nFinished %s.\n", x.RunID, state,
		x.FinishedAt.UTC().Format("2006-01-02 15:04 UTC"))
}

func printOpen(w io.Writer, open []review.OpenCandidate) {
	if len(open) == 0 {
		return
	}
	fmt.Fprintln(w, "\nNot decided")
	for _, o := range open {
		leaked := "1 leaked password"
		if o.Candidates != 1 {
			leaked = fmt.Sprintf("%d leaked passwords", o.Candidates)
		}
		if o.Candidates == 0 {
			terminal.Wrapped(w, "  - ", o.Text)
			continue
		}
		terminal.Wrapped(w, "  - ", leaked+": "+o.Text)
	}
}

// sourcesShown keeps an account that is in hundreds of dumps on one screen; --json has all of them.
const sourcesShown = 6

func describeSource(s review.Source) string {
	parts := []string{clip(shown.Text(s.Name))}
	kinds := map[string]string{
		"site_breach": "a breach of a site", "combo_list": "a list for trying passwords",
		"stealer_log": "a log of malware that steals passwords", "phishing": "a phishing page's catch",
	}
	if kind, ok := kinds[s.Kind]; ok {
		parts = append(parts, kind)
	} else {
		parts = append(parts, "of unknown kind")
	}
	if s.LeakedOn != "" {
		parts = append(parts, "leaked "+s.LeakedOn)
	} else {
		parts = append(parts, "date unknown")
	}
	switch s.Trust {
	case "fabricated":
		parts = append(parts, "known to be made up")
	case "verified":
		parts = append(parts, "verified")
	}
	return strings.Join(parts, ", ")
}

func runState(status rundir.Status) string {
	switch status {
	case rundir.StatusHeld:
		return "held and not published"
	case rundir.StatusPartial:
		return "published, with something left open"
	default:
		return "published"
	}
}

func printBullets(w io.Writer, title string, list []review.Explained) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s\n", title)
	for _, item := range list {
		terminal.Wrapped(w, "  - ", orCode(item))
	}
}

// orCode is the sentence, or the bare code of a list that a later version made.
func orCode(x review.Explained) string {
	if x.Text == "" {
		return shown.Text(x.Code)
	}
	return x.Text
}
