package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

// examples are the files that people copy to run credsieve every night.
var examples = filepath.Join("..", "..", "docs", "examples")

func readExample(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(examples, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// nightBench has what a night finds: a key, an export and dumps, below the folders that the examples name.
func nightBench(t *testing.T) *bench {
	t.Helper()
	b := newBench(t)
	b.writeCSV("srv/credsieve/accounts.csv", []string{"account_id", "email", "password_hash"},
		[]string{"u1", "alice@example.com", storedHash("Made-Up-1")}, []string{"u2", "bob@example.com", storedHash("Made-Up-2")})
	b.write("srv/credsieve/dumps/combo.txt", "alice@example.com:Made-Up-1\nbob@example.com:Made-Up-3\n")
	if err := os.MkdirAll(b.path("var/lib/credsieve"), 0o700); err != nil {
		t.Fatal(err)
	}
	return b
}

// moved is a command line of an example whose folders lie in the workplace.
func (b *bench) moved(words []string) []string {
	at := regexp.MustCompile(`^/(srv|var)/`)
	out := slices.Clone(words)
	for i := range out {
		out[i] = at.ReplaceAllString(out[i], b.dir+"/$1/")
	}
	return out
}

// TestExample_systemd runs the commands of the unit in their order, twice: a first night and one that has an index and a state.
func TestExample_systemd(t *testing.T) {
	t.Parallel()
	b := nightBench(t)
	commands := regexp.MustCompile(`(?m)^Exec(?:Start|StopPost)=-?/usr/local/bin/credsieve (.*)$`).
		FindAllStringSubmatch(readExample(t, "systemd/credsieve.service"), -1)
	if len(commands) != 3 {
		t.Fatalf("%d commands", len(commands))
	}
	for night, want := range []string{"new", "outstanding"} {
		for _, command := range commands {
			b.run(exitComplete, b.moved(strings.Fields(command[1]))...)
		}
		if got := b.listed("var/lib/credsieve/runs/latest"); !slices.Equal(got, []string{"u1"}) {
			t.Errorf("night %d: %q", night, got)
		}
		list, err := os.ReadFile(b.path("var/lib/credsieve/runs/latest/at_risk.csv"))
		if err != nil || !strings.Contains(string(list), ","+want+",") {
			t.Errorf("night %d: not %s (%v)", night, want, err)
		}
	}
}

// TestExample_systemd_analyze asks systemd what it thinks of unit and timer, where it is installed (Debian: systemd).
func TestExample_systemd_analyze(t *testing.T) {
	t.Parallel()
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("systemd-analyze is not installed")
	}
	root := t.TempDir()
	units := filepath.Join(root, "etc", "systemd", "system")
	program := filepath.Join(root, "usr", "local", "bin", "credsieve")
	for _, dir := range []string{units, filepath.Dir(program)} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"credsieve.service", "credsieve.timer"} {
		if err := os.WriteFile(filepath.Join(units, name), []byte(readExample(t, "systemd/"+name)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(program, []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"verify", "--man=no", "--recursive-errors=no", "--root=" + root, "credsieve.service", "credsieve.timer"},
		{"security", "--offline=true", "--no-pager", "--threshold=15", "--root=" + root, "credsieve.service"}, // tenths
	} {
		out, err := exec.CommandContext(t.Context(), analyze, args...).CombinedOutput()
		if err != nil || args[0] == "verify" && len(bytes.TrimSpace(out)) > 0 {
			t.Errorf("systemd-analyze %s: %v\n%s", args[0], err, out)
		}
	}
}

// TestExample_cron runs the script that cron starts: a first night, a held one, one without an export, two at once.
func TestExample_cron(t *testing.T) {
	t.Parallel()
	b := nightBench(t)
	if !strings.Contains(readExample(t, "cron/credsieve.cron"), "\n0 2 * * * credsieve /usr/local/lib/credsieve/night.sh\n") {
		t.Error("the line of cron does not run the script")
	}
	script, err := filepath.Abs(filepath.Join(examples, "cron", "night.sh"))
	if err != nil {
		t.Fatal(err)
	}
	night := func(want int, also ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "sh", script)
		cmd.Env = append(os.Environ(), append(also, "CREDSIEVE_HOME="+b.path("srv/credsieve"), keyFileVariable+"="+b.path("key"),
			"ON_PUBLISHED=echo published", "ON_HELD=echo held")...)
		out, err := cmd.CombinedOutput()
		if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != want {
			t.Fatalf("exit code not %d: %v\n%s", want, err, out)
		}
		return string(out)
	}
	if out := night(exitComplete); strings.Count(out, "\n") > 4 || !strings.Contains(out, "published "+b.path("srv/credsieve/runs/latest")) {
		t.Errorf("a night says:\n%s", out)
	}
	b.writeCSV("srv/credsieve/accounts.csv", []string{"account_id", "email", "password_hash", "canary"},
		[]string{"u1", "alice@example.com", storedHash("Made-Up-1"), "true"})
	if out := night(exitHeld); !strings.Contains(out, "\nheld "+b.path("srv/credsieve/runs/latest")) || strings.Contains(out, "published /") {
		t.Errorf("a held night says:\n%s", out)
	}
	if err := os.Remove(b.path("srv/credsieve/accounts.csv")); err != nil {
		t.Fatal(err)
	}
	if out := night(exitFailed); strings.Contains(out, "published /") || strings.Contains(out, "\nheld /") {
		t.Errorf("a failed night says:\n%s", out)
	}
	busy := exec.CommandContext(t.Context(), "flock", b.path("srv/credsieve/night.lock"), "sleep", "60")
	if err := busy.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _, _ = busy.Process.Kill(), busy.Wait() }() // it has no more to say
	waitUntil(t, func() bool {
		return exec.Command("flock", "--nonblock", b.path("srv/credsieve/night.lock"), "true").Run() != nil
	})
	if out := night(exitFailed); !strings.Contains(out, "not over yet") {
		t.Errorf("a second night says:\n%s", out)
	}
}

// waitUntil asks again and again, for as long as a test may take.
func waitUntil(t *testing.T, done func() bool) {
	t.Helper()
	for !done() {
		select {
		case <-t.Context().Done():
			t.Fatal("it never came to be")
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// tool is a checker of others below bin/tools, where .ci/tools has installed it.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("..", "..", "bin", "tools", "bin", name))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Skip(name + " is not installed: bash .ci/tools")
	}
	return path
}

// TestExample_kubernetes runs what the containers of the CronJob run, in their order.
func TestExample_kubernetes(t *testing.T) {
	t.Parallel()
	type container struct {
		Args []string
		Env  []struct{ Name, Value string }
	}
	var job struct {
		Spec struct {
			JobTemplate struct {
				Spec struct {
					Template struct {
						Spec struct {
							InitContainers []container `yaml:"initContainers"`
							Containers     []container
						}
					}
				}
			} `yaml:"jobTemplate"`
		}
	}
	if err := yaml.NewDecoder(strings.NewReader(readExample(t, "kubernetes/cronjob.yaml"))).Decode(&job); err != nil {
		t.Fatal(err)
	}
	pod := job.Spec.JobTemplate.Spec.Template.Spec
	b := nightBench(t)
	for from, to := range map[string]string{"srv/credsieve/accounts.csv": "srv/accounts/accounts.csv", "srv/credsieve/dumps": "srv/dumps"} {
		if err := errors.Join(os.MkdirAll(filepath.Dir(b.path(to)), 0o700), os.Rename(b.path(from), b.path(to))); err != nil {
			t.Fatal(err)
		}
	}
	all := slices.Concat(pod.InitContainers, pod.Containers)
	if len(all) != 2 {
		t.Fatalf("%d containers", len(all))
	}
	for _, c := range all {
		if len(c.Env) == 0 || c.Env[0].Name != keyFileVariable {
			t.Error("a container does not know where the key is")
		}
		b.run(exitComplete, b.moved(c.Args)...)
	}
	if got := b.listed("var/lib/credsieve/runs/latest"); !slices.Equal(got, []string{"u1"}) {
		t.Errorf("listed: %q", got)
	}
}

// TestExamples_pass_checkers gives the files of others' formats to the checkers of others.
func TestExamples_pass_checkers(t *testing.T) {
	t.Parallel()
	for _, check := range []struct {
		name string
		args []string
	}{
		{"kubernetes-validate", []string{
			"--strict", "kubernetes/cronjob.yaml", "../engines/kubernetes/screen.yaml", "../engines/kubernetes/confirm.yaml",
		}},
		{"hadolint", []string{"--failure-threshold", "style", "container/Dockerfile"}},
	} {
		t.Run(check.name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), tool(t, check.name), check.args...)
			cmd.Dir = examples
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

// TestScripts_pass_shellcheck looks at every script of the repository, where shellcheck is installed (Debian: shellcheck).
func TestScripts_pass_shellcheck(t *testing.T) {
	t.Parallel()
	shellcheck, err := exec.LookPath("shellcheck")
	if err != nil {
		t.Skip("shellcheck is not installed")
	}
	scripts, err := filepath.Glob("../../.ci/*")
	if err != nil || len(scripts) < 5 {
		t.Fatal(scripts, err)
	}
	scripts = slices.DeleteFunc(scripts, func(name string) bool {
		info, err := os.Stat(name)
		return err != nil || info.IsDir() || filepath.Ext(name) != ""
	})
	scripts = append(scripts, filepath.Join(examples, "cron", "night.sh"), filepath.Join(examples, "ci", "list.sh"), "../../.ci/engines/install",
		filepath.Join(engines, "slurm", "scan.sh"), filepath.Join(engines, "batch", "scan.sh"),
		"testdata/engines/sbatch", "testdata/engines/aws")
	if out, err := exec.CommandContext(t.Context(), shellcheck, scripts...).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestExample_ci: the job passes on the list that was reviewed, on every machine and at any time, and fails on another.
func TestExample_ci(t *testing.T) {
	t.Parallel()
	b := nightBench(t)
	script, err := filepath.Abs(filepath.Join(examples, "ci", "list.sh"))
	if err != nil {
		t.Fatal(err)
	}
	samples := b.path("srv/credsieve")
	if err := os.Rename(b.path("key"), filepath.Join(samples, "key")); err != nil {
		t.Fatal(err)
	}
	job := func(want int, also ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "sh", script, samples)
		cmd.Env = append(os.Environ(), also...)
		if out, err := cmd.CombinedOutput(); cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != want {
			t.Fatalf("exit code not %d: %v\n%s", want, err, out)
		}
	}
	job(exitFailed) // nothing was reviewed
	job(exitComplete, "UPDATE=1")
	job(exitComplete)
	b.write("srv/credsieve/dumps/combo.txt", "bob@example.com:Made-Up-2\n")
	job(exitFailed)
}
