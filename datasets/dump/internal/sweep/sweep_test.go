package sweep_test

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump/internal/sweep"
)

// mention is a sweep.Mention that lasts.
type mention struct {
	address string
	written string
	kind    sweep.Kind
	texts   []string
	hashes  []string
}

// sweepAll sweeps a text in which all addresses are ours, unless they are among the strangers.
func sweepAll(in sweep.Input, ours func(string) bool, opts sweep.Options) ([]mention, sweep.Counts) {
	var list []mention
	counts := sweep.New(opts).Sweep(in,
		func(a []byte) bool { return ours(strings.ToLower(string(a))) },
		func(m *sweep.Mention) {
			list = append(list, mention{string(m.Address), string(in.Text[m.At.Start:m.At.End]), m.Kind,
				texts(m.Texts), texts(m.Hashes)})
		})
	return list, counts
}

func texts(list [][]byte) (out []string) {
	for _, t := range list {
		out = append(out, string(bytes.Clone(t)))
	}
	return out
}

// everybody takes the longest reading of an address.
func everybody(string) bool { return true }

// only takes some addresses.
func only(addresses ...string) func(string) bool {
	set := map[string]bool{}
	for _, a := range addresses {
		set[strings.ToLower(a)] = true
	}
	return func(a string) bool { return set[a] }
}

func TestRandomLayouts(t *testing.T) {
	t.Parallel()
	const rounds = 1500
	w := &writer{Rand: rand.New(rand.NewPCG(1, 2))}
	listed, total, refuted, all := 0, 0, 0, 0
	worst := map[string][2]int{}
	for range rounds {
		l := randomLayout(w)
		var addresses []string
		owner := map[string]string{}
		for _, p := range l.people {
			addresses = append(addresses, p.address)
			owner[p.password] = p.address
		}
		for _, p := range l.others {
			owner[p.password] = p.address
		}
		got, _ := sweepAll(sweep.Input{Text: []byte(l.text)}, only(addresses...), sweep.Options{})
		by := map[string][]string{}
		for _, m := range got {
			by[strings.ToLower(m.address)] = append(by[strings.ToLower(m.address)], m.texts...)
			for _, text := range m.texts {
				if of, ok := owner[text]; ok && !strings.EqualFold(of, m.address) {
					t.Errorf("%s: %s gets the password of %s in\n%s", l.kind, m.address, of, l.text)
				}
			}
		}
		for _, p := range l.people {
			list, ok := by[strings.ToLower(p.address)]
			if !ok {
				t.Errorf("%s: %s is not found in\n%s", l.kind, p.address, l.text)
			}
			total++
			all += len(list)
			at := index(list, p.password)
			n := worst[l.kind]
			n[1]++
			if at >= 0 {
				listed++
				refuted += at
				n[0]++
			}
			worst[l.kind] = n
		}
		if t.Failed() {
			return
		}
	}
	for kind, n := range worst {
		if n[0]*100 < 90*n[1] {
			t.Logf("%q: %d of %d", kind, n[0], n[1])
		}
	}
	t.Logf("%d of %d passwords are candidates; before each stand %.2f others; %.2f candidates an address",
		listed, total, float64(refuted)/float64(listed), float64(all)/float64(total))
	if listed*100 < 95*total {
		t.Errorf("%d of %d passwords are candidates, want 95 %%", listed, total)
	}
	if refuted > 10*listed {
		t.Errorf("%d refuted candidates for %d true ones, want 10 each at most", refuted, listed)
	}
}

func index(list []string, want string) int {
	for i, s := range list {
		if s == want {
			return i
		}
	}
	return -1
}
