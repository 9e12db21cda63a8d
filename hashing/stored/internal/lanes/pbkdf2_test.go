package lanes

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"testing"
)

// pbkdf2Kernels are those of this machine, also those that better ones displace.
func pbkdf2Kernels() []*kernel {
	var list []*kernel
	for _, kernel := range append(native(), displaced()...) {
		switch kernel.trial.Scheme {
		case PBKDF2SHA1, PBKDF2SHA256, PBKDF2SHA512:
			list = append(list, kernel)
		}
	}
	return list
}

// TestPBKDF2 holds the kernels against the reference, with batches that are not full and keys of several pieces.
func TestPBKDF2(t *testing.T) {
	t.Parallel()
	for _, kernel := range pbkdf2Kernels() {
		for n := 1; n <= kernel.lanes; n++ {
			for _, size := range []int{16, 20, 32, 64, 65, 130} {
				class := Class{kernel.trial.Scheme, [3]uint32{uint32(n%3 + 1)}, size}
				tasks, keys := make([]*Task, n), make([][]byte, n)
				for i := range tasks {
					password := bytes.Repeat([]byte{byte(i), 0, 0xff}, 100)[:(i*37+n)%300]
					tasks[i] = &Task{class, password, fmt.Appendf(nil, "made up salt %d", i*i*i)}
					keys[i] = make([]byte, size)
				}
				kernel.run(nil, tasks, keys)
				for i, task := range tasks {
					if !bytes.Equal(keys[i], Reference(task)) {
						t.Fatalf("%s, lane %d of %d, %d bytes: another key", kernel.title(), i, n, size)
					}
				}
			}
		}
	}
}

// TestPBKDF2_known_answers are those of RFC 6070 for SHA-1 and of RFC 7914, section 11, for SHA-256.
func TestPBKDF2_known_answers(t *testing.T) {
	t.Parallel()
	for _, answer := range []struct {
		scheme         Scheme
		password, salt string
		iterations     uint32
		key            string
	}{
		{PBKDF2SHA1, "password", "salt", 1, "0c60c80f961f0e71f3a9b524af6012062fe037a6"},
		{PBKDF2SHA1, "password", "salt", 4096, "4b007901b765489abead49d926f721d065a429c1"},
		{PBKDF2SHA1, "passwordPASSWORDpassword", "saltSALTsaltSALTsaltSALTsaltSALTsalt", 4096,
			"3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038"},
		{PBKDF2SHA1, "pass\x00word", "sa\x00lt", 4096, "56fa6aa75548099dcc37d7f03425e0c3"},
		{PBKDF2SHA256, "passwd", "salt", 1, "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc" +
			"49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783"},
		{PBKDF2SHA256, "Password", "NaCl", 80000, "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56" +
			"a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d"},
	} {
		for _, kernel := range pbkdf2Kernels() {
			if kernel.trial.Scheme != answer.scheme {
				continue
			}
			key := make([]byte, len(answer.key)/2)
			task := &Task{Class{answer.scheme, [3]uint32{answer.iterations}, len(key)}, []byte(answer.password), []byte(answer.salt)}
			kernel.run(nil, []*Task{task}, [][]byte{key})
			if hex.EncodeToString(key) != answer.key {
				t.Errorf("%s, %q: %x", kernel.title(), answer.password, key)
			}
		}
	}
}

// FuzzPBKDF2 holds the kernels against the reference, all lanes full.
func FuzzPBKDF2(f *testing.F) {
	f.Add([]byte("Made-Up-1"), []byte("a salt"), []byte("another"), uint8(2), uint8(32))
	f.Add(bytes.Repeat([]byte("x\x00"), 150), []byte{}, []byte{}, uint8(1), uint8(64))
	kernels := pbkdf2Kernels()
	f.Fuzz(func(t *testing.T, password, salt, other []byte, iterations, size uint8) {
		for _, kernel := range kernels {
			class := Class{kernel.trial.Scheme, [3]uint32{uint32(iterations%4) + 1}, int(size) + 1}
			tasks, keys := make([]*Task, kernel.lanes), make([][]byte, kernel.lanes)
			for i := range tasks {
				tasks[i] = &Task{class, [][]byte{password, other}[i&1], [][]byte{salt, other}[i>>1&1]}
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
