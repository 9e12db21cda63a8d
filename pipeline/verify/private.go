package verify

import (
	"fmt"
	"io"
	"os"
)

// privacyError says that others than its owner can get at a file that holds a secret.
type privacyError struct {
	path string
	mode os.FileMode
}

func (e *privacyError) Error() string {
	return fmt.Sprintf("refusing %q with mode %04o: others may read or change it", e.path, e.mode)
}

// Hint says how to put it right.
func (e *privacyError) Hint() string { return "chmod 0600 " + e.path }

// readPrivate reads a file that holds a secret: a regular one of at most limit bytes, which nobody but
// its owner may read or write.
func readPrivate(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat() // of the open file: the name may mean another one by now
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("refusing %q: it is not a regular file", path)
	case info.Mode().Perm()&0o077 != 0:
		return nil, &privacyError{path, info.Mode().Perm()}
	}
	text, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(text)) > limit {
		err = fmt.Errorf("refusing %q: it is over %d bytes", path, limit)
	}
	return text, err
}
