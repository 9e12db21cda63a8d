package estimate

import (
	"fmt"
	"math"
)

// What processes take beside what depends on the load, and what is kept in memory for each thing; docs/performance.md has the
// measurements.
const (
	baseMemory    = 64 << 20
	workerMemory  = 24 << 20 // blocks under way, with what is found in them
	sortedBytes   = 60       // of an account, while an index is built
	pairMemory    = 200      // of a pair that waits to be confirmed
	findingMemory = 2500     // of an account on the list
	// taskWorkers is how many cores a task uses: one goroutine reads, and four keep up with it.
	taskWorkers = 4
	// sectionBytes is what a parcel says of each partition that it has candidates of.
	sectionBytes = 84
	// piles is how many partitions a process makes of its accounts, to hold the pairs of one at a time.
	piles = 256
)

// falseHits is the share of records that the filter lets through in error.
const falseHits = 1e-3

func (w *work) build() Phase {
	b := w.c.Build
	cores := b.TaskSeconds + float64(w.Accounts)*b.AccountSeconds*(1+buildPerDecade*decades(w.Accounts, max(b.Accounts, buildFlat)))
	p := Phase{
		Name: "index build", Tasks: 1, AtOnce: 1, Disk: w.index.all, Bound: boundProcessor,
		Memory: baseMemory + w.index.filter + min(w.Accounts*sortedBytes, w.m.Memory/4),
	}
	wall := cores / float64(w.m.Cores)
	if one := float64(w.Accounts) * b.ReadSeconds; one > wall {
		wall, p.Bound = one, boundOneCore
	}
	return w.hours(&p, 1, cores, wall)
}

func (w *work) screen() Phase {
	records, shards := float64(w.Records), float64(w.shards)
	far := decades(w.Accounts, w.c.Screen.Accounts)
	lookups := (float64(w.counts.Candidates) + records*falseHits) / shards
	tokens := touched(w.index.tokens, lookups) // of each task
	cores := shards*(w.opened()+w.c.Screen.TaskSeconds+tokens*w.c.CheckSeconds) +
		records*(w.record.RecordSeconds+far*recordPerDecade) +
		float64(w.counts.Candidates)*(w.record.HitSeconds+far*hitPerDecade)
	p := Phase{
		Name: "screen", Tasks: w.shards, Read: w.counts.DumpBytes + int64(shards*(float64(w.index.filter)+tokens)),
		Memory: baseMemory + w.index.filter + w.workers()*workerMemory,
	}
	pairs := int64(float64(w.counts.Candidates) * w.wide * w.c.Screen.PairBytes)
	if w.Tasks {
		p.Exchange = pairs + w.shards*min(w.Partitions, w.counts.Candidates/w.shards+1)*sectionBytes
	} else {
		p.Disk = pairs // beyond a share of the memory
	}
	if index := p.Read - w.counts.DumpBytes; index > w.counts.DumpBytes && w.shards > 1 {
		w.notes = append(w.notes, fmt.Sprintf("tasks of screening read %.1f times as many bytes of the index as of the dumps: a larger "+
			"--shard-size reads it less often", float64(index)/float64(w.counts.DumpBytes)))
	}
	return w.spread(&p, w.workers(), cores, records*w.record.ReadSeconds)
}

func (w *work) confirm() Phase {
	parts := float64(w.Partitions)
	c := w.c.Confirm
	// What a process does one after the other, beside its verifications.
	alone := float64(w.counts.Candidates)*w.wide*c.PairSeconds + touched(w.index.rows, float64(w.counts.AccountsMet))*w.c.CheckSeconds
	if w.Tasks {
		alone += parts * (w.opened() + c.TaskSeconds + float64(w.shards)*c.ShardSeconds)
	}
	cores := alone + parts*w.control + float64(w.counts.Verifications)*w.verify
	p := Phase{
		Name: "confirm", Tasks: w.Partitions,
		Memory: baseMemory + w.index.filter + w.verifiers()*w.most + int64(float64(w.counts.Pairs)*pairMemory/max(parts, piles)),
	}
	if w.Tasks {
		p.Read = int64(float64(w.counts.Candidates)*w.wide*w.c.Screen.PairBytes + parts*float64(w.index.filter) + float64(w.index.rows))
		p.Exchange = int64(float64(w.counts.Pairs) * w.wide * c.PairBytes)
	}
	return w.spread(&p, w.verifiers(), cores, alone)
}

func (w *work) publish() Phase {
	c := w.c.Publish
	met, findings := float64(w.counts.AccountsMet), float64(w.counts.Findings)
	cores := met*c.AccountSeconds + findings*c.FindingSeconds + touched(w.index.rows, met)*w.c.CheckSeconds
	p := Phase{
		Name: "publish", Tasks: 1, AtOnce: 1, Bound: boundOneCore, Disk: int64(met*c.AccountBytes + findings*c.FindingBytes),
		Memory: baseMemory + w.index.filter + w.counts.Findings*findingMemory + w.Accounts/8,
	}
	if w.Tasks {
		cores += w.opened() + c.TaskSeconds + w.control + float64(w.shards+w.Partitions)*w.c.Confirm.ShardSeconds
		p.Read = w.index.filter + int64(touched(w.index.rows, met)+float64(w.counts.Pairs)*w.wide*w.c.Confirm.PairBytes)
	} else {
		cores += c.TaskSeconds
	}
	return w.hours(&p, 1, cores, cores)
}

// workers is how many cores a process uses.
func (w *work) workers() int64 {
	if w.Tasks {
		return min(w.m.Cores, taskWorkers)
	}
	return w.m.Cores
}

// verifiers is how many of them verify: a run has half of a machine's memory, and a stored hash may ask for much of it.
func (w *work) verifiers() int64 {
	return max(min(w.workers(), w.m.Memory/2/max(w.most, 1)), 1)
}

// spread finds out how many processes of so many workers fit beside each other, and how long all tasks take on all machines. Of
// what cores take, alone is what one goroutine of a process does.
func (w *work) spread(p *Phase, workers int64, cores, alone float64) Phase {
	p.AtOnce = 1
	machines := int64(1)
	if w.Tasks {
		p.AtOnce = max(min(w.m.Cores/workers, w.m.Memory/p.Memory), 1)
		machines = min(w.m.Count, (p.Tasks+p.AtOnce-1)/p.AtOnce)
		if p.AtOnce < w.m.Cores/workers {
			w.notes = append(w.notes, fmt.Sprintf("memory keeps cores idle in %s: a machine has room for %d processes of %d", p.Name,
				p.AtOnce, w.m.Cores/workers))
		}
	}
	tasks := float64(p.Tasks)
	one := cores / float64(workers) // of all tasks, if one process did them
	p.Bound = boundProcessor
	if alone > one {
		one, p.Bound = alone, boundOneCore
	}
	rounds := math.Ceil(tasks / float64(machines*p.AtOnce))
	wall := rounds * one / tasks
	if reading := float64(p.Read) / float64(w.m.ReadRate*machines); reading > wall {
		wall, p.Bound = reading, boundReading
	}
	return w.hours(p, machines, cores, wall)
}
