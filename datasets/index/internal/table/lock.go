package table

import "errors"

// ErrBusy says that somebody else holds a lock.
var ErrBusy = errors.New("another build is writing to it")
