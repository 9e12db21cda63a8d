package lanes

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"sync"
)

// lengths are passwords' at which kernels change what they do: at the ends of blocks, with and without padding, of the digests,
// and where bcrypt stops looking. A class of length ends with each of them; the last has no end.
var lengths = [...]int{0, 1, 55, 56, 64, 72, 111, 112, 128, 255, 300}

func lengthClass(n int) int {
	for class, end := range lengths[:len(lengths)-1] {
		if n <= end {
			return class
		}
	}
	return len(lengths) - 1
}

// Difference says that a kernel cannot be believed. It names no password.
type Difference struct {
	Kernel   string
	Lane     int // from 1
	Panicked bool
	Match    bool // it took a password for the right one
}

func (d *Difference) Error() string {
	switch {
	case d.Panicked:
		return fmt.Sprintf("the kernel %s panicked", d.Kernel)
	case d.Match:
		return fmt.Sprintf("a kernel of %s confirmed a password that the reference refutes", d.Kernel)
	}
	return fmt.Sprintf("the kernel %s computed another key than the reference (lane %d)", d.Kernel, d.Lane)
}

func (kernel *kernel) title() string { return string(kernel.trial.Scheme) + " " + kernel.name }

// check holds the kernel against the reference: so often that each length was in each lane, with other lengths and salts
// beside it. It runs once in a process, before the kernel computes anything that counts.
func (k *Kernels) check(kernel *kernel) {
	same := true
	for first := range lengths {
		same = same && k.checkBatch(kernel, first)
	}
	kernel.off.Store(!same)
}

// checkBatch fills every lane, the first with a password of the length that first counts to.
func (k *Kernels) checkBatch(kernel *kernel, first int) (same bool) {
	defer func() {
		if recover() != nil { // a kernel that panics is one that differs
			same = false
		}
	}()
	tasks, keys := make([]*Task, kernel.lanes), make([][]byte, kernel.lanes)
	for lane := range tasks {
		password := make([]byte, lengths[(first+lane)%len(lengths)])
		_, _ = rand.Read(password) // crypto/rand has no errors
		tasks[lane] = &Task{Class: kernel.trial, Password: password, Salt: kernel.newSalt(first + 3*lane)}
		keys[lane] = make([]byte, kernel.trial.Size)
	}
	kernel.run(k.arenas, tasks, keys)
	for lane, t := range tasks {
		if !bytes.Equal(keys[lane], Reference(t)) {
			return false
		}
	}
	return true
}

// newSalt makes a salt of one of several lengths.
func (kernel *kernel) newSalt(n int) []byte {
	salt := make([]byte, 8+n%41)
	if kernel.salt > 0 {
		salt = make([]byte, kernel.salt)
	}
	_, _ = rand.Read(salt)
	return salt
}

// compare holds a key against that of the reference, which replaces it.
func (k *Kernels) compare(kernel *kernel, lane int, m *member) {
	want := Reference(m.task)
	if !bytes.Equal(m.key, want) {
		k.fail(&Difference{Kernel: kernel.title(), Lane: lane + 1})
	}
	m.key = want
}

// fail keeps the first difference.
func (k *Kernels) fail(d *Difference) { k.err.CompareAndSwap(nil, d) }

// sampleEach: of keys that are not the first of their class, one in so many is compared.
const sampleEach = 1000

// samples say which keys are compared.
type samples struct {
	mu    sync.Mutex
	known map[sampleClass]struct{}
	count map[Scheme]int
}

type sampleClass struct {
	scheme       Scheme
	lane, length int
}

func (s *samples) take(kernel *kernel, lane, length int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known == nil {
		s.known, s.count = make(map[sampleClass]struct{}), make(map[Scheme]int)
	}
	scheme := kernel.trial.Scheme
	class := sampleClass{scheme, lane, lengthClass(length)}
	if _, ok := s.known[class]; !ok {
		s.known[class] = struct{}{}
		return true
	}
	s.count[scheme]++
	return s.count[scheme]%sampleEach == 0
}
