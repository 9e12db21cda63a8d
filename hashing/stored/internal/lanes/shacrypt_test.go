package lanes

import (
	"bytes"
	"fmt"
	"testing"
)

func shaCryptKernels() []*kernel {
	var list []*kernel
	for _, kernel := range append(native(), displaced()...) {
		if kernel.trial.Scheme == SHA256Crypt || kernel.trial.Scheme == SHA512Crypt {
			list = append(list, kernel)
		}
	}
	return list
}

// TestSHACrypt holds the kernels against the reference, with texts of one to many blocks side by side.
func TestSHACrypt(t *testing.T) {
	t.Parallel()
	for _, kernel := range shaCryptKernels() {
		for n := 1; n <= kernel.lanes; n++ {
			tasks, keys := make([]*Task, n), make([][]byte, n)
			for i := range tasks {
				class := Class{kernel.trial.Scheme, [3]uint32{uint32(50 + n)}, kernel.trial.Size}
				password := bytes.Repeat([]byte("Made-Up-\xff"), 40)[:(i*i*7+n*5)%301]
				tasks[i] = &Task{class, password, fmt.Appendf(nil, "%016d", i)[:(i+n)%17]}
				keys[i] = make([]byte, class.Size)
			}
			kernel.run(nil, tasks, keys)
			for i, task := range tasks {
				if !bytes.Equal(keys[i], Reference(task)) {
					t.Fatalf("%s, lane %d of %d: another key", kernel.title(), i, n)
				}
			}
		}
	}
}

// TestSHACrypt_known_answers are those of the specification, as OpenSSL makes them.
func TestSHACrypt_known_answers(t *testing.T) {
	t.Parallel()
	for _, answer := range []struct {
		scheme         Scheme
		password, salt string
		rounds         uint32
		key            string
	}{
		{SHA256Crypt, "Hello world!", "saltstring", 5000, "5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5"},
		{SHA512Crypt, "Hello world!", "saltstring", 5000,
			"svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1"},
	} {
		for _, kernel := range shaCryptKernels() {
			if kernel.trial.Scheme != answer.scheme {
				continue
			}
			key := make([]byte, kernel.trial.Size)
			task := &Task{Class{answer.scheme, [3]uint32{answer.rounds}, len(key)}, []byte(answer.password), []byte(answer.salt)}
			kernel.run(nil, []*Task{task}, [][]byte{key})
			if string(key) != answer.key {
				t.Errorf("%s: %s", kernel.title(), key)
			}
		}
	}
}

// FuzzSHACrypt holds the kernels against the reference, all lanes full.
func FuzzSHACrypt(f *testing.F) {
	f.Add([]byte("Made-Up-1"), []byte("a salt"), []byte("another"), uint8(2))
	f.Add(bytes.Repeat([]byte("x\x00"), 150), []byte{}, []byte{}, uint8(1))
	kernels := shaCryptKernels()
	f.Fuzz(func(t *testing.T, password, salt, other []byte, rounds uint8) {
		for _, kernel := range kernels {
			class := Class{kernel.trial.Scheme, [3]uint32{uint32(rounds%60) + 1}, kernel.trial.Size}
			tasks, keys := make([]*Task, kernel.lanes), make([][]byte, kernel.lanes)
			for i := range tasks {
				tasks[i] = &Task{class, [][]byte{password, other}[i&1], salt[:min(len(salt), 16-i%5)]}
				keys[i] = make([]byte, class.Size)
			}
			kernel.run(nil, tasks, keys)
			for i, task := range tasks {
				if !bytes.Equal(keys[i], Reference(task)) {
					t.Errorf("%s, lane %d: another key", kernel.title(), i)
				}
			}
		}
	})
}
