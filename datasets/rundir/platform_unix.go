//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package rundir

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// lockFolder takes the lock of a folder or fails at once. The system gives it back when the process dies.
func lockFolder(dir string) (unlock func(), err error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		err = errBusy
	}
	if err == nil && !stillThere(f, dir) {
		err = errBusy // it was exchanged between our opening and locking it
	}
	if err != nil {
		f.Close() // nothing was written
		return nil, err
	}
	return func() {
		// Closing alone would leave the lock to a process that was forked meanwhile, until it runs its program.
		_ = unix.Flock(int(f.Fd()), unix.LOCK_UN)
		f.Close() // nothing was written
	}, nil
}

// adopt gives a file the mode and the owner of another: who could read the held run, and no one else, can
// read the released one, also when root released it.
func adopt(from, to string) error {
	var want, have unix.Stat_t
	if err := errors.Join(unix.Stat(from, &want), unix.Stat(to, &have)); err != nil {
		return err
	}
	if want.Uid != have.Uid || want.Gid != have.Gid {
		if err := os.Chown(to, int(want.Uid), int(want.Gid)); err != nil {
			return err
		}
	}
	return os.Chmod(to, os.FileMode(want.Mode&0o777))
}
