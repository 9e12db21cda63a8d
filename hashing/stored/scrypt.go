package stored

import (
	"encoding/base64"
	"fmt"
	"math"
	"strings"

	"golang.org/x/crypto/scrypt"

	"github.com/credsieve/credsieve/hashing/stored/internal/lanes"
)

// The schemes of scrypt (RFC 7914) without a framework of their own: a PHC string, and $7$ of
// crypt(3).
const (
	SchemeScrypt  Scheme = "scrypt"
	SchemeScrypt7 Scheme = "scrypt-7"
)

const (
	// One block of scrypt is 128*r bytes.
	scryptBlock = 128

	// RFC 7914 allows r*p below 2^30; the library refuses more.
	scryptMost = 1<<30 - 1

	// $7$, one character of log2 N, five each of r and p, salt, $, 43 characters of key.
	scrypt7Prefix = "$7$"
	scrypt7Number = 5
	scrypt7Head   = 1 + 2*scrypt7Number
	scrypt7Key    = 32
	maxScrypt7    = 86 // characters of salt: 64 bytes
)

// scryptCosts are N, r and p of RFC 7914.
type scryptCosts struct {
	n, r, p uint64
	engine  *engine
}

func (c scryptCosts) String() string { return fmt.Sprintf("N=%d,r=%d,p=%d", c.n, c.r, c.p) }

// memory is that of the large table and of the blocks that are mixed into it.
func (c scryptCosts) memory() int64 { return int64(scryptBlock * c.r * (c.n + c.p)) }

func checkScrypt(n, r, p uint64, lim Limits) (scryptCosts, error) {
	if n < 2 || n&(n-1) != 0 {
		return scryptCosts{}, refuse(CauseMalformed, "N is not a power of two above 1")
	}
	if r == 0 || p == 0 {
		return scryptCosts{}, refuse(CauseMalformed, "a cost is zero")
	}
	// By division: a product of costs like these can overflow.
	blocks := min(lim.ScryptMemory, math.MaxInt/2) / scryptBlock
	switch {
	case r > blocks || n > blocks/r:
		return scryptCosts{}, refuse(CauseOverLimit, "128*N*r is above %d bytes", lim.ScryptMemory)
	case p > uint64(lim.ScryptParallel):
		return scryptCosts{}, refuse(CauseOverLimit, "p is above %d", lim.ScryptParallel)
	case n*r > lim.ScryptWork/scryptBlock/p:
		return scryptCosts{}, refuse(CauseOverLimit, "128*N*r*p is above %d bytes", lim.ScryptWork)
	case p > min(blocks, scryptMost)/r:
		return scryptCosts{}, refuse(CauseOverLimit, "128*r*p is above %d bytes", lim.ScryptMemory)
	}
	return scryptCosts{n: n, r: r, p: p, engine: &engine{scheme: lanes.Scrypt}}, nil
}

// scryptN is 2^log, or a number above every limit.
func scryptN(log uint64) uint64 {
	if log > 62 {
		return 1 << 63
	}
	return 1 << log
}

// sum computes size bytes of key.
func (c scryptCosts) sum(size int) func(password, salt []byte) []byte {
	return func(password, salt []byte) []byte {
		costs := [3]uint32{uint32(c.n), uint32(c.r), uint32(c.p)} // the limits keep them far below
		if key := c.engine.key(costs, size, password, salt); key != nil {
			return key
		}
		key, err := scrypt.Key(password, salt, int(c.n), int(c.r), int(c.p), size)
		if err != nil {
			panic("stored: " + err.Error()) // the parser lets nothing through that the library refuses
		}
		return key
	}
}

func (c scryptCosts) recipe(scheme Scheme, size int, encode func(salt, tag []byte) string) recipe {
	return recipe{
		scheme: scheme, params: c.String(), memory: c.memory(), encode: encode, engine: c.engine,
		sums: []func(password, salt []byte) []byte{c.sum(size)},
	}
}

// scryptLeastN is the least number after ln= that is N itself: nobody uses a smaller N, and no machine has the
// memory for its power of two.
const scryptLeastN = 1 << 10

// parseScrypt reads $scrypt$ln=16,r=8,p=1$salt$key, where ln is log2 N. Ory Kratos writes N there and pads
// its base64 (https://github.com/ory/kratos/blob/master/hash/hasher_scrypt.go). AdonisJS writes n=16384.
func parseScrypt(encoded string, lim Limits) (Hash, error) {
	fields, err := cutFields(encoded, "$", 5)
	if err != nil {
		return nil, err
	}
	first := "ln"
	if strings.HasPrefix(fields[2], "n=") {
		first = "n"
	}
	values, err := splitParams(fields[2], first, "r", "p")
	if err != nil {
		return nil, err
	}
	n, enc := scryptN(values[0]), base64.RawStdEncoding
	switch {
	case first == "n":
		n = values[0]
	case values[0] >= scryptLeastN && values[0]&(values[0]-1) == 0:
		n, enc = values[0], base64Like(fields[3], fields[4])
	}
	costs, err := checkScrypt(n, values[1], values[2], lim)
	if err != nil {
		return nil, err
	}
	salt, err := decodeAs(enc, fields[3], "salt", leastSalt, maxSaltSize)
	if err != nil {
		return nil, err
	}
	key, err := decodeAs(enc, fields[4], "key", minTagSize, maxTagSize)
	if err != nil {
		return nil, err
	}
	if err := checkWhole(key); err != nil {
		return nil, err
	}
	return newExact(encoded, costs.recipe(SchemeScrypt, len(key), func(salt, key []byte) string {
		return fmt.Sprintf("$scrypt$%s$%s$%s", fields[2], enc.EncodeToString(salt), enc.EncodeToString(key))
	}), salt, key)
}

// parseScrypt7 reads $7$ of libxcrypt, whose salt is hashed as the text that it is
// (https://man.archlinux.org/man/crypt.5 and RFC 7914).
func parseScrypt7(encoded string, lim Limits) (Hash, error) {
	head, tag, ok := strings.Cut(strings.TrimPrefix(encoded, scrypt7Prefix), "$")
	if !ok || len(head) <= scrypt7Head {
		return nil, refuse(CauseMalformed, "not of the shape $7$ costs salt $ key")
	}
	if !consistsOf(head, cryptAlphabet) {
		return nil, refuse(CauseMalformed, "costs or salt have a character of another alphabet")
	}
	if err := checkCryptTag(tag, scrypt7Key); err != nil {
		return nil, err
	}
	log := uint64(strings.IndexByte(cryptAlphabet, head[0]))
	r, p := scrypt7Cost(head[1:]), scrypt7Cost(head[1+scrypt7Number:])
	costs, err := checkScrypt(scryptN(log), r, p, lim)
	if err != nil {
		return nil, err
	}
	salt := head[scrypt7Head:]
	if len(salt) > maxScrypt7 {
		return nil, refuse(CauseOverLimit, "salt is longer than %d characters", maxScrypt7)
	}
	recipe := costs.recipe(SchemeScrypt7, scrypt7Key, func(salt, tag []byte) string {
		return scrypt7Prefix + head[:scrypt7Head] + string(salt) + "$" + string(tag)
	})
	recipe.alphabet = cryptAlphabet
	recipe.sums = []func(password, salt []byte) []byte{func(password, salt []byte) []byte {
		return cryptText(costs.sum(scrypt7Key)(password, salt))
	}}
	recipe.refuses = refusesNUL
	return newExact(encoded, recipe, []byte(salt), []byte(tag))
}

// scrypt7Cost reads thirty bits of cryptAlphabet, the lowest first.
func scrypt7Cost(text string) uint64 {
	var value uint64
	for i := range scrypt7Number {
		value |= uint64(strings.IndexByte(cryptAlphabet, text[i])) << (6 * i)
	}
	return value
}
