package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/credsieve/credsieve/pipeline/progress"
)

// phases passes progress on and remembers it: how long each phase took, and where a run was when it was stopped.
type phases struct {
	inner progress.Progress
	mu    sync.Mutex
	list  []*phase
}

func newPhases(inner progress.Progress) *phases { return &phases{inner: inner} }

// phase is one of a run, under way or done.
type phase struct {
	name  string
	total int64 // -1 or 0: not known
	unit  progress.Unit
	begin time.Time
	done  atomic.Int64
	ended atomic.Int64 // nanoseconds that it took; 0: under way
	inner progress.Meter
}

var _ progress.Finder = &phase{}

func (p *phases) Phase(name string, total int64, unit progress.Unit) progress.Meter {
	one := &phase{name: name, total: total, unit: unit, begin: time.Now(), inner: p.inner.Phase(name, total, unit)}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.list = append(p.list, one)
	return one
}

func (o *phase) Add(n int64) {
	o.done.Add(n)
	o.inner.Add(n)
}

func (o *phase) Found(n int64) {
	if finder, ok := o.inner.(progress.Finder); ok {
		finder.Found(n)
	}
}

func (o *phase) Done() {
	o.ended.Store(int64(max(time.Since(o.begin), 1)))
	o.inner.Done()
}

// where says in words how far the last phase was.
func (p *phases) where() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.list) == 0 {
		return "before it began to read"
	}
	last := p.list[len(p.list)-1]
	done := amount(last.unit, last.done.Load())
	if last.total > 0 {
		return fmt.Sprintf("in phase %s, at %s of %s", last.name, done, amount(last.unit, last.total))
	}
	return fmt.Sprintf("in phase %s, at %s", last.name, done)
}
