package verify

import (
	"context"
	"math"
	"unicode/utf8"

	"github.com/credsieve/credsieve/hashing/stored"
)

// Target is the stored hash of one account, and what comes before it. It is safe for concurrent use.
type Target struct {
	hash  stored.Hash
	steps stored.Steps
	// variants are what the account's rule says that its store does to passwords with certain characters.
	variants []stored.Variant
	tag      TagCheck

	recipes    *Recipes // that have what the reference needs to verify once more
	storedHash string
}

// Hash is the stored hash.
func (t *Target) Hash() stored.Hash { return t.hash }

// Steps are what comes before it.
func (t *Target) Steps() stored.Steps { return t.steps }

// Untagged returns the target without the account's credential tag: a made-up password of a control has none.
func (t *Target) Untagged() *Target {
	plain := *t
	plain.tag = TagCheck{}
	return &plain
}

// Admit waits until a verification that needs so many bytes of memory may run, and returns what to call after
// it. Its error ends the run.
type Admit func(ctx context.Context, memory int64) (release func(), err error)

// AtOnce is an Admit that lets every verification run, for who does one at a time.
func AtOnce(ctx context.Context, _ int64) (func(), error) { return func() {}, ctx.Err() }

// Verify holds a secret against the stored hash: a digest that the stored hash wraps, in hexadecimal, or a
// password in each of its byte forms, until one matches. It reports how many verifications that took. No
// match means that all forms were refuted, and a match that the reference has the last word on it. The error is
// that of admit, or a *stored.Difference: then nothing that kernels said can be believed.
func (t *Target) Verify(ctx context.Context, secret []byte, digest bool, admit Admit) (
	r stored.Result, n int64, err error,
) {
	if digest {
		text, cause := t.steps.ApplyDigest(secret)
		return t.verifyOne(ctx, text, cause, admit)
	}
	var space [10][]byte
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

// MostVerifications is what Verify computes for a secret when nothing of it matches: one for each byte form.
func (t *Target) MostVerifications(secret []byte, digest bool) int64 {
	if digest {
		return 1
	}
	var space [10][]byte
	return int64(len(stored.FormsOf(space[:0], t.hash, secret, t.variants)))
}

// isNoForm reports whether a scheme of text cannot have been given a form: bytes of a code page, which stand
// for the text that it was given in another form.
func isNoForm(secret, form []byte, cause stored.Cause) bool {
	return cause == stored.CausePasswordNotText && !utf8.Valid(form) && utf8.Valid(secret)
}

// forms appends the byte forms of a password that the account's tag lets pass. A tag may be made of the password
// before a product changes it: when it fits one of the forms that anybody makes, those of products pass as well.
func (t *Target) forms(dst [][]byte, password []byte) [][]byte {
	all := stored.FormsOf(dst, t.hash, password, t.variants)
	if !t.tag.known {
		return all
	}
	fits := t.tag.FitsAny(password)
	kept := all[:0]
	for i, form := range all {
		if t.tag.fits(form) || fits && i >= t.general(password) {
			kept = append(kept, form)
		}
	}
	return kept
}

// general is how many of the forms of a password are made for every scheme.
func (t *Target) general(password []byte) int {
	var space [10][]byte
	return len(stored.PasswordForms(space[:0], password))
}

func (t *Target) verifyOne(ctx context.Context, text []byte, cause stored.Cause, admit Admit) (
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
	// Each scheme has its own answer to a text that is too long for it.
	result, err := stored.Verify(ctx, t.hash, text, stored.Limits{Password: math.MaxInt})
	if err != nil {
		return result, 1, err
	}
	return result, 1, t.doubt(result, text)
}

// doubt verifies a match of kernels by the reference, and asks whether a sample of what they computed was wrong.
func (t *Target) doubt(result stored.Result, text []byte) error {
	kernels := t.recipes.options.Kernels
	if err := kernels.Err(); err != nil || result.Outcome != stored.Match || kernels == nil {
		return err
	}
	reference, err := t.recipes.Parse(t.storedHash)
	if err != nil {
		return err // what was parsed a moment ago
	}
	if reference.Verify(text).Outcome != stored.Match {
		return &stored.Difference{Kernel: string(t.hash.Scheme()), Match: true}
	}
	return nil
}
