package stored

import (
	"fmt"
	"strings"
)

// wrappedHash is a stored hash of another scheme inside a longer text.
type wrappedHash struct {
	Hash
	wrap func(inner string) string
}

// Format keeps salt and tag out of whatever prints a hash.
func (h *wrappedHash) Format(s fmt.State, _ rune) { describe(s, h) }

func (h *wrappedHash) useKernels(k *Kernels) { UseKernels(h.Hash, k) }
func (h *wrappedHash) width() int            { return Width(h.Hash) }

func (h *wrappedHash) salted() bool { return Salted(h.Hash) }

// Plant implements Planter.
func (h *wrappedHash) Plant(password []byte) (string, error) {
	planter, ok := h.Hash.(Planter)
	if !ok {
		return "", refuse(CauseUnsupportedVersion, "%s has no way to make a hash", h.Scheme())
	}
	inner, err := planter.Plant(password)
	if err != nil {
		return "", err
	}
	return h.wrap(inner), nil
}

// after reads what stands after the first n bytes of encoded with the reader of its scheme.
func after(encoded string, n int, parse func(string, Limits) (Hash, error), lim Limits) (Hash, error) {
	inner, err := parse(encoded[n:], lim)
	if err != nil {
		return nil, err
	}
	head := encoded[:n]
	return &wrappedHash{Hash: inner, wrap: func(inner string) string { return head + inner }}, nil
}

// prefixed claims a word and the beginnings of the scheme after it, and reads that scheme. Cut off
// inside the word, a string is of no known scheme.
func prefixed(word string, parse func(string, Limits) (Hash, error)) family {
	return family{
		claims: func(encoded string) bool { return strings.HasPrefix(encoded, word+"$") },
		parse: func(encoded string, lim Limits) (Hash, error) {
			return after(encoded, len(word), parse, lim)
		},
	}
}

// inBracesBefore claims names in braces, without regard to case as LDAP servers do, and reads what
// stands after them.
func inBracesBefore(parse func(string, Limits) (Hash, error), names ...string) family {
	return family{
		claims: inBraces(names...),
		parse: func(encoded string, lim Limits) (Hash, error) {
			return after(encoded, strings.IndexByte(encoded, '}')+1, parse, lim)
		},
	}
}

// parseArgon2Any reads an argon2 PHC string of any variant.
func parseArgon2Any(encoded string, lim Limits) (Hash, error) {
	for _, scheme := range []Scheme{SchemeArgon2id, SchemeArgon2i, SchemeArgon2d} {
		if strings.HasPrefix(encoded, "$"+string(scheme)+"$") {
			return parseArgon2(scheme, encoded, lim)
		}
	}
	return nil, refuse(CauseMalformed, "not of a known variant of argon2")
}

func parseArgon2As(scheme Scheme) func(string, Limits) (Hash, error) {
	return func(encoded string, lim Limits) (Hash, error) {
		if !strings.HasPrefix(encoded, "$"+string(scheme)+"$") {
			return nil, refuse(CauseMalformed, "not %s", scheme)
		}
		return parseArgon2(scheme, encoded, lim)
	}
}

// parseInner reads any string that is not a wrapper itself: wrappers in wrappers occur in no system,
// and a string of a thousand of them would.
func parseInner(encoded string, lim Limits) (Hash, error) { return parseAny(families, encoded, lim) }
