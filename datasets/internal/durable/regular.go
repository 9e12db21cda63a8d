package durable

import (
	"errors"
	"fmt"
	"os"
)

// OpenRegular opens a file for reading, whoever owns it, and never waits: whoever may write to a folder can put a pipe or a
// device in the place of a file, and to open or read that could take for ever.
func OpenRegular(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|noWait, 0)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("refusing to read %q: it is not a regular file", path)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}
