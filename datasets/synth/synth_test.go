package synth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/hashing/stored"
)

// cheap returns options whose hashes cost next to nothing.
func cheap() Options {
	o := Defaults()
	o.Accounts, o.Records = 300, 4000
	o.Hash = hashMixed
	o.Argon2 = stored.Argon2Params{Memory: 8, Time: 1, Threads: 1}
	o.BcryptCost = 4
	o.Reuse = 0.1
	return o
}

func generate(t *testing.T, o Options) *Summary {
	t.Helper()
	s, err := Generate(t.Context(), filepath.Join(t.TempDir(), "data"), o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// treeHashes returns the SHA-256 of every file below dir by its relative path.
func treeHashes(t *testing.T, dir string) map[string]string {
	t.Helper()
	sums := make(map[string]string)
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(data)
		rel, err := filepath.Rel(dir, path)
		sums[rel] = hex.EncodeToString(sum[:])
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(sums) < 4 {
		t.Fatalf("only %d files in %s", len(sums), dir)
	}
	return sums
}

func TestGenerate(t *testing.T) {
	t.Parallel()
	t.Run("same_seed_same_bytes_whatever_the_workers", func(t *testing.T) {
		for _, format := range []string{"csv", "tsv.gz", "jsonl.zst", "parquet"} {
			o := cheap()
			o.AccountsFormat = format
			o.Workers = 1
			one := treeHashes(t, generate(t, o).Dir)
			o.Workers = 4
			four := treeHashes(t, generate(t, o).Dir)
			if !maps.Equal(one, four) {
				t.Errorf("%s: files differ between 1 and 4 workers:\n%v\n%v", format, one, four)
			}
		}
	})

	t.Run("another_seed_changes_every_data_file", func(t *testing.T) {
		o := cheap()
		first := treeHashes(t, generate(t, o).Dir)
		o.Seed++
		second := treeHashes(t, generate(t, o).Dir)
		for name, sum := range first {
			if second[name] == sum && !strings.HasSuffix(name, ".meta.yaml") {
				t.Errorf("%s is the same under another seed", name)
			}
		}
	})
}

func TestGenerateObeys(t *testing.T) {
	t.Parallel()
	t.Run("only_the_formats_asked_for", func(t *testing.T) {
		o := cheap()
		o.Formats = []string{"combo_colon"}
		s := generate(t, o)
		entries, err := os.ReadDir(s.DumpsPath)
		if err != nil {
			t.Fatal(err)
		}
		if len(entries) != 1 || entries[0].Name() != "combo_colon.txt" {
			t.Errorf("dumps hold %v, want combo_colon.txt alone", entries)
		}
		if s.Records != o.Records || s.Duplicates == 0 {
			t.Errorf("%d records with %d duplicates, want %d with some", s.Records, s.Duplicates, o.Records)
		}
	})

	t.Run("progress_ends_at_the_total", func(t *testing.T) {
		o := cheap()
		last, calls := 0, 0
		o.Progress = func(done, total int) {
			if done < last || done > total || total != o.Accounts+o.Records {
				t.Errorf("progress %d of %d after %d", done, total, last)
			}
			last = done
			calls++
		}
		generate(t, o)
		if last != o.Accounts+o.Records || calls < 10 {
			t.Errorf("progress ended at %d after %d calls", last, calls)
		}
	})
}

func TestGenerateLists(t *testing.T) {
	t.Parallel()
	t.Run("everybody_reuses_lists_every_active_account", func(t *testing.T) {
		o := cheap()
		o.Reuse, o.Stale = 1, 1
		s := generate(t, o)
		if s.Listed < 250 || s.Listed >= o.Accounts || s.NotActive != 2 {
			t.Errorf("%d of %d listed, %d not active", s.Listed, o.Accounts, s.NotActive)
		}
	})

	t.Run("nobody_reuses_lists_nobody", func(t *testing.T) {
		o := cheap()
		o.Reuse = 0
		s := generate(t, o)
		truth, err := os.ReadFile(s.TruthPath)
		if err != nil || string(truth) != "account_id,sources\n" || s.Hits != 0 || s.NotActive != 2 {
			t.Errorf("truth.csv %q, %v, %d hits, %d not active", truth, err, s.Hits, s.NotActive)
		}
	})

	t.Run("fewer_records_than_leaks_lists_fewer", func(t *testing.T) {
		o := cheap()
		o.Records = 7
		if s := generate(t, o); s.Listed != 7 || s.Hits != 7 || s.Records != 7 {
			t.Errorf("listed %d by %d hits in %d records, want 7 each", s.Listed, s.Hits, s.Records)
		}
	})
}

func TestGenerateRefuses(t *testing.T) {
	t.Parallel()
	t.Run("folder_that_is_not_empty", func(t *testing.T) {
		dir := t.TempDir()
		mine := filepath.Join(dir, "mine.txt")
		if err := os.WriteFile(mine, []byte("keep"), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Generate(t.Context(), dir, cheap())
		if err == nil || !strings.Contains(err.Error(), "it is not empty") {
			t.Errorf("error %v, want a refusal", err)
		}
		if data, err := os.ReadFile(mine); err != nil || string(data) != "keep" {
			t.Errorf("the file that was there: %q, %v", data, err)
		}
	})

	t.Run("nothing_but_accepts_an_empty_folder", func(t *testing.T) {
		if _, err := Generate(t.Context(), t.TempDir(), cheap()); err != nil {
			t.Error(err)
		}
	})

	t.Run("cancelled_run_leaves_nothing", func(t *testing.T) {
		parent := t.TempDir()
		ctx, cancel := context.WithCancel(t.Context())
		o := cheap()
		o.Progress = func(done, total int) {
			if done > o.Accounts {
				cancel() // while the dumps are written
			}
		}
		o.Records = 1_000_000
		_, err := Generate(ctx, filepath.Join(parent, "data"), o)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error %v, want context.Canceled", err)
		}
		if entries, err := os.ReadDir(parent); err != nil || len(entries) != 0 {
			t.Errorf("left behind: %v, %v", entries, err)
		}
	})
}

func TestGenerateRefusesOptions(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*Options)
		want   string
	}{
		"no_accounts":          {func(o *Options) { o.Accounts = 0 }, "accounts must be between"},
		"negative_records":     {func(o *Options) { o.Records = -1 }, "records must be between"},
		"negative_workers":     {func(o *Options) { o.Workers = -1 }, "workers must be between"},
		"share_over_one":       {func(o *Options) { o.Reuse = 1.5 }, "reuse must be a share"},
		"negative_share":       {func(o *Options) { o.Stale = -0.1 }, "stale must be a share"},
		"duplicates_over_one":  {func(o *Options) { o.Duplicates = 2 }, "duplicates must be a share"},
		"unknown_hash":         {func(o *Options) { o.Hash = "md5" }, `unknown hash "md5"`},
		"argon2_without_pass":  {func(o *Options) { o.Argon2.Time = 0 }, "argon2 passes"},
		"argon2_without_lane":  {func(o *Options) { o.Argon2.Threads = 0 }, "argon2 lanes"},
		"argon2_memory_small":  {func(o *Options) { o.Argon2.Memory = 7 }, "argon2 memory"},
		"argon2_memory_huge":   {func(o *Options) { o.Argon2.Memory = 1 << 31 }, "argon2 memory"},
		"bcrypt_cost":          {func(o *Options) { o.BcryptCost = 3 }, "bcrypt cost"},
		"no_format":            {func(o *Options) { o.Formats = []string{} }, "at least one dump"},
		"unknown_format":       {func(o *Options) { o.Formats = []string{"xlsx"} }, `format "xlsx"`},
		"format_twice":         {func(o *Options) { o.Formats = []string{"csv", "csv"} }, "given twice"},
		"accounts_format":      {func(o *Options) { o.AccountsFormat = "xml" }, `format "xml"`},
		"accounts_parquet_gz":  {func(o *Options) { o.AccountsFormat = "parquet.gz" }, "parquet.gz"},
		"accounts_double_pack": {func(o *Options) { o.AccountsFormat = "csv.gz.gz" }, "csv.gz.gz"},
	} {
		t.Run(name, func(t *testing.T) {
			o := cheap()
			c.change(&o)
			dir := filepath.Join(t.TempDir(), "data")
			_, err := Generate(t.Context(), dir, o)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
			if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("the folder exists: %v", err)
			}
		})
	}
}
