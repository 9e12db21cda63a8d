package pipeline

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"
	"golang.org/x/sync/errgroup"

	"github.com/credsieve/credsieve/datasets/synth"
	"github.com/credsieve/credsieve/hashing"
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
	cfg := Config{
		IndexDir: filepath.Join(dir, "index"), Key: key, Format: "auto",
		Dumps: []string{filepath.Join(dir, "synth", "dumps")}, Out: filepath.Join(dir, "run"),
		Limits:                  Limits{MaxAccounts: 1e9, MaxShare: 1, MaxConfirmRate: 1},
		MaxCandidatesPerAccount: 64, Workers: runtime.GOMAXPROCS(0), Memory: 1 << 30,
		HashLimits: hashing.DefaultLimits(), Now: time.Now, Progress: NoProgress{},
	}
	_, err = BuildIndex(ctx, BuildConfig{
		Source: filepath.Join(dir, "synth", "accounts.csv"), Dir: cfg.IndexDir, Key: key, FPR: 0.001,
		Limits: cfg.HashLimits, Now: time.Now(), Progress: NoProgress{},
	})
	if err != nil {
		tb.Fatal(err)
	}
	return cfg
}

// BenchmarkScreen reads a combo list and asks for each line whether it names one of 100,000 accounts,
// beside bare line splitting of the same file in memory, on one core.
func BenchmarkScreen(b *testing.B) {
	o := synth.Defaults()
	o.Accounts, o.Records, o.Formats = 100_000, 1_000_000, []string{"combo_colon"}
	o.Argon2 = hashing.Argon2Params{Memory: 8, Time: 1, Threads: 1}
	cfg := workplace(b, o)
	cfg.DryRun, cfg.Workers = true, 1
	data, err := os.ReadFile(filepath.Join(cfg.Dumps[0], "combo_colon.txt"))
	if err != nil {
		b.Fatal(err)
	}
	lines := bytes.Count(data, []byte("\n"))
	perLine := func(b *testing.B) {
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(lines), "ns/line")
	}
	b.Run("lines", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			n := 0
			for rest := data; len(rest) > 0; n++ {
				i := bytes.IndexByte(rest, '\n')
				rest = rest[i+1:]
			}
			if n != lines {
				b.Fatal(n)
			}
		}
		perLine(b)
	})
	b.Run("screen", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			if _, err := Run(context.Background(), cfg); err != nil {
				b.Fatal(err)
			}
		}
		perLine(b)
	})
}

// BenchmarkConfirm verifies candidates, beside bare calls of the same number of argon2 on the same cores.
func BenchmarkConfirm(b *testing.B) {
	o := synth.Defaults()
	o.Accounts, o.Records, o.Stale, o.Formats = 200, 400, 0.5, []string{"combo_colon"}
	cfg := workplace(b, o)
	out := cfg.Out
	verifications := 0
	b.Run("confirm", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			cfg.Out = fmt.Sprintf("%s%d", out, i)
			outcome, err := Run(context.Background(), cfg)
			if err != nil {
				b.Fatal(err)
			}
			verifications = int(outcome.Manifest.Counts.Verifications)
			if err := os.RemoveAll(cfg.Out); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(verifications)*float64(b.N)/b.Elapsed().Seconds(), "verifications/s")
	})
	b.Run("bare_argon2", func(b *testing.B) {
		for b.Loop() {
			var group errgroup.Group
			for worker := range cfg.Workers {
				group.Go(func() error {
					for i := worker; i < verifications; i += cfg.Workers {
						tag := argon2.IDKey([]byte("made up"), []byte("a salt for tests"),
							o.Argon2.Time, o.Argon2.Memory, uint8(o.Argon2.Threads), 32)
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
		b.ReportMetric(float64(verifications)*float64(b.N)/b.Elapsed().Seconds(), "verifications/s")
	})
}
