//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package index

import (
	"context"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/credsieve/credsieve/hashing"
)

// Set, it makes the test binary a build that is there to be killed.
const victimEnv = "CREDSIEVE_TEST_VICTIM"

const victimRows = 8_000

// TestVictim is not a test but the process that TestKilledBuild kills.
func TestVictim(t *testing.T) {
	dir := os.Getenv(victimEnv)
	if dir == "" {
		return
	}
	key, err := hashing.ParseKey([]byte(os.Getenv(victimEnv + "_KEY")))
	if err != nil {
		t.Fatal(err)
	}
	for night := 1; ; night++ {
		o := BuildOptions{Dir: dir, Key: key, Memory: minMemory}
		if night%2 == 0 {
			o.Previous = dir
		}
		src := &madeUp{rows: victimRows, changes: 50, night: night}
		if _, err := Build(context.Background(), src, o); err != nil {
			t.Fatal(err)
		}
	}
}

// A build that is killed at any moment leaves an index that opens, is whole, and has all accounts;
// what else it leaves is gone after the next build.
func TestKilledBuild(t *testing.T) {
	t.Parallel()
	key, dir := newKey(t), t.TempDir()
	build := func() *Meta {
		m, err := Build(context.Background(), &madeUp{rows: victimRows}, BuildOptions{Dir: dir, Key: key})
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	build()
	first, amidst := time.Now(), 0
	build()
	took := time.Since(first)
	for range 20 {
		victim := exec.Command(os.Args[0], "-test.run", "^TestVictim$")
		victim.Env = append(os.Environ(), victimEnv+"="+dir, victimEnv+"_KEY="+string(key.Text()))
		if err := victim.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(rand.Int64N(int64(took) * 3)))
		if err := victim.Process.Kill(); err != nil {
			t.Fatalf("the build had ended by itself: %v", err)
		}
		_ = victim.Wait() // killed, as it says
		for _, name := range names(t, dir) {
			if strings.HasPrefix(name, stagingPrefix) {
				amidst++
			}
		}
		m, err := Verify(context.Background(), dir)
		if err != nil {
			t.Fatal(err)
		}
		if m.Indexed != victimRows {
			t.Fatalf("the index has %d accounts", m.Indexed)
		}
		x, err := Open(dir, key)
		if err != nil {
			t.Fatal(err)
		}
		token := tokensOf(key, email("user777@example.com"))[0]
		if rows := x.Lookup(token, nil); len(rows) != 1 || x.Err() != nil {
			t.Fatalf("an account is in rows %v, %v", rows, x.Err())
		}
		x.Close()
	}
	if amidst == 0 {
		t.Error("no build was killed in the middle of its work")
	}
	m := build()
	if got, want := len(names(t, dir)), 2+2*len(m.Files); got != want {
		t.Errorf("after the next build the folder holds %v", names(t, dir))
	}
}
