package main

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// engines are the files with which people give the tasks of a run to what starts them. Spark's is run by .ci/engines.
var engines = filepath.Join("..", "..", "docs", "engines")

// engineBench has dumps and an index where the engines' files look for them, below mnt.
func engineBench(t *testing.T) *bench {
	t.Helper()
	b := nightBench(t)
	if err := errors.Join(os.Mkdir(b.path("mnt"), 0o700), os.Rename(b.path("srv/credsieve/dumps"), b.path("mnt/dumps"))); err != nil {
		t.Fatal(err)
	}
	b.run(exitComplete, "index", "build", "--accounts", b.path("srv/credsieve/accounts.csv"), "--out", b.path("mnt/index"))
	return b
}

// runEngineScript runs a script of docs/engines, where programs of testdata/engines stand for those of the engine.
func (b *bench) runEngineScript(script string, args ...string) (string, error) {
	b.t.Helper()
	instead, err := filepath.Abs(filepath.Join("testdata", "engines"))
	if err != nil {
		b.t.Fatal(err)
	}
	path := strings.Join([]string{b.path("bin"), instead, os.Getenv("PATH")}, string(os.PathListSeparator))
	cmd := exec.CommandContext(b.t.Context(), "sh", append([]string{filepath.Join(engines, script)}, args...)...)
	cmd.Env = append(os.Environ(), "PATH="+path, keyFileVariable+"="+b.path("key"), "JOBS="+b.path("jobs"), "CORES=1")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// program writes a script that is found before all other programs of its name.
func (b *bench) program(name, text string) {
	b.t.Helper()
	if err := os.Chmod(b.write("bin/"+name, "#!/bin/sh\n"+text), 0o700); err != nil {
		b.t.Fatal(err)
	}
}

// wantThreeJobs wants what a scan would publish, of three jobs.
func (b *bench) wantThreeJobs(said string, err error) {
	b.t.Helper()
	if err != nil || !strings.HasSuffix(said, "\n3\n") {
		b.t.Fatalf("%v, and the last job is not the third:\n%s", err, said)
	}
	if got := b.listed("mnt/out"); !slices.Equal(got, []string{"u1"}) {
		b.t.Errorf("listed: %q", got)
	}
}

// TestEngine_slurm: the jobs that the script hands to Slurm do a scan. A task that fails is tried three times, and ends it.
func TestEngine_slurm(t *testing.T) {
	t.Parallel()
	b := engineBench(t)
	args := []string{b.path("mnt/index"), b.path("mnt/run"), b.path("mnt/out"), b.path("mnt/dumps"), "--partitions", "2"}
	b.wantThreeJobs(b.runEngineScript("slurm/scan.sh", args...))

	credsieve, err := exec.LookPath("credsieve") // this test
	if err != nil {
		t.Fatal(err)
	}
	b.program("credsieve", `case "$1 $2" in "task confirm") echo tried "$4" "$5"; exit 1 ;; esac
exec '`+credsieve+`' "$@"
`)
	if err := os.Remove(b.path("jobs")); err != nil {
		t.Fatal(err)
	}
	args[1], args[2] = b.path("mnt/two"), b.path("mnt/three")
	said, err := b.runEngineScript("slurm/scan.sh", args...)
	if err == nil || strings.Count(said, "tried --partition 0") != 3 {
		t.Errorf("%v, and a task is not tried three times:\n%s", err, said)
	}
	if _, err := os.Stat(args[2]); err == nil {
		t.Error("something was published")
	}
}

// TestEngine_batch: the jobs that the script hands to AWS Batch do a scan, arrays and single ones.
func TestEngine_batch(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("jq"); err != nil {
		t.Skip("jq is not installed")
	}
	b := engineBench(t)
	b.program("credsieve-cloud", "exec credsieve \"$@\"\n")
	b.wantThreeJobs(b.runEngineScript("batch/scan.sh", "queue", "definition", b.path("mnt/index"), b.path("mnt/run"), b.path("mnt/out"),
		b.path("mnt/dumps"), "--partitions", "2"))
}

// TestEngine_kubernetes runs what the containers of the two indexed jobs run, with each index.
func TestEngine_kubernetes(t *testing.T) {
	t.Parallel()
	b := engineBench(t)
	run := b.path("mnt/runs/2026-11-27")
	b.run(exitComplete, "plan", "--index", b.path("mnt/index"), "--out", run, "--partitions", "2", b.path("mnt/dumps"))
	for _, stage := range []struct {
		file  string
		count int
	}{{"screen.yaml", 1}, {"confirm.yaml", 2}} {
		text, err := os.ReadFile(filepath.Join(engines, "kubernetes", stage.file))
		if err != nil {
			t.Fatal(err)
		}
		var job struct {
			Spec struct {
				Template struct {
					Spec struct{ Containers []engineContainer }
				}
			}
		}
		if err := yaml.Unmarshal(text, &job); err != nil || len(job.Spec.Template.Spec.Containers) != 1 {
			t.Fatalf("%s: %+v, %v", stage.file, job, err)
		}
		for n := range stage.count {
			job.Spec.Template.Spec.Containers[0].run(b, strings.NewReplacer("/mnt/", b.path("mnt")+"/", "$(JOB_COMPLETION_INDEX)", strconv.Itoa(n)))
		}
	}
	b.run(exitComplete, "publish", run, "--out", b.path("mnt/out"))
	if got := b.listed("mnt/out"); !slices.Equal(got, []string{"u1"}) {
		t.Errorf("listed: %q", got)
	}
}

// workflow is what a test needs to know of a workflow of Argo.
type workflow struct {
	Spec struct {
		Arguments struct {
			Parameters []struct{ Name, Value string }
		}
		Templates []struct {
			Name      string
			Container engineContainer
			Steps     [][]struct {
				Template     string
				WithSequence struct{ Count string } `yaml:"withSequence"`
			}
		}
	}
}

// TestEngine_argo runs what the containers of the workflow run, in the order of its steps, with the numbers that Argo would give them.
func TestEngine_argo(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(engines, "argo", "scan.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var w workflow
	if err := yaml.Unmarshal(text, &w); err != nil {
		t.Fatal(err)
	}
	b := engineBench(t)
	planned := make(map[string]any)
	values := []string{"/mnt/", b.path("mnt") + "/"}
	for _, p := range w.Spec.Arguments.Parameters {
		values = append(values, "{{workflow.parameters."+p.Name+"}}", strings.ReplaceAll(p.Value, "/mnt/", b.path("mnt")+"/"))
	}
	ran := 0
	for _, step := range w.Spec.Templates[0].Steps {
		count := 1.0
		if c := step[0].WithSequence.Count; c != "" {
			name := strings.TrimSuffix(strings.TrimPrefix(c, "{{=asInt(jsonpath(steps.plan.outputs.result, '$."), "'))}}")
			count, _ = planned[name].(float64) // 0 when plan does not say it
		}
		for n := range int(count) {
			at := strings.NewReplacer(append(slices.Clone(values), "{{inputs.parameters.number}}", strconv.Itoa(n))...)
			for _, template := range w.Spec.Templates {
				if template.Name != step[0].Template {
					continue
				}
				said := template.Container.run(b, at)
				if ran++; template.Name == "plan" && json.Unmarshal(said, &planned) != nil {
					t.Fatalf("plan says:\n%s", said)
				}
			}
		}
	}
	if got := b.listed("mnt/lists/2026-11-27"); !slices.Equal(got, []string{"u1"}) || ran < 4 {
		t.Errorf("listed %q after %d commands", got, ran)
	}
}

// engineContainer is a container of a task.
type engineContainer struct {
	Command []string
	Env     []struct{ Name, Value string }
}

// run runs its command, and returns what that prints.
func (c engineContainer) run(b *bench, at *strings.Replacer) []byte {
	b.t.Helper()
	if len(c.Env) == 0 || c.Env[0].Name != keyFileVariable {
		b.t.Errorf("the container of %q does not know where the key is", c.Command)
	}
	args := make([]string, 0, len(c.Command))
	for _, word := range c.Command[1:] {
		args = append(args, at.Replace(word))
	}
	b.out.Reset()
	b.run(exitComplete, args...)
	return b.out.Bytes()
}

// TestEngine_argo_schema holds the workflow against the types of Argo that hera has (PyPI), where .ci/tools has installed it.
func TestEngine_argo_schema(t *testing.T) {
	t.Parallel()
	python := filepath.Join(filepath.Dir(tool(t, "hera")), "python")
	check := func(text string) (string, error) {
		path := filepath.Join(t.TempDir(), "scan.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.CommandContext(t.Context(), python, filepath.Join("testdata", "engines", "argo_schema.py"), path).CombinedOutput()
		return string(out), err
	}
	text, err := os.ReadFile(filepath.Join(engines, "argo", "scan.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if said, err := check(string(text)); err != nil {
		t.Errorf("%v\n%s", err, said)
	}
	if said, err := check(strings.ReplaceAll(string(text), "retryStrategy:", "retryStrategies:")); err == nil || !strings.Contains(said, "retryStrategies") {
		t.Errorf("a field that there is not was not noticed: %v\n%s", err, said)
	}
}
