package pipeline

import (
	"testing"

	"github.com/credsieve/credsieve/hashing"
)

func TestHit_takes_the_better_attribution(t *testing.T) {
	var h hit
	text, testable := []byte("made-up"), opinion{plain: true}
	h.add(named{7, hashing.KindEmail, hashing.AttributionAlias}, text, testable, false)
	h.add(named{7, hashing.KindUsername, hashing.AttributionExact}, text, testable, true)
	if len(h.pairs) != 1 || h.pairs[0].Attribution != hashing.AttributionExact || !h.pairs[0].OwnPage {
		t.Errorf("got %+v", h.pairs)
	}
}
