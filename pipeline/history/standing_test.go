package history

import (
	"slices"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/ledger"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/pipeline/finding"
	"github.com/credsieve/credsieve/pipeline/pair"
)

// TestMerge: what a later dump says better of a standing finding counts from then on.
func TestMerge(t *testing.T) {
	t.Parallel()
	inputs := pair.NewInputs([]dump.Input{{Meta: dump.Meta{Name: "old"}}, {Meta: dump.Meta{Name: "new"}}})
	st := &standing{record: &ledger.Finding{
		Attribution: uint8(hashing.AttributionAlias), Kind: uint8(hashing.KindEmail), Sources: []ledger.Source{{Name: "old"}},
	}}
	better := &pair.Pair{
		Inputs: []uint32{1}, Attribution: hashing.AttributionExact, Kind: hashing.KindUsername, OwnPage: true,
	}
	st.merge(inputs, better, day2026(6))
	st.merge(inputs, better, day2026(6))
	f := st.record
	if !slices.Equal(f.Marks, []string{finding.MarkOwnPage}) || f.Attribution != uint8(hashing.AttributionExact) ||
		f.Kind != uint8(hashing.KindUsername) || len(f.Sources) != 2 {
		t.Errorf("%+v", f)
	}
	st.merge(inputs, &pair.Pair{Inputs: []uint32{0}, Attribution: hashing.AttributionNearby, Kind: hashing.KindEmail}, day2026(7))
	if f.Attribution != uint8(hashing.AttributionExact) || f.Kind != uint8(hashing.KindUsername) {
		t.Errorf("worse evidence took the place of better: %+v", f)
	}
}
