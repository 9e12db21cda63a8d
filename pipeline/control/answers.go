package control

import (
	"context"
	"errors"
	"fmt"

	"github.com/credsieve/credsieve/datasets/fault"

	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/screen"
	"github.com/credsieve/credsieve/pipeline/verify"
)

// Answers gives each known answer of the index as a dump would: its identifier must meet the account,
// and its password must be confirmed by the account's own stored hash. What a planted hash cannot show, that
// the hashes of the real store open, these do.
func (c *Controls) Answers(ctx context.Context, answers []verify.Answer) error {
	if len(answers) == 0 {
		return nil
	}
	screener := screen.New(screen.Config{Index: c.cfg.Index, Key: c.cfg.Key, Recipes: c.cfg.Recipes})
	group, ctx := fault.NewGroup(ctx)
	group.SetLimit(c.cfg.Workers)
	for i := range answers {
		answer := &answers[i]
		c.mu.Lock()
		c.counts.Positive.Planted++
		c.mu.Unlock()
		account, err := c.meet(screener, answer)
		if err != nil {
			return errors.Join(err, group.Wait())
		}
		group.Go(func() error { return c.proveAnswer(ctx, account, answer) })
	}
	return group.Wait()
}

// meet returns the account of a known answer, as the filter and the vault find it.
func (c *Controls) meet(s *screen.Screener, answer *verify.Answer) (*index.Account, error) {
	for _, row := range s.Meet(answer.Kind, answer.Identifier) {
		account, err := c.cfg.Index.Account(row)
		if err != nil {
			return nil, err
		}
		if account.ID == answer.AccountID {
			return &account, nil
		}
	}
	return nil, blindFor(answer, "was not met")
}

// proveAnswer verifies a known answer as the candidate that it is.
func (c *Controls) proveAnswer(ctx context.Context, account *index.Account, answer *verify.Answer) error {
	target, cause := c.cfg.Recipes.Target(account)
	if cause != "" {
		return blindFor(answer, fmt.Sprintf("cannot be verified (%s)", cause))
	}
	result, _, err := target.Verify(ctx, answer.Password, false, c.cfg.Admit)
	switch {
	case err != nil:
		return err
	case result.Outcome != stored.Match:
		return blindFor(answer, fmt.Sprintf("was not confirmed (%s)", result.Outcome))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.counts.Positive.Confirmed++
	return nil
}

func blindFor(answer *verify.Answer, what string) error {
	return &Error{fmt.Sprintf("the run is blind: the known answer of account %q %s", answer.AccountID, what)}
}
