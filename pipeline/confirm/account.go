// Package confirm decides candidates: it verifies the leaked passwords of one account against the account's own
// stored hash, until the first that matches. Dear: one verification takes as long as a login.
//
//  1. Account takes a task and returns a Verdict. Which pair matches does not depend on chance: the pairs of an account
//     are tried one after the other, in the order of the task.
//  2. A verdict that is certain is on disk before it is counted, where there is a history.
//  3. Before the first candidate of a kind of stored hash, the controls prove that this kind can be verified.
//  4. A Gate bounds the verifications under way, and a Memory what they take.
//
// A match makes a finding; there is no other outcome that does. What cannot be verified is indeterminate with its cause,
// and what a budget leaves is unchecked: neither is ever "not affected".
//
// Not guaranteed: that the pairs of an account come in one task. Who hands out tasks says what an earlier one
// confirmed, and works on no account twice at a time.
package confirm

import (
	"context"
	"errors"
	"time"

	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/control"
	"github.com/credsieve/credsieve/pipeline/finding"
	"github.com/credsieve/credsieve/pipeline/history"
	"github.com/credsieve/credsieve/pipeline/pair"
	"github.com/credsieve/credsieve/pipeline/verify"
)

// Config is what confirming needs. It is safe for concurrent use.
type Config struct {
	Index    *index.Index
	Recipes  *verify.Recipes
	Controls *control.Controls
	Survey   *pair.Survey
	History  *history.History // nil: none
	Gate     *Gate
	Memory   *Memory
	Deadline time.Time        // after which nothing is verified; zero: none
	Clock    func() time.Time // of the deadline
}

// Verdict is what became of a task.
type Verdict struct {
	Ends          []End            // of the pairs of the task, in their order
	Finding       *finding.Finding // nil: no pair matched
	Verifications int64
}

// End is what became of one pair.
type End struct {
	State pair.State
	Cause stored.Cause // of an indeterminate or unchecked pair
}

// CauseUnchecked is the cause of what a budget left.
const CauseUnchecked stored.Cause = "unchecked"

// Account decides the candidates of one account, in order. Confirmed says that an earlier task confirmed the account:
// then all of them are moot. An error ends the run.
func Account(ctx context.Context, cfg *Config, t pair.Task, confirmed bool) (Verdict, error) {
	account, err := cfg.Index.Account(t.Account)
	if err != nil {
		return Verdict{}, err
	}
	target, cause := cfg.Recipes.Target(&account)
	if cause == "" && !t.Beyond {
		if err := cfg.Controls.Prove(ctx, &account, target); err != nil {
			return Verdict{}, err
		}
	}
	v := Verdict{Ends: make([]End, len(t.Pairs))}
	for i, p := range t.Pairs {
		end := &v.Ends[i]
		switch {
		case confirmed || v.Finding != nil:
			end.State = pair.StateMoot
			continue
		case cause != "":
			*end = End{pair.StateIndeterminate, cause}
			continue
		case t.Beyond:
			*end = End{pair.StateUnchecked, CauseUnchecked}
			continue
		}
		result, err := v.try(ctx, cfg, &account, target, p)
		switch {
		case errors.Is(err, errBudget):
			*end = End{pair.StateUnchecked, CauseUnchecked}
		case err != nil:
			return Verdict{}, err
		case result.Outcome == stored.Match:
			end.State = pair.StateConfirmed
			v.close(i)
		case result.Outcome == stored.NoMatch:
			end.State = pair.StateRefuted
		default:
			*end = End{pair.StateIndeterminate, result.Cause}
		}
	}
	return v, nil
}

// close makes what was left open before a match moot: nothing is open for this account.
func (v *Verdict) close(match int) {
	for i := range v.Ends[:match] {
		if v.Ends[i].State == pair.StateIndeterminate {
			v.Ends[i] = End{State: pair.StateMoot}
		}
	}
}

// errBudget says that there is no time for another verification.
var errBudget = errors.New("the confirm budget is over")

// try verifies one candidate and, with a history, returns when its verdict is on disk.
func (v *Verdict) try(ctx context.Context, cfg *Config, account *index.Account, target *verify.Target,
	p *pair.Pair,
) (stored.Result, error) {
	width := stored.Width(target.Hash())
	if err := cfg.Gate.enter(ctx, width); err != nil {
		return stored.Result{}, err
	}
	defer cfg.Gate.leave()
	if !cfg.Deadline.IsZero() && !cfg.Clock().Before(cfg.Deadline) {
		cfg.Gate.verified(width, 0)
		return stored.Result{}, errBudget
	}
	admit := cfg.Memory.Admit
	if width > 1 {
		// What is put together takes a few KiB, and must not hold them while it waits for a worker who waits for memory.
		admit = verify.AtOnce
	}
	begin := time.Now()
	result, verifications, err := target.Verify(ctx, p.Secret, p.Digest, admit)
	cfg.Gate.verified(width, time.Since(begin))
	if err != nil {
		return stored.Result{}, err
	}
	v.Verifications += verifications
	var found *finding.Finding
	if result.Outcome == stored.Match {
		f, err := finding.Verified(account, p, result, cfg.Survey)
		if err != nil {
			return stored.Result{}, err
		}
		found = &f
	}
	if cfg.History != nil && result.Outcome != stored.CannotVerify {
		begin := time.Now()
		if err := cfg.History.Write(ctx, account, p, found, cfg.Survey.Inputs); err != nil {
			return stored.Result{}, err
		}
		cfg.Gate.written(time.Since(begin))
	}
	v.Finding = found
	return result, nil
}
