package unpack

import (
	"errors"
	"fmt"
	"slices"
)

// errLocked says that none of the passwords opens an entry.
var errLocked = errors.New("it is encrypted")

// keyring holds the passwords that are tried. They never show in a message.
type keyring struct {
	passwords []string // the one that opened something last comes first
}

// try calls open with each password until it succeeds, and reports whether one did.
func (k *keyring) try(open func(password string) error) bool {
	for i, password := range k.passwords[:min(len(k.passwords), maxPasswords)] {
		if open(password) == nil {
			k.passwords = slices.Insert(slices.Delete(k.passwords, i, i+1), 0, password)
			return true
		}
	}
	return false
}

// lockedSentence says what is missing, of a number of entries.
func (k *keyring) lockedSentence(n int) string {
	return k.locked(entriesAre(n) + " encrypted")
}

func (k *keyring) locked(what string) string {
	switch tried := min(len(k.passwords), maxPasswords); tried {
	case 0:
		return what + `: name the password in a sidecar ("passwords"), or extract the archive first`
	case 1:
		return what + ", and the password that is known does not open it: name the right one " +
			`in a sidecar ("passwords"), or extract the archive first`
	default:
		return fmt.Sprintf("%s, and none of the %d passwords tried opens it: name the right one "+
			`in a sidecar ("passwords"), or extract the archive first`, what, tried)
	}
}
