package engines

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// now is when all runs are, so that their manifests are the same.
const now = "2026-11-27T00:00:00Z"

// data are dumps and an index in the bucket, and what the local run makes of them.
type data struct {
	*place
	name string
	want map[string][]byte // published by the local run
}

// plant makes accounts and dumps of all formats, with some of what a scan can not decide and can not read, and puts dumps and
// index into the bucket.
func (p *place) plant(t *testing.T, name string, accounts int, records string) *data {
	t.Helper()
	dir := p.path(name)
	p.run(t, 0, "synth", "--out", dir, "--accounts", strconv.Itoa(accounts), "--records", records, "--hash", "mixed",
		"--bcrypt-cost", "4", "--argon2-memory", "8", "--argon2-time", "1", "--progress", "none")
	if _, err := os.Stat(p.path("key")); err != nil {
		p.run(t, 0, "keygen", "--out", p.path("key"))
	}
	plantHard(t, dir)
	p.run(t, 0, "index", "build", "--accounts", filepath.Join(dir, "accounts.csv"), "--out", filepath.Join(dir, "index"), "--progress", "none")
	p.upload(t, filepath.Join(dir, "dumps"), name+"/dumps")
	p.upload(t, filepath.Join(dir, "index"), name+"/index")
	return &data{place: p, name: name}
}

// plantHard adds accounts that planted passwords open, whose hashes ask for more memory than the limits allow, or are of no known
// kind, and dumps with records for them, 600 planted passwords, that repeat each other, and that nobody can read.
func plantHard(t *testing.T, dir string) {
	t.Helper()
	path := filepath.Join(dir, "accounts.csv")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	header, _, _ := strings.Cut(string(text), "\n")
	export := bytes.NewBuffer(text)
	var table, list strings.Builder
	table.WriteString("email,password\n")
	for i := range 300 {
		hash := "$unheard-of$of"
		switch {
		case i < opened:
			hash = openedHash(t, i)
		case i%2 == 0:
			hash = `"$argon2id$v=19$m=268435456,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"`
		}
		row := make([]string, strings.Count(header, ",")+1)
		for n, column := range strings.Split(header, ",") {
			switch column {
			case "account_id":
				row[n] = fmt.Sprintf("hard%04d", i)
			case "email":
				row[n] = fmt.Sprintf("hard%04d@example.net", i)
			case "password_hash":
				row[n] = hash
			}
		}
		fmt.Fprintln(export, strings.Join(row, ","))
		for try := range 1 + i%3 {
			fmt.Fprintf(&list, "hard%04d@example.net:%s\n", i, marked(i, try))
			fmt.Fprintf(&table, "hard%04d@example.net,%s\n\"broken\" row %d,\"x\n", i, marked(i, try), i)
		}
	}
	for name, text := range map[string]string{
		"accounts.csv": export.String(), "dumps/hard.csv": table.String(), "dumps/hard.txt": list.String(),
		"dumps/again/hard.txt": list.String(), "dumps/broken.zip": "PK\x03\x04 and nothing more",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func (d *data) url(below string) string { return "s3://" + bucket + "/" + d.name + "/" + below }

// guards are the limits of both runs: one dump is broken, so that they are partial, and all else is published.
var guards = []string{"--max-share", "10%", "--max-confirm-rate", "100%", "--now", now, "--quiet"}

const partial = 3 // the exit code of a run of which a dump could not be read

// local scans on one machine, out of the bucket.
func (d *data) local(t *testing.T) {
	t.Helper()
	out := filepath.Join(d.dir, d.name, "local")
	d.run(t, partial, append([]string{
		"scan", "--index", d.url("index"), "--out", out, "--sidecars", filepath.Join(d.dir, d.name, "dumps"), d.url("dumps"),
	}, guards...)...)
	d.want = make(map[string][]byte)
	entries, err := os.ReadDir(out)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if d.want[entry.Name()], err = os.ReadFile(filepath.Join(out, entry.Name())); err != nil {
			t.Fatal(err)
		}
	}
	for name, rows := range map[string]int{"at_risk.csv": 10, "accounts.csv": 10, "undecided.csv": 100, "rejects.csv": 5, "manifest.json": 50} {
		if n := bytes.Count(d.want[name], []byte("\n")); n < rows {
			t.Fatalf("the local run shows little: %s has %d lines", name, n)
		}
	}
}

// same compares what was published, each byte.
func (d *data) same(t *testing.T, list string) {
	t.Helper()
	got := d.folder(t, d.name+"/lists/"+list)
	for name, text := range d.want {
		if !bytes.Equal(got[name], text) {
			t.Errorf("%s of %s has %d bytes, and other than the %d of the local run", name, list, len(got[name]), len(text))
		}
	}
	if len(got) != len(d.want) {
		t.Errorf("%s has %d files, the local run %d", list, len(got), len(d.want))
	}
}

// tasks are those of a planned run.
type tasks struct {
	*data
	name               string
	Shards, Partitions int
}

// stages are those that have tasks, in order.
var stages = []string{"screen", "confirm"}

// count is how many tasks a stage has.
func (r *tasks) count(stage string) int {
	if stage == "confirm" {
		return r.Partitions
	}
	return r.Shards
}

// planFlags cut the work small.
func (d *data) planFlags(shard string, partitions int) []string {
	return []string{
		"--sidecars", filepath.Join(d.dir, d.name, "dumps"), "--partitions", strconv.Itoa(partitions), "--shard-size", shard,
		"--now", now, "--progress", "none",
	}
}

// planning is the command that cuts a scan into tasks.
func (d *data) planning(name string) []string {
	args := []string{"plan", "--index", d.url("index"), "--out", d.url("tasks/" + name), "--json", d.url("dumps")}
	return append(args, d.planFlags("256KiB", 8)...)
}

// plan cuts a scan into tasks.
func (d *data) plan(t *testing.T, name string) *tasks {
	t.Helper()
	return d.planned(t, name, d.run(t, 0, d.planning(name)...))
}

// planned reads what plan says.
func (d *data) planned(t *testing.T, name, said string) *tasks {
	t.Helper()
	r := &tasks{data: d, name: name}
	if at := strings.Index(said, "{"); at < 0 || json.Unmarshal([]byte(said[at:]), r) != nil || r.Shards < 5 || r.Partitions != 8 {
		t.Fatalf("planned %+v:\n%s", r, said)
	}
	return r
}

func (r *tasks) where() string { return r.url("tasks/" + r.name) }

// task is the command of one.
func (r *tasks) task(stage string, n int) []string {
	flag := map[string]string{"screen": "--shard", "confirm": "--partition"}[stage]
	return []string{"task", stage, r.where(), flag, strconv.Itoa(n), "--workers", "1"}
}

func (r *tasks) publication() []string {
	return append([]string{"publish", r.where(), "--out", r.url("lists/" + r.name)}, guards...)
}

// refused wants that nothing is published, and a sentence.
func (r *tasks) refused(t *testing.T, sentence string) {
	t.Helper()
	if said := r.run(t, 1, r.publication()...); !strings.Contains(said, sentence) {
		t.Errorf("publish does not say %q:\n%s", sentence, said)
	}
	if there := r.folder(t, r.data.name+"/lists/"+r.name); len(there) > 0 {
		t.Errorf("%d files were published", len(there))
	}
}

// all runs the tasks of a stage, so many at a time, and returns what failed.
func (r *tasks) all(count, atATime int, do func(n int) error) error {
	numbers, done := make(chan int), make(chan error, atATime)
	for range atATime {
		go func() {
			var failed []error
			for n := range numbers {
				failed = append(failed, do(n))
			}
			done <- errors.Join(failed...)
		}()
	}
	for n := range count {
		numbers <- n
	}
	close(numbers)
	var failed []error
	for range atATime {
		failed = append(failed, <-done)
	}
	return errors.Join(failed...)
}
