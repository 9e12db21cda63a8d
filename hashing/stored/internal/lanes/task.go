package lanes

import (
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"hash"

	argon2d "github.com/go-crypt/x/argon2"
	"github.com/go-crypt/x/bcrypt"
	"github.com/go-crypt/x/crypt"
	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/scrypt"
)

// Scheme is what a kernel computes.
type Scheme string

// The schemes that may have a kernel. Their costs are those of Task.
const (
	Argon2d  Scheme = "argon2d" // KiB, passes, threads
	Argon2i  Scheme = "argon2i"
	Argon2id Scheme = "argon2id"
	Bcrypt   Scheme = "bcrypt" // log2 of the rounds; 23 bytes of key, 16 of salt

	PBKDF2SHA1   Scheme = "pbkdf2-sha1" // iterations
	PBKDF2SHA256 Scheme = "pbkdf2-sha256"
	PBKDF2SHA512 Scheme = "pbkdf2-sha512"

	Scrypt Scheme = "scrypt" // N, r, p

	SHA256Crypt Scheme = "sha256crypt" // rounds; the key is the text of 43 or 86 characters
	SHA512Crypt Scheme = "sha512crypt"
)

// Class is what tasks that are computed together have in common.
type Class struct {
	Scheme Scheme
	Costs  [3]uint32
	Size   int // bytes of the key
}

// Task is a key to compute. Who makes one has checked its costs.
type Task struct {
	Class
	Password, Salt []byte
}

// Reference computes a task without any kernel. It panics where the libraries do.
func Reference(t *Task) []byte {
	costs := t.Costs
	switch t.Scheme {
	case Argon2i:
		return argon2.Key(t.Password, t.Salt, costs[1], costs[0], uint8(costs[2]), uint32(t.Size))
	case Argon2id:
		return argon2.IDKey(t.Password, t.Salt, costs[1], costs[0], uint8(costs[2]), uint32(t.Size))
	case Argon2d:
		return argon2d.DKey(t.Password, t.Salt, costs[1], costs[0], costs[2], uint32(t.Size))
	case Bcrypt:
		return bcryptReference(t)
	case Scrypt:
		return scryptReference(t)
	case SHA256Crypt:
		return crypt.KeySHACrypt(sha256.New, t.Password, t.Salt, int(costs[0]))
	case SHA512Crypt:
		return crypt.KeySHACrypt(sha512.New, t.Password, t.Salt, int(costs[0]))
	case PBKDF2SHA1:
		return pbkdf2Reference(sha1.New, t)
	case PBKDF2SHA256:
		return pbkdf2Reference(sha256.New, t)
	case PBKDF2SHA512:
		return pbkdf2Reference(sha512.New, t)
	}
	panic("lanes: no such scheme")
}

func pbkdf2Reference(digest func() hash.Hash, t *Task) []byte {
	key, err := pbkdf2.Key(digest, string(t.Password), t.Salt, int(t.Costs[0]), t.Size)
	if err != nil {
		panic("lanes: pbkdf2: " + err.Error()) // only a build that allows nothing but FIPS 140 has one
	}
	return key
}

func scryptReference(t *Task) []byte {
	key, err := scrypt.Key(t.Password, t.Salt, int(t.Costs[0]), int(t.Costs[1]), int(t.Costs[2]), t.Size)
	if err != nil {
		panic("lanes: scrypt: " + err.Error()) // which costs alone can cause
	}
	return key
}

// bcryptReference computes what is text in a stored hash.
func bcryptReference(t *Task) []byte {
	const alphabet, saltEnd = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 29
	encoded, err := bcrypt.GenerateFromPasswordSalt(t.Password[:min(len(t.Password), bcryptMost)], t.Salt, int(t.Costs[0]))
	if err != nil {
		panic("lanes: bcrypt: " + err.Error()) // which costs and lengths of salts alone can cause
	}
	key, err := base64.NewEncoding(alphabet).WithPadding(base64.NoPadding).DecodeString(string(encoded[saltEnd:]))
	if err != nil {
		panic("lanes: bcrypt: its key is not base64")
	}
	return key
}
