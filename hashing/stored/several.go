package stored

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// SchemeSeveral is a list of stored hashes as JSON, any of which opens the account: a directory keeps several values of
// userPassword.
const SchemeSeveral Scheme = "several"

// maxSeveral bounds what one password costs.
const maxSeveral = 8

const severalPrefix = `["`

// severalHashes is the hashes that can be verified; cause is that of another, which then keeps a password from being refuted.
type severalHashes struct {
	hashes []Hash
	cause  Cause
}

func parseSeveral(encoded string, lim Limits) (Hash, error) {
	var list []string
	switch err := json.Unmarshal([]byte(encoded), &list); {
	case err != nil:
		return nil, refuse(CauseMalformed, "not a JSON list of texts")
	case len(list) > maxSeveral:
		return nil, refuse(CauseOverLimit, "more than %d stored hashes", maxSeveral)
	}
	h := &severalHashes{}
	var first error
	for _, one := range list {
		if strings.HasPrefix(one, severalPrefix) {
			return nil, refuse(CauseMalformed, "a list within a list")
		}
		hash, err := ParseExported("", one, lim)
		if err == nil {
			h.hashes = append(h.hashes, hash)
			continue
		}
		var why *Error
		if first == nil && errors.As(err, &why) && why.Cause != CauseNoUsablePassword { // which opens nothing
			first, h.cause = err, why.Cause
		}
	}
	switch {
	case len(h.hashes) > 0:
		return h, nil
	case first != nil:
		return nil, first
	}
	return nil, refuse(CauseNoUsablePassword, "a list without a hash")
}

// encodeSeveral cannot fail: texts have no JSON that is not one.
func encodeSeveral(list []string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(list)
	return strings.TrimSuffix(b.String(), "\n")
}

func (h *severalHashes) Scheme() Scheme { return SchemeSeveral }

// Params lists the schemes and their costs.
func (h *severalHashes) Params() string {
	all := make([]string, len(h.hashes))
	for i, hash := range h.hashes {
		all[i] = strings.TrimSpace(string(hash.Scheme()) + " " + hash.Params())
	}
	return strings.Join(all, " + ")
}

// Memory is that of the dearest: they are verified one after the other.
func (h *severalHashes) Memory() (most int64) {
	for _, hash := range h.hashes {
		most = max(most, hash.Memory())
	}
	return most
}

// Format keeps salts and tags out of whatever prints a hash.
func (h *severalHashes) Format(s fmt.State, _ rune) { describe(s, h) }

func (h *severalHashes) salted() bool {
	return !slices.ContainsFunc(h.hashes, func(h Hash) bool { return !Salted(h) })
}

func (h *severalHashes) Verify(password []byte) Result {
	all := Result{Outcome: NoMatch}
	if h.cause != "" {
		all = Result{Outcome: CannotVerify, Cause: h.cause}
	}
	for _, hash := range h.hashes {
		switch one := hash.Verify(password); one.Outcome {
		case Match:
			return one
		case CannotVerify:
			all = one
		}
	}
	return all
}

// Plant implements Planter.
func (h *severalHashes) Plant(password []byte) (string, error) {
	list := make([]string, len(h.hashes))
	for i, hash := range h.hashes {
		planter, ok := hash.(Planter)
		if !ok {
			return "", refuse(CauseUnsupportedVersion, "%s has no way to make a hash", hash.Scheme())
		}
		var err error
		if list[i], err = planter.Plant(password); err != nil {
			return "", err
		}
	}
	return encodeSeveral(list), nil
}
