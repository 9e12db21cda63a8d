package pipeline

import (
	"bytes"
	"strings"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/hashing/stored"
)

// judge says what the secret of a record is worth for an account that the record names. Each screener has
// its own.
type judge struct {
	index   *index.Index
	recipes *recipes
	tagged  bool   // some accounts are: else none is asked
	account opened // looked at last: the records of one account often follow each other
}

// opened is an account of the index as far as a judge wants it.
type opened struct {
	row    uint32
	known  bool
	stored string // empty when it has no salt: equal ones then only mean equal passwords
	tag    tagCheck
}

// opinion is what a judge thinks.
type opinion struct {
	plain     bool   // the secret can be verified as a password
	digest    []byte // not nil: as the digest that the stored hash wraps
	discarded bool   // as a password it has another tag
	equal     bool   // it is the stored hash itself
}

func newJudge(ix *index.Index, recipes *recipes) *judge {
	return &judge{index: ix, recipes: recipes, tagged: ix.Meta().Tagged > 0}
}

func (j *judge) of(row uint32, cut *dump.Cut) (o opinion) {
	if len(cut.Secret) == 0 {
		return o
	}
	if j.mayBeStored(row, cut.Secret) {
		o.equal = j.open(row).equals(cut.Secret)
	}
	if len(j.recipes.rules) > 0 && j.recipes.steps(j.index.HashSteps(row)).WrapsDigest(cut.Secret) {
		o.digest = bytes.ToLower(cut.Secret) // whatever case the dump writes, it is one digest
	}
	if !cut.Testable {
		return o
	}
	o.plain = true
	if j.tagged && j.index.CredentialTag(row) != "" && !j.anyFits(row, cut.Secret) {
		o.plain, o.discarded = false, true
	}
	return o
}

// anyFits reports whether a byte form of the password has the account's tag.
func (j *judge) anyFits(row uint32, password []byte) bool {
	a := j.open(row)
	var space [6][]byte
	for _, form := range stored.PasswordForms(space[:0], password) {
		if a.tag.fits(j.recipes.tagger, form) {
			return true
		}
	}
	return false
}

// open reads an account. One that cannot be read judges nothing: reading it again in order to confirm
// will end the run.
func (j *judge) open(row uint32) *opened {
	if j.account.known && j.account.row == row {
		return &j.account
	}
	j.account = opened{row: row, known: true}
	account, err := j.index.Account(row)
	if err != nil {
		return &j.account
	}
	j.account.tag = newTagCheck(&account)
	if h, err := j.recipes.parse(account.StoredHash); err == nil && stored.Salted(h) {
		j.account.stored = strings.TrimSpace(account.StoredHash)
	}
	return &j.account
}

// equals reports whether text is the stored hash.
func (o *opened) equals(text []byte) bool {
	return o.stored != "" && string(bytes.TrimSpace(text)) == o.stored
}

// mayBeStored spares opening the account for what is no stored hash of it, by its length. Little is longer
// than a password, and less has the very length of this account's stored hash.
func (j *judge) mayBeStored(row uint32, secret []byte) bool {
	const (
		shortest = 24          // a salt and a digest have at least so many characters
		slack    = len("\r\n") // an export may have left that behind a stored hash
	)
	if len(secret) < shortest {
		return false
	}
	more := j.index.HashSize(row) - len(bytes.TrimSpace(secret))
	return more >= 0 && more <= slack
}
