package pair_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/pipeline/pair"
)

func newKey(t testing.TB) *hashing.Key {
	t.Helper()
	key, err := hashing.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// inMemory is a crowd that never leaves it.
func inMemory(key *hashing.Key) *pair.Crowd { return pair.NewCrowd(key, "", 1<<20) }

// textsOf takes the prints out of a crowd, as tasks hand them on.
func textsOf(t interface{ Fatal(args ...any) }, c *pair.Crowd) []byte {
	var all []byte
	err := c.Texts(func(text []byte) error {
		all = append(all, text...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestShares_are_exact: however pairs are divided among crowds, and however little of them memory holds, each password that is
// asked for has as many accounts as were met with it. Digests are not passwords.
func TestShares_are_exact(t *testing.T) {
	t.Parallel()
	key, dir := newKey(t), t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.SampledFrom([]int64{1, 20_000, 1 << 20}).Draw(t, "limit")
		parts := make([]*pair.Crowd, rapid.IntRange(1, 5).Draw(t, "parts"))
		for i := range parts {
			parts[i] = pair.NewCrowd(key, dir, limit)
			defer parts[i].Close()
		}
		type password struct {
			text   string
			digest bool
		}
		truth := make(map[password]int)
		for range rapid.IntRange(0, 40).Draw(t, "passwords") {
			of := password{fmt.Sprint(rapid.IntRange(0, 25).Draw(t, "text")), rapid.Bool().Draw(t, "digest")}
			for range rapid.SampledFrom([]int{1, 2, 9, 700}).Draw(t, "accounts") {
				truth[of]++
				parts[rand.IntN(len(parts))].Add(&pair.Pair{Secret: []byte(of.text), Digest: of.digest})
			}
		}
		var asked []pair.Print
		printOf := make(map[password]pair.Print)
		for n := range 30 { // also of passwords that nobody has
			for _, digest := range []bool{false, true} {
				p := parts[0].Print(&pair.Pair{Secret: fmt.Append(nil, n), Digest: digest})
				if printOf[password{fmt.Sprint(n), digest}] = p; rapid.Bool().Draw(t, "asked") {
					asked = append(asked, p)
				}
			}
		}
		shares := pair.NewShares(asked)
		for _, c := range parts {
			err := error(nil)
			if rapid.Bool().Draw(t, "handed on") {
				err = pair.EachPrint(textsOf(t, c), shares.Add)
			} else {
				err = c.Each(shares.Add)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		for of, p := range printOf {
			want := truth[of]
			if !slices.Contains(asked, p) {
				want = 0
			}
			if got := shares.Of(p); got != want {
				t.Fatalf("%v: got %d, want %d", of, got, want)
			}
		}
	})
}

// TestShares_of_many: marks of many prints keep nobody out.
func TestShares_of_many(t *testing.T) {
	t.Parallel()
	c, asked := inMemory(newKey(t)), []pair.Print{{}}
	for i := range 20_000 {
		p := &pair.Pair{Secret: fmt.Append(nil, "made-up-", i/2)}
		if c.Add(p); i%3 == 0 {
			asked = append(asked, c.Print(p))
		}
	}
	shares := pair.NewShares(asked)
	if err := c.Each(shares.Add); err != nil {
		t.Fatal(err)
	}
	for _, p := range asked[1:] {
		if got := shares.Of(p); got != 2 {
			t.Fatalf("got %d", got)
		}
	}
	if shares.Empty() || shares.Of(pair.Print{}) != 0 || !pair.NewShares([]pair.Print{{}, {}}).Empty() {
		t.Error("the zero print is asked for")
	}
	if got := pair.NewShares(asked).Of(asked[1]); got != 0 {
		t.Errorf("nobody was met, and %d are told of", got)
	}
}

// TestCrowd_has_the_same_texts whatever the order of its pairs, and says nothing of a password without the key.
func TestCrowd_has_the_same_texts(t *testing.T) {
	t.Parallel()
	key := newKey(t)
	texts := func(key *hashing.Key, limit int64) []byte {
		c := pair.NewCrowd(key, t.TempDir(), limit)
		defer c.Close()
		for _, i := range rand.Perm(3000) {
			c.Add(&pair.Pair{Secret: fmt.Append(nil, "made-up-", i%1000)})
		}
		return textsOf(t, c)
	}
	first := texts(key, 1<<20)
	if !bytes.Equal(first, texts(key, 1<<20)) || !bytes.Equal(first, texts(key, 1)) {
		t.Error("they differ")
	}
	if len(first) != 17*1000 || bytes.Contains(first, []byte("made-up")) {
		t.Errorf("%d bytes", len(first))
	}
	if bytes.Equal(first, texts(newKey(t), 1)) {
		t.Error("another key makes the same prints")
	}
	stop := errors.New("stop")
	c := inMemory(key)
	c.Add(&pair.Pair{Secret: []byte("made-up")})
	if err := c.Texts(func([]byte) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("got %v", err)
	}
}

// TestCrowd_that_cannot_be_kept says so to whoever asks it, and never tells less.
func TestCrowd_that_cannot_be_kept(t *testing.T) {
	t.Parallel()
	for name, ask := range map[string]func(c *pair.Crowd) error{
		"each":  func(c *pair.Crowd) error { return c.Each(func(pair.Print, int) {}) },
		"texts": func(c *pair.Crowd) error { return c.Texts(func([]byte) error { return nil }) },
	} {
		c := pair.NewCrowd(newKey(t), "/dev/null/none", 1)
		for i := range 600 {
			c.Add(&pair.Pair{Secret: fmt.Append(nil, i)})
		}
		if err := ask(c); err == nil {
			t.Errorf("%s: no error", name)
		}
		c.Close()
	}
	(*pair.Crowd)(nil).Close()
	if p := (*pair.Crowd)(nil).Print(&pair.Pair{Secret: []byte("made-up")}); p != (pair.Print{}) {
		t.Error("nobody's crowd knows a password")
	}
}

// TestEachPrint_refuses what no crowd writes.
func TestEachPrint_refuses(t *testing.T) {
	t.Parallel()
	c := inMemory(newKey(t))
	for i := range 200 {
		c.Add(&pair.Pair{Secret: fmt.Append(nil, min(i, 1))})
	}
	whole, visit := textsOf(t, c), func(pair.Print, int) {}
	if err := pair.EachPrint(whole, visit); err != nil {
		t.Fatal(err)
	}
	first := slices.Index(whole[16:], 1) // of the two one has a count of one byte
	for cut := 1; cut < len(whole); cut++ {
		if err := pair.EachPrint(whole[:cut], visit); (err == nil) != (cut == 17 && first == 0 || cut == 18 && first != 0) {
			t.Errorf("%d of %d bytes: %v", cut, len(whole), err)
		}
	}
	for _, count := range [][]byte{{0}, {255, 255, 255, 255, 31}, bytes.Repeat([]byte{255}, 12)} {
		if pair.EachPrint(slices.Concat(whole[:16], count), visit) == nil {
			t.Errorf("%v accounts are taken", count)
		}
	}
}
