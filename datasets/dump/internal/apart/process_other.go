//go:build !linux

package apart

import (
	"io"
	"syscall"
)

// attributes are those of any process: a child ends by itself when its input ends.
func attributes() *syscall.SysProcAttr { return nil }

func keepDescriptors() {}

func widen(io.Reader) {}
