package pipeline

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"
	"golang.org/x/sync/errgroup"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/synth"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/guard"
	"github.com/credsieve/credsieve/pipeline/progress"
)

// workplace makes synthetic accounts and dumps, and an index of them.
func workplace(tb testing.TB, o synth.Options) Config {
	tb.Helper()
	dir := tb.TempDir()
	ctx := context.Background()
	if _, err := synth.Generate(ctx, filepath.Join(dir, "synth"), o); err != nil {
		tb.Fatal(err)
	}
	key, err := hashing.NewKey()
	if err != nil {
		tb.Fatal(err)
	}
	cfg := placeConfig(dir, key)
	_, err = BuildIndex(ctx, BuildConfig{
		Source: filepath.Join(dir, "synth", "accounts.csv"), Dir: cfg.IndexDir, Key: key, FPR: 0.001,
		Limits: cfg.HashLimits, Now: time.Now(), Progress: progress.None{},
	})
	if err != nil {
		tb.Fatal(err)
	}
	return cfg
}

// placeConfig is how to scan the dumps of a workplace.
func placeConfig(dir string, key *hashing.Key) Config {
	return Config{
		IndexDir: filepath.Join(dir, "index"), Key: key, Format: "auto",
		Dumps: []string{filepath.Join(dir, "synth", "dumps")}, Out: filepath.Join(dir, "run"),
		Limits:                  guard.Limits{MaxAccounts: 1e9, MaxShare: 1, MaxConfirmRate: 1},
		MaxCandidatesPerAccount: 64, Workers: runtime.GOMAXPROCS(0), Memory: 1 << 30,
		HashLimits: stored.DefaultLimits(), Now: time.Now, Progress: progress.None{},
	}
}

// BenchmarkScreen reads a combo list and asks for each line whether it names one of a million accounts, all
// on one core: first what no program can do without, then more and more of the whole.
func BenchmarkScreen(b *testing.B) {
	cfg := millionAccounts(b)
	ctx := context.Background()
	inputs, err := dump.List(ctx, cfg.Dumps)
	if err != nil {
		b.Fatal(err)
	}
	data, err := os.ReadFile(cfg.Dumps[0])
	if err != nil {
		b.Fatal(err)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	lines := bytes.Count(data, []byte("\n"))
	measure := func(name string, pass func(b *testing.B)) { measureLines(b, name, len(data), lines, pass) }
	measure("lines", func(b *testing.B) {
		n := 0
		for rest := data; len(rest) > 0; n++ {
			rest = rest[bytes.IndexByte(rest, '\n')+1:]
		}
		if n != lines {
			b.Fatal(n)
		}
	})
	measure("digest", func(*testing.B) { sha256.Sum256(data) }) // every input's is in the manifest
	measure("read", func(b *testing.B) { readAll(b, inputs, (*dump.Block).Release) })
	r := dryRun(b, cfg)
	defer r.abort()
	s := screenerOf(b, r.index, cfg)
	each := func(record func(*dump.Record)) func(*testing.B) {
		return func(b *testing.B) {
			readAll(b, inputs, func(block *dump.Block) {
				block.Parse(record, func(dump.Reject) {})
				block.Release()
			})
		}
	}
	measure("parse", each(func(*dump.Record) {}))
	measure("canonicalise", each(func(r *dump.Record) {
		s.canonical.Forms(r.Cuts[0].Kind, r.Cuts[0].Identifier)
	}))
	measure("token", each(func(r *dump.Record) {
		s.batch.reset() // it is never full, and the filter never asked
		s.batch.add(r, s.canonical, s.tokens)
	}))
	s.batch.reset()
	measure("ask", func(b *testing.B) { // without looking up what the filter passes
		readAll(b, inputs, func(block *dump.Block) { askAll(s, block) })
	})
	measure("screen", func(b *testing.B) { screenAll(b, r, inputs, lines) }) // with looking up, gathering, counting
	measure("dry_run", func(b *testing.B) {                                  // with opening the index, all of which is hashed
		if _, err := Run(ctx, cfg); err != nil {
			b.Fatal(err)
		}
	})
}

// dryRun opens what a dry run reads.
func dryRun(tb testing.TB, cfg Config) *run {
	tb.Helper()
	r := &run{cfg: cfg, started: cfg.Now()}
	if err := r.open(); err != nil {
		tb.Fatal(err)
	}
	return r
}

// screenAll is the first phase.
func screenAll(tb testing.TB, r *run, inputs []dump.Input, lines int) {
	tb.Helper()
	screened, err := r.screen(tb.Context(), inputs)
	if err != nil || screened.counts.RecordsParsed < int64(lines)*99/100 || screened.counts.ScreenHits == 0 {
		tb.Fatal(err, screened)
	}
	for _, s := range r.spools {
		s.Close()
	}
	r.spools = nil
}

// millionAccounts is a dry run of one worker over a combo list.
func millionAccounts(tb testing.TB) Config {
	tb.Helper()
	o := synth.Defaults()
	o.Accounts, o.Records, o.Formats = 1_000_000, 1000, []string{"combo_colon"}
	o.Argon2 = stored.Argon2Params{Memory: 8, Time: 1, Threads: 1}
	cfg := workplace(tb, o)
	cfg.DryRun, cfg.Workers = true, 1
	cfg.Dumps = []string{comboList(tb, filepath.Join(filepath.Dir(cfg.Dumps[0]), "accounts.csv"))}
	return cfg
}

// measureLines reports, for each line, the least processor time of all passes: on a machine that others keep
// busy it says more than the mean.
func measureLines(b *testing.B, name string, size, lines int, pass func(b *testing.B)) {
	b.Run(name, func(b *testing.B) {
		b.SetBytes(int64(size))
		least := time.Duration(math.MaxInt64)
		for b.Loop() {
			before := cpuTime(b)
			pass(b)
			least = min(least, cpuTime(b)-before)
		}
		b.ReportMetric(float64(least)/float64(lines), "least-cpu-ns/line")
		b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(lines), "ns/line")
	})
}

// comboList writes a million lines of 40 bytes on average, of different lengths, of which 2 % name an account.
func comboList(tb testing.TB, accounts string) (path string) {
	tb.Helper()
	file, err := os.Open(accounts)
	if err != nil {
		tb.Fatal(err)
	}
	defer file.Close()
	rows := csv.NewReader(file)
	header, err := rows.Read()
	email := slices.Index(header, "email")
	if err != nil || email < 0 {
		tb.Fatalf("no column of addresses: %v", err)
	}
	var text bytes.Buffer
	random := rand.New(rand.NewPCG(1, 2))
	word := func() []byte { // 6 to 14 letters
		letters := make([]byte, 6+random.IntN(9))
		for i := range letters {
			letters[i] = 'a' + byte(random.IntN(26))
		}
		return letters
	}
	for i := range 1_000_000 {
		id := fmt.Sprintf("%s@mail%d.example.com", word(), random.Uint32N(10))
		if i%50 == 0 {
			row, err := rows.Read()
			if err != nil {
				tb.Fatal(err)
			}
			if row[email] != "" {
				id = row[email]
			}
		}
		fmt.Fprintf(&text, "%s:%s\n", id, word())
	}
	path = filepath.Join(tb.TempDir(), "combo.txt")
	if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
		tb.Fatal(err)
	}
	return path
}

func readAll(tb testing.TB, inputs []dump.Input, each func(*dump.Block)) {
	for _, in := range inputs {
		_, err := dump.Read(context.Background(), in, dump.Options{}, func(block *dump.Block) error {
			each(block)
			return nil
		})
		if err != nil {
			tb.Fatal(err)
		}
	}
}

// askAll does all that is done for a record that the filter does not know.
func askAll(s *screener, block *dump.Block) {
	defer block.Release()
	ask := func() {
		s.batch.ask(s.index.MayContainAll)
		s.batch.reset()
	}
	block.Parse(func(r *dump.Record) {
		if s.batch.full() {
			ask()
		}
		s.batch.add(r, s.canonical, s.tokens)
	}, func(dump.Reject) {})
	ask()
}

// BenchmarkConfirm verifies candidates, with and without a ledger, and calls bare argon2 as often on as many
// cores, in turns, so that whatever else the machine does slows all three alike. The rates are medians.
func BenchmarkConfirm(b *testing.B) {
	o := synth.Defaults()
	o.Accounts, o.Records, o.Stale, o.Formats = 200, 400, 0.5, []string{"combo_colon"}
	cfg := workplace(b, o)
	verifications := 0
	confirm := func(state string) {
		run := cfg
		run.StateDir = state
		outcome, err := Run(context.Background(), run)
		if err != nil {
			b.Fatal(err)
		}
		verifications = int(outcome.Manifest.Counts.Verifications)
		if err := errors.Join(os.RemoveAll(run.Out), os.RemoveAll(run.Out+"-state")); err != nil {
			b.Fatal(err)
		}
	}
	rates := make(map[string][]float64)
	measure := func(name string, pass func()) {
		begin := time.Now()
		pass()
		rates[name] = append(rates[name], float64(verifications)/time.Since(begin).Seconds())
	}
	for b.Loop() {
		measure("confirm/s", func() { confirm("") })
		measure("with_ledger/s", func() { confirm(cfg.Out + "-state") })
		measure("bare_argon2/s", func() { bareArgon2(b, o.Argon2, cfg.Workers, verifications) })
	}
	for name, list := range rates {
		slices.Sort(list)
		b.ReportMetric(list[len(list)/2], name)
	}
}

// bareArgon2 calls argon2 so many times, on all workers.
func bareArgon2(b *testing.B, p stored.Argon2Params, workers, calls int) {
	b.Helper()
	var group errgroup.Group
	for worker := range workers {
		group.Go(func() error {
			for i := worker; i < calls; i += workers {
				tag := argon2.IDKey([]byte("made up"), []byte("a salt for tests"), p.Time, p.Memory,
					uint8(p.Threads), 32)
				if _, err := io.Discard.Write(tag); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		b.Fatal(err)
	}
}
