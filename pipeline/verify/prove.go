package verify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/credsieve/credsieve/datasets/accounts"
	"github.com/credsieve/credsieve/datasets/counted"
	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/hashing/stored"
)

// Prover watches the rows of an export on their way into the index. It refuses, at the latest when it
// should report the end, what would make every scan of the index blind: a hash step that known answers
// do not confirm, a credential tag that is not one. The build then ends before it has replaced anything.
type Prover struct {
	accounts.Reader
	ctx       context.Context
	recipes   *Recipes
	canonical *hashing.Canonicalizer
	answers   map[string]hashing.Secret // by account id; those not met yet
	proven    []Answer
	summary   index.Proof
	nulls     map[nullKey]bool
}

// nullKey is what decides whether NUL bytes come to harm.
type nullKey struct {
	rule   uint8
	scheme stored.Scheme
}

// NewProver returns a prover of recipes that the answers must prove.
func NewProver(ctx context.Context, source accounts.Reader, recipes *Recipes,
	answers []KnownAnswer,
) *Prover {
	p := &Prover{
		Reader: source, ctx: ctx, recipes: recipes, canonical: hashing.NewCanonicalizer(),
		answers: make(map[string]hashing.Secret), nulls: make(map[nullKey]bool),
	}
	for _, answer := range answers {
		p.answers[answer.AccountID] = answer.Password
	}
	for _, rule := range recipes.rules {
		steps := make([]string, len(rule.Steps))
		for i := range rule.Steps {
			steps[i] = rule.Steps[i].String()
		}
		p.summary.HashSteps = append(p.summary.HashSteps, index.HashSteps{
			Name: rule.Name, StoredPrefix: rule.StoredPrefix, Scheme: string(rule.Scheme), Steps: steps,
		})
	}
	return p
}

// Read hands on a row when nothing is wrong with it.
func (p *Prover) Read(a *accounts.Account) error {
	switch err := p.Reader.Read(a); {
	case err == io.EOF:
		return p.finish()
	case err != nil:
		return err
	}
	if a.Rejected != "" {
		return nil
	}
	if a.CredentialTag != "" {
		if _, err := hashing.ParseTag(a.CredentialTag); err != nil {
			return fmt.Errorf("row %d: column credential_tag: %w", a.Row, err)
		}
		p.summary.Tagged++
	}
	a.HashContext = p.recipes.contextOf(a)
	if err := p.look(a); err != nil {
		return fmt.Errorf("row %d: %w", a.Row, err)
	}
	return nil
}

// look counts the row under its rule and checks what is known of it.
func (p *Prover) look(a *accounts.Account) error {
	rule := p.recipes.RuleOf(a.PasswordHash)
	if rule > 0 {
		p.summary.HashSteps[rule-1].Accounts++
		if err := p.checkNUL(rule, a.PasswordHash); err != nil {
			return err
		}
	}
	password, known := p.answers[a.ID]
	if !known {
		return nil
	}
	delete(p.answers, a.ID)
	if err := p.prove(a, rule, password.Bytes()); err != nil {
		return fmt.Errorf("refusing the index: known answer of account %q: %w", a.ID, err)
	}
	p.summary.KnownAnswers++
	id := p.firstIdentifier(a)
	p.proven = append(p.proven, Answer{a.ID, password.Bytes(), id.Text, id.Kind})
	if rule > 0 {
		p.summary.HashSteps[rule-1].KnownAnswers++
	}
	return nil
}

// checkNUL refuses a rule that gives raw bytes to a hash that stops at the first NUL among them.
func (p *Prover) checkNUL(rule uint8, storedHash string) error {
	steps := p.recipes.Steps(rule)
	if !steps.MayGiveNUL() {
		return nil
	}
	hash, err := p.recipes.Parse(storedHash)
	if err != nil {
		return nil // it is counted as not verifiable
	}
	key := nullKey{rule, hash.Scheme()}
	refused, known := p.nulls[key]
	if !known {
		refused = hash.Verify([]byte{0}).Cause == stored.CauseNULInPassword
		p.nulls[key] = refused
	}
	if refused {
		return fmt.Errorf("refusing the index: rule %q gives raw bytes to %s, which stops at the first NUL "+
			"among them", p.recipes.rules[rule-1].Name, hash.Scheme())
	}
	return nil
}

// prove verifies a known password as a scan would.
func (p *Prover) prove(a *accounts.Account, rule uint8, password []byte) error {
	account := index.Account{
		ID: a.ID, StoredHash: a.PasswordHash, CredentialTag: a.CredentialTag, HashSteps: rule,
		HashContext: a.HashContext,
		Identifier:  p.firstIdentifier(a).Text,
	}
	switch {
	case a.PasswordHash == "":
		return errors.New("the account has no stored hash")
	case account.Identifier == "":
		return errors.New("the account has no identifier that a dump could name it by")
	}
	target, cause := p.recipes.Target(&account)
	if cause != "" {
		return fmt.Errorf("its stored hash cannot be verified: %s", p.why(a, cause))
	}
	result, verifications, err := target.Verify(p.ctx, password, false, AtOnce)
	switch {
	case err != nil:
		return err
	case result.Outcome == stored.Match && result.Truncated && !target.steps.EndsInDigest():
		return fmt.Errorf("what reaches %s is longer than it looks at, so that the match proves neither the "+
			"password nor its steps; take a shorter password", target.hash.Scheme())
	case result.Outcome == stored.Match:
		return nil
	case result.Outcome == stored.CannotVerify:
		return fmt.Errorf("its password cannot be verified: %s",
			strings.ReplaceAll(string(result.Cause), "_", " "))
	case verifications == 0:
		return errors.New("its credential tag is not that of the known password and the account's first " +
			"identifier; a scan would never find the account")
	}
	under := "no rule of hash steps fits it"
	if rule > 0 {
		under = p.recipes.rules[rule-1].String()
		if scheme := p.otherScheme(a.PasswordHash, rule, password); scheme != "" {
			return fmt.Errorf("the password does not open the stored hash, %s: its scheme is %s", under, scheme)
		}
	}
	return fmt.Errorf("the password does not open the stored hash, %s: %s", under,
		diagnose(p.ctx, target, password))
}

// why says what keeps a stored hash from being verified, with the detail that a parser gave.
func (p *Prover) why(a *accounts.Account, cause stored.Cause) string {
	if cause == stored.CauseNeedsColumn {
		return "its hash steps need a column of the row that has no value there: " +
			strings.Join(p.recipes.Steps(p.recipes.RuleOf(a.PasswordHash)).Columns(), ", ")
	}
	if _, err := p.recipes.Parse(a.PasswordHash); err != nil {
		return err.Error()
	}
	return strings.ReplaceAll(string(cause), "_", " ")
}

// otherScheme returns the scheme that a rule should have named, empty when it is none of those. Declared
// schemes cost microseconds.
func (p *Prover) otherScheme(storedHash string, rule uint8, password []byte) stored.Scheme {
	if p.recipes.rules[rule-1].Scheme == "" {
		return ""
	}
	steps := p.recipes.Steps(rule)
	if len(steps.Columns()) > 0 {
		return ""
	}
	text, cause := steps.Apply(password)
	if cause != "" {
		return ""
	}
	for _, scheme := range stored.DeclaredSchemes() {
		hash, err := stored.ParseAs(scheme, storedHash, p.recipes.options.Limits)
		if err == nil && hash.Verify(text).Outcome == stored.Match {
			return scheme
		}
	}
	return ""
}

// firstIdentifier is the one that the index keeps, and that tags are made of.
func (p *Prover) firstIdentifier(a *accounts.Account) accounts.Identifier {
	for _, id := range a.Identifiers {
		if len(p.canonical.Forms(id.Kind, []byte(id.Text))) > 0 {
			return id
		}
	}
	return accounts.Identifier{}
}

// finish is asked at the end of the export and refuses what was not proven.
func (p *Prover) finish() error {
	if len(p.answers) > 0 {
		missing := slices.Sorted(maps.Keys(p.answers))
		return fmt.Errorf("refusing the index: known answer of account %q: the export has no such account "+
			"(%d of the known answers are of such)", missing[0], len(missing))
	}
	for i := range p.summary.HashSteps {
		rule := &p.summary.HashSteps[i]
		if rule.Accounts > 0 && rule.KnownAnswers == 0 && p.recipes.rules[i].NeedsProof() {
			return &unprovenError{rule: rule.Name, accounts: rule.Accounts}
		}
	}
	return io.EOF
}

// Describe writes down what was proven.
func (p *Prover) Describe(m *index.Meta) { m.Proof = p.summary }

// Attach is what the index keeps sealed: the steps, and the answers, which each scan gives again.
func (p *Prover) Attach() ([]byte, error) { return encodeAttachment(p.recipes.rules, p.proven) }

// unprovenError says that a rule has a scheme, a key or a digest and nothing shows that it is right.
type unprovenError struct {
	rule     string
	accounts int64 // 0: nobody has looked
}

func (e *unprovenError) Error() string {
	of := ""
	if e.accounts > 0 {
		of = " for its " + counted.Of(e.accounts, "account")
	}
	return fmt.Sprintf("refusing the index: rule %q of the hash steps has a scheme, a key or a digest and no "+
		"known answer%s; with a wrong one every leaked password would look refuted", e.rule, of)
}

// Hint says how to prove a rule.
func (e *unprovenError) Hint() string {
	return "name test accounts of the store with their passwords in a file: --known-answers FILE"
}

// CheckProvable refuses rules that need known answers when there are none, before anything is read.
func CheckProvable(rules []Rule, answers []KnownAnswer) error {
	for i := range rules {
		if rules[i].NeedsProof() && len(answers) == 0 {
			return &unprovenError{rule: rules[i].Name}
		}
	}
	return nil
}
