// Package unchanged says whether a file is still what it was when it was opened. One that is still being copied, or that is
// written again while it is read, may lack what would have been found in it.
//
// Not guaranteed: that a file which is written through a mapping is noticed before the system writes down its time.
package unchanged

import (
	"errors"
	"fmt"
	"io/fs"
)

// Check compares what a file was when it was opened with what it is now, and returns a sentence about what differs: its
// size, the time of its contents, or, where the system has one, the time of its last change. That one nobody can set, but
// to remove, link, chmod or chown a file sets it as well, and these change no contents.
func Check(was, is fs.FileInfo) error {
	switch {
	case is.Size() != was.Size():
		return fmt.Errorf("it changed while it was read, from %d bytes to %d: read it again when it is whole", was.Size(), is.Size())
	case !is.ModTime().Equal(was.ModTime()), touched(was, is):
		return errors.New("it was written to while it was read: read it again when it is whole")
	}
	return nil
}
