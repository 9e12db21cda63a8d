package flags_test

import (
	"testing"
	"time"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/flags"
)

func TestBudget(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]flags.Budget{
		"5h": {Time: 5 * time.Hour}, "1ns": {Time: 1}, "100000": {Number: 100_000}, "0": {}, "0s": {},
	} {
		var got, again flags.Budget
		if err := got.Set(text); err != nil || got != want {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
		if shown := got.String(); shown != "" && (again.Set(shown) != nil || again != want) {
			t.Errorf("%q is shown as %q, which is %+v", text, shown, again)
		}
	}
	got := flags.Budget{Time: time.Hour}
	for _, text := range []string{"", "-1", "-5h", "many", "1.5", "1e6", "9223372036854775808"} {
		if err := got.Set(text); err == nil || got.Time != time.Hour {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
	if err := got.Set("7"); err != nil || got.Time != 0 {
		t.Errorf("%+v, %v", got, err)
	}
}
