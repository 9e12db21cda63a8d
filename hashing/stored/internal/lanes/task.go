package lanes

import (
	"encoding/base64"

	argon2d "github.com/go-crypt/x/argon2"
	"github.com/go-crypt/x/bcrypt"
	"golang.org/x/crypto/argon2"
)

// Scheme is what a kernel computes.
type Scheme string

// The schemes that may have a kernel. Their costs are those of Task.
const (
	Argon2d  Scheme = "argon2d" // KiB, passes, threads
	Argon2i  Scheme = "argon2i"
	Argon2id Scheme = "argon2id"
	Bcrypt   Scheme = "bcrypt" // log2 of the rounds; 23 bytes of key, 16 of salt
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
	}
	panic("lanes: no such scheme")
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
