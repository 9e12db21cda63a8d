package control

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/synth"
	"github.com/credsieve/credsieve/pipeline/internal/workplace"
)

// TestScreen_catches_a_blind_screen: tokens under another key meet nobody.
func TestScreen_catches_a_blind_screen(t *testing.T) {
	t.Parallel()
	o := synth.Defaults()
	o.Accounts, o.Records, o.Formats, o.Argon2 = 200, 10, []string{"combo_colon"}, workplace.Cheap
	p := workplace.Synthetic(t, o)
	ix, recipes := p.Index(t)
	cfg := Config{Index: ix, Key: p.Key, Recipes: recipes}
	if probed, err := Screen(context.Background(), cfg); err != nil || probed < 10 {
		t.Fatal(probed, err)
	}
	cfg.Key = workplace.NewKey(t)
	_, err := Screen(context.Background(), cfg)
	var control *Error
	if !errors.As(err, &control) || !strings.Contains(err.Error(), "were not met") {
		t.Errorf("got %v", err)
	}
}

func TestPlainAddress(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"alice@example.com": true, "a.b+c_d-e@sub.example.com": true, "alice": false, "a:b@example.com": false,
		"@example.com": false, "alice@": false, "alice@localhost": false, "\"a b\"@example.com": false, "ålice@example.com": false,
		"a@b@example.com": false, "": false,
	} {
		if got := plainAddress(address); got != want {
			t.Errorf("%s: %v", address, got)
		}
	}
}
