package lanes

import (
	"bytes"
	"errors"
	"math/bits"
	"runtime"
	"sync"
	"testing"
)

var cheap = Class{Argon2id, [3]uint32{8, 1, 1}, 16}

// byReference is a kernel of so many lanes that computes what the reference does, for tests of what stands around kernels.
func byReference(lanes int) *kernel {
	return &kernel{
		name: "test", lanes: lanes, least: 1, trial: cheap,
		run: func(_ *arenas, tasks []*Task, keys [][]byte) {
			for i, t := range tasks {
				copy(keys[i], Reference(t))
			}
		},
	}
}

// spoiled is a kernel whose keys somebody changes.
func spoiled(k *kernel, change func(tasks []*Task, keys [][]byte)) *kernel {
	run := k.run
	k.run = func(a *arenas, tasks []*Task, keys [][]byte) {
		run(a, tasks, keys)
		change(tasks, keys)
	}
	return k
}

// TestCheck_switches_off kernels that are wrong, each in its own way, before they compute anything that counts.
func TestCheck_switches_off(t *testing.T) {
	t.Parallel()
	flipped := func(out, prev, ref, next *[blockWords]uint64, xor bool) {
		fillBlock(out, prev, ref, next, xor)
		out[127] = bits.RotateLeft64(out[127], 1) // as if one rotation were by 62
	}
	stale := 0
	for name, wrong := range map[string]*kernel{
		"a flipped constant": argon2Kernel(Argon2id, "test", flipped),
		"a stale arena": argon2Kernel(Argon2id, "test", func(out, prev, ref, next *[blockWords]uint64, xor bool) {
			if stale++; stale%1000 != 0 { // else what another password left there stays
				fillBlock(out, prev, ref, next, xor)
			}
		}),
		"two lanes swapped": spoiled(byReference(4), func(_ []*Task, keys [][]byte) {
			keys[1], keys[2] = keys[2], keys[1]
		}),
		"the salt of a neighbour": spoiled(byReference(2), func(tasks []*Task, keys [][]byte) {
			if len(tasks) == 2 {
				copy(keys[1], Reference(&Task{tasks[1].Class, tasks[1].Password, tasks[0].Salt}))
			}
		}),
		"wrong above 128 bytes, in one lane": spoiled(byReference(8), func(tasks []*Task, keys [][]byte) {
			if len(tasks) == 8 && len(tasks[7].Password) > 128 {
				keys[7][0] ^= 1
			}
		}),
		"a panic": spoiled(byReference(2), func([]*Task, [][]byte) { panic("made up") }),
	} {
		t.Run(name, func(t *testing.T) {
			k := newKernels(Options{Workers: 1, Memory: 1 << 20}, []*kernel{wrong})
			defer k.Close()
			task := &Task{cheap, []byte("Made-Up-1"), []byte("a salt for tests")}
			if k.Width(Argon2id) != 0 || !bytes.Equal(k.Key(task), Reference(task)) {
				t.Error("it is used")
			}
			if off := k.Off(); len(off) != 1 || off[0] != (Off{"argon2id", "test"}) || k.Err() != nil {
				t.Errorf("off are %v, error %v", off, k.Err())
			}
		})
	}
}

// TestSamples_catch what the check could not see: the key is the reference's, and the run fails.
func TestSamples_catch(t *testing.T) {
	t.Parallel()
	calls := 0
	for name, test := range map[string]struct {
		wrong func(*Task) bool
		keys  int
	}{
		"at other costs":               {func(t *Task) bool { return t.Costs[0] != cheap.Costs[0] }, 1},
		"after a while":                {func(*Task) bool { calls++; return calls > 500 }, 1100},
		"for a length of its own":      {func(t *Task) bool { return len(t.Password) == 9 && t.Costs[0] == 16 }, 1},
		"with another size of the key": {func(t *Task) bool { return t.Size != cheap.Size }, 1},
	} {
		t.Run(name, func(t *testing.T) {
			k := newKernels(Options{Workers: 1}, []*kernel{spoiled(byReference(1), func(tasks []*Task, keys [][]byte) {
				if test.wrong(tasks[0]) {
					keys[0][3] ^= 4
				}
			})})
			task := &Task{cheap, []byte("Made-Up-1"), []byte("a salt for tests")}
			if test.keys == 1 {
				task.Costs[0], task.Size = 16, 20
			}
			for range test.keys {
				k.Key(task)
			}
			var difference *Difference
			if !errors.As(k.Err(), &difference) || difference.Lane != 1 || len(k.Off()) != 0 {
				t.Errorf("error %v, off %v", k.Err(), k.Off())
			}
			if test.keys == 1 && !bytes.Equal(k.Key(&Task{Class{Argon2id, cheap.Costs, 16}, nil, task.Salt}),
				Reference(&Task{Class{Argon2id, cheap.Costs, 16}, nil, task.Salt})) {
				t.Error("another key")
			}
		})
	}
}

// TestPanic_later: a kernel that panics over a task has failed, and nobody waits for ever.
func TestPanic_later(t *testing.T) {
	t.Parallel()
	k := newKernels(Options{Workers: 1}, []*kernel{spoiled(byReference(4), func(tasks []*Task, _ [][]byte) {
		if tasks[0].Costs[0] == 16 {
			panic(tasks[0].Password)
		}
	})})
	tasks := many(20, Class{Argon2id, [3]uint32{16, 1, 1}, 16})
	for i, key := range allAtOnce(k, tasks) {
		if !bytes.Equal(key, Reference(tasks[i])) {
			t.Errorf("task %d: another key", i)
		}
	}
	if err := k.Err(); err == nil || bytes.Contains([]byte(err.Error()), []byte("Made-Up")) {
		t.Errorf("error %v", err)
	}
}

func many(n int, classes ...Class) []*Task {
	tasks := make([]*Task, n)
	for i := range tasks {
		password := bytes.Repeat([]byte("Made-Up-"), i%9)
		tasks[i] = &Task{classes[i%len(classes)], append(password, byte(i), byte(i>>8)), []byte{byte(i), 1, 2, 3, 4, 5, 6, 7, byte(i >> 8)}}
	}
	return tasks
}

func allAtOnce(k *Kernels, tasks []*Task) [][]byte {
	keys := make([][]byte, len(tasks))
	var group sync.WaitGroup
	for i, t := range tasks {
		group.Go(func() { keys[i] = k.Key(t) })
	}
	group.Wait()
	return keys
}

// TestTogether: tasks of several classes get their own keys, no batch mixes classes or has more tasks than lanes, no more
// batches run at once than there are workers, and batches are full when enough wait.
func TestTogether(t *testing.T) {
	t.Parallel()
	const workers, lanes = 2, 4
	var mu sync.Mutex
	running, most, batches := 0, 0, 0
	counted := byReference(lanes)
	run := counted.run
	counted.run = func(a *arenas, tasks []*Task, keys [][]byte) {
		mu.Lock()
		running, batches = running+1, batches+1
		most = max(most, running)
		mu.Unlock()
		for _, other := range tasks {
			if other.Class != tasks[0].Class || len(tasks) > lanes {
				t.Errorf("a batch of %d tasks, of %v and %v", len(tasks), tasks[0].Class, other.Class)
			}
		}
		run(a, tasks, keys)
		mu.Lock()
		running--
		mu.Unlock()
	}
	k := newKernels(Options{Workers: workers}, []*kernel{counted})
	k.Width(Argon2id) // the check
	batches, most = 0, 0
	for range workers {
		k.Slots() <- struct{}{} // others compute, and all tasks come to wait
	}
	tasks := many(400, cheap, Class{Argon2id, [3]uint32{16, 1, 1}, 32})
	keys := make([][]byte, len(tasks))
	var group sync.WaitGroup
	for i, task := range tasks {
		group.Go(func() { keys[i] = k.Key(task) })
	}
	for waiting := 0; waiting < len(tasks)-workers; {
		k.mu.Lock()
		waiting = len(k.waiting)
		k.mu.Unlock()
		runtime.Gosched()
	}
	for range workers {
		<-k.Slots()
	}
	group.Wait()
	for i, task := range tasks {
		if !bytes.Equal(keys[i], Reference(task)) {
			t.Errorf("task %d: another key", i)
		}
	}
	if most > workers || batches > len(tasks)/lanes+2 || k.leaders != 0 || len(k.waiting) != 0 {
		t.Errorf("%d batches, %d at once, %d leaders", batches, most, k.leaders)
	}
}

func TestArenas(t *testing.T) {
	t.Parallel()
	told, most := int64(0), int64(0)
	a := newArenas(4096, func(held int64) { told, most = held, max(most, held) })
	first := a.get(1024)
	first[7] = 1
	a.put(first)
	if again := a.get(1024); &again[0] != &first[0] {
		t.Error("it was not used again")
	} else {
		a.put(again)
	}
	a.put(a.get(3072))
	if a.held != 4096 {
		t.Errorf("%d bytes are held", a.held)
	}
	a.put(a.get(2048)) // makes room
	if a.held > 4096 {
		t.Errorf("%d bytes are held of 4096", a.held)
	}
	a.put(a.get(9999)) // more than there is runs alone, and is not kept
	if a.held > 4096 {
		t.Errorf("%d bytes are held of 4096", a.held)
	}
	late := a.get(512)
	secret := []byte("derived of a password")
	a.free = append(a.free, secret)
	a.held += int64(len(secret))
	a.close()
	a.put(late)
	if a.held != 0 || len(a.free) != 0 || !bytes.Equal(secret, make([]byte, len(secret))) {
		t.Errorf("%d bytes are left, %d arenas, %q", a.held, len(a.free), secret)
	}
	if outsideHeap && (told != 0 || most < 9999) {
		t.Errorf("told of %d bytes, at the end %d", most, told)
	}
}
