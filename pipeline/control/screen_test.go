package control

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/synth"
	"github.com/credsieve/credsieve/hashing/stored"
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
		"09azAZ@09azAZ.example": true, "a/b@example.com": false, "a;b@example.com": false, "a[b@example.com": false, "a`b@example.com": false,
		"a{b@example.com": false, "alice@ex[mple.com": false,
		"alice@example.com": true, "a.b+c_d-e@sub.example.com": true, "alice": false, "a:b@example.com": false,
		"@example.com": false, "alice@": false, "alice@localhost": false, "\"a b\"@example.com": false, "ålice@example.com": false,
		"a@b@example.com": false, "": false,
	} {
		if got := plainAddress(address); got != want {
			t.Errorf("%s: %v", address, got)
		}
	}
}

// TestScreen_of_accounts_that_can_be_read_in_one_way: those alone are screened, and no more than there have to be.
func TestScreen_of_accounts_that_can_be_read_in_one_way(t *testing.T) {
	t.Parallel()
	hash := stored.FormatArgon2id([]byte("Made-Up-1"), []byte("a salt for tests"), workplace.Cheap)
	var many strings.Builder
	for i := range 3 * proveAtMost {
		fmt.Fprintf(&many, "u%d,user%d@example.com,,\"%s\",\n", i, i, hash)
	}
	for name, test := range map[string]struct {
		rows string
		want int64
	}{
		"none": {"u1,,odd:name,\"" + hash + "\",\n", 0},
		"one plain, one user name, one with a tag": {
			"u1,a@example.com,,\"" + hash + "\",\nu2,,odd:name,\"" + hash + "\",\nu3,c@example.com,,\"" + hash + "\",8:a3\n", 1,
		},
		"more than have to be": {many.String(), proveAtMost},
	} {
		p := workplace.Of(t, "account_id,email,username,password_hash,credential_tag\n"+test.rows)
		ix, recipes := p.Index(t)
		if probed, err := Screen(context.Background(), Config{Index: ix, Key: p.Key, Recipes: recipes}); err != nil || probed != test.want {
			t.Errorf("%s: %d are screened, want %d; %v", name, probed, test.want, err)
		}
	}
}

// TestScreen_that_is_interrupted screens nobody, and says so.
func TestScreen_that_is_interrupted(t *testing.T) {
	t.Parallel()
	hash := stored.FormatArgon2id([]byte("Made-Up-1"), []byte("a salt for tests"), workplace.Cheap)
	p := workplace.Of(t, "account_id,email,password_hash\nu1,a@example.com,\""+hash+"\"\n")
	ix, recipes := p.Index(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if probed, err := Screen(ctx, Config{Index: ix, Key: p.Key, Recipes: recipes}); probed != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("%d are screened, %v", probed, err)
	}
}
