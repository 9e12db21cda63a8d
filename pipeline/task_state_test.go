package pipeline

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/datasets/ledger"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/pipeline/finding"
	"github.com/credsieve/credsieve/pipeline/internal/workplace"
)

// resident is an account from night to night.
type resident struct{ password, hash, changed string }

// town is an export of accounts that changes from night to night, with dumps that name them.
type town struct {
	random    *rand.Rand
	key       *hashing.Key
	residents map[string]*resident
	passwords []string
	dumps     string // folder of them all
	night     int
}

func newTown(t *testing.T, seed uint64) *town {
	b := &town{
		random: rand.New(rand.NewPCG(seed, 16)), key: workplace.NewKey(t), residents: make(map[string]*resident), dumps: t.TempDir(),
	}
	for i := range 12 {
		b.passwords = append(b.passwords, fmt.Sprintf("Made-Up-%d", i))
	}
	for i := range 40 {
		r := &resident{password: b.any(), changed: "2020-01-01"}
		r.hash = b.hash(r.password)
		b.residents[fmt.Sprintf("u%02d", i)] = r
	}
	return b
}

func (b *town) any() string { return b.passwords[b.random.IntN(len(b.passwords))] }

// hash is a stored hash of a password, of a salt that no other has.
func (b *town) hash(password string) string {
	salt := make([]byte, 16)
	for i := range salt {
		salt[i] = byte(b.random.Uint32())
	}
	sum := sha256.Sum256(append([]byte(password), salt...))
	return "{SSHA256}" + base64.StdEncoding.EncodeToString(append(sum[:], salt...))
}

// export is that of the next night: some changed their password, a login hashed that of others again, some are not there.
func (b *town) export(t *testing.T) string {
	t.Helper()
	b.night++
	text := "account_id,email,password_hash,password_changed_at\n"
	for _, i := range b.random.Perm(len(b.residents)) {
		id := fmt.Sprintf("u%02d", i)
		r := b.residents[id]
		if b.night > 1 {
			switch b.random.IntN(8) {
			case 0:
				r.password, r.changed = b.any(), fmt.Sprintf("2026-0%d-01", b.night)
				r.hash = b.hash(r.password)
			case 1, 2:
				r.hash = b.hash(r.password)
			case 3:
				continue
			}
		}
		text += fmt.Sprintf("%s,%s@example.com,%s,%s\n", id, id, r.hash, r.changed)
	}
	return text
}

// leak adds tonight's dumps to those of before: some right pairs, more wrong ones, and one list twice.
func (b *town) leak(t *testing.T) {
	t.Helper()
	for list := range 3 {
		var text bytes.Buffer
		for range 60 {
			id := fmt.Sprintf("u%02d", b.random.IntN(len(b.residents)))
			password := b.any()
			if b.random.IntN(4) == 0 {
				password = b.residents[id].password
			}
			fmt.Fprintf(&text, "%s@example.com:%s\n", id, password)
		}
		name := fmt.Sprintf("night%d-list%d.txt", b.night, list)
		for _, name := range []string{name, strings.Replace(name, "list2", "again", 1)} {
			if err := os.WriteFile(filepath.Join(b.dumps, name), text.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		kind := fmt.Sprintf("kind: %s\nleaked_on: 2026-0%d-01\n", []string{"site_breach", "combolist", "stealer_log"}[list], 1+list)
		if err := os.WriteFile(filepath.Join(b.dumps, name+".meta.yaml"), []byte(kind), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// configs are runs of three nights in a row, which share a state.
func (b *town) configs(t *testing.T, state string) []Config {
	t.Helper()
	var nights []Config
	for night := range 3 {
		place := workplace.OfKey(t, b.export(t), b.key)
		b.leak(t)
		cfg := placeConfig(place.Dir, place.Key)
		cfg.Dumps = []string{filepath.Join(t.TempDir(), "dumps")}
		if err := os.CopyFS(cfg.Dumps[0], os.DirFS(b.dumps)); err != nil { // as they lie there that night
			t.Fatal(err)
		}
		now := day2026(time.Month(4 + night))
		cfg.Now, cfg.StateDir = func() time.Time { return now }, state
		cfg.MaxCandidatesPerAccount = 1 + b.random.IntN(4)
		if b.random.IntN(3) == 0 {
			cfg.Limits.MaxAccounts = 1
		}
		if b.random.IntN(2) == 0 {
			cfg.ConfirmMost, cfg.asked = 1+b.random.Int64N(60), []int64{0, 20}[b.random.IntN(2)]
		}
		nights = append(nights, cfg)
	}
	return nights
}

// stateText is all that a state knows of the accounts of some indexes, but for what differs from file to file.
func stateText(t *testing.T, dir string, nights []Config) string {
	t.Helper()
	l, err := ledger.OpenExisting(dir, nights[0].Key, true)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	known := make(map[string]any)
	err = l.Findings(func(c ledger.Credential, f *ledger.Finding) error {
		known[fmt.Sprintf("finding %x", c)] = f
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	ids := finding.NewIDs(nights[0].Key)
	for i, cfg := range nights {
		ix, err := index.Open(cfg.IndexDir, cfg.Key)
		if err != nil {
			t.Fatal(err)
		}
		var all []ledger.Credential
		for row := range uint32(ix.Rows()) {
			account, err := ix.Account(row)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, ids.Credential(&account))
		}
		ix.Close()
		if known[fmt.Sprint("of index ", i)], err = l.Extract(all); err != nil {
			t.Fatal(err)
		}
	}
	if known["nights"], err = l.Nights(); err != nil {
		t.Fatal(err)
	}
	summary, err := ledger.Inspect(dir)
	if err != nil {
		t.Fatal(err)
	}
	known["verdicts"], known["dumps"] = summary.Verdicts, summary.Dumps
	text, err := json.MarshalIndent(known, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestTasks_with_a_state: three nights in a row with tasks, however each is divided, publish the bytes of three local nights,
// and leave the same state.
func TestTasks_with_a_state(t *testing.T) {
	t.Parallel()
	var standing, remembered, over, held, unchecked int
	var left strings.Builder                                // of all states
	for _, seed := range []uint64{1, 2, 3, rand.Uint64()} { // those that are always the same show all that is asked for below
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			state := filepath.Join(t.TempDir(), "state")
			nights := newTown(t, seed).configs(t, state)
			for _, cfg := range nights {
				outcome, err := Run(t.Context(), cfg)
				if err != nil || outcome.StateErr != nil {
					t.Fatal(err, outcome)
				}
				c := outcome.Manifest.Counts
				for i := range outcome.List {
					if outcome.List[i].Status == finding.StatusOutstanding {
						standing++
					}
				}
				remembered += int(c.Remembered)
				over += int(c.OverCap)
				unchecked += int(c.Unchecked)
				if outcome.Manifest.Guard.Verdict != "pass" {
					held++
				}
			}
			local := state + "-local"
			if err := os.Rename(state, local); err != nil {
				t.Fatal(err)
			}
			for night, cfg := range nights {
				p := planTasks(t, cfg, PlanOptions{Partitions: 1 + rand.IntN(12), ShardSize: int64(1000 + rand.IntN(20_000))})
				p.cfg.StateDir, p.cfg.ConfirmMost = "", 0 // the plan says where it is, and what may be verified
				p.screen(t)
				p.confirm(t)
				sameRuns(t, cfg.Out, p.publish(t))
				p.publishFails(t, "plan the run again")
				if t.Failed() {
					t.Fatalf("on night %d", night+1)
				}
			}
			want, got := stateText(t, local, nights), stateText(t, state, nights)
			if want != got {
				t.Errorf("the states differ: %s", firstDifference([]byte(want), []byte(got)))
			}
			left.WriteString(want)
		})
	}
	shown := fmt.Sprintf("%d outstanding, %d remembered, %d over the cap, %d left by a budget, %d nights held", standing, remembered, over, unchecked, held)
	t.Log(shown)
	if standing == 0 || remembered == 0 || over == 0 || unchecked == 0 || held == 0 {
		t.Errorf("%s: the nights show little", shown)
	}
	for _, word := range []string{`"hash"`, `"ended_at"`, `"waiting"`, `"refuted"`} {
		if !strings.Contains(left.String(), word) {
			t.Errorf("no state has %s", word)
		}
	}
}

// verdictsIn is how many verdicts a state holds.
func verdictsIn(t *testing.T, dir string) int64 {
	t.Helper()
	summary, err := ledger.Inspect(dir)
	if err != nil {
		t.Fatal(err)
	}
	return summary.Verdicts
}

// TestTasks_that_are_not_published: what they refuted is kept, as what a run on one machine refuted that was stopped, and the run can
// be published still, with the same bytes. A state that is not where somebody says is not made.
func TestTasks_that_are_not_published(t *testing.T) {
	t.Parallel()
	state := filepath.Join(t.TempDir(), "state")
	nights := newTown(t, 7).configs(t, state)
	first, second := nights[0], nights[1]
	if _, err := Run(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(state, state+"-local"); err != nil {
		t.Fatal(err)
	}
	plan := func(cfg Config) *taskPlace {
		t.Helper()
		p := planTasks(t, cfg, PlanOptions{Partitions: 4})
		p.cfg.StateDir = ""
		p.screen(t)
		return p
	}
	p, other := plan(first), plan(second)
	for _, partition := range []int{3, 1, 0} {
		if err := ConfirmPartition(t.Context(), p.cfg, p.run, partition); err != nil {
			t.Fatal(err)
		}
	}
	p.publishFails(t, "the confirm task 2 has no result")
	some := verdictsIn(t, state)
	p.confirm(t)
	sameRuns(t, first.Out, p.publish(t))
	if want, got := stateText(t, state+"-local", nights), stateText(t, state, nights); want != got {
		t.Errorf("the states differ: %s", firstDifference([]byte(want), []byte(got)))
	}
	all := verdictsIn(t, state)
	other.confirm(t)
	other.publishFails(t, "a run was finished or released with it since this one was planned")
	if more := verdictsIn(t, state); some == 0 || some >= all || more <= all {
		t.Errorf("%d verdicts of three partitions, %d of all, %d with those of a run that came too late", some, all, more)
	}

	p = plan(second)
	p.confirm(t)
	p.cfg.StateDir = state + "-elsewhere"
	p.publishFails(t, "say with --state where it lies")
	if _, err := os.Stat(p.cfg.StateDir); err == nil {
		t.Error("a state was made that nobody has")
	}
}
