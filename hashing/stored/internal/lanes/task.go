package lanes

import (
	argon2d "github.com/go-crypt/x/argon2"
	"golang.org/x/crypto/argon2"
)

// Scheme is what a kernel computes.
type Scheme string

// The schemes that may have a kernel. Their costs are those of Task.
const (
	Argon2d  Scheme = "argon2d" // KiB, passes, threads
	Argon2i  Scheme = "argon2i"
	Argon2id Scheme = "argon2id"
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
	}
	panic("lanes: no such scheme")
}
