package pipeline

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"
	"golang.org/x/sync/errgroup"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/leak"
	"github.com/credsieve/credsieve/datasets/synth"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/guard"
	"github.com/credsieve/credsieve/pipeline/internal/workplace"
	"github.com/credsieve/credsieve/pipeline/progress"
)

// synthetic makes synthetic accounts and dumps, and an index of them.
func synthetic(tb testing.TB, o synth.Options) Config {
	tb.Helper()
	p := workplace.Synthetic(tb, o)
	return placeConfig(p.Dir, p.Key)
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
// on one core: first what no program can do without, then the whole; package screen measures what lies between.
func BenchmarkScreen(b *testing.B) {
	place := workplace.MillionAccounts(b)
	cfg := placeConfig(place.Dir, place.Key)
	cfg.Dumps, cfg.DryRun, cfg.Workers = place.Dumps, true, 1
	ctx := context.Background()
	inputs, err := dump.List(ctx, cfg.Dumps, dump.ListOptions{})
	if err != nil {
		b.Fatal(err)
	}
	data, err := os.ReadFile(cfg.Dumps[0])
	if err != nil {
		b.Fatal(err)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	lines := bytes.Count(data, []byte("\n"))
	measure := func(name string, pass func(b *testing.B)) { workplace.MeasureLines(b, name, len(data), lines, pass) }
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
	measure("read", func(b *testing.B) { workplace.ReadAll(b, inputs, (*dump.Block).Release) })
	r := dryRun(b, cfg)
	defer r.abort()
	measure("parse", func(b *testing.B) {
		workplace.ReadAll(b, inputs, func(block *dump.Block) {
			block.Parse(func(*leak.Record) {}, func(leak.Reject) {})
			block.Release()
		})
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
	if err := r.open(tb.Context()); err != nil {
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

// BenchmarkConfirm verifies candidates, with and without a ledger, and calls bare argon2 as often on as many
// cores, in turns, so that whatever else the machine does slows all three alike. The rates are medians.
func BenchmarkConfirm(b *testing.B) {
	o := synth.Defaults()
	o.Accounts, o.Records, o.Stale, o.Formats = 200, 400, 0.5, []string{"combo_colon"}
	cfg := synthetic(b, o)
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
