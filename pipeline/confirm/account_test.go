package confirm_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/confirm"
	"github.com/credsieve/credsieve/pipeline/control"
	"github.com/credsieve/credsieve/pipeline/internal/workplace"
	"github.com/credsieve/credsieve/pipeline/pair"
)

// newConfig is what confirming needs for two accounts: u1, whose password is Made-Up-1, and u2 with a stored hash of an unknown
// scheme; u3 has one of bcrypt, which reads no NUL.
func newConfig(t *testing.T) *confirm.Config {
	t.Helper()
	hash := stored.FormatArgon2id([]byte("Made-Up-1"), []byte("a salt for tests"), workplace.Cheap)
	p := workplace.Of(t, "account_id,email,password_hash\nu1,a@example.com,\""+hash+"\"\nu2,b@example.com,$9$unknown\n"+
		"u3,c@example.com,$2y$04$rHaFtkfUjaNp7py3jfvhguSv9nqWr897jGUwlKQ1KSOSERs2CeUhy\n")
	ix, recipes := p.Index(t)
	memory := confirm.NewMemory(1 << 20)
	return &confirm.Config{
		Index: ix, Recipes: recipes, Gate: confirm.NewGate(1, false, nil), Memory: memory,
		Controls: control.New(control.Config{Index: ix, Key: p.Key, Recipes: recipes, Admit: memory.Admit}),
		Survey:   pair.NewSurvey(pair.NewInputs([]dump.Input{{Meta: dump.Meta{Name: "shop"}}}), p.Key),
	}
}

func rowOf(t *testing.T, cfg *confirm.Config, id string) uint32 {
	t.Helper()
	for row := range uint32(cfg.Index.Rows()) {
		if a, err := cfg.Index.Account(row); err == nil && a.ID == id {
			return row
		}
	}
	t.Fatalf("no account %s", id)
	return 0
}

func task(row uint32, secrets ...string) pair.Task {
	t := pair.Task{Account: row}
	for _, secret := range secrets {
		t.Pairs = append(t.Pairs, &pair.Pair{Account: row, Secret: []byte(secret), Inputs: []uint32{0}})
	}
	return t
}

func TestAccount(t *testing.T) {
	t.Parallel()
	cfg := newConfig(t)
	u1, u2, u3 := rowOf(t, cfg, "u1"), rowOf(t, cfg, "u2"), rowOf(t, cfg, "u3")
	late := *cfg
	late.Clock, late.Deadline = time.Now, time.Unix(1, 0)
	refuted, confirmed, moot := confirm.End{State: pair.StateRefuted}, confirm.End{State: pair.StateConfirmed},
		confirm.End{State: pair.StateMoot}
	unknown := confirm.End{State: pair.StateIndeterminate, Cause: stored.CauseUnknownScheme}
	unchecked := confirm.End{State: pair.StateUnchecked, Cause: confirm.CauseUnchecked}
	for name, test := range map[string]struct {
		cfg       *confirm.Config
		task      pair.Task
		confirmed bool
		ends      []confirm.End
		ran       int64
	}{
		"stops at the first match": {cfg, task(u1, "wrong", "Made-Up-1", "other"), false,
			[]confirm.End{refuted, confirmed, moot}, 2},
		"no match":           {cfg, task(u1, "wrong", "other"), false, []confirm.End{refuted, refuted}, 2},
		"confirmed before":   {cfg, task(u1, "wrong", "Made-Up-1"), true, []confirm.End{moot, moot}, 0},
		"cannot be verified": {cfg, task(u2, "wrong", "other"), false, []confirm.End{unknown, unknown}, 0},
		"cannot be looked at": {cfg, task(u3, "a\x00b", "wrong"), false,
			[]confirm.End{{State: pair.StateIndeterminate, Cause: stored.CauseNULInPassword}, refuted}, 3},
		"no time is left":        {&late, task(u1, "Made-Up-1"), false, []confirm.End{unchecked}, 0},
		"a match that is moot":   {&late, task(u1, "Made-Up-1"), true, []confirm.End{moot}, 0},
		"unknown without a time": {&late, task(u2, "wrong"), false, []confirm.End{unknown}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			v, err := confirm.Account(context.Background(), test.cfg, test.task, test.confirmed)
			if err != nil {
				t.Fatal(err)
			}
			if fmt.Sprint(v.Ends) != fmt.Sprint(test.ends) || v.Verifications != test.ran {
				t.Errorf("got %v after %d verifications, want %v after %d", v.Ends, v.Verifications, test.ends, test.ran)
			}
			match := false
			for _, end := range v.Ends {
				match = match || end.State == pair.StateConfirmed
			}
			if (v.Finding != nil) != match {
				t.Errorf("finding %v", v.Finding)
			}
		})
	}
}
