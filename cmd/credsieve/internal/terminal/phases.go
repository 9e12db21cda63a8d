package terminal

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/credsieve/credsieve/pipeline/progress"
)

// Phases passes progress on and remembers it: how long each phase took, and where a run was when it was stopped.
type Phases struct {
	inner progress.Progress
	mu    sync.Mutex
	list  []*phase
}

// NewPhases returns one that has seen nothing.
func NewPhases(inner progress.Progress) *Phases { return &Phases{inner: inner} }

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

// Phase implements progress.Progress.
func (p *Phases) Phase(name string, total int64, unit progress.Unit) progress.Meter {
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

// Where says in words how far the last phase is.
func (p *Phases) Where() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.list) == 0 {
		return "before it began to read"
	}
	last := p.list[len(p.list)-1]
	done := Amount(last.unit, last.done.Load())
	if last.total > 0 {
		return fmt.Sprintf("in phase %s, at %s of %s", last.name, done, Amount(last.unit, last.total))
	}
	return fmt.Sprintf("in phase %s, at %s", last.name, done)
}

// Took is how long a phase was, or is until now.
type Took struct {
	Name string
	Took time.Duration
}

// Took says it of each phase, in their order.
func (p *Phases) Took() []Took {
	p.mu.Lock()
	defer p.mu.Unlock()
	list := make([]Took, len(p.list))
	for i, one := range p.list {
		took := time.Duration(one.ended.Load())
		if took == 0 {
			took = time.Since(one.begin)
		}
		list[i] = Took{Name: one.name, Took: took}
	}
	return list
}
