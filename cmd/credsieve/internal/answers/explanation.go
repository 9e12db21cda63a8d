// Package answers puts into words and tables what people ask beside a scan: of an account, of an index, of two runs. It
// shows values that others found, and finds none.
package answers

import (
	"fmt"
	"io"
	"strings"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/terminal"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/datasets/shown"
	"github.com/credsieve/credsieve/pipeline/review"
)

// Explanation shows on w what one run knows of one account, on one screen.
func Explanation(w io.Writer, x *review.Explanation) {
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
	parts := []string{terminal.Clip(shown.Text(s.Name))}
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
