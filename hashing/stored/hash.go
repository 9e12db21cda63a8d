package stored

import (
	"fmt"
	"strings"
)

// Scheme names a way of storing passwords.
type Scheme string

// The schemes that Parse accepts.
const (
	SchemeArgon2id Scheme = "argon2id"
	SchemeArgon2i  Scheme = "argon2i"
	SchemeArgon2d  Scheme = "argon2d"
	SchemeBcrypt   Scheme = "bcrypt"
)

// Outcome is what a verification found out. Its zero value is not an outcome.
type Outcome uint8

// The outcomes. CannotVerify is never to be read as NoMatch.
const (
	OutcomeUnspecified Outcome = iota
	Match
	NoMatch
	CannotVerify
)

func (o Outcome) String() string {
	switch o {
	case Match:
		return "match"
	case NoMatch:
		return "no_match"
	case CannotVerify:
		return "cannot_verify"
	default:
		return "unspecified"
	}
}

// Cause says why nothing could be verified.
type Cause string

// The causes. The texts are stable: they are written to files.
const (
	CauseUnknownScheme      Cause = "unknown_scheme"
	CauseMalformed          Cause = "malformed"
	CauseOverLimit          Cause = "over_limit"
	CauseUnsupportedVersion Cause = "unsupported_version"
	CauseKeyed              Cause = "keyed"
	CauseNULInPassword      Cause = "nul_in_password"
	CausePanicked           Cause = "panicked"
	CausePasswordNotText    Cause = "password_not_text" // no UTF-8, where the scheme hashes UTF-16
	CauseNoUsablePassword   Cause = "no_usable_password"
	CausePlaintext          Cause = "plaintext"
	CauseAmbiguous          Cause = "ambiguous"      // ParseAs reads it
	CauseNeedsUsername      Cause = "needs_username" // likewise
	CauseNeedsColumn        Cause = "needs_column"   // of the row, for hash steps; the export has none
)

// Result is what one verification said. Cause is set exactly when Outcome is CannotVerify.
type Result struct {
	Outcome Outcome
	Cause   Cause

	// Truncated says that the scheme looked at the beginning of the password only, as the login does:
	// a Match means that the login accepts the password, not that it is the one that was set.
	Truncated bool
}

// Limits are the highest costs that a stored hash may ask for. A zero field is not a permission to be
// without that limit: Parse then refuses every hash.
type Limits struct {
	EncodedLength                           int    // bytes of the whole string
	Argon2Memory, Argon2Time, Argon2Threads uint32 // KiB, passes, lanes
	BcryptMinCost, BcryptMaxCost            int
	ScryptMemory                            uint64 // bytes: 128*N*r
	ScryptParallel                          uint32 // p
	PBKDF2Iterations                        uint32
	CryptRounds                             uint32 // SHA-crypt, sha1crypt, Sun MD5
	PHPassCost                              int    // log2 of the rounds
	Argon2Work                              uint64 // KiB times passes: what takes time
	ScryptWork                              uint64 // bytes: 128*N*r*p
	Password                                int    // bytes, see Verify
}

// DefaultLimits lie well above what anybody runs a login with, and well below what stops a machine.
func DefaultLimits() Limits {
	return Limits{
		EncodedLength: 1 << 10,
		Argon2Memory:  1 << 20,
		Argon2Time:    32,
		Argon2Threads: 64,
		BcryptMinCost: 4,
		BcryptMaxCost: 16,

		ScryptMemory:     1 << 30,
		ScryptParallel:   64,
		PBKDF2Iterations: 10_000_000,
		CryptRounds:      10_000_000,
		PHPassCost:       20,

		Argon2Work: 32 << 20,
		ScryptWork: 64 << 30,
		Password:   maxComputedPassword,
	}
}

// LoginLimits are for an auth service that verifies while somebody waits: no stored hash that passes takes more than about
// a second of one core and 256 MiB, whatever costs somebody has written into it. The batch job of credsieve may take
// longer: it uses DefaultLimits.
func LoginLimits() Limits {
	return Limits{
		EncodedLength: 1 << 10,
		Argon2Memory:  256 << 10,
		Argon2Time:    16,
		Argon2Threads: 16,
		BcryptMinCost: 4,
		BcryptMaxCost: 14,

		ScryptMemory:     256 << 20,
		ScryptParallel:   16,
		PBKDF2Iterations: 1_500_000,
		CryptRounds:      1_000_000,
		PHPassCost:       20,

		Argon2Work: 768 << 10,
		ScryptWork: 256 << 20,
		Password:   1 << 10,
	}
}

func (l Limits) complete() bool {
	return l.EncodedLength > 0 && l.Argon2Memory > 0 && l.Argon2Time > 0 && l.Argon2Threads > 0 &&
		l.BcryptMinCost > 0 && l.BcryptMaxCost > 0 &&
		l.ScryptMemory > 0 && l.ScryptParallel > 0 && l.PBKDF2Iterations > 0 &&
		l.CryptRounds > 0 && l.PHPassCost > 0 && l.Argon2Work > 0 && l.ScryptWork > 0 && l.Password > 0
}

// Hash is one parsed stored hash, safe for concurrent use. Printed, it shows scheme and costs only.
type Hash interface {
	Scheme() Scheme
	Params() string // costs for people: "m=19456,t=2,p=1", "cost=12"
	Memory() int64  // bytes that one verification needs
	Verify(password []byte) Result
}

// Planter is a Hash that can be made for another password, for controls and synthetic accounts.
type Planter interface {
	// Plant returns a stored hash of the same scheme, shape and costs with a salt of its own.
	Plant(password []byte) (encoded string, err error)
}

// Error says why a stored hash cannot be verified. It never holds any part of the hash.
type Error struct {
	Cause  Cause
	Detail string
}

func (e *Error) Error() string {
	text := strings.ReplaceAll(string(e.Cause), "_", " ")
	if e.Detail == "" {
		return text
	}
	return text + ": " + e.Detail
}

// refuse is the only maker of an Error: format must not be given anything out of the hash.
func refuse(cause Cause, format string, args ...any) error {
	return &Error{Cause: cause, Detail: fmt.Sprintf(format, args...)}
}

// Parse parses a stored hash and checks its shape and costs, without computing anything. Every
// error is a *Error.
func Parse(encoded string, lim Limits) (Hash, error) {
	if err := checkLength(encoded, lim); err != nil {
		return nil, err
	}
	// No wrapper begins with the $ that nearly all stored hashes begin with, and to ask each of them
	// would cost an index build more than the rest of parsing.
	if strings.HasPrefix(encoded, severalPrefix) {
		return parseSeveral(encoded, lim)
	}
	for i := 0; encoded[0] != '$' && i < len(wrappers); i++ {
		if wrappers[i].claims(encoded) {
			return wrappers[i].parse(encoded, lim)
		}
	}
	return parseInner(encoded, lim)
}

func checkLength(encoded string, lim Limits) error {
	switch {
	case !lim.complete():
		return refuse(CauseOverLimit, "a limit is zero, which allows nothing")
	case encoded == "":
		return refuse(CauseMalformed, "empty")
	case len(encoded) > lim.EncodedLength:
		return refuse(CauseOverLimit, "longer than %d bytes", lim.EncodedLength)
	}
	return nil
}

// contain turns a panic in other people's code into a result. It cannot catch one in a goroutine
// that the library started, nor a lack of memory: the limits keep those from happening.
func contain(verify func() Result) (result Result) {
	defer func() {
		// The value is dropped, because it may quote the password.
		if recover() != nil {
			result = Result{Outcome: CannotVerify, Cause: CausePanicked}
		}
	}()
	return verify()
}

// describe is what a Hash prints in place of salt and tag.
func describe(s fmt.State, h Hash) {
	// A fmt.State reports no write errors that anybody could act on.
	_, _ = fmt.Fprintf(s, "%s(%s)", h.Scheme(), h.Params())
}
