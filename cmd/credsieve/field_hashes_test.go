package main

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/rundir"
)

// fieldHashes holds small exports of user stores, each with a dump. A case is a folder: accounts.*, dump.*, perhaps
// steps.yaml with its keys, answers.csv and build.args, and expected.txt with what is right:
//
//	ID STATE|…         the state of an account in accounts.csv, "absent" where no dump names it
//	@build ok|fails    what index build does
//	@says REGEX        what it says; @saysnot: does not
//	@cause ID CAUSE|…  of an account that is not listed, in undecided.csv
//
// pending.txt names cases that do not pass, each with the reason.
const fieldHashes = "../../testdata/field/hashes"

func TestFieldHashes(t *testing.T) {
	t.Parallel()
	cases, err := filepath.Glob(filepath.Join(fieldHashes, "*", "expected.txt"))
	if err != nil || len(cases) == 0 {
		t.Fatalf("there are no cases below %s (%v)", fieldHashes, err)
	}
	pending := pendingReasons(t, filepath.Join(fieldHashes, "pending.txt"))
	for i, expected := range cases {
		dir := filepath.Dir(expected)
		name := filepath.Base(dir)
		_, isPending := pending[name]
		delete(pending, name)
		if isLeftOut(i) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wrong := replayFieldHash(t, dir)
			switch {
			case isPending && len(wrong) == 0:
				t.Error("it passes: take it off pending.txt")
			case isPending:
			case len(wrong) > 0:
				t.Error(strings.Join(wrong, "\n"))
			}
		})
	}
	for name := range pending {
		t.Errorf("pending.txt names a case that does not exist: %q", name)
	}
}

// replayFieldHash builds an index, scans, and returns what is not as expected.
func replayFieldHash(t *testing.T, dir string) []string {
	t.Helper()
	b := newBench(t)
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files { // a copy that nobody else may read, as keys and answers must be
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		b.write(filepath.Base(file), string(text))
	}
	r := fieldReplay{bench: b}
	exports, err := filepath.Glob(b.path("accounts.*"))
	if err != nil || len(exports) != 1 {
		t.Fatalf("%d exports (%v)", len(exports), err)
	}
	args := []string{"index", "build", "--accounts", exports[0], "--out", b.path("index"), "--memory", "512MiB", "--workers", "1",
		"--progress", "none"}
	if extra, err := os.ReadFile(b.path("build.args")); err == nil {
		args = append(args, strings.Split(strings.TrimRight(string(extra), "\n"), "\n")...)
	}
	for flag, file := range map[string]string{"--hash-steps": "steps.yaml", "--known-answers": "answers.csv"} {
		if _, err := os.Stat(b.path(file)); err == nil {
			args = append(args, flag, b.path(file))
		}
	}
	r.built = b.tryRun(args...) == exitComplete
	r.said = b.out.String() + b.err.String()
	if r.built {
		r.scan(t)
	}
	expected, err := os.ReadFile(b.path("expected.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var wrong []string
	for line := range strings.Lines(string(expected)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			if why := r.check(line); why != "" {
				wrong = append(wrong, why)
			}
		}
	}
	return wrong
}

// fieldReplay is what a build and a scan of a case did.
type fieldReplay struct {
	*bench
	built  bool
	said   string // by the build
	states map[string]string
	causes map[string]string
}

func (r *fieldReplay) scan(t *testing.T) {
	t.Helper()
	dumps, err := filepath.Glob(r.path("dump.*"))
	if err != nil || len(dumps) == 0 {
		t.Fatalf("no dumps (%v)", err)
	}
	code := r.tryRun(append([]string{"scan", "--index", r.path("index"), "--out", r.path("run"), "--max-accounts", "9999", "--max-share",
		"100%", "--max-confirm-rate", "100%", "--memory", "2GiB", "--workers", "1", "--progress", "none"}, dumps...)...)
	if code != exitComplete && code != exitPartial {
		t.Fatalf("the scan ends with %d\n%s", code, r.err.String())
	}
	r.states, r.causes = map[string]string{}, map[string]string{}
	err = rundir.ReadMet(r.path("run"), func(m rundir.Met) error {
		r.states[strings.Clone(m.AccountID)] = string(m.State)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(r.path("run"), "undecided.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		r.causes[row[0]] = row[1]
	}
}

// check returns what is wrong with one expectation, empty when it holds.
func (r *fieldReplay) check(line string) string {
	key, want, _ := strings.Cut(line, " ")
	switch key {
	case "@build":
		if r.built != (want == "ok") {
			return "the build should be " + want + ": " + r.said
		}
		return ""
	case "@says", "@saysnot":
		if regexp.MustCompile(want).MatchString(r.said) != (key == "@says") {
			return key + " " + want + ", it says\n" + r.said
		}
		return ""
	case "@cause":
		id, causes, _ := strings.Cut(want, " ")
		if r.states[id] != string(rundir.StateListed) && !slices.Contains(strings.Split(causes, "|"), r.causes[id]) {
			return id + " is " + r.states[id] + ", cause " + r.causes[id] + ", want listed or cause " + causes
		}
		return ""
	}
	if !r.built {
		return "the build failed: " + r.said
	}
	state := r.states[key]
	if state == "" {
		state = "absent"
	}
	if !slices.Contains(strings.Split(want, "|"), state) {
		return key + " is " + state + " (" + r.causes[key] + "), want " + want
	}
	return ""
}

// pendingReasons reads lines of the form NAME: REASON.
func pendingReasons(t *testing.T, path string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	reasons := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		name, reason, found := strings.Cut(line, ": ")
		if !found {
			t.Errorf("pending.txt gives no reason for %q", line)
		}
		reasons[name] = reason
	}
	return reasons
}
