package stored

import (
	"fmt"
	"strings"
)

// SchemeDoubleBcrypt is bcrypt of a bcrypt string that has the same salt, as WoltLab Suite before 5.4 and Burning Board 4
// make it (https://github.com/WoltLab/WCF, class DoubleBcrypt).
const SchemeDoubleBcrypt Scheme = "double-bcrypt"

// WoltLab Suite since 5.4 writes the name of an algorithm before a hash.
const (
	woltLabBcrypt = "Bcrypt:"
	woltLabDouble = "DoubleBcrypt:"
)

type doubleBcrypt struct{ *bcryptHash }

func (h *doubleBcrypt) Scheme() Scheme { return SchemeDoubleBcrypt }

// useKernels leaves it to the reference: the inner bcrypt is, and would take a core that another task counts on.
func (h *doubleBcrypt) useKernels(*Kernels) {}

// Format keeps salt and hash out of whatever prints a hash.
func (h *doubleBcrypt) Format(s fmt.State, _ rune) { describe(s, h) }

func (h *doubleBcrypt) Verify(password []byte) (r Result) {
	inner, cause := bcryptStep(password, h.encoded[:bcryptHashStart])
	if cause != "" {
		return Result{Outcome: CannotVerify, Cause: cause}
	}
	r = h.verifyKey(inner)
	r.Truncated = len(password) > bcryptMaxPassword
	return r
}

// Plant implements Planter.
func (h *doubleBcrypt) Plant(password []byte) (string, error) {
	encoded, err := h.plant(func(salt []byte) []byte {
		setting := string(h.encoded[:bcryptSaltStart]) + string(salt)
		inner, cause := bcryptStep(password, []byte(setting))
		if cause != "" {
			return []byte{0} // which plant refuses, with the only cause that there is
		}
		return inner
	})
	return woltLabDouble + encoded, err
}

func parseDoubleBcrypt(encoded string, lim Limits) (Hash, error) {
	inner, err := parseBcryptText(strings.TrimPrefix(encoded, woltLabDouble), lim)
	if err != nil {
		return nil, err
	}
	return &doubleBcrypt{inner}, nil
}
