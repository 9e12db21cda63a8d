package rundir_test

import (
	"slices"
	"testing"

	"github.com/credsieve/credsieve/datasets/rundir"
)

func TestGuard_names_signs_of_an_own_leak_first(t *testing.T) {
	t.Parallel()
	g := rundir.Guard{Refusals: []rundir.Refusal{
		{Limit: "max_accounts", Allowed: 1}, {Limit: "max_confirm_rate", Allowed: 0}, {Limit: "equal_hashes"},
		{Limit: "max_confirm_rate", Allowed: 0.25}, {Limit: "canaries"}, {Limit: "max_confirm_rate", Allowed: 0.25},
	}}
	if got, want := g.Signs(), []string{"canaries", "equal_hashes", "max_confirm_rate"}; !slices.Equal(got, want) {
		t.Errorf("signs: %q, want %q", got, want)
	}
	var order []string
	for _, r := range g.ByWeight() {
		order = append(order, r.Limit)
	}
	want := []string{"equal_hashes", "max_confirm_rate", "canaries", "max_confirm_rate", "max_accounts", "max_confirm_rate"}
	if !slices.Equal(order, want) {
		t.Errorf("order: %q, want %q", order, want)
	}
	if signs := (rundir.Guard{}).Signs(); len(signs) != 0 {
		t.Errorf("signs of nothing: %q", signs)
	}
}
