package stored

import (
	"crypto/rand"
	"crypto/subtle"
	"fmt"
)

const (
	// A login form takes no longer password, and some schemes cost the square of its length.
	maxComputedPassword = 4096

	// What a digest, its block buffers and a few short strings take.
	digestMemory = 4 << 10

	alphanumerics = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

// sumFunc makes a tag of a password and a salt.
type sumFunc = func(password, salt []byte) []byte

// recipe is everything in which the schemes without a type of their own differ.
type recipe struct {
	scheme Scheme
	params string
	memory int64 // bytes; 0 means what a digest takes

	digest bool   // whether a verification is a digest or two of a short text
	mark   string // in what strings of one scheme differ, where that tells the product

	// refuses gives the cause for which a password cannot be looked at, if there is one.
	refuses func(password []byte) Cause

	// sums are the computations that writers of one and the same shape use: a match of any is a
	// match. A new hash is made by the first, which never returns nil; a later one does where it
	// would only repeat an earlier one.
	sums []sumFunc

	// unsure says that strings of other products have this shape too. A match is a match all the same: no
	// password opens a wrong computation by chance. But no match refutes nothing.
	unsure bool

	// encode puts together the stored string; alphabet is that of a new salt, where empty means any
	// bytes.
	encode   func(salt, tag []byte) string
	alphabet string

	engine *engine // that sums compute with, nil: none
}

// computed is a stored hash whose scheme is a recipe.
type computed struct {
	recipe
	salt, tag []byte
}

// newComputed refuses the recipe's hash without a tag, which any sum of no bytes would match.
func newComputed(r recipe, salt, tag []byte) (Hash, error) {
	if len(tag) == 0 {
		return nil, refuse(CauseMalformed, "%s has no tag", r.scheme)
	}
	return &computed{recipe: r, salt: salt, tag: tag}, nil
}

func (h *computed) Scheme() Scheme { return h.scheme }
func (h *computed) Params() string { return h.params }
func (h *computed) Memory() int64  { return max(h.memory, digestMemory) }

// Format keeps salt and tag out of whatever prints a hash.
func (h *computed) Format(s fmt.State, _ rune) { describe(s, h) }

func (h *computed) width() int { return h.engine.width() }

func (h *computed) useKernels(k *Kernels) {
	if h.engine != nil {
		h.engine.kernels = k
	}
}

func (h *computed) salted() bool { return len(h.salt) > 0 }

func (h *computed) Verify(password []byte) Result {
	if cause := h.cannotRead(password); cause != "" {
		return Result{Outcome: CannotVerify, Cause: cause}
	}
	return contain(func() Result {
		for _, sum := range h.sums {
			tag := sum(password, h.salt)
			if len(tag) > 0 && subtle.ConstantTimeCompare(tag, h.tag) == 1 {
				return Result{Outcome: Match}
			}
		}
		if h.unsure {
			return Result{Outcome: CannotVerify, Cause: CauseAmbiguous}
		}
		return Result{Outcome: NoMatch}
	})
}

// declared returns a hash whose shape alone did not tell its scheme, once its source has told it.
func declared(h Hash) Hash {
	if c, ok := h.(*computed); ok && c.unsure {
		sure := *c
		sure.unsure = false
		return &sure
	}
	return h
}

func (h *computed) cannotRead(password []byte) Cause {
	if len(password) > maxComputedPassword {
		return CauseOverLimit
	}
	if h.refuses != nil {
		return h.refuses(password)
	}
	return ""
}

// Plant implements Planter.
func (h *computed) Plant(password []byte) (string, error) {
	if cause := h.cannotRead(password); cause != "" {
		return "", refuse(cause, "%s of this password", h.scheme)
	}
	salt, err := newSalt(len(h.salt), h.alphabet)
	if err != nil {
		return "", err
	}
	var encoded string
	result := contain(func() Result {
		encoded = h.encode(salt, h.sums[0](password, salt))
		return Result{Outcome: Match}
	})
	if result.Outcome != Match {
		return "", refuse(result.Cause, "%s", h.scheme)
	}
	return encoded, nil
}

// newSalt makes n bytes, or n characters of an alphabet that is not empty.
func newSalt(n int, alphabet string) ([]byte, error) {
	salt := make([]byte, n)
	if _, err := rand.Read(salt); err != nil {
		return nil, fmt.Errorf("failed to make a salt: %w", err)
	}
	if alphabet == "" {
		return salt, nil
	}
	for i, b := range salt {
		// Where the alphabet is not a power of two, its first characters come a little more often. A
		// salt has to be new, not even.
		salt[i] = alphabet[int(b)%len(alphabet)]
	}
	return salt, nil
}

// Salted reports whether equal stored hashes mean one and the same act of storing. Without a salt
// they only mean equal passwords, so that an equal string elsewhere says nothing about where it
// came from.
func Salted(h Hash) bool {
	s, ok := h.(interface{ salted() bool })
	return !ok || s.salted()
}
