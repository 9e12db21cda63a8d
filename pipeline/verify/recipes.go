package verify

import (
	"errors"
	"strings"

	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/hashing/stored"
)

// Recipes say how a leaked secret is held against the stored hash of an account. A build proves them with
// known answers and a scan uses them, so that what was proven is what is done. They are safe for concurrent
// use.
type Recipes struct {
	options Options
	rules   []Rule
	tagger  hashing.Tagger
	answers []Answer // that proved them

	products []stored.Variant // see stored.ProductVariants
}

// Options of recipes.
type Options struct {
	Limits stored.Limits // of what a stored hash may ask for
	// Kernels verify in the place of the reference, which has the last word; nil: it has every word.
	Kernels *stored.Kernels
	// Parse takes the place of parsing stored hashes as their rules say; nil in all but tests, which put there
	// what must be found out.
	Parse func(storedHash string, limits stored.Limits) (stored.Hash, error)
}

// New returns recipes that nothing has proved yet: those that a build is told.
func New(key *hashing.Key, rules []Rule, options Options) (*Recipes, error) {
	tagger, err := hashing.NewTagger(key, hashing.MaxTagBits)
	return &Recipes{
		options: options, rules: rules, tagger: tagger, products: stored.ProductVariants(),
	}, err
}

// Open returns the recipes that the known answers of an index have proved, with these answers.
func Open(ix *index.Index, key *hashing.Key, options Options) (*Recipes, error) {
	data, err := ix.Attachment()
	if err != nil {
		return nil, err
	}
	a, err := decodeAttachment(data)
	if err != nil {
		return nil, err
	}
	rules, err := a.stepRules()
	if err != nil {
		return nil, err
	}
	r, err := New(key, rules, options)
	if err == nil {
		r.answers = a.KnownAnswers
	}
	return r, err
}

// HasRules reports whether any stored hash has hash steps or a scheme that a rule says.
func (r *Recipes) HasRules() bool { return len(r.rules) > 0 }

// Answers are the known answers that proved the recipes. Nobody but a control has a use for them.
func (r *Recipes) Answers() []Answer { return r.answers }

// RuleOf returns the number of the rule for a stored hash, from 1; 0 for none.
func (r *Recipes) RuleOf(storedHash string) uint8 {
	for i := range r.rules {
		if storedHash != "" && strings.HasPrefix(storedHash, r.rules[i].StoredPrefix) {
			return uint8(i + 1)
		}
	}
	return 0
}

// Steps returns the hash steps of a rule, none for rule 0.
func (r *Recipes) Steps(rule uint8) stored.Steps {
	if rule == 0 || int(rule) > len(r.rules) {
		return nil
	}
	return r.rules[rule-1].Steps
}

// Parse parses a stored hash as its rule says.
func (r *Recipes) Parse(storedHash string) (stored.Hash, error) {
	if r.options.Parse != nil {
		return r.options.Parse(storedHash, r.options.Limits)
	}
	var scheme stored.Scheme
	if rule := r.RuleOf(storedHash); rule > 0 {
		scheme = r.rules[rule-1].Scheme
	}
	return stored.ParseExported(scheme, storedHash, r.options.Limits)
}

// Target returns what the secrets of an account are held against, or why they cannot be.
func (r *Recipes) Target(a *index.Account) (*Target, stored.Cause) {
	if a.HashCause != "" {
		return nil, a.HashCause
	}
	hash, err := r.Parse(a.StoredHash)
	var unusable *stored.Error
	switch {
	case errors.As(err, &unusable):
		return nil, unusable.Cause
	case err != nil:
		return nil, stored.CauseMalformed
	}
	stored.UseKernels(hash, r.options.Kernels)
	t := &Target{hash: hash, recipes: r, storedHash: a.StoredHash, steps: r.Steps(a.HashSteps), tag: r.TagCheck(a)}
	if a.HashSteps > 0 && int(a.HashSteps) <= len(r.rules) {
		t.variants = r.rules[a.HashSteps-1].Forms
	}
	if len(t.steps.Columns()) == 0 {
		return t, ""
	}
	row, ok := decodeContext(a.HashContext)
	if !ok {
		return nil, stored.CauseNeedsColumn
	}
	var cause stored.Cause
	if t.steps, cause = t.steps.Bind(row); cause != "" {
		return nil, cause
	}
	return t, ""
}
