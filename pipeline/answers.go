package pipeline

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/verify"
)

// proveAnswers gives each known answer of the index as a dump would: its identifier must meet the account,
// and its password must be confirmed by the account's own stored hash. What a planted hash cannot show, that
// the hashes of the real store open, these do.
func (c *controls) proveAnswers(ctx context.Context, answers []verify.Answer) error {
	if len(answers) == 0 {
		return nil
	}
	screener := newScreener(c.run.index, c.run.cfg.Key, c.run.recipes, nil)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(c.run.cfg.Workers)
	for i := range answers {
		answer := &answers[i]
		c.mu.Lock()
		c.counts.Positive.Planted++
		c.mu.Unlock()
		account, err := screener.meet(answer)
		if err != nil {
			return errors.Join(err, group.Wait())
		}
		group.Go(func() error { return c.proveAnswer(ctx, account, answer) })
	}
	return group.Wait()
}

// meet returns the account of a known answer, as the filter and the vault find it.
func (s *screener) meet(answer *verify.Answer) (*index.Account, error) {
	defer s.batch.reset()
	cut := dump.Cut{Kind: answer.Kind, Identifier: []byte(answer.Identifier)}
	s.batch.add(&dump.Record{Cuts: []dump.Cut{cut}}, s.canonical, s.tokens)
	s.batch.ask(s.index.MayContainAll)
	s.look(0, len(s.batch.tokens))
	for _, n := range s.named {
		account, err := s.index.Account(n.account)
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
func (c *controls) proveAnswer(ctx context.Context, account *index.Account, answer *verify.Answer) error {
	target, cause := c.run.recipes.Target(account)
	if cause != "" {
		return blindFor(answer, fmt.Sprintf("cannot be verified (%s)", cause))
	}
	result, _, err := target.Verify(ctx, answer.Password, false, c.admit)
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
	return &ControlError{fmt.Sprintf("the run is blind: the known answer of account %q %s", answer.AccountID, what)}
}
