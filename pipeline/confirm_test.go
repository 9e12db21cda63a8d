package pipeline

import (
	"bytes"
	"runtime"
	"testing"

	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/pair"
	"github.com/credsieve/credsieve/pipeline/progress"
)

func TestFinish_holds_no_candidates(t *testing.T) {
	const accounts, every = 60_000, 60
	c := &confirmer{
		balance: pair.NewBalance(nil), meter: progress.None{}.Phase("", 0, 0), busy: make(map[uint32]chan struct{}),
		out: &verdicts{open: make(map[openPairs]int32), left: make(map[uint32]int64)}, confirmed: pair.NewRowSet(),
	}
	secret := bytes.Repeat([]byte("x"), 100)
	before := heapInUse()
	var kept pair.Keeper
	for row := range uint32(accounts) {
		p := kept.Keep(&pair.Pair{Account: row, Secret: secret, Inputs: []uint32{1, 2}})
		end := pair.StateRefuted
		if row%every == 0 {
			end = c.leave(p, pair.StateIndeterminate, stored.CauseMalformed)
		}
		c.busy[row] = make(chan struct{})
		c.finish(pair.Task{Account: row, Pairs: []*pair.Pair{p}}, []pair.State{end})
	}
	kept = pair.Keeper{}
	// Each of these pairs would hold 8 KiB of its neighbours, three times.
	if held := heapInUse() - before; held > accounts/every*1024 {
		t.Errorf("%d undecided candidates hold %d bytes", accounts/every, held)
	}
	runtime.KeepAlive(c)
}

func TestLeave_keeps_little_of_an_account(t *testing.T) {
	const accounts = 100_000
	c := &confirmer{out: &verdicts{open: make(map[openPairs]int32)}}
	before := heapInUse()
	for row := range uint32(accounts) {
		c.leave(&pair.Pair{Account: row}, pair.StateUnchecked, "unchecked")
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
