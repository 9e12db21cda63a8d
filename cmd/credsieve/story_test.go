package main

import (
	"bytes"
	"context"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline"
)

// blind runs compute no stored hash any more: what is known to be right is not confirmed.
func blind(ctx context.Context, cfg pipeline.Config) (*pipeline.Outcome, error) {
	cfg.HashLimits = stored.Limits{}
	return pipeline.Run(ctx, cfg)
}

// stories are nights with what each place must say of them, and must not. A place that a night leaves empty is not made.
var stories = []struct {
	name  string
	scan  runner
	lines string
	flags []string
	code  int
	says  map[string][]string
	never map[string][]string
}{
	{
		name: "held", lines: "alice@example.com:Made-Up-1\nbob@example.com:Made-Up-2\n", flags: []string{"--max-accounts", "1"}, code: exitHeld,
		says: map[string][]string{
			"terminal": {
				"accounts at risk (held, not published)\n", ": held, 2 accounts held, none published, ",
				"credsieve: refusing to publish 2 accounts for reset: the limit is 1\n", "hint: nothing is published; ", "credsieve release ", ":2 --key-file ",
			},
			"json":    {`"status": "held"`, `"limit": "max_accounts"`, `"message": "refusing to publish 2 accounts for reset: the limit is 1"`},
			"report":  {"HELD: NOBODY HAS ACTED", "The list of 2 accounts is held, not published", "refusing to publish 2 accounts for reset: the limit is 1"},
			"metrics": {`credsieve_run_status{status="held"} 1`, `credsieve_guard_refused{limit="max_accounts"} 1`, "credsieve_exit_code 4", "credsieve_canaries_met 0"},
			"command": {"CREDSIEVE_STATUS=held", "CREDSIEVE_EXIT_CODE=4", "CREDSIEVE_SIGNS=\n", "CREDSIEVE_RUN="},
		},
		never: map[string][]string{
			"terminal": {"our own store", "accounts listed"}, "report": {"SIGNS OF A LEAK", "PUBLISHED"}, "command": {"CREDSIEVE_LIST="},
			"metrics": {"credsieve_last_success_timestamp_seconds"},
		},
	},
	{
		name: "own_leak", lines: "alice@example.com:Made-Up-1\ntrap@example.com:Made-Up-9\n", code: exitHeld,
		says: map[string][]string{
			"terminal": {
				"accounts at risk (held, not published)\n", ": held, 1 account held, none published, ", "1 canary account, whose identifiers nobody was ever given, is in these dumps", "our own store may have leaked",
				"hint: nothing is published; ", "take it for a leak of our own store until you know better", "each sign accepted by its name",
			},
			"json":    {`"status": "held"`, `"limit": "canaries"`},
			"report":  {"SIGNS OF A LEAK OF OUR OWN STORE", "until you know better", "The list of 1 account is held, not published"},
			"metrics": {`credsieve_run_status{status="held"} 1`, `credsieve_guard_refused{limit="canaries"} 1`, "credsieve_exit_code 4", "credsieve_canaries_met 1"},
			"command": {"CREDSIEVE_STATUS=held", "CREDSIEVE_EXIT_CODE=4", "CREDSIEVE_SIGNS=canaries\n"},
		},
		never: map[string][]string{
			"terminal": {"--approve", "accounts listed"}, "report": {"HELD: NOBODY HAS ACTED", "PUBLISHED"}, "command": {"CREDSIEVE_LIST="},
			"metrics": {"credsieve_last_success_timestamp_seconds"},
		},
	},
	{
		name: "partial", lines: "alice@example.com:Made-Up-1\ncarol@example.com:Made-Up-3\n", code: exitPartial,
		says: map[string][]string{
			"terminal": {
				"accounts at risk\n", "accounts undecided (undecided.csv): 1 unknown_scheme\n", ": partial, 1 account listed, ",
				"credsieve: partial: 1 entry in undecided.csv (1 unknown_scheme)\n", "unknown_scheme: stored hashes that cannot be verified; docs/hashes.md says why",
			},
			"json":    {`"status": "partial"`, `"unknown_scheme": 1`},
			"report":  {"PUBLISHED, NOT COMPLETE", "undecided (unknown_scheme)", "1 account is on the list"},
			"metrics": {`credsieve_run_status{status="partial"} 1`, `credsieve_accounts_undecided{cause="unknown_scheme"} 1`, "credsieve_exit_code 3", "credsieve_last_success_timestamp_seconds"},
			"command": {"CREDSIEVE_STATUS=partial", "CREDSIEVE_EXIT_CODE=3", "CREDSIEVE_LIST=", "CREDSIEVE_LISTED=1"},
		},
		never: map[string][]string{"terminal": {"held", "our own store"}, "report": {"HELD", "PUBLISHED, COMPLETE"}},
	},
	{
		name: "blind", scan: blind, lines: "alice@example.com:Made-Up-1\n", code: exitFailed,
		says: map[string][]string{
			"terminal": {`credsieve: the run is blind: the known answer of account "u1" `, "; nothing is published\n", "hint: this program cannot tell who is affected: act on no list of it"},
			"json":     {`"status": "failed"`, `"exit_code": 1`, "the run is blind: "},
			"metrics":  {`credsieve_run_status{status="failed"} 1`, "credsieve_exit_code 1"},
			"command":  {"CREDSIEVE_STATUS=failed", "CREDSIEVE_EXIT_CODE=1"},
		},
		never: map[string][]string{
			"terminal": {"at risk", "listed", "complete"}, "command": {"CREDSIEVE_RUN", "CREDSIEVE_LIST", "CREDSIEVE_MANIFEST"},
			"metrics": {"credsieve_accounts_listed", "credsieve_last_success_timestamp_seconds"}, "json": {`"counts"`},
		},
	},
}

// TestStories: a night tells one story on the terminal, in JSON, in its report, in the metrics, by its exit code and to the
// command that follows.
func TestStories(t *testing.T) {
	t.Parallel()
	for _, story := range stories {
		t.Run(story.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.writeCSV("accounts.csv", []string{"account_id", "email", "password_hash", "canary"},
				[]string{"u1", "alice@example.com", storedHash("Made-Up-1"), ""}, []string{"u2", "bob@example.com", storedHash("Made-Up-2"), ""},
				[]string{"u3", "carol@example.com", "$9$not-known", ""}, []string{"c1", "trap@example.com", storedHash("Made-Up-4"), "true"})
			b.writeCSV("answers.csv", []string{"account_id", "password"}, []string{"u1", "Made-Up-1"})
			b.run(exitComplete, "index", "build", "--accounts", b.path("accounts.csv"), "--known-answers", b.path("answers.csv"), "--out", b.path("index"))
			code, places := b.tell(story.scan, story.lines, story.flags...)
			if code != story.code {
				t.Fatalf("exit code %d, want %d\n%s", code, story.code, places["terminal"])
			}
			for _, place := range []string{"terminal", "json", "report", "metrics", "command"} {
				if text := places[place]; (text == "") != (len(story.says[place]) == 0) {
					t.Errorf("%s: %q", place, text)
				}
				for _, want := range story.says[place] {
					if !strings.Contains(places[place], want) {
						t.Errorf("%s does not say %q:\n%s", place, want, places[place])
					}
				}
				for _, wrong := range append(slices.Clone(story.never[place]), "Made-Up") {
					if strings.Contains(places[place], wrong) {
						t.Errorf("%s says %q:\n%s", place, wrong, places[place])
					}
				}
			}
			if !strings.Contains(places["metrics"], "credsieve_exit_code "+strconv.Itoa(code)+"\n") {
				t.Errorf("the metrics have another exit code than %d", code)
			}
		})
	}
}

// tell scans a list, and returns what is told of it in each place. Files that are not there say nothing.
func (b *bench) tell(scan runner, lines string, flags ...string) (code int, places map[string]string) {
	var out, errs bytes.Buffer
	code = run(context.Background(), append([]string{
		"scan", "--index", b.path("index"), "--key-file", b.path("key"), "--out", b.path("run"), "--metrics", b.path("metrics"),
		"--json-out", b.path("json"), "--exec-after", "env > '" + b.path("command") + "'", "--progress", "none", b.write("dump.txt", lines),
	}, flags...), env{in: strings.NewReader(""), out: &out, err: &errs, getenv: os.Getenv, scan: scan})
	places = map[string]string{"terminal": out.String() + errs.String()}
	for place, name := range map[string]string{"json": "json", "report": "run/report.html", "metrics": "metrics", "command": "command"} {
		text, err := os.ReadFile(b.path(name))
		if err != nil && !os.IsNotExist(err) {
			b.t.Fatal(err)
		}
		places[place] = string(text)
	}
	return code, places
}
