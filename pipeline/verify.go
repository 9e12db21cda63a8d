package pipeline

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/credsieve/credsieve/datasets/accounts"
	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/hashing/stored"
)

// recipes say how a leaked secret is held against the stored hash of an account. A build proves them with
// known answers and a scan uses them, so that what was proven is what is done.
type recipes struct {
	rules   []accounts.StepRule
	limits  stored.Limits
	tagger  hashing.Tagger
	answers []attachedAnswer // that proved them

	// parseHash is what a test puts in the place of parsing.
	parseHash func(string, stored.Limits) (stored.Hash, error)
}

func newRecipes(key *hashing.Key, rules []accounts.StepRule, limits stored.Limits) (*recipes, error) {
	tagger, err := hashing.NewTagger(key, hashing.MaxTagBits)
	return &recipes{rules: rules, limits: limits, tagger: tagger}, err
}

// ruleOf returns the number of the rule for a stored hash, from 1; 0 for none. It is safe for concurrent
// use.
func (r *recipes) ruleOf(storedHash string) uint8 {
	for i := range r.rules {
		if storedHash != "" && strings.HasPrefix(storedHash, r.rules[i].StoredPrefix) {
			return uint8(i + 1)
		}
	}
	return 0
}

// steps returns the hash steps of a rule, none for rule 0.
func (r *recipes) steps(rule uint8) stored.Steps {
	if rule == 0 || int(rule) > len(r.rules) {
		return nil
	}
	return r.rules[rule-1].Steps
}

// parse parses a stored hash as its rule says.
func (r *recipes) parse(storedHash string) (stored.Hash, error) {
	if r.parseHash != nil {
		return r.parseHash(storedHash, r.limits)
	}
	if rule := r.ruleOf(storedHash); rule > 0 && r.rules[rule-1].Scheme != "" {
		return stored.ParseAs(r.rules[rule-1].Scheme, storedHash, r.limits)
	}
	return stored.Parse(storedHash, r.limits)
}

// target is the stored hash of one account, and what comes before it. It is safe for concurrent use.
type target struct {
	hash   stored.Hash
	steps  stored.Steps
	tag    tagCheck
	tagger hashing.Tagger
}

// target returns what the secrets of an account are held against, or why they cannot be.
func (r *recipes) target(a *index.Account) (*target, stored.Cause) {
	if a.HashCause != "" {
		return nil, a.HashCause
	}
	hash, err := r.parse(a.StoredHash)
	var unusable *stored.Error
	switch {
	case errors.As(err, &unusable):
		return nil, unusable.Cause
	case err != nil:
		return nil, stored.CauseMalformed
	}
	return &target{hash: hash, steps: r.steps(a.HashSteps), tag: newTagCheck(a), tagger: r.tagger}, ""
}

// admit waits until a verification may run, and returns what to call after it.
type admit func(ctx context.Context, memory int64) (release func(), err error)

// verify holds a secret against the stored hash: a digest that the stored hash wraps, in hexadecimal, or a
// password in each of its byte forms, until one matches. It reports how many verifications that took. No
// match means that all forms were refuted.
func (t *target) verify(ctx context.Context, secret []byte, digest bool, admit admit) (
	r stored.Result, n int64, err error,
) {
	if digest {
		text, cause := t.steps.ApplyDigest(secret)
		return t.verifyOne(ctx, text, cause, admit)
	}
	var space [6][]byte
	r.Outcome = stored.NoMatch
	for _, form := range t.forms(space[:0], secret) {
		text, cause := t.steps.Apply(form)
		one, ran, err := t.verifyOne(ctx, text, cause, admit)
		n += ran
		switch {
		case err != nil || one.Outcome == stored.Match:
			return one, n, err
		case isNoForm(secret, form, one.Cause):
		case one.Outcome != stored.NoMatch && r.Outcome == stored.NoMatch:
			r = one
		}
	}
	return r, n, nil
}

// isNoForm reports whether a scheme of text cannot have been given a form: bytes of a code page, which stand
// for the text that it was given in another form.
func isNoForm(secret, form []byte, cause stored.Cause) bool {
	return cause == stored.CausePasswordNotText && !utf8.Valid(form) && utf8.Valid(secret)
}

// forms appends the byte forms of a password that the account's tag lets pass.
func (t *target) forms(dst [][]byte, password []byte) [][]byte {
	all := stored.PasswordForms(dst, password)
	kept := all[:0]
	for _, form := range all {
		if t.tag.fits(t.tagger, form) {
			kept = append(kept, form)
		}
	}
	return kept
}

func (t *target) verifyOne(ctx context.Context, text []byte, cause stored.Cause, admit admit) (
	stored.Result, int64, error,
) {
	if cause != "" {
		return stored.Result{Outcome: stored.CannotVerify, Cause: cause}, 0, nil
	}
	release, err := admit(ctx, t.hash.Memory())
	if err != nil {
		return stored.Result{}, 0, err
	}
	defer release()
	return t.hash.Verify(text), 1, nil
}

// tagCheck is the credential tag of an account with what it is over. The zero value lets everything pass.
type tagCheck struct {
	tag  hashing.Tag
	form hashing.Form
}

// newTagCheck reads the tag of an account. The build has refused what is none; an account whose
// identifier has no form has no token either, and is never met.
func newTagCheck(a *index.Account) tagCheck {
	if a.CredentialTag == "" {
		return tagCheck{}
	}
	tag, err := hashing.ParseTag(a.CredentialTag)
	form, ok := hashing.TagForm(hashing.NewCanonicalizer(), []byte(a.Identifier))
	if err != nil || !ok {
		return tagCheck{}
	}
	return tagCheck{tag: tag, form: form}
}

// fits reports whether the tag may be that of the password. A store that trims makes its tags of trimmed
// passwords, so both are asked.
func (c *tagCheck) fits(tagger hashing.Tagger, password []byte) bool {
	if tagger.Fits(c.tag, c.form, password) {
		return true
	}
	trimmed := bytes.TrimSpace(password)
	return len(trimmed) < len(password) && tagger.Fits(c.tag, c.form, trimmed)
}

// admitMemory lets a verification run when its memory is free.
func (c *confirmer) admitMemory(ctx context.Context, memory int64) (release func(), err error) {
	// One that needs more than there is runs alone: the hash limits bound it.
	need := min(memory, c.size)
	if err := c.memory.Acquire(ctx, need); err != nil {
		return nil, err
	}
	return func() { c.memory.Release(need) }, nil
}
