package pipeline

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/datasets/ledger"
	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/confirm"
	"github.com/credsieve/credsieve/pipeline/internal/workplace"
	"github.com/credsieve/credsieve/pipeline/pair"
	"github.com/credsieve/credsieve/pipeline/progress"
	"github.com/credsieve/credsieve/pipeline/prune"
)

func TestFinish_holds_no_candidates(t *testing.T) {
	const accounts, every = 60_000, 60
	c := newConfirmer(nil, pair.NewBalance(nil), progress.None{}.Phase("", 0, 0))
	secret := bytes.Repeat([]byte("x"), 100)
	before := heapInUse()
	var kept pair.Keeper
	for row := range uint32(accounts) {
		p := kept.Keep(&pair.Pair{Account: row, Secret: secret, Inputs: []uint32{1, 2}})
		end := confirm.End{State: pair.StateRefuted}
		if row%every == 0 {
			end = confirm.End{State: pair.StateIndeterminate, Cause: stored.CauseMalformed}
		}
		c.busy[row] = make(chan struct{})
		c.finish(pair.Task{Account: row, Pairs: []*pair.Pair{p}}, &confirm.Verdict{Ends: []confirm.End{end}})
	}
	kept = pair.Keeper{}
	// Each of these pairs would hold 8 KiB of its neighbours, three times.
	if held := heapInUse() - before; held > accounts/every*1024 {
		t.Errorf("%d undecided candidates hold %d bytes", accounts/every, held)
	}
	runtime.KeepAlive(c)
}

func TestFinish_keeps_little_of_an_undecided_account(t *testing.T) {
	const accounts = 100_000
	c := newConfirmer(nil, pair.NewBalance(nil), progress.None{}.Phase("", 0, 0))
	unchecked := &confirm.Verdict{Ends: []confirm.End{{State: pair.StateUnchecked, Cause: confirm.CauseUnchecked}}}
	before := heapInUse()
	for row := range uint32(accounts) {
		c.busy[row] = make(chan struct{})
		c.finish(pair.Task{Account: row, Pairs: []*pair.Pair{{Account: row}}}, unchecked)
	}
	if held := heapInUse() - before; held > accounts*100 {
		t.Errorf("%d undecided accounts hold %d bytes", accounts, held)
	}
	runtime.KeepAlive(c)
}

func heapInUse() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// crowded is a town in which hundreds use one password, and each other one somebody, with a list of what its dumps say: how
// many accounts were met with each password.
func crowded(t *testing.T) (cfg Config, met map[string]int, passwords map[string]string) {
	t.Helper()
	b := newTown(t, rand.Uint64())
	b.passwords, passwords = nil, make(map[string]string)
	for i := range 700 {
		id, password := fmt.Sprintf("u%03d", i), "Made-Up-Of-All"
		if i%2 > 0 {
			password = fmt.Sprintf("Made-Up-%d", b.random.IntN(i))
		}
		b.passwords, passwords[id] = append(b.passwords, password), password
		b.residents[id] = &resident{password: password, hash: b.hash(password)}
	}
	export := "account_id,email,password_hash\n"
	for id, r := range b.residents {
		if _, ours := passwords[id]; ours {
			export += fmt.Sprintf("%s,%s@example.com,%s\n", id, id, r.hash)
		}
	}
	who := make(map[string]map[string]bool)
	for list := range 3 {
		var text bytes.Buffer
		for range 900 {
			id := fmt.Sprintf("u%03d", b.random.IntN(700))
			password := b.any()
			if b.random.IntN(3) > 0 {
				password = passwords[id]
			}
			fmt.Fprintf(&text, "%s@example.com:%s\n", id, password)
			if who[password] == nil {
				who[password] = make(map[string]bool)
			}
			who[password][id] = true
		}
		if err := os.WriteFile(filepath.Join(b.dumps, fmt.Sprintf("list%d.txt", list)), text.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	met = make(map[string]int)
	for password, ids := range who {
		met[password] = len(ids)
	}
	place := workplace.OfKey(t, export, b.key)
	cfg = placeConfig(place.Dir, place.Key)
	now := day2026(4)
	cfg.Dumps, cfg.Now, cfg.StateDir = []string{b.dumps}, func() time.Time { return now }, filepath.Join(t.TempDir(), "state")
	return cfg, met, passwords
}

// sharedBy is what the state of a run says of its findings, by account.
func sharedBy(t *testing.T, cfg Config) map[string]int {
	t.Helper()
	ix, err := index.Open(cfg.IndexDir, cfg.Key)
	if err != nil {
		t.Fatal(err)
	}
	defer ix.Close()
	l, err := ledger.OpenExisting(cfg.StateDir, cfg.Key, true)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	found := make(map[string]int)
	err = l.Findings(func(_ ledger.Credential, f *ledger.Finding) error {
		account, err := ix.Account(f.Row)
		found[account.ID] = f.SharedBy
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestShare_is_exact: each finding says with how many accounts its password was met in all dumps, verified or not, however many
// those are and however the run is divided. A later night with less does not take it back.
func TestShare_is_exact(t *testing.T) {
	t.Parallel()
	cfg, met, passwords := crowded(t)
	check := func(what string) map[string]int {
		t.Helper()
		found := sharedBy(t, cfg)
		for id, n := range found {
			if want := met[passwords[id]]; n != want {
				t.Errorf("%s: %s is shared by %d, want %d", what, id, n, want)
			}
		}
		if len(found) < 300 || met["Made-Up-Of-All"] < 300 {
			t.Fatalf("%s: %d findings, %d in the crowd", what, len(found), met["Made-Up-Of-All"])
		}
		return found
	}
	if _, err := Run(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	local := check("local")
	for range 3 {
		if err := os.RemoveAll(cfg.StateDir); err != nil {
			t.Fatal(err)
		}
		p := planTasks(t, cfg, PlanOptions{Partitions: 1 + rand.IntN(40), ShardSize: int64(1000 + rand.IntN(40_000))})
		p.cfg.StateDir = "" // the plan says where it is
		p.screen(t)
		p.confirm(t)
		sameRuns(t, cfg.Out, p.publish(t))
		if tasks := check("tasks"); !maps.Equal(local, tasks) {
			t.Error("the local run has other findings")
		}
	}
	cfg.Dumps, cfg.Out = []string{filepath.Join(cfg.Dumps[0], "list0.txt")}, cfg.Out+"-later"
	if _, err := Run(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	check("a later night")
}

// TestDeal_in_the_order_of_classes: what is of a better class comes first, also within what is sorted together, or which pair of an
// account is tried first would depend on how many others there are.
func TestDeal_in_the_order_of_classes(t *testing.T) {
	t.Parallel()
	w := prune.NewWorklist(t.TempDir(), 1<<20)
	for class := range 3 {
		for range 1 + class {
			if err := w.Add(class, &pair.Pair{Account: 7, Secret: []byte("x")}); err != nil {
				t.Fatal(err)
			}
		}
		for range 9 {
			if err := w.Add(class, &pair.Pair{Account: uint32(100 + class), Secret: []byte("x")}); err != nil {
				t.Fatal(err)
			}
		}
	}
	c := newConfirmer(nil, pair.NewBalance(nil), progress.None{}.Phase("", 0, 0))
	work := make(chan pair.Task)
	var got []int
	done := make(chan struct{})
	go func() {
		defer close(done)
		for task := range work {
			got = append(got, task.Class*10+len(task.Pairs))
			c.finish(task, &confirm.Verdict{Ends: make([]confirm.End, len(task.Pairs))})
		}
	}()
	err := c.deal(t.Context(), w, work)
	close(work)
	if <-done; err != nil {
		t.Fatal(err)
	}
	if want := []int{9, 1, 19, 12, 29, 23}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
