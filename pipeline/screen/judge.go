package screen

import (
	"bytes"
	"strings"

	"github.com/credsieve/credsieve/datasets/dump/leak"
	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/hashing/stored"
	"github.com/credsieve/credsieve/pipeline/verify"
)

// judge says what the secret of a record is worth for an account that the record names. Each screener has
// its own.
type judge struct {
	index   *index.Index
	recipes *verify.Recipes
	tagged  bool   // some accounts are: else none is asked
	account opened // looked at last: the records of one account often follow each other
}

// opened is an account of the index as far as a judge wants it.
type opened struct {
	row    uint32
	known  bool
	stored string // empty when it has no salt: equal ones then only mean equal passwords
	tag    verify.TagCheck
}

// opinion is what a judge thinks.
type opinion struct {
	plain     bool   // the secret can be verified as a password
	digest    []byte // not nil: as the digest that the stored hash wraps
	discarded bool   // as a password it has another tag
	equal     bool   // it is the stored hash itself
}

func newJudge(ix *index.Index, recipes *verify.Recipes) *judge {
	return &judge{index: ix, recipes: recipes, tagged: ix.Meta().Tagged > 0}
}

func (j *judge) of(row uint32, cut *leak.Cut) (o opinion) {
	if len(cut.Secret) == 0 {
		return o
	}
	if j.mayBeStored(row, cut.Secret) {
		o.equal = j.open(row).equals(cut.Secret)
	}
	if j.recipes.HasRules() && j.recipes.Steps(j.index.HashSteps(row)).WrapsDigest(cut.Secret) {
		o.digest = bytes.ToLower(cut.Secret) // whatever case the dump writes, it is one digest
	}
	if !cut.Testable {
		return o
	}
	o.plain = true
	if j.tagged && j.index.HasCredentialTag(row) && !j.open(row).tag.FitsAny(cut.Secret) {
		o.plain, o.discarded = false, true
	}
	return o
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
	j.account.tag = j.recipes.TagCheck(&account)
	if h, err := j.recipes.Parse(account.StoredHash); err == nil && stored.Salted(h) {
		j.account.stored = strings.TrimSpace(account.StoredHash)
	}
	return &j.account
}

// equals reports whether text is the stored hash, or one of several.
func (o *opened) equals(text []byte) bool {
	one := string(bytes.TrimSpace(text))
	return o.stored != "" && (one == o.stored || strings.HasPrefix(o.stored, `["`) && strings.Contains(o.stored, `"`+one+`"`))
}

// mayBeStored spares opening the account for what cannot be its stored hash, by its length. Little is longer
// than a password, and less has the very length of this account's stored hash.
func (j *judge) mayBeStored(row uint32, secret []byte) bool {
	const (
		shortest = 24          // a salt and a digest have at least so many characters
		slack    = len("\r\n") // an export may have left that after a stored hash
	)
	if len(secret) < shortest {
		return false
	}
	more := j.index.HashSize(row) - len(bytes.TrimSpace(secret))
	return more >= 0 && (more <= slack || j.index.HashClass(row).Scheme == string(stored.SchemeSeveral))
}
