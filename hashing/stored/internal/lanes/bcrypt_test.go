package lanes

import (
	"bytes"
	"fmt"
	"testing"
)

// TestBcrypt holds both ways of expanding against the reference, with batches that are not full.
func TestBcrypt(t *testing.T) {
	t.Parallel()
	a := newArenas(1<<20, nil)
	defer a.close()
	for name, expand := range expands() {
		kernel := bcryptKernel(name, expand)
		for n := 1; n <= bcryptLanes; n++ {
			tasks, keys := make([]*Task, n), make([][]byte, n)
			for i := range tasks {
				password := bytes.Repeat([]byte{'a', 0xff, 0, 0x80}, 7*n+4*i)[:9*n+7*i]
				salt := fmt.Appendf(nil, "made up salt %d %d", n, i)
				tasks[i] = &Task{Class{Bcrypt, [3]uint32{5}, bcryptSize}, password, salt}
				keys[i] = make([]byte, bcryptSize)
			}
			kernel.run(a, tasks, keys)
			for i, task := range tasks {
				if !bytes.Equal(keys[i], Reference(task)) {
					t.Errorf("%s, lane %d of %d: another key", name, i, n)
				}
			}
		}
	}
}

// TestBlowfishPi: its first and last words, as they stand in Schneier's tables.
func TestBlowfishPi(t *testing.T) {
	t.Parallel()
	pi := blowfishPi()
	if pi[0] != 0x243f6a88 || pi[17] != 0x8979fb1b || pi[18] != 0xd1310ba6 || pi[bcryptLane-1] != 0x3ac372e6 {
		t.Errorf("it is %x %x %x … %x", pi[0], pi[17], pi[18], pi[bcryptLane-1])
	}
}

// FuzzBcrypt holds the kernel against the reference, in every lane at once.
func FuzzBcrypt(f *testing.F) {
	f.Add([]byte("Made-Up-1"), []byte("made up salt 16."), []byte("another"))
	f.Add(bytes.Repeat([]byte("x\x00\xff"), 100), make([]byte, 16), []byte{})
	a := newArenas(1<<20, nil)
	ways := expands()
	f.Fuzz(func(t *testing.T, password, salt, other []byte) {
		salt = append(salt, make([]byte, 16)...)[:16]
		class := Class{Bcrypt, [3]uint32{4}, bcryptSize}
		turned := append(bytes.Clone(salt[1:]), salt[0])
		tasks := []*Task{{class, password, salt}, {class, other, salt}, {class, password, turned}, {class, other, turned}}
		for name, expand := range ways {
			keys := make([][]byte, len(tasks))
			for i := range keys {
				keys[i] = make([]byte, bcryptSize)
			}
			bcryptKernel(name, expand).run(a, tasks, keys)
			for i, task := range tasks {
				if !bytes.Equal(keys[i], Reference(task)) {
					t.Errorf("%s, lane %d: another key", name, i)
				}
			}
		}
	})
}
