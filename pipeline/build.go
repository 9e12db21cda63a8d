package pipeline

import (
	"context"
	"time"

	"github.com/credsieve/credsieve/datasets/accounts"
	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/hashing"
)

// BuildConfig is what building an index needs.
type BuildConfig struct {
	Source   string // file, "-" or URL of a database
	Options  accounts.Options
	Dir      string
	Key      *hashing.Key
	FPR      float64 // false-positive rate of the filter
	Limits   hashing.Limits
	Now      time.Time
	Progress Progress
}

// BuildIndex reads the account export and builds the index. When it fails, an earlier index in the same
// place is as it was.
func BuildIndex(ctx context.Context, cfg BuildConfig) (*index.Meta, error) {
	source, err := accounts.Open(ctx, cfg.Source, cfg.Options)
	if err != nil {
		return nil, err
	}
	defer source.Close()
	meter := cfg.Progress.Phase("index", -1, UnitAccounts)
	defer meter.Done()
	read := int64(0)
	return index.Build(ctx, source, index.BuildOptions{
		Dir: cfg.Dir, Key: cfg.Key, FPR: cfg.FPR, Limits: cfg.Limits, Now: cfg.Now,
		Progress: func(rows int64) { meter.Add(rows - read); read = rows },
	})
}
