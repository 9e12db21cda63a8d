package synth

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// Summary says what was generated.
type Summary struct {
	Dir, AccountsPath, DumpsPath, TruthPath string
	Accounts                                int
	Dumps                                   []DumpSummary
	Records                                 int // of all dumps
	Hits                                    int // current password of a listed account
	Stale                                   int // another password of an account
	NotActive                               int // current password of an account that is not active
	Noise                                   int // no account's identifier, duplicates among them
	Duplicates                              int // noise that stands in an earlier dump too
	Listed                                  int // rows of truth.csv
}

// DumpSummary is one dump of a Summary.
type DumpSummary struct {
	Format, Name, Path string
	Records            int
}

// generator is one run of Generate.
type generator struct {
	o       Options
	people  people
	plan    *plan
	formats []*format

	progress sync.Mutex
	done     int
}

// Generate makes dir, which must be empty or not exist. On an error nothing is left of it.
func Generate(ctx context.Context, dir string, o Options) (*Summary, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	if err := checkEmpty(dir); err != nil {
		return nil, err
	}
	g := newGenerator(o)
	// "." has no sibling that its relative name leads to.
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("failed to find folder %q: %w", dir, err)
	}
	staging, err := os.MkdirTemp(filepath.Dir(abs), "."+filepath.Base(abs)+".*")
	if err != nil {
		return nil, fmt.Errorf("failed to create folder beside %q: %w", dir, err)
	}
	defer os.RemoveAll(staging) // nothing is there any more after success
	if err := g.write(ctx, staging); err != nil {
		return nil, fmt.Errorf("failed to write synthetic data for %q: %w", dir, err)
	}
	// An empty folder is in the way of the rename on some systems; a full one stays where it is.
	if err := os.Remove(abs); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("failed to replace folder %q: %w", dir, err)
	}
	if err := os.Rename(staging, abs); err != nil {
		return nil, fmt.Errorf("failed to publish synthetic data: %w", err)
	}
	return g.summary(dir), nil
}

func newGenerator(o Options) *generator {
	g := &generator{o: o, people: newPeople(o)}
	// In the order of the list, whatever the order of the options: both mean the same dumps.
	for i := range formats {
		if slices.Contains(o.Formats, formats[i].name) {
			g.formats = append(g.formats, &formats[i])
		}
	}
	g.plan = newPlan(o)
	return g
}

func checkEmpty(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("failed to read folder %q: %w", dir, err)
	case len(entries) > 0:
		return fmt.Errorf("refusing to write synthetic data into %q: it is not empty", dir)
	}
	return nil
}

func (g *generator) write(ctx context.Context, dir string) error {
	open, err := accountsFormat(g.o.AccountsFormat)
	if err != nil {
		return err
	}
	err = createFile(filepath.Join(dir, g.accountsName()), func(w io.Writer) error {
		rows, err := open(w)
		if err != nil {
			return err
		}
		if err := g.exportAccounts(ctx, rows); err != nil {
			return err
		}
		return rows.close()
	})
	if err != nil {
		return err
	}
	if err := g.writeDumps(ctx, filepath.Join(dir, "dumps")); err != nil {
		return err
	}
	if err := createFile(filepath.Join(dir, "truth.csv"), g.writeTruth); err != nil {
		return err
	}
	return createFile(filepath.Join(dir, "README.txt"), g.writeReadme)
}

func (g *generator) accountsName() string { return "accounts." + g.o.AccountsFormat }

// advance counts work done. One lock for everybody, so that Progress need not be safe.
func (g *generator) advance(n int) {
	g.progress.Lock()
	defer g.progress.Unlock()
	g.done += n
	g.o.Progress(g.done, g.o.Accounts+g.o.Records)
}

// writeTruth names accounts and dumps, never a password.
func (g *generator) writeTruth(w io.Writer) error {
	c := csv.NewWriter(w)
	rows := [][]string{{"account_id", "sources"}}
	for _, l := range g.plan.listed {
		var names []string
		for i, f := range g.formats {
			if l.dumps&(1<<i) != 0 {
				names = append(names, f.sourceName())
			}
		}
		slices.Sort(names)
		rows = append(rows, []string{g.people.id(l.account), strings.Join(names, ";")})
	}
	return c.WriteAll(rows)
}

func (g *generator) writeReadme(w io.Writer) error {
	var names []string
	for _, f := range g.formats {
		names = append(names, f.name)
	}
	o := g.o
	_, err := fmt.Fprintf(w, `Synthetic accounts and breach dumps, made by "credsieve synth".
Nobody's data: every name, address, number and password in here is made up.

%s  the account export
dumps/  leaked records, one dump for each format
truth.csv  the accounts that a scan of dumps/ must list, and the dumps that each is in

The same options give the same bytes:
  accounts         %d
  records          %d
  seed             %d
  hash             %s
  argon2 memory    %d KiB
  argon2 passes    %d
  argon2 lanes     %d
  bcrypt cost      %d
  reuse            %v
  stale            %v
  duplicates       %v
  formats          %s
  accounts format  %s
`, g.accountsName(), o.Accounts, o.Records, o.Seed, o.Hash, o.Argon2.Memory, o.Argon2.Time,
		o.Argon2.Threads, o.BcryptCost, o.Reuse, o.Stale, o.Duplicates,
		strings.Join(names, " "), o.AccountsFormat)
	return err
}

func (g *generator) summary(dir string) *Summary {
	s := &Summary{
		Dir:          dir,
		AccountsPath: filepath.Join(dir, g.accountsName()),
		DumpsPath:    filepath.Join(dir, "dumps"),
		TruthPath:    filepath.Join(dir, "truth.csv"),
		Accounts:     g.o.Accounts,
		Hits:         g.plan.hits,
		Stale:        g.plan.stale,
		NotActive:    g.plan.notActive,
		Listed:       len(g.plan.listed),
	}
	for i, f := range g.formats {
		d := &g.plan.dumps[i]
		s.Records += d.records
		s.Noise += d.noise()
		s.Duplicates += d.duplicates
		s.Dumps = append(s.Dumps, DumpSummary{
			f.name, f.sourceName(), filepath.Join(s.DumpsPath, f.file), d.records,
		})
	}
	return s
}
