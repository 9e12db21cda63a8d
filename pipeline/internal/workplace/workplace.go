// Package workplace makes what tests and benchmarks of several stages need: synthetic accounts, an index of them, dumps,
// and a measure of a pass over their lines. It is for tests only.
package workplace

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/credsieve/credsieve/datasets/accounts"
	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/datasets/synth"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/verify"
)

// Cheap are the lowest costs that argon2 has.
var Cheap = stored.Argon2Params{Memory: 8, Time: 1, Threads: 1}

// Place is a folder with an export of accounts, dumps, and an index.
type Place struct {
	Dir      string
	Accounts string // the export
	Dumps    []string
	IndexDir string
	Key      *hashing.Key
}

// Synthetic makes accounts and dumps, and an index of them.
func Synthetic(tb testing.TB, o synth.Options) *Place {
	tb.Helper()
	p := newPlace(tb)
	if _, err := synth.Generate(context.Background(), filepath.Join(p.Dir, "synth"), o); err != nil {
		tb.Fatal(err)
	}
	p.build(tb)
	return p
}

// Of makes a place of an export that a test writes itself, without dumps.
func Of(tb testing.TB, export string) *Place {
	tb.Helper()
	return OfKey(tb, export, NewKey(tb))
}

// OfKey is Of under a key that there is already.
func OfKey(tb testing.TB, export string, key *hashing.Key) *Place {
	tb.Helper()
	p := newPlace(tb)
	p.Key = key
	if err := os.MkdirAll(p.Dumps[0], 0o700); err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(p.Accounts, []byte(export), 0o600); err != nil {
		tb.Fatal(err)
	}
	p.build(tb)
	return p
}

func newPlace(tb testing.TB) *Place {
	tb.Helper()
	dir := tb.TempDir()
	return &Place{
		Dir: dir, Accounts: filepath.Join(dir, "synth", "accounts.csv"),
		Dumps: []string{filepath.Join(dir, "synth", "dumps")}, IndexDir: filepath.Join(dir, "index"), Key: NewKey(tb),
	}
}

// NewKey makes a key.
func NewKey(tb testing.TB) *hashing.Key {
	tb.Helper()
	key, err := hashing.NewKey()
	if err != nil {
		tb.Fatal(err)
	}
	return key
}

func (p *Place) build(tb testing.TB) {
	tb.Helper()
	ctx := context.Background()
	source, err := accounts.Open(ctx, p.Accounts, accounts.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	defer source.Close()
	_, err = index.Build(ctx, source, index.BuildOptions{
		Dir: p.IndexDir, Key: p.Key, FPR: 0.001, Now: time.Now(),
	})
	if err != nil {
		tb.Fatal(err)
	}
}

// Index opens the index for the time of the test, with its recipes.
func (p *Place) Index(tb testing.TB) (*index.Index, *verify.Recipes) {
	tb.Helper()
	ix, err := index.Open(p.IndexDir, p.Key)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { ix.Close() })
	recipes, err := verify.Open(ix, p.Key, verify.Options{Limits: stored.DefaultLimits()})
	if err != nil {
		tb.Fatal(err)
	}
	return ix, recipes
}

// ReadAll visits every block of the inputs.
func ReadAll(tb testing.TB, inputs []dump.Input, each func(*dump.Block)) {
	tb.Helper()
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
