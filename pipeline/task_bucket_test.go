package pipeline

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/objects/objectstest"
)

// inBucket is a configuration whose dumps and index lie in a bucket, and whose list goes there.
func inBucket(t *testing.T, cfg Config) (*objectstest.Bucket, Config) {
	t.Helper()
	b := objectstest.New(t)
	b.Upload(t, cfg.Dumps[0], "dumps/")
	b.Upload(t, cfg.IndexDir, "index/")
	cfg.Sidecars = cfg.Dumps[0] // those in a bucket are not believed
	cfg.Dumps, cfg.IndexDir = []string{b.URL + "/dumps?x=y"}, b.URL+"/index"
	cfg.Out = b.URL + "/runs/local"
	cfg.SpoolDir = t.TempDir()
	return b, cfg
}

// TestBuckets: dumps, index, results and list lie in a bucket that fails now and then; what is published is what it would
// be otherwise.
func TestBuckets(t *testing.T) {
	t.Parallel()
	cfg := taskConfig(t)
	if _, err := Run(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	b, far := inBucket(t, cfg)
	b.Failing.Store(4)
	if _, err := Run(t.Context(), far); err != nil {
		t.Fatal(err)
	}
	local := filepath.Join(t.TempDir(), "local")
	b.Download(t, "runs/local/", local)
	for _, name := range []string{"at_risk.csv", "at_risk.parquet", "undecided.csv", "accounts.csv"} {
		want, err := os.ReadFile(filepath.Join(cfg.Out, name))
		got, gone := os.ReadFile(filepath.Join(local, name))
		if err != nil || gone != nil || string(got) != string(want) {
			t.Errorf("%s differs: %v, %v", name, err, gone)
		}
	}
	p := planTasksAt(t, far, b.URL+"/tasks", PlanOptions{Partitions: 3, ShardSize: 100_000})
	p.screen(t)
	p.confirm(t)
	far.Out = b.URL + "/runs/tasks"
	if _, err := PublishTasks(t.Context(), far, p.run); err != nil {
		t.Fatal(err)
	}
	tasks := filepath.Join(t.TempDir(), "tasks")
	b.Download(t, "runs/tasks/", tasks)
	sameRuns(t, local, tasks)
	if b.Failed.Load() < 10 {
		t.Errorf("only %d requests failed", b.Failed.Load())
	}
	if left, err := os.ReadDir(far.SpoolDir); err != nil || len(left) > 0 {
		t.Errorf("of the index and the list %v is left here, %v", left, err)
	}
	if _, err := PublishTasks(t.Context(), far, p.run); err == nil || !strings.Contains(err.Error(), "no earlier run is ever overwritten") {
		t.Errorf("published again: %v", err)
	}
}

// TestBuckets_that_fail: whatever a bucket does not deliver or does not take, nothing is published that looks like a run.
func TestBuckets_that_fail(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*objectstest.Bucket, *Config){
		"no_index": func(_ *objectstest.Bucket, cfg *Config) { cfg.IndexDir += "/nothing" },
		"damaged_index": func(b *objectstest.Bucket, _ *Config) {
			for _, name := range b.Names("index/") {
				if strings.HasSuffix(name, ".arrow") && strings.HasPrefix(name, "index/accounts") {
					data := b.Get(name)
					for i := len(data) / 3; i < len(data)*2/3; i += 1000 {
						data[i] ^= 1
					}
				}
			}
		},
		"no_dumps":          func(_ *objectstest.Bucket, cfg *Config) { cfg.Dumps = []string{cfg.Out + "/nothing"} },
		"list_in_the_dumps": func(_ *objectstest.Bucket, cfg *Config) { cfg.Out = strings.TrimSuffix(cfg.Dumps[0], "?x=y") + "/run" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, far := inBucket(t, taskConfig(t))
			spoil(b, &far)
			if _, err := Run(t.Context(), far); err == nil {
				t.Error("no error")
			}
			if there := b.Names("runs/"); len(there) > 0 {
				t.Errorf("there is %v", there)
			}
		})
	}
}
