package lanes

import (
	"bytes"
	"encoding/hex"
	"testing"
)

// TestArgon2 holds every way of filling blocks against the reference, over costs at which its loops end elsewhere.
func TestArgon2(t *testing.T) {
	t.Parallel()
	a := newArenas(1<<20, nil)
	defer a.close()
	for _, kernel := range append(native(), argon2Kernel(Argon2id, "go", fillBlock)) {
		if kernel.trial.Scheme != Argon2d && kernel.trial.Scheme != Argon2i && kernel.trial.Scheme != Argon2id {
			continue
		}
		for _, costs := range [][3]uint32{{8, 1, 1}, {9, 1, 1}, {16, 3, 2}, {100, 2, 3}, {700, 1, 1}, {2048, 2, 4}} {
			for _, size := range []int{12, 32, 64, 65, 96, 100} {
				task := &Task{Class{kernel.trial.Scheme, costs, size}, []byte("Made-Up-1"), []byte("a salt for tests")}
				key := make([]byte, size)
				kernel.run(a, []*Task{task}, [][]byte{key})
				if !bytes.Equal(key, Reference(task)) {
					t.Errorf("%s %v, %d bytes: another key", kernel.title(), costs, size)
				}
			}
		}
	}
}

func TestFillBlock(t *testing.T) {
	t.Parallel()
	var prev, ref, out, want block
	for i := range prev {
		prev[i], ref[i] = uint64(i)*0x9e3779b97f4a7c15, ^uint64(i*i)<<7
		out[i] = uint64(i) << 40
		want[i] = out[i]
	}
	for name, fill := range fills() {
		for _, xor := range []bool{false, true, true} {
			fill((*[blockWords]uint64)(&out), (*[blockWords]uint64)(&prev), (*[blockWords]uint64)(&ref),
				(*[blockWords]uint64)(&ref), xor)
			fillBlock((*[blockWords]uint64)(&want), (*[blockWords]uint64)(&prev), (*[blockWords]uint64)(&ref), nil, xor)
			if out != want {
				t.Fatalf("%s, xor %v: another block", name, xor)
			}
		}
	}
}

// TestArgon2_known_answers are those of RFC 9106, section 5.
func TestArgon2_known_answers(t *testing.T) {
	t.Parallel()
	repeat := func(b byte, n int) []byte { return bytes.Repeat([]byte{b}, n) }
	a := newArenas(1<<20, nil)
	defer a.close()
	ways := fills()
	ways["go"] = fillBlock
	for scheme, want := range map[Scheme]string{
		Argon2d:  "512b391b6f1162975371d30919734294f868e3be3984f3c1a13a4db9fabe4acb",
		Argon2i:  "c814d9d1dc7f37aa13f0d77f2494bda1c8de6b016dd388d29952a4c4672b6ce8",
		Argon2id: "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659",
	} {
		for name, fill := range ways {
			key := make([]byte, 32)
			task := &Task{Class{scheme, [3]uint32{32, 3, 4}, 32}, repeat(1, 32), repeat(2, 16)}
			argon2Keyed(a, fill, task, repeat(3, 8), repeat(4, 12), key)
			if hex.EncodeToString(key) != want {
				t.Errorf("%s by %s: %x", scheme, name, key)
			}
		}
	}
}

// FuzzArgon2 holds the kernels against the reference.
func FuzzArgon2(f *testing.F) {
	f.Add([]byte("Made-Up-1"), []byte("a salt for tests"), uint8(0), uint8(8), uint8(1), uint8(1), uint8(32))
	f.Add([]byte{}, []byte("saltsalt"), uint8(1), uint8(200), uint8(2), uint8(3), uint8(65))
	f.Add(bytes.Repeat([]byte("x\x00"), 150), []byte("saltsalt"), uint8(2), uint8(77), uint8(3), uint8(2), uint8(12))
	k := New(Options{Workers: 1, Memory: 1 << 20})
	f.Fuzz(func(t *testing.T, password, salt []byte, scheme, memory, time, threads, size uint8) {
		task := &Task{
			Class{
				[]Scheme{Argon2d, Argon2i, Argon2id}[scheme%3],
				[3]uint32{uint32(memory) + 32, uint32(time%3) + 1, uint32(threads%4) + 1}, int(size) + 4,
			},
			password, salt,
		}
		if !bytes.Equal(k.Key(task), Reference(task)) || k.Err() != nil {
			t.Errorf("%v: another key", task.Class)
		}
	})
}
