// Package secrets reads what nobody else may read: keys, and what presets need to know of a product.
//
// A file is taken when nobody but its owner has any right to it. One that belongs to root and has mode 0440 is taken as
// well when its group is one of ours or root's own: so Kubernetes mounts a secret for a process that is not root
// (fsGroup), and so systemd shows a credential (LoadCredential). Everything else is refused before it is read.
//
// A secret can also come by a descriptor that the caller has opened. Whoever opened it has decided who may read it. It is
// read once, to its end, and closed: no child process inherits it.
package secrets

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// byDescriptor begins what stands for a descriptor: no file has such a name.
const byDescriptor = "\x00fd "

// Descriptor returns what Read takes for the path of an inherited descriptor.
func Descriptor(n int) string { return byDescriptor + strconv.Itoa(n) }

// ParseDescriptor returns the descriptor that a path stands for, if it does.
func ParseDescriptor(path string) (n int, ok bool) {
	text, ok := strings.CutPrefix(path, byDescriptor)
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(text)
	return n, err == nil
}

// refused is an error with its way out.
type refused struct {
	error
	hint string
}

func (r refused) Hint() string { return r.hint }

// Read reads at most largest bytes of a file, or of a descriptor. what names it in errors.
func Read(what, path string, largest int64) ([]byte, error) {
	if n, ok := ParseDescriptor(path); ok {
		return readDescriptor(what, n, largest)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("failed to read %s %q: %w", what, path, err)
	}
	defer f.Close() // only read
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("failed to read %s %q: %w", what, path, err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("refusing %s %q: it is not a regular file", what, path)
	}
	if mode := info.Mode(); !private(info) {
		return nil, refused{
			fmt.Errorf("refusing %s %q with mode %04o: others may read or change it", what, path, mode.Perm()),
			fmt.Sprintf("chmod 0600 %s", path),
		}
	}
	text, err := io.ReadAll(io.LimitReader(f, largest))
	if err != nil {
		return nil, fmt.Errorf("failed to read %s %q: %w", what, path, err)
	}
	return text, nil
}

// readDescriptor looks first at what a number stands for: this process has descriptors of its own, and reading some of
// them would wait for ever.
func readDescriptor(what string, n int, largest int64) ([]byte, error) {
	if !readable(n) {
		return nil, refused{
			fmt.Errorf("failed to read %s: descriptor %d is not a file or a pipe that the caller has opened", what, n),
			fmt.Sprintf("open it in the shell, as in: credsieve … %d<FILE", n),
		}
	}
	f := os.NewFile(uintptr(n), what)
	if f == nil {
		return nil, fmt.Errorf("failed to read %s: there is no descriptor %d", what, n)
	}
	defer f.Close() // only read
	text, err := io.ReadAll(io.LimitReader(f, largest))
	if err != nil {
		return nil, fmt.Errorf("failed to read %s from descriptor %d: %w", what, n, err)
	}
	return text, nil
}
