package bloom

import (
	"bytes"
	"encoding/binary"
	"errors"
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
		{"cut_within_a_word", good[:len(good)-1], "do not fit"},
		{"cut_after_the_probes", good[:words+15], "do not fit"},
		{"cut_within_the_probes", good[:words-1], "do not fit"},
		{"no_words_at_all", good[:headerSize+15], "too short"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Decode(tt.data)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v lacks %q", err, tt.want)
			}
		})
	}
}

// TestNew_has_the_bits_of_its_rate: of n tokens at a rate of p, -n*ln(p)/ln(2)^2 rounded up to words, and -ln(p)/ln(2) of them
// are set for each.
func TestNew_has_the_bits_of_its_rate(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		n            uint64
		fpr          float64
		bits, hashes uint64
	}{{0, defaultFPR, 64, 1}, {1, 0.5, 64, 2}, {1000, defaultFPR, 14400, 10}, {1000, MinFPR, 43136, 30}, {20000, 0.1, 95872, 4}} {
		f := mustFilter(t, tt.n, tt.fpr)
		if f.Bits() != tt.bits || uint64(f.Hashes()) != tt.hashes {
			t.Errorf("of %d tokens at %v: %d bits, %d hash functions", tt.n, tt.fpr, f.Bits(), f.Hashes())
		}
	}
}

// TestEncode_is_the_documented_layout, number by number, and what was read back writes it again.
func TestEncode_is_the_documented_layout(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 100, maxProbes, maxProbes + 1, 50_000} {
		f := mustFilter(t, uint64(n), defaultFPR)
		f.Origin = Origin{Generation: 7, BuildID: [BuildIDSize]byte{1, 15: 2}, KeyID: "0123456789abcdef"}
		tokens := uniform(n)
		for _, token := range tokens {
			f.Add(token)
		}
		var b bytes.Buffer
		if err := f.Encode(&b); err != nil {
			t.Fatal(err)
		}
		data, le := b.Bytes(), binary.LittleEndian
		probes := int(le.Uint32(data[72:]))
		words := int(le.Uint64(data[80+16*probes:]))
		if string(data[:8]) != "csfilter" || le.Uint32(data[8:]) != 2 || le.Uint32(data[12:]) != f.Hashes() || le.Uint64(data[16:]) != f.Bits() ||
			le.Uint64(data[24:]) != uint64(n) || le.Uint64(data[32:]) != 7 || data[40] != 1 || data[55] != 2 ||
			string(data[56:72]) != f.KeyID || le.Uint32(data[76:]) != 0 || uint64(words)*64 != f.Bits() || len(data) != 88+16*probes+8*words {
			t.Errorf("the file of %d tokens begins with %x and has %d bytes", n, data[:80], len(data))
		}
		mustProbeEvenly(t, tokens, data[80:80+16*probes])
		back, err := Decode(bytes.Clone(data))
		if err != nil {
			t.Fatal(err)
		}
		var again bytes.Buffer
		if err := back.Encode(&again); err != nil || !bytes.Equal(again.Bytes(), data) {
			t.Errorf("what was read of %d tokens is written differently: %v", n, err)
		}
		back.Free() // it has no memory of its own
	}
}

// mustProbeEvenly wants the probes to be each n-th token, and enough of them.
func mustProbeEvenly(t *testing.T, tokens []hashing.Token, probes []byte) {
	t.Helper()
	stride := 1
	for (len(tokens)+stride-1)/stride > maxProbes {
		stride *= 2
	}
	var want []byte
	for i := 0; i < len(tokens); i += stride {
		want = append(want, tokens[i][:]...)
	}
	if !bytes.Equal(probes, want) {
		t.Errorf("%d probes of %d tokens are not each %d-th of them", len(probes)/16, len(tokens), stride)
	}
}

// TestDecode_at_its_limits: 32 hash functions are not too many; a filter of nothing passes nothing, whatever its bits say.
func TestDecode_at_its_limits(t *testing.T) {
	t.Parallel()
	_, data := encodedFilter(t, 0)
	binary.LittleEndian.PutUint32(data[12:], maxHashes)
	binary.LittleEndian.PutUint64(data[16:], 2*64)
	binary.LittleEndian.PutUint64(data[headerSize:], 2)
	data = append(data[:headerSize+8], bytes.Repeat([]byte{0xff}, 16)...)
	f, err := Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	passed := []bool{true}
	if f.MayContainAll(uniform(1), passed); passed[0] || f.MayContain(uniform(1)[0]) {
		t.Error("it passes a token")
	}
}

// shortWriter fails after some bytes, as a full disk does.
type shortWriter int

func (w *shortWriter) Write(p []byte) (int, error) {
	if *w -= shortWriter(len(p)); *w < 0 {
		return 0, errors.New("there is no space")
	}
	return len(p), nil
}

func TestEncode_says_what_fails(t *testing.T) {
	t.Parallel()
	f, whole := encodedFilter(t, 50_000)
	for _, room := range []int{0, 79, len(whole) - 8*len(f.words), len(whole) - 1} {
		w := shortWriter(room)
		if err := f.Encode(&w); err == nil {
			t.Errorf("%d of %d bytes were written, and nobody said so", room, len(whole))
		}
	}
	w := shortWriter(len(whole))
	if err := f.Encode(&w); err != nil || w != 0 {
		t.Errorf("all bytes fit, and %d are left: %v", w, err)
	}
	f.KeyID = "short"
	if err := f.Encode(new(bytes.Buffer)); err == nil {
		t.Error("a key id of another length was written")
	}
}

// TestContinue: what is a member already is not counted again, what is new becomes one, and the memory stays with the first.
func TestContinue(t *testing.T) {
	t.Parallel()
	tokens := uniform(1500)
	f := mustFilter(t, 2000, MinFPR)
	for _, token := range tokens[:1000] {
		f.Add(token)
	}
	g := f.Continue()
	for _, token := range tokens {
		g.Add(token)
	}
	if f.Members() != 1000 || g.Members() != 1500 {
		t.Errorf("%d members, and %d after 500 more", f.Members(), g.Members())
	}
	if len(g.probes) != len(f.probes) {
		t.Errorf("%d probes became %d", len(f.probes), len(g.probes))
	}
	g.Free()
	for _, token := range tokens {
		if !g.MayContain(token) {
			t.Fatal("the filter says no to a member")
		}
	}
}

// TestAdd_counts_what_passes_already: a token that passes by chance is a member of its own all the same.
func TestAdd_counts_what_passes_already(t *testing.T) {
	t.Parallel()
	f := mustFilter(t, 10, MaxFPR)
	for _, token := range uniform(1000) {
		f.Add(token)
	}
	if f.Members() != 1000 {
		t.Errorf("%d members of 1000", f.Members())
	}
}

// TestRate: it is what a full filter was sized for, each token is asked for once, and it is the same for the same build.
func TestRate(t *testing.T) {
	t.Parallel()
	f := mustFilter(t, 5000, 0.1)
	if rate := f.Rate(1000, 3); rate != 0 {
		t.Errorf("of an empty filter it is %v", rate)
	}
	for _, token := range uniform(5000) {
		f.Add(token)
	}
	first := f.Rate(50_000, 3)
	if first < 0.09 || first > 0.11 {
		t.Errorf("it is %v, not a tenth", first)
	}
	if again := f.Rate(50_000, 3); again != first {
		t.Errorf("it is %v, and then %v", first, again)
	}
	f.BuildID[0]++
	if other := f.Rate(50_000, 3); other == first {
		t.Error("another build asks for the same tokens")
	}
	for i := range f.words {
		f.words[i] = ^uint64(0)
	}
	if rate := f.Rate(10, 3); rate != 1 {
		t.Errorf("of a filter that passes everything it is %v", rate)
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
