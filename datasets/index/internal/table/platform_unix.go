//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package table

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// sharedMaps: what is written to a file after it was mapped shows in the map.
const sharedMaps = true

// mapFile maps a file of a known size for reading, and returns how to end that.
func mapFile(f *os.File, size int) ([]byte, func() error, error) {
	if size == 0 {
		return nil, func() error { return nil }, nil
	}
	data, err := unix.Mmap(int(f.Fd()), 0, size, unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return nil, nil, err
	}
	return data, func() error { return unix.Munmap(data) }, nil
}

// anonymous returns zeroed memory that counts only where it is touched and goes back to the system
// when it is freed. Large pages spare the processor a page walk for each random access.
func anonymous(size int) ([]byte, func(), error) {
	if size == 0 {
		return nil, func() {}, nil
	}
	data, err := unix.Mmap(-1, 0, size, unix.PROT_READ|unix.PROT_WRITE,
		unix.MAP_ANON|unix.MAP_PRIVATE|mapNoReserve)
	if err != nil {
		return nil, nil, fmt.Errorf("failed to get %d bytes of memory: %w", size, err)
	}
	adviseHuge(data)
	return data, func() { _ = unix.Munmap(data) }, nil // it was mapped: nothing can go wrong
}

// Lock takes the lock or fails at once. The system gives it back when the process dies.
func Lock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		err = ErrBusy
	}
	if err == nil && !same(f, path) {
		err = ErrBusy // a failing build removed the file between our opening and locking it
	}
	if err != nil {
		f.Close() // nothing was written
		return nil, err
	}
	return f, nil
}

func same(f *os.File, path string) bool {
	held, err := f.Stat()
	if err != nil {
		return false
	}
	there, err := os.Stat(path)
	return err == nil && os.SameFile(held, there)
}

// Unlock gives the lock back, and not only our descriptor: a process that was forked at this moment has that as well until it
// runs its own program.
func Unlock(f *os.File) {
	_ = unix.Flock(int(f.Fd()), unix.LOCK_UN) // closing gives it back, too
	f.Close()
}
