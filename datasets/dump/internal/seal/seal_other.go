//go:build !linux

package seal

import (
	"errors"
	"os"
	"time"
)

// Process takes nothing on this system, and says so.
func Process() (failed []error) { return []error{errors.ErrUnsupported} }

// Work bounds nothing on this system.
func Work(time.Duration) error { return errors.ErrUnsupported }

// WorkIsOver never receives.
func WorkIsOver() <-chan os.Signal { return nil }
