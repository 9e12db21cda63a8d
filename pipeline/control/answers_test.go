package control_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/control"
	"github.com/credsieve/credsieve/pipeline/internal/workplace"
	"github.com/credsieve/credsieve/pipeline/verify"
)

func cheapHash(password string) string {
	return stored.FormatArgon2id([]byte(password), []byte("a salt for tests"), workplace.Cheap)
}

func TestAnswers_must_be_met(t *testing.T) {
	t.Parallel()
	p := workplace.Of(t, "account_id,email,username,password_hash\n"+
		"u1,a@example.com,,\""+cheapHash("Made-Up-1")+"\"\n"+
		"t1,,\"odd:na;me\",\""+cheapHash("Made-Up:2")+"\"\n")
	ix, recipes := p.Index(t)
	controls := func() *control.Controls {
		return control.New(control.Config{Index: ix, Key: p.Key, Recipes: recipes, Workers: 2, Admit: verify.AtOnce})
	}
	answer := verify.Answer{
		AccountID: "t1", Password: []byte("Made-Up:2"), Identifier: "odd:na;me", Kind: hashing.KindUsername,
	}
	whole := controls()
	if err := whole.Answers(context.Background(), []verify.Answer{answer}); err != nil {
		t.Error(err)
	}
	if c := whole.Counts().Positive; c.Planted != 1 || c.Confirmed != 1 {
		t.Errorf("counted %+v", c)
	}
	nobody, another, wrong := answer, answer, answer
	nobody.Identifier = "nobody"
	another.Identifier, another.Kind = "a@example.com", hashing.KindEmail
	wrong.Password = []byte("Made-Up:3")
	for want, answer := range map[string]verify.Answer{
		`account "t1" was not met`: nobody, `"t1" was not met; nothing`: another, `account "t1" was not confirmed`: wrong,
	} {
		err := controls().Answers(context.Background(), []verify.Answer{answer})
		var failed *control.Error
		if !errors.As(err, &failed) || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "Made-Up") {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
