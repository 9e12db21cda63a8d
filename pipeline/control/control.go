// Package control proves that a run can see, through the very path that candidates take:
//
//  1. screen: records that name accounts of ours, in a list made up on the spot, must join them
//  2. positive: a password that is planted in a stored hash of the same kind, costs and steps as a real one
//     must be confirmed
//  3. negative: a random password must be refuted by the stored hash of a real account
//  4. known answers: a record of a test account and its password must be met, and confirmed by its own
//     stored hash; they count as positive
//
// The first is Screen, before any dump is read. The second and third are done once for each kind of stored hash that
// a sample of the index has, before anything is confirmed, and for each further kind that a candidate's account has,
// before that candidate. Canaries need no run to look at them: their accounts are met or not.
//
// What fails is an *Error, and the run with it. Not guaranteed: that every stored hash of a kind can be verified; that
// is found out with each.
package control

import (
	"context"
	"crypto/rand"
	"fmt"
	"sync"

	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/verify"
)

// Error says that a run cannot be believed. Nothing is published.
type Error struct{ what string }

func (e *Error) Error() string { return e.what + "; nothing is published" }

// Blind is the Error of a run whose verifier was found to be wrong.
func Blind(why error) *Error { return &Error{"the run is blind: " + why.Error()} }

// Hint says what that means.
func (e *Error) Hint() string {
	return "this program cannot tell who is affected: act on no list of it before the cause is known"
}

// Config is what controls need.
type Config struct {
	Index   *index.Index
	Key     *hashing.Key
	Recipes *verify.Recipes
	Workers int
	Admit   verify.Admit // that of candidates; Screen needs none
}

// Controls are those of verifying. They are safe for concurrent use.
type Controls struct {
	cfg Config

	mu     sync.Mutex
	proofs map[string]*proof // by kind
	counts rundir.Controls   // of known answers
}

// proof is made once; who comes second waits for it.
type proof struct {
	once   sync.Once
	err    error
	counts rundir.Controls
}

// New returns controls that have proved nothing yet.
func New(cfg Config) *Controls { return &Controls{cfg: cfg, proofs: make(map[string]*proof)} }

// Counts are those of the positive and negative controls so far.
func (c *Controls) Counts() rundir.Controls {
	c.mu.Lock()
	defer c.mu.Unlock()
	counts := c.counts
	for _, p := range c.proofs {
		counts.Positive.Planted += p.counts.Positive.Planted
		counts.Positive.Confirmed += p.counts.Positive.Confirmed
		counts.Negative.Probed += p.counts.Negative.Probed
		counts.Negative.Refuted += p.counts.Negative.Refuted
	}
	return counts
}

// Kinds are the counts of each kind of stored hash that was proved. Their names say scheme, costs and steps.
func (c *Controls) Kinds() map[string]rundir.Controls {
	c.mu.Lock()
	defer c.mu.Unlock()
	kinds := make(map[string]rundir.Controls, len(c.proofs))
	for kind, p := range c.proofs {
		kinds[kind] = p.counts
	}
	return kinds
}

// Take notes what other tasks of a run have proved: a kind counts once, however many of them met it.
func (c *Controls) Take(kinds map[string]rundir.Controls) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for kind, counts := range kinds {
		if _, ok := c.proofs[kind]; !ok {
			p := &proof{counts: counts}
			p.once.Do(func() {})
			c.proofs[kind] = p
		}
	}
}

// sampled is how many accounts of the index are looked at.
const sampled = 1024

// sample visits accounts that are spread evenly over the index.
func (cfg Config) sample(ctx context.Context, visit func(row uint32, account *index.Account) error) error {
	for _, row := range cfg.Index.Sample(sampled) {
		if err := ctx.Err(); err != nil {
			return err
		}
		account, err := cfg.Index.Account(row)
		if err != nil {
			return err
		}
		if err := visit(row, &account); err != nil {
			return err
		}
	}
	return nil
}

// Sample proves the kinds of stored hashes that are common in the index.
func (c *Controls) Sample(ctx context.Context) error {
	return c.cfg.sample(ctx, func(_ uint32, account *index.Account) error {
		target, cause := c.cfg.Recipes.Target(account)
		if cause != "" {
			return nil // nothing is ever confirmed for it
		}
		return c.Prove(ctx, account, target)
	})
}

// Prove proves the kind of an account's stored hash, unless that was done.
func (c *Controls) Prove(ctx context.Context, account *index.Account, t *verify.Target) error {
	kind := kindOfHash(account, t.Hash())
	c.mu.Lock()
	p, ok := c.proofs[kind]
	if !ok {
		p = new(proof)
		c.proofs[kind] = p
	}
	c.mu.Unlock()
	p.once.Do(func() {
		p.err = c.negative(ctx, t, p)
		if p.err == nil {
			p.err = c.positive(ctx, account, t, p)
		}
	})
	return p.err
}

func kindOfHash(account *index.Account, hash stored.Hash) string {
	return fmt.Sprintf("%s %s %d", hash.Scheme(), hash.Params(), account.HashSteps)
}

// verify is that of candidates, but for the credential tag: a made-up password has none.
func (c *Controls) verify(ctx context.Context, t *verify.Target, password []byte) (stored.Result, error) {
	result, _, err := t.Untagged().Verify(ctx, password, false, c.cfg.Admit)
	return result, err
}

// negative tries a random password on a real account.
func (c *Controls) negative(ctx context.Context, t *verify.Target, p *proof) error {
	result, err := c.verify(ctx, t, []byte(rand.Text()))
	if err != nil {
		return err
	}
	if result.Outcome == stored.CannotVerify {
		return nil // it confirms nobody, and the positive control says whether that is so for all of its kind
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	p.counts.Negative.Probed++
	if result.Outcome != stored.NoMatch {
		return &Error{fmt.Sprintf("the run confirms what is wrong: a random password opened a stored hash of "+
			"%s (%s)", t.Hash().Scheme(), t.Hash().Params())}
	}
	p.counts.Negative.Refuted++
	return nil
}

// positive plants a password in a stored hash like the account's own, and verifies it as a candidate.
func (c *Controls) positive(ctx context.Context, account *index.Account, t *verify.Target, p *proof) error {
	planter, ok := t.Hash().(stored.Planter)
	if !ok {
		return nil
	}
	password := []byte(rand.Text())
	text, cause := t.Steps().Apply(password)
	if cause != "" {
		return nil // such steps confirm nobody, and every candidate says so
	}
	encoded, err := planter.Plant(text)
	if err != nil {
		return nil // not of this kind
	}
	planted := *account
	planted.StoredHash = encoded
	blind := func(why string) error {
		return &Error{fmt.Sprintf("the run is blind: the password that was planted in a stored hash of %s (%s) "+
			"was not confirmed (%s)", t.Hash().Scheme(), t.Hash().Params(), why)}
	}
	c.mu.Lock()
	p.counts.Positive.Planted++
	c.mu.Unlock()
	like, cause := c.cfg.Recipes.Target(&planted)
	if cause != "" {
		return blind(string(cause))
	}
	result, err := c.verify(ctx, like, password)
	if err != nil {
		return err
	}
	if result.Outcome != stored.Match {
		return blind(result.Outcome.String())
	}
	c.mu.Lock()
	p.counts.Positive.Confirmed++
	c.mu.Unlock()
	return nil
}
