package bloom

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/hashing"
)

// defaultFPR is the rate of the indexes in use.
const defaultFPR = 0.001

func randomToken(r *rand.Rand) (t hashing.Token) {
	binary.BigEndian.PutUint64(t[:8], r.Uint64())
	binary.BigEndian.PutUint64(t[8:], r.Uint64())
	return t
}

// uniform tokens, as those under a key are; the same ones each time.
func uniform(n int) []hashing.Token {
	r := rand.New(rand.NewPCG(1, 2))
	all := make([]hashing.Token, n)
	for i := range all {
		all[i] = randomToken(r)
	}
	return all
}

func mustFilter(t testing.TB, members uint64, fpr float64) *Filter {
	t.Helper()
	f, err := New(members, fpr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Free)
	return f
}

func encodedFilter(t testing.TB, n int) (*Filter, []byte) {
	t.Helper()
	f := mustFilter(t, uint64(n), defaultFPR)
	f.KeyID = "0123456789abcdef"
	for _, token := range uniform(n) {
		f.Add(token)
	}
	var b bytes.Buffer
	if err := f.Encode(&b); err != nil {
		t.Fatal(err)
	}
	return f, b.Bytes()
}

func TestFilterRate(t *testing.T) {
	t.Parallel()
	const n = 20000
	_, data := encodedFilter(t, n)
	f, err := Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, token := range uniform(n) {
		if !f.MayContain(token) {
			t.Fatal("the filter says no to a member")
		}
	}
	r, hits := rand.New(rand.NewPCG(3, 4)), 0
	for range 100000 {
		if f.MayContain(randomToken(r)) {
			hits++
		}
	}
	if hits > 200 { // 100 are expected
		t.Errorf("%d of 100000 strangers pass", hits)
	}
}

func TestFilterRefuses(t *testing.T) {
	t.Parallel()
	_, good := encodedFilter(t, 2000)
	put := func(at int, v uint64) []byte {
		bad := bytes.Clone(good)
		binary.LittleEndian.PutUint64(bad[at:], v)
		return bad
	}
	probes := int(binary.LittleEndian.Uint32(good[72:]))
	words := headerSize + probes*tokenSize
	empty := bytes.Clone(good)
	clear(empty[words+8:])
	for _, tt := range []struct {
		name string
		data []byte
		want string
	}{
		{"magic", put(0, 0), "not a filter"},
		{"version", put(8, 1), "version 1"},
		{"no_hash_functions", put(8, 2), "0 hash functions"},
		{"too_many_hash_functions", put(8, 2|33<<32), "33 hash functions"},
		{"bits", put(16, 64), "do not fit"},
		{"huge_bits", put(16, 1<<63), "do not fit"},
		{"members_without_probes", put(72, 0), "has 0 probes"},
		{"fewer_members_than_probes", put(24, 1), fmt.Sprintf("has %d probes", probes)},
		{"words", put(words, 1), "do not fit"},
		{"huge_words", put(words, 1<<61), "do not fit"},
		{"no_bits_set", empty, "does not know its own members"},
		{"short", good[:50], "too short"},
		{"cut", good[:len(good)-8], "do not fit"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Decode(tt.data)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v lacks %q", err, tt.want)
			}
		})
	}
}

func TestFilter_asks_without_garbage(t *testing.T) {
	f, _ := encodedFilter(t, 10_000)
	token := uniform(78)[77]
	if n := testing.AllocsPerRun(100, func() { f.MayContain(token) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzReadFilter(f *testing.F) {
	for _, n := range []int{0, 1, 100, 2000} {
		_, data := encodedFilter(f, n)
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		decoded, err := Decode(bytes.Clone(data))
		if err != nil {
			return
		}
		for _, token := range decoded.probes {
			if !decoded.MayContain(token) {
				t.Fatal("an accepted filter says no to a probe")
			}
		}
		var b bytes.Buffer
		if err := decoded.Encode(&b); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(b.Bytes(), data) {
			t.Fatal("an accepted filter is written differently")
		}
	})
}

func BenchmarkFilterMiss(b *testing.B) {
	f, _ := encodedFilter(b, 1<<20)
	token, hits := hashing.Token{}, 0
	for b.Loop() {
		token[0]++
		token[3]++
		if f.MayContain(token) {
			hits++
		}
	}
}
