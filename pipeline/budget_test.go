package pipeline

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/progress"
	"github.com/credsieve/credsieve/pipeline/prune"
)

// cheap is the lowest cost that argon2 has.
var cheap = stored.Argon2Params{Memory: 8, Time: 1, Threads: 1}

// place is a folder with accounts and dumps that a test writes itself.
type place struct {
	t        testing.TB
	dir      string
	cfg      Config
	accounts bytes.Buffer
	dumps    map[string]*bytes.Buffer
}

func newPlace(t testing.TB) *place {
	t.Helper()
	key, err := hashing.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	p := &place{t: t, dir: t.TempDir(), dumps: make(map[string]*bytes.Buffer)}
	p.cfg = placeConfig(p.dir, key)
	p.cfg.Now = func() time.Time { return day2026(6) }
	p.accounts.WriteString("account_id,email,password_hash,privilege,password_changed_at\n")
	return p
}

// account adds an account with a password.
func (p *place) account(n int, password, changedAt string) {
	stored := stored.FormatArgon2id([]byte(password), []byte("a salt for tests"), cheap)
	fmt.Fprintf(&p.accounts, "u%d,user%d@example.com,\"%s\",user,%s\n", n, n, stored, changedAt)
}

// leak adds a record to a dump.
func (p *place) leak(dump string, n int, password string) {
	if p.dumps[dump] == nil {
		p.dumps[dump] = new(bytes.Buffer)
	}
	fmt.Fprintf(p.dumps[dump], "user%d@example.com:%s\n", n, password)
}

func (p *place) file(name, text string) {
	p.t.Helper()
	path := filepath.Join(p.dir, "synth", "dumps", name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		p.t.Fatal(err)
	}
}

// index builds the index of the accounts and writes the dumps.
func (p *place) index() {
	p.t.Helper()
	for name, text := range p.dumps {
		p.file(name+".txt", text.String())
	}
	source := filepath.Join(p.dir, "accounts.csv")
	if err := os.WriteFile(source, p.accounts.Bytes(), 0o600); err != nil {
		p.t.Fatal(err)
	}
	_, err := BuildIndex(context.Background(), BuildConfig{
		Source: source, Dir: p.cfg.IndexDir, Key: p.cfg.Key, FPR: 0.001, Limits: p.cfg.HashLimits,
		Now: time.Now(), Progress: progress.None{},
	})
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *place) run(out string) *rundir.Manifest {
	p.t.Helper()
	cfg := p.cfg
	cfg.Out = filepath.Join(p.dir, out)
	outcome, err := Run(context.Background(), cfg)
	if err != nil {
		p.t.Fatal(err)
	}
	if outcome.StateErr != nil {
		p.t.Fatal(outcome.StateErr)
	}
	if _, err := rundir.Verify(context.Background(), cfg.Out); err != nil {
		p.t.Fatal(err)
	}
	return outcome.Manifest
}

// steppingClock goes on by a second whenever it is asked, as if each verification took one.
func steppingClock() func() time.Time {
	var mu sync.Mutex
	now := day2026(1)
	return func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(time.Second)
		return now
	}
}

// yieldBase leaks passwords of 6,000 accounts in dumps of different ages and trust, some in several of them.
// How often a leaked password is still the right one follows from these, with constants of its own.
func yieldBase(t testing.TB) *place {
	p := newPlace(t)
	random := rand.New(rand.NewPCG(1, 1))
	ages := []float64{0.1, 1, 2, 4, 7, 11} // years
	for i, age := range ages {
		for _, trust := range []string{"verified", "unverified"} {
			for copy := range 3 {
				on := day2026(6).Add(-time.Duration(age * 365 * 24 * float64(time.Hour)))
				p.file(fmt.Sprintf("d%d_%s_%d.txt.meta.yaml", i, trust, copy),
					fmt.Sprintf("leaked_on: %s\ntrust: %s\n", on.Format(time.DateOnly), trust))
			}
		}
	}
	for n := range 6000 {
		// Most of what goes around is old.
		age, trust := max(random.IntN(len(ages)), random.IntN(len(ages))), "unverified"
		chance := 0.4 * math.Exp(-ages[age]/1.7)
		if random.IntN(3) == 0 {
			trust = "verified"
			chance *= 1.7
		}
		sources := 1 + max(0, random.IntN(6)-3)
		chance *= float64(sources)
		leaked, password := fmt.Sprintf("Made-Up-%d", n), fmt.Sprintf("Made-Up-%d-else", n)
		if random.Float64() < chance {
			password = leaked
		}
		p.account(n, password, "")
		for copy := range sources {
			p.leak(fmt.Sprintf("d%d_%s_%d", age, trust, copy), n, leaked)
		}
	}
	p.index()
	return p
}

// TestBudget_finds_the_likely_first: a tenth of the candidates are checked, and at least half of the true
// matches found; what is left comes first the next night.
func TestBudget_finds_the_likely_first(t *testing.T) {
	t.Parallel()
	p := yieldBase(t)
	whole := p.run("whole")
	all, matches := whole.Counts.Candidates, whole.Counts.AccountsConfirmed
	if all != 6000 || matches < 300 || matches > 900 {
		t.Fatalf("%d candidates, %d matches: not the base that this test is about", all, matches)
	}
	p.cfg.StateDir = filepath.Join(p.dir, "state")
	p.cfg.ConfirmBudget = time.Duration(all/10) * time.Second
	p.cfg.clock = steppingClock()
	tenth := p.run("tenth")
	t.Logf("%d of %d matches with %d of %d verifications", tenth.Counts.AccountsConfirmed, matches,
		tenth.Counts.Verifications, all)
	if tenth.Counts.Verifications > all/10 || tenth.Counts.Verifications < all/10-1 {
		t.Errorf("%d verifications of %d", tenth.Counts.Verifications, all)
	}
	if 2*tenth.Counts.AccountsConfirmed < matches {
		t.Errorf("%d of %d matches were found", tenth.Counts.AccountsConfirmed, matches)
	}
	if tenth.Status != rundir.StatusPartial || tenth.Counts.Unchecked != all-tenth.Counts.Verifications {
		t.Errorf("status %s, %d unchecked", tenth.Status, tenth.Counts.Unchecked)
	}

	// The next night has a new dump that looks likelier than all of the rest; the rest is first in line.
	for n := range 600 {
		p.leak("tonight", n, "Made-Up-tonight")
	}
	p.file("tonight.txt", p.dumps["tonight"].String())
	p.file("tonight.txt.meta.yaml", "leaked_on: 2026-05-31\ntrust: verified\n")
	p.cfg.clock = steppingClock()
	p.cfg.ConfirmBudget = time.Duration(tenth.Counts.Unchecked+1) * time.Second
	second := p.run("second")
	if second.Counts.AccountsConfirmed != matches || second.Counts.Unchecked == 0 {
		t.Errorf("%d of %d matches after the second night; %d unchecked", second.Counts.AccountsConfirmed, matches,
			second.Counts.Unchecked)
	}
	// Without a budget the rest is decided, and nothing twice.
	p.cfg.ConfirmBudget = 0
	third := p.run("third")
	sum := tenth.Counts.Verifications + second.Counts.Verifications + third.Counts.Verifications
	if third.Status != rundir.StatusComplete || sum > all+600 || third.Counts.Candidates != third.Counts.Verifications {
		t.Errorf("third night: %s, %d verifications in all", third.Status, sum)
	}
}

// TestCap: a dump with very many passwords for one account costs no more verifications than the cap, and the
// manifest names both.
func TestCap(t *testing.T) {
	t.Parallel()
	const passwords = 50_000
	p := newPlace(t)
	p.account(1, "Made-Up-1", "")
	p.account(2, "Made-Up-2", "")
	for i := range passwords {
		p.leak("poisoned", 1, fmt.Sprintf("guess-%d", i))
	}
	p.leak("poisoned", 2, "Made-Up-2")
	p.index()
	p.cfg.MaxCandidatesPerAccount = 64
	p.cfg.Memory = MinMemory
	m := p.run("run")
	if m.Counts.Verifications != 65 || m.Counts.OverCap != passwords-64 || m.Counts.AccountsListed != 1 {
		t.Errorf("counts %+v", m.Counts)
	}
	want := rundir.OverCap{AccountID: "u1", Candidates: passwords - 64, Dumps: []string{"poisoned.txt"}}
	if len(m.OverCap) != 1 || fmt.Sprint(m.OverCap[0]) != fmt.Sprint(want) {
		t.Errorf("over_cap %+v", m.OverCap)
	}
	// With a ledger the next night goes on where this one stopped.
	p.cfg.StateDir = filepath.Join(p.dir, "state")
	first, second := p.run("first"), p.run("second")
	if first.Counts.Verifications != 65 || second.Counts.Verifications != 64 || second.Counts.Remembered != 65 {
		t.Errorf("first night %+v, second %+v", first.Counts, second.Counts)
	}
}

func TestRun_prunes_what_the_policy_never_accepted(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.account(1, "short", "2025-01-01T00:00:00Z") // a store that lies about the date
	p.account(2, "short", "")
	p.account(3, "long enough", "2025-01-01T00:00:00Z")
	for n := 1; n <= 3; n++ {
		p.leak("dump", n, "short")
		p.leak("dump", n, "long enough")
	}
	p.index()
	var err error
	if p.cfg.Policy, err = prune.ParsePolicy([]byte("- {from: 2024-01-01, min_length: 8}")); err != nil {
		t.Fatal(err)
	}
	m := p.run("run")
	if m.Counts.PrunedPolicy != 2 || m.Counts.AccountsListed != 2 {
		t.Errorf("counts %+v", m.Counts)
	}
}

// TestBlockSize_depends_on_memory_alone, or what a sweep finds at the end of a block would depend on the workers.
func TestBlockSize_depends_on_memory_alone(t *testing.T) {
	t.Parallel()
	for _, memory := range []int64{MinMemory, 200 << 20, 512 << 20, 2 << 30, 64 << 30} {
		one := Config{Memory: memory, Workers: 1}
		for _, workers := range []int{2, 3, 8, 64, 500} {
			c := Config{Memory: memory, Workers: workers}
			if c.blockSize() != one.blockSize() {
				t.Errorf("%d bytes, %d workers: blocks of %d, one worker has %d", memory, workers, c.blockSize(), one.blockSize())
			}
			held := int64(c.screeners()) * int64(c.blockSize()) * blockFactor
			if c.screeners() < 1 || c.screeners() > workers || held > memory {
				t.Errorf("%d bytes, %d workers: %d screen with blocks of %d", memory, workers, c.screeners(), c.blockSize())
			}
		}
	}
	if c := (Config{Memory: 2 << 30, Workers: 16}); c.blockSize() != largestBlock || c.screeners() != 16 {
		t.Errorf("2 GiB, 16 workers: %d screen with blocks of %d", c.screeners(), c.blockSize())
	}
}
