package lanes

import "runtime"

// member is a task among others that may be computed together with it.
type member struct {
	task *Task
	key  []byte
	wake chan bool // true: to lead a batch; false: its key is there
}

// together computes a task with others of its class. Who finds a worker free leads: it takes what waits by the time that it may
// begin. The others wait for a leader to take them, or to lead after one.
func (k *Kernels) together(kernel *kernel, t *Task) []byte {
	m := &member{task: t, wake: make(chan bool, 1)}
	k.mu.Lock()
	lead := k.leaders < cap(k.slots)
	if lead {
		k.leaders++
	} else {
		k.waiting = append(k.waiting, m)
	}
	k.mu.Unlock()
	if !lead && !<-m.wake {
		return m.key
	}
	k.slots <- struct{}{}
	// Those that the batch before has just let go are about to come back with their next tasks.
	for tries := 0; tries < patience && k.missing(kernel, m); tries++ {
		runtime.Gosched()
	}
	batch := k.take(kernel, m)
	k.compute(kernel, batch)
	<-k.slots
	k.pass()
	for _, other := range batch[1:] {
		other.wake <- false
	}
	return m.key
}

// patience is how often a leader lets others run first while its batch is not full.
const patience = 3

// missing reports whether a batch of what waits would not be full.
func (k *Kernels) missing(kernel *kernel, leader *member) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	n := 1
	for _, m := range k.waiting {
		if m.task.Class == leader.task.Class {
			n++
		}
	}
	return n < kernel.lanes
}

// take returns a batch: its leader, and those of its class that have waited longest.
func (k *Kernels) take(kernel *kernel, leader *member) []*member {
	k.mu.Lock()
	defer k.mu.Unlock()
	batch := []*member{leader}
	rest := k.waiting[:0]
	for _, m := range k.waiting {
		if len(batch) < kernel.lanes && m.task.Class == leader.task.Class {
			batch = append(batch, m)
		} else {
			rest = append(rest, m)
		}
	}
	clear(k.waiting[len(rest):])
	k.waiting = rest
	return batch
}

// pass lets the one that has waited longest lead, if there is one.
func (k *Kernels) pass() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.waiting) == 0 {
		k.leaders--
		return
	}
	next := k.waiting[0]
	k.waiting = k.waiting[1:]
	next.wake <- true // it has room for one, and nobody else wakes who is not among the waiting
}

// compute sets the keys of a batch.
func (k *Kernels) compute(kernel *kernel, batch []*member) {
	if len(batch) < kernel.least || !k.try(kernel, batch) {
		for _, m := range batch {
			m.key = Reference(m.task)
		}
		return
	}
	for lane, m := range batch {
		if k.samples.take(kernel, lane, len(m.task.Password)) {
			k.compare(kernel, lane, m)
		}
	}
}

// try runs the kernel. One that panics has failed, and its tasks are the reference's.
func (k *Kernels) try(kernel *kernel, batch []*member) (ok bool) {
	defer func() {
		if recover() != nil { // the value is dropped, because it may quote a password
			k.fail(&Difference{Kernel: kernel.title(), Panicked: true})
			ok = false
		}
	}()
	tasks, keys := make([]*Task, len(batch)), make([][]byte, len(batch))
	for i, m := range batch {
		m.key = make([]byte, m.task.Size)
		tasks[i], keys[i] = m.task, m.key
	}
	kernel.run(k.arenas, tasks, keys)
	return true
}
