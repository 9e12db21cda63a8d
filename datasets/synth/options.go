package synth

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"github.com/credsieve/credsieve/hashing/stored"
)

// Ceilings keep the plan of a run, one byte an account and eight a planted record, in memory.
const (
	maxAccounts = 100_000_000
	maxRecords  = 2_000_000_000
	maxWorkers  = 1024
)

// Stored-hash schemes that Options.Hash can name.
const (
	hashArgon2id = "argon2id"
	hashArgon2i  = "argon2i"
	hashBcrypt   = "bcrypt"
	hashMixed    = "mixed"
)

// Options says what to generate. Start from Defaults: a share of zero means none.
type Options struct {
	Accounts, Records int
	Seed              uint64
	Hash              string              // argon2id, argon2i, bcrypt or mixed
	Argon2            stored.Argon2Params // costs of argon2id and argon2i
	BcryptCost        int
	Reuse             float64               // share of accounts whose current password has leaked
	Stale             float64               // share of accounts met with a wrong password only
	Duplicates        float64               // share of records that repeat an earlier pair
	Formats           []string              // of Formats(); nil: all
	AccountsFormat    string                // csv, tsv, jsonl (also with .gz or .zst) or parquet
	Workers           int                   // 0: one for each core
	Progress          func(done, total int) // accounts hashed and records written; one call at a time
}

// Defaults returns the options of the demo: OWASP's cheapest argon2id, one account in a hundred
// with a leaked password.
func Defaults() Options {
	return Options{
		Accounts:       1000,
		Records:        100_000,
		Seed:           1,
		Hash:           hashArgon2id,
		Argon2:         stored.Argon2Params{Memory: 19456, Time: 2, Threads: 1},
		BcryptCost:     10,
		Reuse:          0.01,
		Stale:          0.2,
		Duplicates:     0.05,
		AccountsFormat: "csv",
	}
}

// Validate refuses what Generate would refuse before it writes anything.
func (o Options) Validate() error { return o.check() }

// check refuses nonsense and fills in what may be left out.
func (o *Options) check() error {
	if err := o.checkSizes(); err != nil {
		return err
	}
	if err := o.checkHash(); err != nil {
		return err
	}
	if _, err := accountsFormat(o.AccountsFormat); err != nil {
		return err
	}
	if o.Formats == nil {
		o.Formats = Formats()
	}
	if len(o.Formats) == 0 {
		return errors.New("at least one dump format is needed")
	}
	for i, name := range o.Formats {
		if _, err := lookupFormat(name); err != nil {
			return err
		}
		if slices.Contains(o.Formats[:i], name) {
			return fmt.Errorf("dump format %q is given twice", name)
		}
	}
	if o.Workers == 0 {
		o.Workers = min(runtime.GOMAXPROCS(0), maxWorkers)
	}
	if o.Progress == nil {
		o.Progress = func(int, int) {}
	}
	return nil
}

func (o *Options) checkSizes() error {
	for _, c := range []struct {
		name          string
		value, lo, hi int
	}{
		{"accounts", o.Accounts, 1, maxAccounts},
		{"records", o.Records, 0, maxRecords},
		{"workers", o.Workers, 0, maxWorkers},
	} {
		if c.value < c.lo || c.value > c.hi {
			return fmt.Errorf("%s must be between %d and %d, not %d", c.name, c.lo, c.hi, c.value)
		}
	}
	for _, c := range []struct {
		name  string
		value float64
	}{{"reuse", o.Reuse}, {"stale", o.Stale}, {"duplicates", o.Duplicates}} {
		// Written so that NaN is refused as well.
		if !(c.value >= 0 && c.value <= 1) {
			return fmt.Errorf("%s must be a share between 0 and 1, not %v", c.name, c.value)
		}
	}
	return nil
}

// checkHash refuses costs beyond what hashing verifies by default: the accounts would all be
// undecided.
func (o *Options) checkHash() error {
	schemes := []string{hashArgon2id, hashArgon2i, hashBcrypt, hashMixed}
	if !slices.Contains(schemes, o.Hash) {
		return fmt.Errorf("unknown hash %q, want one of %s", o.Hash, strings.Join(schemes, ", "))
	}
	lim := stored.DefaultLimits()
	if o.Hash != hashBcrypt {
		p := o.Argon2
		if p.Time < 1 || p.Time > lim.Argon2Time {
			return fmt.Errorf("argon2 passes must be between 1 and %d, not %d", lim.Argon2Time, p.Time)
		}
		if p.Threads < 1 || p.Threads > lim.Argon2Threads {
			return fmt.Errorf("argon2 lanes must be between 1 and %d, not %d",
				lim.Argon2Threads, p.Threads)
		}
		if p.Memory < 8*p.Threads || p.Memory > lim.Argon2Memory {
			return fmt.Errorf("argon2 memory must be between %d and %d KiB with %d lanes, not %d",
				8*p.Threads, lim.Argon2Memory, p.Threads, p.Memory)
		}
	}
	if o.Hash == hashBcrypt || o.Hash == hashMixed {
		if o.BcryptCost < lim.BcryptMinCost || o.BcryptCost > lim.BcryptMaxCost {
			return fmt.Errorf("bcrypt cost must be between %d and %d, not %d",
				lim.BcryptMinCost, lim.BcryptMaxCost, o.BcryptCost)
		}
	}
	return nil
}
