package pipeline

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/credsieve/credsieve/datasets/objects"
	"github.com/credsieve/credsieve/datasets/synth"
	"github.com/credsieve/credsieve/pipeline/exclusion"
	"github.com/credsieve/credsieve/pipeline/internal/workplace"
	"github.com/credsieve/credsieve/pipeline/prune"
	"github.com/credsieve/credsieve/pipeline/task"
)

// taskPlace is a planned run.
type taskPlace struct {
	cfg   Config
	store *objects.Store
	where string
	run   *task.Run
}

// planTasks plans a run of cfg.
func planTasks(t *testing.T, cfg Config, o PlanOptions) *taskPlace {
	t.Helper()
	return planTasksAt(t, cfg, filepath.Join(t.TempDir(), "run"), o)
}

// planTasksAt plans it at a path or URL.
func planTasksAt(t *testing.T, cfg Config, where string, o PlanOptions) *taskPlace {
	t.Helper()
	p := &taskPlace{cfg: cfg, where: where}
	p.reopen(t)
	o.Store, o.Where = p.store, p.where
	if _, err := PlanTasks(t.Context(), cfg, o); err != nil {
		t.Fatal(err)
	}
	p.reopen(t)
	return p
}

// reopen does what a new process does.
func (p *taskPlace) reopen(t *testing.T) {
	t.Helper()
	var err error
	if p.store, err = objects.Open(t.Context(), p.where); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.store.Close() })
	if empty, err := p.store.Empty(t.Context()); empty || err != nil {
		return
	}
	if p.run, err = task.Open(t.Context(), p.store, p.cfg.Key); err != nil {
		t.Fatal(err)
	}
}

// screen runs the screening tasks in any order.
func (p *taskPlace) screen(t *testing.T) {
	t.Helper()
	for _, shard := range rand.Perm(len(p.run.Plan.Shards)) {
		if err := ScreenShard(t.Context(), p.cfg, p.run, shard); err != nil {
			t.Fatalf("shard %d: %v", shard, err)
		}
	}
}

// confirm runs the confirming tasks in any order.
func (p *taskPlace) confirm(t *testing.T) {
	t.Helper()
	for _, partition := range rand.Perm(p.run.Plan.Partitions) {
		if err := ConfirmPartition(t.Context(), p.cfg, p.run, partition); err != nil {
			t.Fatalf("partition %d: %v", partition, err)
		}
	}
}

// publish publishes beside the run of cfg, and returns the folder.
func (p *taskPlace) publish(t *testing.T) string {
	t.Helper()
	cfg := p.cfg
	cfg.Out = filepath.Join(t.TempDir(), "published")
	if _, err := PublishTasks(t.Context(), cfg, p.run); err != nil {
		t.Fatal(err)
	}
	return cfg.Out
}

// sameRuns compares two run directories, file by file and byte by byte.
func sameRuns(t *testing.T, want, got string) {
	t.Helper()
	files := func(dir string) map[string][]byte {
		all := make(map[string][]byte)
		err := fs.WalkDir(os.DirFS(dir), ".", func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			all[path], err = os.ReadFile(filepath.Join(dir, path))
			return err
		})
		if err != nil || len(all) < 5 {
			t.Fatalf("run %q has %d files: %v", dir, len(all), err)
		}
		return all
	}
	a, b := files(want), files(got)
	for name, text := range a {
		if !bytes.Equal(text, b[name]) {
			t.Errorf("%s differs: %s", name, firstDifference(text, b[name]))
		}
	}
	if len(a) != len(b) {
		t.Errorf("%d and %d files", len(a), len(b))
	}
}

// firstDifference shows the first lines of two texts that differ.
func firstDifference(a, b []byte) string {
	x, y := bytes.Split(a, []byte("\n")), bytes.Split(b, []byte("\n"))
	for i := range x {
		if i >= len(y) || !bytes.Equal(x[i], y[i]) {
			return fmt.Sprintf("line %d: %q and %q", i+1, x[i], bytes.Join(y[min(i, len(y)):min(i+1, len(y))], nil))
		}
	}
	return "one goes on"
}

// taskConfig is a run of dumps in every format that synth writes, at a time that stands still.
func taskConfig(t *testing.T) Config {
	t.Helper()
	o := synth.Defaults()
	o.Accounts, o.Records, o.Argon2 = 2000, 9000, cheapArgon2
	cfg := synthetic(t, o)
	now := time.Now().UTC()
	cfg.Now = func() time.Time { return now }
	cfg.block = 1000 // so that small dumps can be cut
	return cfg
}

// randomCuts divide a run of so many bytes in ways that nobody chose, but for three: the fewest and the most partitions, and
// shards so small that inputs are divided. The name of a failed test says which it was.
func randomCuts(cuts int, bytes int64) []PlanOptions {
	list := []PlanOptions{{Partitions: 1}, {Partitions: 300, ShardSize: bytes / 10}, {Partitions: 5, ShardSize: bytes / 200}}
	for len(list) < cuts {
		// As many small numbers as large ones.
		list = append(list, PlanOptions{
			Partitions: int(math.Exp(rand.Float64() * math.Log(300))), ShardSize: bytes / (1 + rand.Int64N(40)),
		})
	}
	return list
}

// rounds is how often a test does what it could do for long: few times; all with CREDSIEVE_ROUNDS=full, as "make rounds" has it, and
// with -short, for which tests have measures of their own.
func rounds(few, all int) int {
	if os.Getenv("CREDSIEVE_ROUNDS") == "full" || testing.Short() {
		return all
	}
	return few
}

// TestTasks: however a run is divided, tasks publish the bytes of the local run, manifest included.
func TestTasks(t *testing.T) {
	t.Parallel()
	cfg := taskConfig(t)
	outcome, err := Run(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	if c := outcome.Manifest.Counts; c.AccountsListed < 5 || c.Duplicates == 0 || c.RecordsRejected == 0 {
		t.Fatalf("the local run shows little: %+v", c)
	}
	bytes, divided := int64(0), 0
	for _, in := range outcome.Manifest.Inputs {
		bytes += in.Bytes
	}
	cuts := randomCuts(rounds(5, 10), bytes)
	if testing.Short() {
		cuts = cuts[2:5]
	}
	for _, cut := range cuts {
		t.Run(fmt.Sprint(cut.Partitions, "_", cut.ShardSize), func(t *testing.T) {
			p := planTasks(t, cfg, cut)
			if len(p.run.Plan.Shards) > len(p.run.Plan.Inputs) {
				divided++
			}
			p.screen(t)
			p.confirm(t)
			sameRuns(t, cfg.Out, p.publish(t))
		})
	}
	if divided == 0 {
		t.Error("no cut divided an input")
	}
}

// fieldConfig is a run of all dumps of testdata/field, with the accounts of all cases.
func fieldConfig(t *testing.T) Config {
	t.Helper()
	cases, err := filepath.Glob(filepath.Join("..", "testdata", "field", "dumps", "*", "accounts.csv"))
	if err != nil || len(cases) < 50 {
		t.Fatalf("%d cases: %v", len(cases), err)
	}
	var header []string
	rows := make([]map[string]string, 0, 1000)
	var dumps []string
	for _, path := range cases {
		name := filepath.Base(filepath.Dir(path))
		dumps = append(dumps, filepath.Join(filepath.Dir(path), "dump"))
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		table, err := csv.NewReader(f).ReadAll()
		_ = f.Close()
		if err != nil {
			t.Fatal(err)
		}
		for _, record := range table[1:] {
			row := make(map[string]string)
			for i, column := range table[0] {
				if !slices.Contains(header, column) {
					header = append(header, column)
				}
				row[column] = record[i]
			}
			row["account_id"] = name + "-" + row["account_id"]
			rows = append(rows, row)
		}
	}
	var export bytes.Buffer
	w := csv.NewWriter(&export)
	_ = w.Write(header)
	for _, row := range rows {
		record := make([]string, len(header))
		for i, column := range header {
			record[i] = row[column]
		}
		_ = w.Write(record)
	}
	w.Flush()
	p := workplace.Of(t, export.String())
	p.Index(t)
	cfg := placeConfig(p.Dir, p.Key)
	cfg.Dumps = dumps
	now := time.Now().UTC()
	cfg.Now = func() time.Time { return now }
	cfg.block = 300
	return cfg
}

// TestTasks_of_field_dumps: real layouts of dumps, cut wherever they can be.
func TestTasks_of_field_dumps(t *testing.T) {
	t.Parallel()
	cfg := fieldConfig(t)
	cfg.MaxCandidatesPerAccount = 3 // so that some are over the cap
	outcome, err := Run(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	if m := outcome.Manifest; m.Counts.AccountsListed < 100 || m.Sweep.Confirmed == 0 || len(m.OverCap) == 0 || len(m.Undecided) == 0 {
		t.Fatalf("the local run shows little: %+v %+v %+v", m.Counts, m.Sweep, m.Undecided)
	}
	p := planTasks(t, cfg, PlanOptions{Partitions: 5, ShardSize: 400})
	cut := 0
	for _, s := range p.run.Plan.Shards {
		if s.Range != nil {
			cut++
		}
	}
	if cut < 20 {
		t.Fatalf("only %d of %d shards are ranges", cut, len(p.run.Plan.Shards))
	}
	p.screen(t)
	p.confirm(t)
	sameRuns(t, cfg.Out, p.publish(t))
}

// TestTasks_with_rules: what prunes, excludes and holds is what it is on one machine, also when candidates do not fit in memory.
func TestTasks_with_rules(t *testing.T) {
	t.Parallel()
	cfg := taskConfig(t)
	var err error
	if cfg.Policy, err = prune.ParsePolicy([]byte("- {from: 2001-01-01, min_length: 23}\n")); err != nil {
		t.Fatal(err)
	}
	cfg.Limits.MaxAccounts, cfg.ShowIdentifiers, cfg.MaxCandidatesPerAccount = 0, true, 1
	cfg.Exclude = &exclusion.List{Reasons: map[string]string{"u0000998": "a test", "nobody": "a typing error"}}
	outcome, err := Run(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	if m := outcome.Manifest; m.Counts.PrunedPolicy == 0 || m.Counts.OverCap == 0 || m.Guard.Verdict != "held" {
		t.Fatalf("the local run shows little: %+v %+v", m.Counts, m.Guard)
	}
	p := planTasks(t, cfg, PlanOptions{Partitions: 3, ShardSize: 30_000})
	p.screen(t)
	p.confirm(t)
	sameRuns(t, cfg.Out, p.publish(t))
}

// publishFails wants a sentence, and nothing published.
func (p *taskPlace) publishFails(t *testing.T, want string) {
	t.Helper()
	cfg := p.cfg
	cfg.Out = filepath.Join(t.TempDir(), "published")
	_, err := PublishTasks(t.Context(), cfg, p.run)
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %q", err, want)
	}
	if _, err := os.Stat(cfg.Out); err == nil {
		t.Error("something was published")
	}
}

// objectsOf returns the paths of the results of a stage.
func (p *taskPlace) objectsOf(t *testing.T, stage string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(p.where, stage, "*", "*"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no results of %s: %v", stage, err)
	}
	return paths
}

// TestTasks_each_exactly_once: what is missing, damaged, stale, foreign or twice and different publishes nothing.
func TestTasks_each_exactly_once(t *testing.T) {
	t.Parallel()
	cfg := taskConfig(t)
	if _, err := Run(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	p := planTasks(t, cfg, PlanOptions{Partitions: 4, ShardSize: 100_000})
	if err := ConfirmPartition(t.Context(), cfg, p.run, 0); err == nil || !strings.Contains(err.Error(), "screen tasks have no result: 0, 1") {
		t.Errorf("confirmed before all was screened: %v", err)
	}
	p.screen(t)
	p.screen(t) // again
	p.publishFails(t, "4 confirm tasks have no result: 0, 1, 2, 3")
	p.confirm(t)
	done := make(chan error)
	for range 2 { // twice at once
		go func() { done <- ConfirmPartition(t.Context(), cfg, p.run, 2) }()
	}
	if err := errors.Join(<-done, <-done); err != nil {
		t.Fatal(err)
	}
	if n, plan := len(p.objectsOf(t, "screen")), len(p.run.Plan.Shards); n != plan {
		t.Errorf("%d results of %d shards", n, plan)
	}
	sameRuns(t, cfg.Out, p.publish(t))

	one := p.objectsOf(t, "confirm")[1]
	aside := filepath.Join(t.TempDir(), "aside")
	move := func(from, to string) {
		t.Helper()
		if err := os.Rename(from, to); err != nil {
			t.Fatal(err)
		}
	}
	move(one, aside)
	p.publishFails(t, "the confirm task 1 has no result")
	text, err := os.ReadFile(aside)
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []int{30, len(text) / 2, len(text) - 1} {
		damaged := bytes.Clone(text)
		damaged[at] ^= 4
		if err := os.WriteFile(one, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		p.publishFails(t, "confirm/000001: it is damaged, or not of this run and task")
	}
	if err := os.WriteFile(one, text[:len(text)/3], 0o600); err != nil {
		t.Fatal(err)
	}
	p.publishFails(t, "confirm/000001: it is damaged, or not of this run and task")
	other, err := os.ReadFile(p.objectsOf(t, "confirm")[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(one, other, 0o600); err != nil {
		t.Fatal(err)
	}
	p.publishFails(t, "confirm/000001: it is damaged, or not of this run and task")
	move(aside, one)
	twice := filepath.Join(filepath.Dir(one), strings.Repeat("ab", 32))
	if err := os.WriteFile(twice, text, 0o600); err != nil {
		t.Fatal(err)
	}
	p.publishFails(t, "task confirm/000001 has two results that differ")
	if err := os.Remove(twice); err != nil {
		t.Fatal(err)
	}
	sameRuns(t, cfg.Out, p.publish(t)) // it is whole again
}

// TestTasks_refuse_what_changed: another index, dump or key than those of the plan.
func TestTasks_refuse_what_changed(t *testing.T) {
	t.Parallel()
	cfg := taskConfig(t)
	p := planTasks(t, cfg, PlanOptions{Partitions: 1, ShardSize: 20_000})
	if _, err := PlanTasks(t.Context(), cfg, PlanOptions{Store: p.store, Where: p.where}); err == nil ||
		!strings.Contains(err.Error(), "refusing to plan a run where") {
		t.Errorf("planned twice: %v", err)
	}
	if _, err := task.Open(t.Context(), p.store, newTestKey(t)); err == nil || !strings.Contains(err.Error(), "it was made under the key") {
		t.Errorf("opened under another key: %v", err)
	}
	ranged, whole := -1, -1
	for i, s := range p.run.Plan.Shards {
		if s.Range != nil && s.Range.From > 0 {
			ranged = i
		} else if s.Range == nil {
			whole = i
		}
	}
	damage := func(shard int, as func(text []byte) []byte) {
		t.Helper()
		path := p.run.Plan.Inputs[p.run.Plan.Shards[shard].First].Path
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, as(bytes.Clone(text)), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := ScreenShard(t.Context(), cfg, p.run, shard); err == nil || !strings.Contains(err.Error(), "it is not what it was when") {
			t.Errorf("shard %d of a dump that changed: %v", shard, err)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if err := ScreenShard(t.Context(), cfg, p.run, shard); err == nil || !strings.Contains(err.Error(), "failed to open a dump of the plan") {
			t.Errorf("shard %d of a dump that is gone: %v", shard, err)
		}
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	damage(ranged, func(text []byte) []byte {
		text[p.run.Plan.Shards[ranged].Range.From+3] ^= 1
		return text
	})
	damage(whole, func(text []byte) []byte { return append(text, '\n') })
	other := taskConfig(t)
	cfg.IndexDir, cfg.Key = other.IndexDir, other.Key
	if err := ScreenShard(t.Context(), cfg, p.run, whole); err == nil || !strings.Contains(err.Error(), "the run was planned with") {
		t.Errorf("another index: %v", err)
	}
	for _, number := range []int{-1, len(p.run.Plan.Shards)} {
		if err := ScreenShard(t.Context(), cfg, p.run, number); err == nil || !strings.Contains(err.Error(), "there is no shard") {
			t.Errorf("shard %d: %v", number, err)
		}
	}
}
