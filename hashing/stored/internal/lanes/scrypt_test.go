package lanes

import (
	"bytes"
	"encoding/hex"
	"testing"
)

// TestScrypt holds both ways of mixing against the reference.
func TestScrypt(t *testing.T) {
	t.Parallel()
	a := newArenas(1<<20, nil)
	defer a.close()
	for name, mix := range mixes() {
		kernel := scryptKernel(name, mix)
		for _, costs := range [][3]uint32{{2, 1, 1}, {16, 8, 1}, {64, 3, 3}, {1024, 8, 2}, {4, 40, 1}} {
			for _, size := range []int{16, 32, 64, 100} {
				task := &Task{Class{Scrypt, costs, size}, []byte("Made-Up-1"), []byte("a salt for tests")}
				key := make([]byte, size)
				kernel.run(a, []*Task{task}, [][]byte{key})
				if !bytes.Equal(key, Reference(task)) {
					t.Errorf("%s %v, %d bytes: another key", name, costs, size)
				}
			}
		}
	}
}

// TestScrypt_known_answers are those of RFC 7914, section 12.
func TestScrypt_known_answers(t *testing.T) {
	t.Parallel()
	a := newArenas(1<<20, nil)
	defer a.close()
	for _, answer := range []struct {
		password, salt string
		costs          [3]uint32
		key            string
	}{
		{"", "", [3]uint32{16, 1, 1}, "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442" +
			"fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906"},
		{"password", "NaCl", [3]uint32{1024, 8, 16}, "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162" +
			"2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640"},
	} {
		for name, mix := range mixes() {
			key := make([]byte, 64)
			scryptKey(a, mix, &Task{Class{Scrypt, answer.costs, 64}, []byte(answer.password), []byte(answer.salt)}, key)
			if hex.EncodeToString(key) != answer.key {
				t.Errorf("%s, %q: %x", name, answer.password, key)
			}
		}
	}
}

// FuzzScrypt holds the kernel against the reference.
func FuzzScrypt(f *testing.F) {
	f.Add([]byte("Made-Up-1"), []byte("a salt"), uint8(4), uint8(8), uint8(1), uint8(32))
	f.Add(bytes.Repeat([]byte("x\x00"), 150), []byte{}, uint8(1), uint8(1), uint8(2), uint8(64))
	k := New(Options{Workers: 1, Memory: 1 << 20})
	f.Fuzz(func(t *testing.T, password, salt []byte, n, r, p, size uint8) {
		class := Class{Scrypt, [3]uint32{2 << (n % 8), uint32(r%12) + 1, uint32(p%3) + 1}, int(size) + 1}
		task := &Task{class, password, salt}
		if !bytes.Equal(k.Key(task), Reference(task)) || k.Err() != nil {
			t.Errorf("%v: another key", class)
		}
	})
}
