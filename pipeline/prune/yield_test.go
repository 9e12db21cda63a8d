package prune

import (
	"testing"
	"time"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/pipeline/pair"
)

// TestClassOf: a better score is never in a worse class, and what an earlier run left comes before all else.
func TestClassOf(t *testing.T) {
	t.Parallel()
	last := 0
	for score := 12.0; score > -30; score -= 0.25 {
		class := classOf(score)
		if class < last || class < yields || class >= 2*yields {
			t.Fatalf("score %v is in class %d after %d", score, class, last)
		}
		last = class
		if left := classOf(score + yieldOpen); left != class-yields {
			t.Fatalf("score %v, left open: class %d", score, left)
		}
	}
	if cheap, dear := worth(&index.Account{}, time.Millisecond), worth(&index.Account{}, time.Second); cheap <= dear {
		t.Errorf("a dear verification is worth %v, a cheap one %v", dear, cheap)
	}
}

// TestShares: a dump that brings more than all others gets no more than they do while they wait.
func TestShares(t *testing.T) {
	t.Parallel()
	inputs := pair.NewInputs([]dump.Input{{Meta: dump.Meta{Name: "flood"}}, {Meta: dump.Meta{Name: "leak"}}})
	key, err := hashing.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	survey := pair.NewSurvey(inputs, key)
	add := func(n int, held ...uint32) {
		for i := range n {
			survey.Add(&pair.Pair{Account: uint32(i), Secret: []byte{byte(i)}, Inputs: held})
		}
	}
	add(1000, 0)
	add(250, 1)
	flood, leak := inputs.Dumps[:1], inputs.Dumps[1:]
	s := sharesOf(survey)
	first := 0
	for range 1000 {
		switch class := s.place(yields+7, flood); class {
		case yields + 7:
			first++
		case 2*yields + 7:
		default:
			t.Fatalf("class %d", class)
		}
	}
	if first != 250 {
		t.Errorf("%d pairs of the flood are not put off, want 250", first)
	}
	if s.place(yields+7, leak) != yields+7 || s.place(3, inputs.Dumps) != 3 {
		t.Error("a pair of the small dump is put off")
	}
	if s.place(3, flood) != 2*yields+3 {
		t.Error("what an earlier run left of the flood is not put off")
	}
}

func TestPlausible(t *testing.T) {
	t.Parallel()
	for secret, want := range map[string]bool{
		"Made-Up-1": true, "пароль": true, "with space": true, "": true,
		"5f4dcc3b5aa765d61d8327deb882cf99": false, "tab\tinside": false, "\xff\xfe": false,
		"0123456789012345678901234567890123456789x": false,
	} {
		if got := plausible([]byte(secret)); got != want {
			t.Errorf("%q: %v", secret, got)
		}
	}
}
