package stored

import (
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"math"

	argon2d "github.com/go-crypt/x/argon2"
	"golang.org/x/crypto/argon2"

	"github.com/credsieve/credsieve/hashing/stored/internal/lanes"
)

// Lengths in bytes. RFC 9106 asks for salts of 8 or more; a tag below 12 would let wrong passwords
// through on a list of millions, and nobody stores more than 64 of either.
const (
	minSaltSize = 8
	maxSaltSize = 64
	minTagSize  = 12
	maxTagSize  = 64
	newTagSize  = 32
)

// Argon2Params are the costs of argon2: KiB, passes, lanes.
type Argon2Params struct{ Memory, Time, Threads uint32 }

func (p Argon2Params) String() string {
	return fmt.Sprintf("m=%d,t=%d,p=%d", p.Memory, p.Time, p.Threads)
}

type argon2Hash struct {
	scheme    Scheme
	params    Argon2Params
	salt, tag []byte
	kernels   *Kernels // nil: none
}

func parseArgon2(scheme Scheme, encoded string, lim Limits) (Hash, error) {
	phc, err := splitPHC(encoded)
	if err != nil {
		return nil, err
	}
	version, ok := parseDecimal(phc.version)
	if !ok {
		return nil, refuse(CauseMalformed, "version is not a decimal number")
	}
	if version != argon2.Version {
		// Version 16 computes something else, and no maintained Go library has it.
		return nil, refuse(CauseUnsupportedVersion, "argon2 of a version other than %d", argon2.Version)
	}
	params, err := parseArgon2Params(phc.params, lim)
	if err != nil {
		return nil, err
	}
	salt, err := decodeBase64(phc.salt, "salt", minSaltSize)
	if err != nil {
		return nil, err
	}
	tag, err := decodeBase64(phc.tag, "tag", minTagSize)
	if err != nil {
		return nil, err
	}
	return &argon2Hash{scheme: scheme, params: params, salt: salt, tag: tag}, nil
}

func parseArgon2Params(text string, lim Limits) (Argon2Params, error) {
	values, err := splitParams(text, "m", "t", "p")
	if err != nil {
		return Argon2Params{}, err
	}
	return checkArgon2(values[0], values[1], values[2], lim)
}

func checkArgon2(m, t, p uint64, lim Limits) (Argon2Params, error) {
	// The library takes the number of lanes as one byte and would cut off the rest.
	maxThreads := min(lim.Argon2Threads, math.MaxUint8)
	switch {
	case m == 0 || t == 0 || p == 0:
		return Argon2Params{}, refuse(CauseMalformed, "a cost is zero")
	case m > uint64(lim.Argon2Memory):
		return Argon2Params{}, refuse(CauseOverLimit, "m is above %d KiB", lim.Argon2Memory)
	case t > uint64(lim.Argon2Time):
		return Argon2Params{}, refuse(CauseOverLimit, "t is above %d", lim.Argon2Time)
	case m*t > lim.Argon2Work: // both are within 32 bits here
		return Argon2Params{}, refuse(CauseOverLimit, "m times t is above %d KiB", lim.Argon2Work)
	case p > uint64(maxThreads):
		return Argon2Params{}, refuse(CauseOverLimit, "p is above %d", maxThreads)
	case m < 8*p:
		return Argon2Params{}, refuse(CauseMalformed, "m is below 8 KiB a lane")
	}
	return Argon2Params{Memory: uint32(m), Time: uint32(t), Threads: uint32(p)}, nil
}

func (h *argon2Hash) Scheme() Scheme { return h.scheme }
func (h *argon2Hash) Params() string { return h.params.String() }
func (h *argon2Hash) Memory() int64  { return int64(h.params.Memory) << 10 }

// Format keeps salt and tag out of whatever prints a hash.
func (h *argon2Hash) Format(s fmt.State, _ rune) { describe(s, h) }

func (h *argon2Hash) Verify(password []byte) Result {
	return contain(func() Result {
		tag := h.compute(password)
		if subtle.ConstantTimeCompare(tag, h.tag) == 1 {
			return Result{Outcome: Match}
		}
		return Result{Outcome: NoMatch}
	})
}

func (h *argon2Hash) useKernels(k *Kernels) { h.kernels = k }

// compute makes the tag of a password, by a kernel where there is one.
func (h *argon2Hash) compute(password []byte) []byte {
	if h.kernels.Width(lanes.Scheme(h.scheme)) == 0 {
		return argon2Tag(h.scheme, password, h.salt, h.params, uint32(len(h.tag)))
	}
	return h.kernels.Key(&lanes.Task{
		Class: lanes.Class{
			Scheme: lanes.Scheme(h.scheme), Costs: [3]uint32{h.params.Memory, h.params.Time, h.params.Threads}, Size: len(h.tag),
		},
		Password: password, Salt: h.salt,
	})
}

// argon2Tag is computed by golang.org/x/crypto where that has the variant. A fork of it has argon2d.
func argon2Tag(scheme Scheme, password, salt []byte, p Argon2Params, size uint32) []byte {
	switch scheme {
	case SchemeArgon2i:
		return argon2.Key(password, salt, p.Time, p.Memory, uint8(p.Threads), size)
	case SchemeArgon2d:
		return argon2d.DKey(password, salt, p.Time, p.Memory, p.Threads, size)
	default:
		return argon2.IDKey(password, salt, p.Time, p.Memory, uint8(p.Threads), size)
	}
}

// Plant implements Planter.
func (h *argon2Hash) Plant(password []byte) (string, error) {
	salt, err := newSalt(len(h.salt), "")
	if err != nil {
		return "", err
	}
	var encoded string
	result := contain(func() Result {
		tag := argon2Tag(h.scheme, password, salt, h.params, uint32(len(h.tag)))
		encoded = argon2PHC(h.scheme, h.params, salt, tag)
		return Result{Outcome: Match}
	})
	if result.Outcome != Match {
		return "", refuse(result.Cause, "%s", h.scheme)
	}
	return encoded, nil
}

func argon2PHC(scheme Scheme, p Argon2Params, salt, tag []byte) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$%s$v=%d$%s$%s$%s", scheme, argon2.Version, p,
		b64.EncodeToString(salt), b64.EncodeToString(tag))
}

// FormatArgon2id hashes a password to an argon2id PHC string with a tag of 32 bytes. It exists for
// synthetic accounts and tests, where the caller chooses the salt; it panics on costs and salts
// that Parse would refuse under DefaultLimits.
func FormatArgon2id(password, salt []byte, p Argon2Params) string {
	return formatArgon2(SchemeArgon2id, password, salt, p)
}

// FormatArgon2i does the same for argon2i.
func FormatArgon2i(password, salt []byte, p Argon2Params) string {
	return formatArgon2(SchemeArgon2i, password, salt, p)
}

func formatArgon2(scheme Scheme, password, salt []byte, p Argon2Params) string {
	if _, err := parseArgon2Params(p.String(), DefaultLimits()); err != nil {
		panic("stored: argon2 parameters: " + err.Error())
	}
	if len(salt) < minSaltSize || len(salt) > maxSaltSize {
		panic("stored: argon2 salt of a refused length")
	}
	return argon2PHC(scheme, p, salt, argon2Tag(scheme, password, salt, p, newTagSize))
}
