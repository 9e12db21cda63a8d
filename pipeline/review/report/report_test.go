package report_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/pipeline/review/report"
)

var began = time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC)

// hostile is a name that somebody chose who knows where it will be shown.
const hostile = "a<script>alert(1)</script>\"'&`[x](http://evil.example)\u202e\x1b[31m{{.}}"

// night is a run to be made: how many accounts are on its list, and what is odd about it.
type night struct {
	rows   int
	begins time.Time
	source string
	change func(*rundir.Manifest)
}

// publish makes a run whose list has rows accounts, and one account each that is undecided, refuted and hash_only.
func publish(t *testing.T, dir string, n night) string {
	t.Helper()
	if n.begins.IsZero() {
		n.begins = began
	}
	if n.source == "" {
		n.source = "forum-2025"
	}
	rows, met := make([]rundir.Row, n.rows), make([]rundir.Met, 0, n.rows+3)
	for i := range rows {
		id := fmt.Sprintf("acct-%05d", i)
		rows[i] = rundir.Row{
			AccountID: id, Score: 95, Band: "critical", Status: "new", Match: "exact", Attribution: "exact", IdentifierKind: "email",
			LastLeakedOn: began.AddDate(0, 0, -i), Sources: []string{n.source},
			Reasons: []rundir.Reason{{Code: "password_confirmed", Weight: 40}, {Code: "no_second_factor", Weight: 10}},
			Actions: []string{"reset_password", "notify_user"}, FindingID: fmt.Sprintf("%032x", i), HashTag: fmt.Sprintf("%032x", i),
			Identifier: id + "@example.com",
		}
		if i == 0 {
			rows[i].Reasons = append(rows[i].Reasons, rundir.Reason{Code: "privilege_admin", Weight: 15})
		}
		met = append(met, rundir.Met{AccountID: id, State: rundir.StateListed, Candidates: 1, Sources: rows[i].Sources})
	}
	rundir.Number(rows)
	met = append(met,
		rundir.Met{AccountID: "open", State: rundir.StateUndecided, Candidates: 1, Sources: []string{n.source}},
		rundir.Met{AccountID: "refuted", State: rundir.StateRefuted, Candidates: 1, Refuted: 1, Sources: []string{n.source}},
		rundir.Met{AccountID: "untested", State: rundir.StateHashOnly, Sources: []string{n.source}})
	all := int64(n.rows)
	m := &rundir.Manifest{
		SchemaVersion: rundir.SchemaVersion, Status: rundir.StatusPartial, StartedAt: n.begins, FinishedAt: n.begins.Add(time.Minute),
		Index: rundir.IndexInfo{ID: "index", KeyID: "key", Generation: 7, Accounts: 100000},
		Guard: rundir.Guard{Verdict: rundir.VerdictPass, Limits: map[string]float64{"max_accounts": 500, "max_confirm_rate.unknown": 0.25}},
		Inputs: []rundir.Input{{
			Path: n.source + ".txt", Name: n.source, Kind: "unknown", Status: "read", Records: all + 3, Bytes: 99, SHA256: strings.Repeat("ab", 32),
			AccountsMet: all + 3, AccountsConfirmed: all,
		}},
		Dumps:  []rundir.Dump{{Name: n.source, Inputs: 1, Records: all + 3, AccountsMet: all + 3, AccountsConfirmed: all}},
		Listed: rundir.Listed{New: all},
		Counts: rundir.Counts{
			RecordsRead: all + 3, RecordsParsed: all + 3, ScreenHits: all + 3, Untestable: 1, CandidatesRaw: all + 2, Candidates: all + 2,
			Confirmed: all, Refuted: 1, Indeterminate: 1, AccountsConfirmed: all, AccountsListed: all, Verifications: all + 2,
		},
		Undecided: map[string]int64{"unknown_scheme": 1},
	}
	if n.change != nil {
		n.change(m)
	}
	if open := &met[n.rows]; len(m.Undecided) == 0 {
		open.State, open.Refuted = rundir.StateRefuted, 1
	}
	return write(t, dir, m, rows, met)
}

func write(t *testing.T, dir string, m *rundir.Manifest, rows []rundir.Row, met []rundir.Met) string {
	t.Helper()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	staging, err := rundir.Create(dir)
	check(err)
	defer staging.Abort()
	rejects, err := staging.CreateRejects(1000)
	check(err)
	for i := range m.Counts.RecordsRejected {
		check(rejects.Add(rundir.Reject{Input: "a", Offset: 9 * i, Length: 1, Line: 2*i + 1, Reason: "no_separator"}))
	}
	_, err = rejects.Finish()
	check(err)
	table, err := staging.CreateAccounts(false)
	check(err)
	for _, account := range met {
		check(table.Add(account))
	}
	check(table.Finish())
	check(staging.WriteList(rows, m.Status == rundir.StatusHeld, true))
	var undecided []rundir.Undecided
	for cause := range m.Undecided {
		undecided = append(undecided, rundir.Undecided{AccountID: "open", Cause: cause, Candidates: 1})
	}
	check(staging.WriteUndecided(undecided))
	m.Outputs = staging.Outputs()
	m.RunID = m.ID()
	check(staging.Publish(m))
	return dir
}

// complete leaves nothing open: what was undecided is refuted.
func complete(m *rundir.Manifest) {
	m.Status, m.Undecided = rundir.StatusComplete, nil
	m.Counts.Refuted, m.Counts.Indeterminate = m.Counts.Refuted+m.Counts.Indeterminate, 0
}

func held(limit string, allowed float64, message string) func(*rundir.Manifest) {
	return func(m *rundir.Manifest) {
		m.Status = rundir.StatusHeld
		m.Guard.Verdict = rundir.VerdictHeld
		m.Guard.Refusals = []rundir.Refusal{{Limit: limit, Allowed: allowed, Actual: 9, Message: message}}
	}
}

func render(t *testing.T, f report.Format, cfg report.Config) string {
	t.Helper()
	r, err := report.Read(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	content, err := r.Render(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// kinds are the runs that every format has to tell of.
func kinds() map[string]night {
	return map[string]night{
		"partial": {rows: 3}, "empty": {change: complete}, "published": {rows: 12, change: complete},
		"many": {rows: 700, change: complete}, "hostile": {rows: 600, source: strings.Repeat(hostile, 20)},
		"named": {rows: 1, source: hostile}, "tags": {rows: 2, change: held("max_share", 0, strings.Repeat("<b>\\", 60))},
		"held": {rows: 9, change: held("max_accounts", 1, "refusing to publish 9 accounts for reset: the limit is 1")},
		"leak": {rows: 2, change: held("canaries", 0, "1 canary account is in a dump: our own store may have leaked")},
		"wide": {rows: 9, source: strings.Repeat("漏洩", 30), change: func(m *rundir.Manifest) {
			held("max_share", 0, strings.Repeat("very-long-word", 30))(m)
			for range 60 {
				m.Guard.Refusals = append(m.Guard.Refusals, m.Guard.Refusals[0])
				m.Dumps = append(m.Dumps, m.Dumps[0])
			}
		}},
	}
}

func TestHTML_is_whole_in_itself(t *testing.T) {
	t.Parallel()
	foreign := regexp.MustCompile(`(?i)<(script|link|iframe|img|object|embed|form|base|a)\b|\s(src|href|srcset|style|on[a-z]+)\s*=|url\(|@import`)
	style := regexp.MustCompile(`(?s)<style>(.*?)</style>`)
	policy := regexp.MustCompile(`<meta http-equiv="Content-Security-Policy" content="([^"]*)">`)
	for name, n := range kinds() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			page := render(t, report.HTML, report.Config{Runs: []string{publish(t, filepath.Join(t.TempDir(), "run"), n)}})
			if found := foreign.FindString(page); found != "" {
				t.Errorf("the page has %q", found)
			}
			if len(page) > 1<<20 || strings.Contains(page, "ZgotmplZ") || strings.ContainsAny(page, "\x1b\u202e") {
				t.Errorf("the page has %d bytes, or shows what it must not", len(page))
			}
			sum := sha256.Sum256([]byte(style.FindStringSubmatch(page)[1]))
			want := "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
				"'; base-uri 'none'; form-action 'none'"
			if got := html.UnescapeString(policy.FindStringSubmatch(page)[1]); got != want {
				t.Errorf("the policy is %s, want %s", got, want)
			}
			for _, picture := range regexp.MustCompile(`(?s)<svg.*?</svg>`).FindAllString(page, -1) {
				if err := xml.Unmarshal([]byte(picture), new(struct{})); err != nil {
					t.Errorf("a picture is not well formed: %v\n%s", err, picture)
				}
			}
		})
	}
}

func TestHTML_says(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for name, want := range map[string][]string{
		"partial":   {"PUBLISHED, NOT COMPLETE", "undecided (unknown_scheme)", "acct-00002", "<td class=\"n\">1</td><td class=\"n\">0</td>"},
		"empty":     {"No account is on the list.", "no account on any list"},
		"many":      {"and 200 more: at_risk.csv of the run", "acct-00499", "99.6 %", "25.0 %", ">700</text>"},
		"held":      {"HELD: NOBODY HAS ACTED", "Why: refusing to publish 9 accounts", "The list of 9 accounts is held", "new, held"},
		"published": {"PUBLISHED, COMPLETE", "12 accounts are on the list: a leaked password opens each of them."},
		"leak":      {"<section class=\"banner leak\"", "Accounts that exist in our own store alone are in a dump", ">!</text>"},
	} {
		run := publish(t, filepath.Join(folder, name), kinds()[name])
		page := render(t, report.HTML, report.Config{Runs: []string{run}})
		for _, text := range want {
			if !strings.Contains(page, text) {
				t.Errorf("%s: the page does not say %q", name, text)
			}
		}
		if strings.Contains(page, "@example.com") || strings.Contains(page, "acct-00500") {
			t.Errorf("%s: the page has identifiers or too many rows", name)
		}
		if again := render(t, report.HTML, report.Config{Runs: []string{run}}); again != page {
			t.Errorf("%s: the same run has two pages", name)
		}
	}
	page := render(t, report.HTML, report.Config{Runs: []string{filepath.Join(folder, "partial")}, Identifiers: true})
	if !strings.Contains(page, "acct-00000@example.com") {
		t.Error("identifiers were asked for and are not there")
	}
}

// TestHTML_says_of_whom_it_speaks: what a number is held against, and which file has what the page leaves out.
func TestHTML_says_of_whom_it_speaks(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for name, test := range map[string]struct {
		night night
		want  []string
	}{
		"small_index": {night{rows: 2, change: func(m *rundir.Manifest) {
			m.Index.Accounts, m.Guard.Limits["max_share"] = 99, 0.01
		}}, []string{"<td>2.0 % of the index; held against no index of fewer than 100 accounts</td>"}},
		"large_index": {night{rows: 2, change: func(m *rundir.Manifest) {
			m.Index.Accounts, m.Guard.Limits["max_share"] = 100, 0.01
		}}, []string{"<td>2.0 % of the index</td>"}},
		"held": {night{rows: 600, change: held("max_accounts", 1, "refusing")}, []string{"and 100 more: held/at_risk.csv of the run"}},
		"remembered": {night{rows: 2, change: func(m *rundir.Manifest) {
			c := &m.Counts
			c.Remembered, c.RecordsRead, c.RecordsParsed, c.ScreenHits, c.CandidatesRaw = 5, 10, 10, 10, 9
			m.Inputs[0].Records, m.Dumps[0].Records = 10, 10
		}}, []string{"candidates: a password to try for an account; 5 more were decided by earlier runs"}},
	} {
		page := render(t, report.HTML, report.Config{Runs: []string{publish(t, filepath.Join(folder, name), test.night)}})
		for _, want := range test.want {
			if !strings.Contains(page, want) {
				t.Errorf("%s: the page does not say %q", name, want)
			}
		}
	}
}

func TestBrief_fits_a_mail(t *testing.T) {
	t.Parallel()
	emptyPart := regexp.MustCompile(`(Bands|Not cleared|Dumps: accounts met, confirmed)\n+(More is in|A run sees|## |Bands|Dumps:)`)
	tag := regexp.MustCompile(`(?m)(^|[^\\])(\\\\)*[<>]`) // after an even number of backslashes it would be one
	for name, n := range kinds() {
		run := publish(t, filepath.Join(t.TempDir(), "run"), n)
		for _, format := range []report.Format{report.Text, report.Markdown} {
			text := render(t, format, report.Config{Runs: []string{run}})
			lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
			if len(lines) > 40 || !strings.Contains(text, "A run sees dumps, not sign-ins") {
				t.Errorf("%s, %s: %d lines\n%s", name, format, len(lines), text)
			}
			if emptyPart.MatchString(text) {
				t.Errorf("%s, %s: a heading without anything below it\n%s", name, format, text)
			}
			for _, line := range lines {
				if utf8.RuneCountInString(line) > 72 {
					t.Errorf("%s, %s: too wide: %s", name, format, line)
				}
			}
			if strings.Contains(text, "@example.com") || format == report.Markdown && tag.MatchString(text) {
				t.Errorf("%s, %s: shows what it must not\n%s", name, format, text)
			}
		}
	}
}

func TestStatement_names_no_account(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for name, n := range kinds() {
		run := publish(t, filepath.Join(folder, name), n)
		text := render(t, report.Statement, report.Config{Runs: []string{run}})
		if strings.Contains(text, "acct-") || strings.Contains(text, "@example.com") {
			t.Errorf("%s: names an account\n%s", name, text)
		}
		if got := strings.Contains(text, "NOT TO BE QUOTED"); got != (name == "held" || name == "leak" || name == "wide" || name == "tags") {
			t.Errorf("%s: quoted or not is wrong\n%s", name, text)
		}
	}
	later := publish(t, filepath.Join(folder, "later"), night{rows: 4, begins: began.Add(time.Hour)})
	text := render(t, report.Statement, report.Config{Runs: []string{later}, Previous: filepath.Join(folder, "partial")})
	for _, want := range []string{"This corrects the statement of run 2026", "3 then, 4 now", "- 1 new: not on the first list",
		"- 7 records were read\n", "99 bytes, 7 records, read to its end", strings.Repeat("ab", 32)} {
		if !strings.Contains(text, want) {
			t.Errorf("the statement does not say %q:\n%s", want, text)
		}
	}
}

// TestStatement_adds_up: the records of the inputs are those that were read, also where some were not understood.
func TestStatement_adds_up(t *testing.T) {
	t.Parallel()
	run := publish(t, filepath.Join(t.TempDir(), "run"), night{rows: 4, change: func(m *rundir.Manifest) {
		m.Inputs[0].Rejected, m.Dumps[0].Rejected, m.Counts.RecordsRejected = 2, 2, 2
		m.Counts.RecordsRead += 2
	}})
	text := render(t, report.Statement, report.Config{Runs: []string{run}})
	for _, want := range []string{"99 bytes, 9 records (2 not understood), read to its end", "- 9 records were read, 2 of them not understood"} {
		if !strings.Contains(text, want) {
			t.Errorf("the statement does not say %q:\n%s", want, text)
		}
	}
}

func TestRead_nights(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for day := range 40 {
		publish(t, filepath.Join(folder, fmt.Sprint(day)), night{rows: day % 3, begins: began.AddDate(0, 0, day)})
	}
	if err := os.MkdirAll(filepath.Join(folder, "damaged"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "damaged", rundir.ManifestName), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	run := filepath.Join(folder, "35")
	page := render(t, report.HTML, report.Config{Runs: []string{run, filepath.Join(folder, "7")}, History: folder})
	for _, want := range []string{"30 runs from 2026-11-27 to 2026-12-26, 0 of them held; the last has 2 new", "could not be read: 1."} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if n := strings.Count(page, "<g><title>"); n != 30 {
		t.Errorf("%d columns", n)
	}
	_, err := report.Read(t.Context(), report.Config{Runs: []string{filepath.Join(folder, "7")}, Previous: run})
	if err == nil || !strings.Contains(err.Error(), "did not begin before it") {
		t.Errorf("compared with a later run: %v", err)
	}
}

func TestWrite(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	run := publish(t, filepath.Join(folder, "run"), night{rows: 1})
	path := filepath.Join(folder, "report")
	for _, format := range []report.Format{report.HTML, report.Text, report.Markdown, report.Statement} {
		content := render(t, format, report.Config{Runs: []string{run}})
		if err := report.Write(path, []byte(content), []string{run}); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(path)
		info, errStat := os.Stat(path)
		if err != nil || errStat != nil || !bytes.Equal(got, []byte(content)) || info.Mode() != 0o600 {
			t.Errorf("%s: %v, %v, mode %v", format, err, errStat, info.Mode())
		}
	}
	if err := os.WriteFile(path, []byte("something else"), 0o600); err != nil {
		t.Fatal(err)
	}
	other := publish(t, filepath.Join(folder, "other"), night{rows: 2})
	for _, wrong := range []string{
		path, folder, filepath.Join(run, "report.html"), filepath.Join(other, "report.html"),
	} {
		if err := report.Write(wrong, []byte("credsieve report"), []string{run}); err == nil ||
			!strings.HasPrefix(err.Error(), "refusing to ") {
			t.Errorf("%s: %v", wrong, err)
		}
	}
}
