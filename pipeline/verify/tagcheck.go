package verify

import (
	"bytes"

	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/hashing/stored"
)

// TagCheck is the credential tag of an account with what it is over. The zero value lets every password pass.
// It is safe for concurrent use.
type TagCheck struct {
	known    bool
	tagger   hashing.Tagger
	tag      hashing.Tag
	form     hashing.Form
	products []stored.Variant // that may be made without a rule
	variants []stored.Variant // of the account's rule
}

// TagCheck reads the tag of an account. The build has refused what is not one; an account whose identifier has
// no form has no token either, and is never met.
func (r *Recipes) TagCheck(a *index.Account) TagCheck {
	if a.CredentialTag == "" {
		return TagCheck{}
	}
	tag, err := hashing.ParseTag(a.CredentialTag)
	form, ok := hashing.TagForm(hashing.NewCanonicalizer(), []byte(a.Identifier))
	if err != nil || !ok {
		return TagCheck{}
	}
	c := TagCheck{known: true, tagger: r.tagger, tag: tag, form: form, products: r.products}
	if a.HashSteps > 0 && int(a.HashSteps) <= len(r.rules) {
		c.variants = r.rules[a.HashSteps-1].Forms
	}
	return c
}

// FitsAny reports whether the tag may be that of a byte form of the password, also of one that only some products
// make: a password with another tag is never verified.
func (c *TagCheck) FitsAny(password []byte) bool {
	var space [10][]byte
	for _, form := range stored.PasswordForms(space[:0], password) {
		if c.fits(form) {
			return true
		}
	}
	if stored.Plain(password) { // most are, and no product changes those
		return c.fitsVariant(c.variants, password)
	}
	return c.fitsVariant(c.products, password) || c.fitsVariant(c.variants, password)
}

func (c *TagCheck) fitsVariant(variants []stored.Variant, password []byte) bool {
	for _, v := range variants {
		if form := v.Apply(password); form != nil && c.fits(form) {
			return true
		}
	}
	return false
}

// fits reports whether the tag may be that of the password. A store that trims makes its tags of trimmed
// passwords, so both are asked.
func (c *TagCheck) fits(password []byte) bool {
	if c.tagger.Fits(c.tag, c.form, password) {
		return true
	}
	trimmed := bytes.TrimSpace(password)
	return len(trimmed) < len(password) && c.tagger.Fits(c.tag, c.form, trimmed)
}
