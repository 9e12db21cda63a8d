package apart

import (
	"io"
	"math"
	"os"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// attributes end a child with the process that started it, however that ends. A child with a terminal of its own group
// is not interrupted with us: the run ends it.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
}

// keepDescriptors keeps what this process was started with, beside the standard streams, from its children. Go does so
// with what it opens itself. An older kernel does not know the call; the child then has them, and nothing to do with them.
var keepDescriptors = sync.OnceFunc(func() {
	_ = unix.CloseRange(3, math.MaxUint32, unix.CLOSE_RANGE_CLOEXEC)
})

// widen lets a child run ahead of what reads it. It goes on without, a little slower.
func widen(pipe io.Reader) {
	const size = 512 << 10
	if f, ok := pipe.(*os.File); ok {
		if raw, err := f.SyscallConn(); err == nil {
			_ = raw.Control(func(fd uintptr) { _, _ = unix.FcntlInt(fd, unix.F_SETPIPE_SZ, size) })
		}
	}
}
