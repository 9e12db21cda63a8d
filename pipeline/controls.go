package pipeline

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"sync"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/verify"
)

// ControlError says that a run cannot be believed. Nothing is published.
type ControlError struct{ what string }

func (e *ControlError) Error() string { return e.what + "; nothing is published" }

// Hint says what that means.
func (e *ControlError) Hint() string {
	return "this program cannot tell who is affected: act on no list of it before the cause is known"
}

// controls prove that a run can see, through the very path that candidates take:
//
//  1. screen: records that name accounts of ours, in a list made up on the spot, must join them
//  2. positive: a password that is planted in a stored hash of the same kind, costs and steps as a real one
//     must be confirmed
//  3. negative: a random password must be refuted by the stored hash of a real account
//  4. known answers: a record of a test account and its password must be met, and confirmed by its own
//     stored hash; they count as positive
//
// The second and third are done once for each kind of stored hash that a sample of the index has, before
// anything is confirmed, and for each further kind that a candidate's account has, before that candidate.
// Canaries need no run to look at them: their accounts are met or not.
type controls struct {
	run   *run
	admit verify.Admit // that of candidates

	mu     sync.Mutex
	proofs map[string]*proof // by kind
	counts rundir.Controls
}

// proof is made once; who comes second waits for it.
type proof struct {
	once sync.Once
	err  error
}

// sampled is how many accounts of the index are looked at, and proveAtMost how many of them are screened.
const (
	sampled     = 1024
	proveAtMost = 64
)

// sample visits accounts that are spread evenly over the index.
func (r *run) sample(ctx context.Context, visit func(row uint32, account *index.Account) error) error {
	for _, row := range r.index.Sample(sampled) {
		if err := ctx.Err(); err != nil {
			return err
		}
		account, err := r.index.Account(row)
		if err != nil {
			return err
		}
		if err := visit(row, &account); err != nil {
			return err
		}
	}
	return nil
}

// proveScreen screens a list of the identifiers of some of our own accounts, and fails unless it meets each.
func (r *run) proveScreen(ctx context.Context) error {
	var list bytes.Buffer
	missing := make(map[uint32]struct{})
	err := r.sample(ctx, func(row uint32, account *index.Account) error {
		if len(missing) < proveAtMost && plainAddress(account.Identifier) && account.CredentialTag == "" {
			missing[row] = struct{}{}
			fmt.Fprintf(&list, "%s:%s\n", account.Identifier, rand.Text())
		}
		return nil
	})
	if err != nil || len(missing) == 0 {
		return err
	}
	r.proven.Screen.Probed = int64(len(missing))
	screener := newScreener(r.index, r.cfg.Key, r.recipes, nil)
	_, err = dump.Read(ctx, dump.Input{Path: "-", Size: int64(list.Len())}, dump.Options{
		Format: "combo", Stdin: &list, Progress: func(int64) {},
	}, func(block *dump.Block) error {
		for _, hit := range screener.screen(block).hits {
			for _, row := range hit.accounts {
				delete(missing, row)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	r.proven.Screen.Met = r.proven.Screen.Probed - int64(len(missing))
	if len(missing) > 0 {
		return &ControlError{fmt.Sprintf("the run is blind: a list of %d of our own accounts was screened, and %d of "+
			"them were not met", r.proven.Screen.Probed, len(missing))}
	}
	return nil
}

// plainAddress reports whether a line of a list can only be read in one way when it begins with this address.
func plainAddress(identifier string) bool {
	local, domain, ok := strings.Cut(identifier, "@")
	odd := func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && !strings.ContainsRune("._-+", r)
	}
	return ok && local != "" && strings.Contains(domain, ".") && !strings.ContainsFunc(local+domain, odd)
}

func newControls(r *run, admit verify.Admit) *controls {
	return &controls{run: r, admit: admit, proofs: make(map[string]*proof)}
}

// proveSample proves the kinds of stored hashes that are common in the index.
func (c *controls) proveSample(ctx context.Context) error {
	return c.run.sample(ctx, func(_ uint32, account *index.Account) error {
		target, cause := c.run.recipes.Target(account)
		if cause != "" {
			return nil // nothing is ever confirmed for it
		}
		return c.prove(ctx, account, target)
	})
}

// prove proves the kind of an account's stored hash, unless that was done.
func (c *controls) prove(ctx context.Context, account *index.Account, t *verify.Target) error {
	kind := kindOfHash(account, t.Hash())
	c.mu.Lock()
	p, ok := c.proofs[kind]
	if !ok {
		p = new(proof)
		c.proofs[kind] = p
	}
	c.mu.Unlock()
	p.once.Do(func() {
		p.err = c.negative(ctx, t)
		if p.err == nil {
			p.err = c.positive(ctx, account, t)
		}
	})
	return p.err
}

func kindOfHash(account *index.Account, stored stored.Hash) string {
	return fmt.Sprintf("%s %s %d", stored.Scheme(), stored.Params(), account.HashSteps)
}

// verify is that of candidates, but for the credential tag: a made-up password has none.
func (c *controls) verify(ctx context.Context, t *verify.Target, password []byte) (stored.Result, error) {
	result, _, err := t.Untagged().Verify(ctx, password, false, c.admit)
	return result, err
}

// negative tries a random password on a real account.
func (c *controls) negative(ctx context.Context, t *verify.Target) error {
	result, err := c.verify(ctx, t, []byte(rand.Text()))
	if err != nil {
		return err
	}
	if result.Outcome == stored.CannotVerify {
		return nil // it confirms nobody, and the positive control says whether that is so for all of its kind
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.counts.Negative.Probed++
	if result.Outcome != stored.NoMatch {
		return &ControlError{fmt.Sprintf("the run confirms what is wrong: a random password opened a stored hash of "+
			"%s (%s)", t.Hash().Scheme(), t.Hash().Params())}
	}
	c.counts.Negative.Refuted++
	return nil
}

// positive plants a password in a stored hash like the account's own, and verifies it as a candidate.
func (c *controls) positive(ctx context.Context, account *index.Account, t *verify.Target) error {
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
		return &ControlError{fmt.Sprintf("the run is blind: the password that was planted in a stored hash of %s (%s) "+
			"was not confirmed (%s)", t.Hash().Scheme(), t.Hash().Params(), why)}
	}
	c.mu.Lock()
	c.counts.Positive.Planted++
	c.mu.Unlock()
	like, cause := c.run.recipes.Target(&planted)
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
	c.counts.Positive.Confirmed++
	c.mu.Unlock()
	return nil
}
