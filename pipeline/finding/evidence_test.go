package finding

import (
	"slices"
	"testing"
	"time"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/ledger"
)

// TestEvidence_knows_first_and_last whatever the order in which the dumps come.
func TestEvidence_knows_first_and_last(t *testing.T) {
	t.Parallel()
	at := func(year int) time.Time { return time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC) }
	sources := []ledger.Source{
		{Name: "b", Kind: "combo_list", LeakedOn: at(2022)}, {Name: "c", Kind: "site_breach", LeakedOn: at(2024)},
		{Name: "a", Kind: "combo_list", LeakedOn: at(2020)}, {Name: "a", Kind: "unknown"},
	}
	for range sources {
		sources = append(sources[1:], sources[0])
		e := Recorded(sources)
		if !e.First.Equal(at(2020)) || !e.Last.Equal(at(2024)) || !slices.Equal(e.Sources, []string{"a", "b", "c"}) {
			t.Errorf("%+v", e)
		}
		if !slices.Contains(e.Kinds, dump.KindSiteBreach) || len(e.Kinds) != 3 {
			t.Errorf("kinds %v", e.Kinds)
		}
	}
}
