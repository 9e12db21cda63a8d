package hashing

import "strings"

// family is a scheme, or several that share their shape, by what its strings look like.
type family struct {
	claims func(encoded string) bool // by its beginning or shape alone; the first that claims decides
	parse  func(encoded string, lim Limits) (Hash, error)
}

// families are tried in this order: those with a name of their own in the string before those that only
// their shape tells.
var families = []family{
	{begins("$argon2id$"), func(e string, lim Limits) (Hash, error) {
		return parseArgon2(SchemeArgon2id, e, lim)
	}},
	{begins("$argon2i$"), func(e string, lim Limits) (Hash, error) {
		return parseArgon2(SchemeArgon2i, e, lim)
	}},
	{begins("$2a$", "$2b$", "$2y$"), parseBcrypt},
	// $2$ stops at the first byte of a character, $2x$ extends the sign of bytes above 127: what
	// libraries compute for them is something else (docs/formats.md).
	{begins("$2$", "$2x$"), unsupported("bcrypt other than $2a$, $2b$, $2y$")},
}

// begins claims the strings with one of the prefixes, and what was cut off at a prefix's last $.
func begins(prefixes ...string) func(string) bool {
	return func(encoded string) bool {
		for _, prefix := range prefixes {
			if strings.HasPrefix(encoded, prefix) || encoded+"$" == prefix {
				return true
			}
		}
		return false
	}
}

// unsupported refuses what is recognised but cannot be verified, so that it is counted under its own cause.
func unsupported(what string) func(string, Limits) (Hash, error) {
	return func(string, Limits) (Hash, error) {
		return nil, refuse(CauseUnsupportedVersion, "%s", what)
	}
}
