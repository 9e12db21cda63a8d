package pipeline

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/synth"
	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/internal/workplace"
)

// duckDBModules names the folder whose node_modules hold @duckdb/node-api; "make bench" sets it.
const duckDBModules = "CREDSIEVE_DUCKDB"

// BenchmarkScreenBesideDuckDB screens a combo list against 1,000,000 accounts, beside DuckDB's semi-join of the
// same file with the same accounts and as many threads. Both have their accounts ready; what is more in a
// dry run, opening the index and pruning, ordering and estimating the candidates, has a row of its own.
func BenchmarkScreenBesideDuckDB(b *testing.B) {
	o := synth.Defaults()
	o.Accounts, o.Records, o.Formats = 1_000_000, 3_000_000, []string{"combo_colon"}
	o.Argon2 = stored.Argon2Params{Memory: 8, Time: 1, Threads: 1}
	cfg := synthetic(b, o)
	cfg.DryRun = true
	list := filepath.Join(cfg.Dumps[0], "combo_colon.txt")
	data, err := os.ReadFile(list)
	if err != nil {
		b.Fatal(err)
	}
	inputs, err := dump.List(b.Context(), cfg.Dumps, dump.ListOptions{})
	if err != nil {
		b.Fatal(err)
	}
	lines := bytes.Count(data, []byte("\n"))
	for _, threads := range slices.Compact([]int{1, cfg.Workers}) {
		cfg.Workers = threads
		name := func(what string) string { return what + "/threads=" + strconv.Itoa(threads) }
		procs := runtime.GOMAXPROCS(threads) // also of the reader and the collector
		r := dryRun(b, cfg)
		workplace.MeasureLines(b, name("screen"), len(data), lines, func(b *testing.B) { screenAll(b, r, inputs, lines) })
		r.abort()
		workplace.MeasureLines(b, name("dry_run"), len(data), lines, func(b *testing.B) {
			if _, err := Run(b.Context(), cfg); err != nil {
				b.Fatal(err)
			}
		})
		runtime.GOMAXPROCS(procs)
		b.Run(name("duckdb"), func(b *testing.B) {
			took := semiJoin(b, filepath.Join(filepath.Dir(cfg.Dumps[0]), "accounts.csv"), list, threads)
			for b.Loop() { // the clock is DuckDB's own: starting it and loading the accounts does not count
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(took/float64(lines), "ns/line")
		})
	}
}

// semiJoin returns the median of DuckDB's times, in nanoseconds.
func semiJoin(b *testing.B, accounts, list string, threads int) float64 {
	b.Helper()
	modules := os.Getenv(duckDBModules)
	if modules == "" {
		b.Skip("no DuckDB: " + duckDBModules + " does not name where npm has installed @duckdb/node-api")
	}
	// Node looks for modules beside the script.
	script := filepath.Join(modules, "semijoin.mjs")
	text, err := os.ReadFile("testdata/semijoin.mjs")
	if err == nil {
		err = os.WriteFile(script, text, 0o600)
	}
	if err != nil {
		b.Fatal(err)
	}
	out, err := exec.Command("node", script, accounts, list, strconv.Itoa(threads), "5").Output()
	if err != nil {
		b.Fatalf("node: %v", err)
	}
	var result struct {
		Version     string
		Records     int64
		Nanoseconds []float64
	}
	if err := json.Unmarshal(out, &result); err != nil || result.Records == 0 {
		b.Fatalf("DuckDB found %d records: %v", result.Records, err)
	}
	b.Logf("DuckDB %s: %d records name an account", result.Version, result.Records)
	slices.Sort(result.Nanoseconds)
	return result.Nanoseconds[len(result.Nanoseconds)/2]
}
