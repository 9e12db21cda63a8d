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
	order     []int    // in a child: which of the run's each of them is
}

// newKeyring returns the keyring of a child.
func newKeyring(passwords [][]byte) *keyring {
	k := &keyring{}
	for i, p := range passwords {
		k.passwords, k.order = append(k.passwords, string(p)), append(k.order, i)
	}
	return k
}

// reorder has the passwords in the order that a child has come to.
func (k *keyring) reorder(order []int) {
	n := len(order)
	if n > len(k.passwords) {
		return
	}
	sorted := make([]string, 0, n)
	for i, from := range order {
		if from < 0 || from >= n || slices.Contains(order[:i], from) {
			return
		}
		sorted = append(sorted, k.passwords[from])
	}
	copy(k.passwords, sorted)
}

// try calls open with each password until it succeeds, and reports whether one did.
func (k *keyring) try(open func(password string) error) bool {
	for i, password := range k.passwords[:min(len(k.passwords), maxPasswords)] {
		if open(password) == nil {
			k.passwords = slices.Insert(slices.Delete(k.passwords, i, i+1), 0, password)
			if k.order != nil {
				k.order = slices.Insert(slices.Delete(k.order, i, i+1), 0, k.order[i])
			}
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
