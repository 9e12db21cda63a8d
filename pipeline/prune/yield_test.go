package prune

import (
	"testing"
	"time"

	"github.com/credsieve/credsieve/datasets/index"
)

// TestClassOf: a better score is never in a worse class, and what an earlier run left comes before all else.
func TestClassOf(t *testing.T) {
	t.Parallel()
	last := 0
	for score := 12.0; score > -30; score -= 0.25 {
		class := classOf(score)
		if class < last || class < classes/2 || class >= classes {
			t.Fatalf("score %v is in class %d after %d", score, class, last)
		}
		last = class
		if left := classOf(score + yieldOpen); left != class-classes/2 {
			t.Fatalf("score %v, left open: class %d", score, left)
		}
	}
	if cheap, dear := worth(&index.Account{}, time.Millisecond), worth(&index.Account{}, time.Second); cheap <= dear {
		t.Errorf("a dear verification is worth %v, a cheap one %v", dear, cheap)
	}
}
