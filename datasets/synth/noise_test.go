package synth

import (
	"strings"
	"testing"
)

func TestNoiseIsNobody(t *testing.T) {
	m := newNoiseMaker(1)
	seen := make(map[string]bool)
	for n := range uint64(20_000) {
		id, password := m.record(n)
		local, _, isEmail := strings.Cut(string(id), "@")
		if last := local[len(local)-1]; last < 'a' || last > 'z' || strings.Contains(local, "_") {
			t.Fatalf("noise %d could be an account: %s", n, id)
		}
		if seen[string(id)] {
			t.Fatalf("noise %d is not new", n)
		}
		seen[string(id)] = true
		for _, f := range formats {
			if p := (Pair{string(id), string(password)}); !f.carry(p) {
				t.Fatalf("noise %d cannot be written as %s (address: %t)", n, f.name, isEmail)
			}
		}
	}
	if n := testing.AllocsPerRun(1000, func() { m.record(12345) }); n != 0 {
		t.Errorf("%v allocations a noise record", n)
	}
}

func BenchmarkNoise(b *testing.B) {
	m := newNoiseMaker(1)
	var n uint64
	for b.Loop() {
		n++
		m.record(n)
	}
}
