package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/rundir"
)

var update = flag.Bool("update", false, "write the golden outputs again")

// goldenDir holds accounts, dumps and what a scan of them must write.
var goldenDir = filepath.Join("..", "..", "testdata", "golden")

// TestGolden scans the sample dumps and compares every output with what was reviewed and committed.
func TestGolden(t *testing.T) {
	for _, golden := range []struct {
		name string
		code int
		args []string
	}{
		{"list", exitPartial, nil},
		{"held", exitHeld, []string{"--max-accounts", "2", "--show-identifiers"}},
	} {
		t.Run(golden.name, func(t *testing.T) {
			b := newBench(t)
			copyGolden(t, b)
			t.Chdir(b.dir) // so that paths in the outputs do not depend on the machine
			b.run(exitComplete, "index", "build", "--accounts", "accounts.csv", "--key-file", "key.txt",
				"--out", "index", "--now", "2026-05-31T00:00:00Z")
			args := []string{"scan", "--index", "index", "--key-file", "key.txt", "--out", "run",
				"--now", "2026-06-01T00:00:00Z", "dumps"}
			b.run(golden.code, append(args, golden.args...)...)
			b.run(exitComplete, "verify", "run")
			got := readTree(t, b.path("run"))
			got["manifest.json"] = normalise(t, got["manifest.json"])
			got["stdout.txt"] = tablesOf(t, b.out.String())
			delete(got, rundir.MetricsName) // the run id stands in it, and in the report
			delete(got, rundir.ReportName)
			delete(got, "at_risk.parquet") // verify has compared it with the CSV
			delete(got, "held/at_risk.parquet")
			compareTree(t, filepath.Join(originalDir, goldenDir, "want", golden.name), got)
		})
	}
}

// originalDir is where the test binary runs; t.Chdir leaves it.
var originalDir, _ = os.Getwd()

func copyGolden(t *testing.T, b *bench) {
	t.Helper()
	for _, name := range []string{"accounts.csv", "key.txt"} {
		data, err := os.ReadFile(filepath.Join(goldenDir, name))
		if err != nil {
			t.Fatal(err)
		}
		b.write(name, string(data)) // with mode 0600, which git does not keep
	}
	if err := os.CopyFS(b.path("dumps"), os.DirFS(filepath.Join(goldenDir, "dumps"))); err != nil {
		t.Fatal(err)
	}
}

// normalise blanks what differs from build to build.
func normalise(t *testing.T, manifest []byte) []byte {
	t.Helper()
	var m map[string]any
	decoder := json.NewDecoder(bytes.NewReader(manifest))
	decoder.UseNumber()
	if err := decoder.Decode(&m); err != nil {
		t.Fatal(err)
	}
	m["run_id"], m["tool"], m["manifest_sha256"], m["seal"] = "", "", "", ""
	m["index"].(map[string]any)["id"] = ""
	delete(m["index"].(map[string]any), "path")
	m["outputs"] = slices.DeleteFunc(m["outputs"].([]any), func(out any) bool {
		path := out.(map[string]any)["path"]
		return path == rundir.MetricsName || path == rundir.ReportName
	})
	data, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(data, '\n')
}

// tablesOf keeps what the scan printed after the table of the index build, without the line that names the
// run. Where one of the marks is missing, nothing would be compared: the test ends before it can update.
func tablesOf(t *testing.T, stdout string) []byte {
	t.Helper()
	text := stdout
	for _, mark := range []string{"\n  filter ", "\n", "\n"} { // its last row, and the line below
		_, after, found := strings.Cut(text, mark)
		if !found {
			t.Fatalf("%q is missing in what was printed:\n%s", mark, stdout)
		}
		text = after
	}
	tables, _, found := strings.Cut(text, "run 2026")
	if !found || strings.TrimSpace(tables) == "" {
		t.Fatalf("there are no tables before \"run 2026\" in what was printed:\n%s", stdout)
	}
	return []byte(tables)
}

func readTree(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	tree := make(map[string][]byte)
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		rel, _ := filepath.Rel(dir, path)
		tree[filepath.ToSlash(rel)], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func compareTree(t *testing.T, dir string, got map[string][]byte) {
	t.Helper()
	if *update {
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		for name, data := range got {
			path := filepath.Join(dir, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	want := readTree(t, dir)
	if len(want) < 5 {
		t.Fatalf("only %d golden files in %s", len(want), dir)
	}
	for name := range want {
		if _, ok := got[name]; !ok {
			t.Errorf("%s was not written", name)
		}
	}
	for name, data := range got {
		if !bytes.Equal(data, want[name]) {
			t.Errorf("%s differs from %s:\n%s", name, dir, data)
		}
	}
}
