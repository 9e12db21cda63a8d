package sweep_test

import (
	"math/rand/v2"
	"testing"
	"unicode/utf8"

	"github.com/credsieve/credsieve/datasets/dump/internal/sweep"
)

// FuzzSweep sweeps anything: it neither panics nor runs away, its counts balance, and what it hands out lies
// in the text or comes out of it.
func FuzzSweep(f *testing.F) {
	w := &writer{Rand: rand.New(rand.NewPCG(8, 8))}
	for range 60 {
		f.Add([]byte(randomLayout(w).text), uint8(w.IntN(256)))
	}
	for _, text := range []string{
		"", "@", "a@example.com", `"\"a@example.com`, "<a b='a@example.com'", "''a''''@example.com",
		"YUBleGFtcGxlLmNvbQ==", "a%40example.com&#64;", "\xff@\xfe.com", "[(<{a@example.com:x}>)]",
	} {
		f.Add([]byte(text), uint8(0))
	}
	f.Fuzz(func(t *testing.T, text []byte, cut uint8) {
		in := sweep.Input{Text: text}
		if n := int(cut); n < len(text)/2 { // a stretch that is known, and one that is claimed
			in.Known = []sweep.Span{{Start: n, End: n + n/2}}
			in.Claimed = []sweep.Span{{Start: n + n/2, End: 2 * n}}
		}
		last := 0
		counts := sweep.New(sweep.Options{}).Sweep(in, func(a []byte) bool {
			return len(a) > 0 && a[0]%3 != 0 // some are ours
		}, func(m *sweep.Mention) {
			if m.At.Start < last-2*sweep.Reach || m.At.End > len(text) || m.At.Start >= m.At.End {
				t.Errorf("%v is no place in %d bytes", m.At, len(text))
			}
			last = m.At.Start
			if len(m.Texts) > sweep.DefaultTexts || len(m.Hashes) > 4 || m.Kind == sweep.KindUnspecified {
				t.Errorf("%d texts, %d hashes of kind %d", len(m.Texts), len(m.Hashes), m.Kind)
			}
			seen := map[string]bool{}
			for _, x := range m.Texts {
				if seen[string(x)] || len(x) == 0 || utf8.Valid(text) && len(x) > 4*len(text) {
					t.Errorf("candidate %q twice, or out of nowhere", x)
				}
				seen[string(x)] = true
			}
		})
		wantLinear(t, string(text), counts)
	})
}
