package pipeline

import (
	"bytes"
	"runtime"
	"testing"

	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/confirm"
	"github.com/credsieve/credsieve/pipeline/pair"
	"github.com/credsieve/credsieve/pipeline/progress"
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
