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
	tagger hashing.Tagger
	tag    hashing.Tag
	form   hashing.Form
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
	return TagCheck{tagger: r.tagger, tag: tag, form: form}
}

// FitsAny reports whether the tag may be that of a byte form of the password.
func (c *TagCheck) FitsAny(password []byte) bool {
	var space [6][]byte
	for _, form := range stored.PasswordForms(space[:0], password) {
		if c.fits(form) {
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
