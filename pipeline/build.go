package pipeline

import (
	"context"
	"time"

	"github.com/credsieve/credsieve/datasets/accounts"
	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/progress"
	"github.com/credsieve/credsieve/pipeline/verify"
)

// BuildConfig is what building an index needs.
type BuildConfig struct {
	Source  string // file, "-" or URL of a database
	Options accounts.Options
	Dir     string
	Key     *hashing.Key
	FPR     float64 // false-positive rate of the filter
	Limits  stored.Limits
	// HashSteps and KnownAnswers are files: what the store does to passwords before it hashes them, and
	// test accounts with their passwords that prove it. Empty: none.
	HashSteps    string
	PresetSteps  []byte // rules that a preset brings; HashSteps takes their place
	KnownAnswers string
	Previous     string // index to carry over from; empty: none
	Workers      int
	Memory       int64 // bytes; temporary files take what needs more
	Now          time.Time
	Progress     progress.Progress
}

// BuildIndex reads the account export and builds the index. When it fails, an earlier index in the same
// place is as it was.
func BuildIndex(ctx context.Context, cfg BuildConfig) (*index.Meta, error) {
	recipes, answers, err := readRecipes(cfg)
	if err != nil {
		return nil, err
	}
	carry, err := recipes.Carry(answers)
	if err != nil {
		return nil, err
	}
	source, err := accounts.Open(ctx, cfg.Source, cfg.Options)
	if err != nil {
		return nil, err
	}
	defer source.Close()
	meter := cfg.Progress.Phase("index", -1, progress.Accounts)
	defer meter.Done()
	prover := verify.NewProver(ctx, &metered{Reader: source, meter: meter}, recipes, answers)
	return index.Build(ctx, prover, index.BuildOptions{
		Dir: cfg.Dir, Key: cfg.Key, FPR: cfg.FPR, Limits: cfg.Limits, Now: cfg.Now,
		Previous: cfg.Previous, Workers: cfg.Workers, Memory: cfg.Memory,
		Hashes: recipes, Proofs: described{prover, source}, Carry: carry,
	})
}

// metered counts the rows of an export for a meter, some at a time.
type metered struct {
	accounts.Reader
	meter progress.Meter
	rows  int64 // that the meter does not know yet
}

// meteredRows is how many rows a meter is told of at once: to tell it of each would cost more than to read some.
const meteredRows = 2048

func (m *metered) Read(a *accounts.Account) error {
	err := m.Reader.Read(a)
	if err == nil {
		m.rows++
	}
	if err != nil || m.rows == meteredRows {
		m.meter.Add(m.rows)
		m.rows = 0
	}
	return err
}

// readRecipes reads how passwords become stored hashes, and what proves it.
func readRecipes(cfg BuildConfig) (*verify.Recipes, []verify.KnownAnswer, error) {
	var (
		rules   []verify.Rule
		answers []verify.KnownAnswer
		err     error
	)
	switch {
	case cfg.HashSteps != "":
		rules, err = verify.ReadHashSteps(cfg.HashSteps)
	case cfg.PresetSteps != nil:
		rules, err = verify.ParseHashSteps(cfg.PresetSteps)
	}
	if err != nil {
		return nil, nil, err
	}
	if cfg.KnownAnswers != "" {
		if answers, err = verify.ReadKnownAnswers(cfg.KnownAnswers); err != nil {
			return nil, nil, err
		}
	}
	if err := verify.CheckProvable(rules, answers); err != nil {
		return nil, nil, err
	}
	recipes, err := verify.New(cfg.Key, rules, verify.Options{Limits: cfg.Limits})
	return recipes, answers, err
}

// described adds to what was proven of an export what its reader could not use.
type described struct {
	*verify.Prover
	source accounts.Reader
}

// Describe implements index.Proofs.
func (d described) Describe(m *index.Meta) {
	d.Prover.Describe(m)
	if reporter, ok := d.source.(accounts.Reporter); ok {
		m.Unusable = reporter.Report().Unusable
	}
}
