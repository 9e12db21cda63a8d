//go:build !unix

package durable

import "os"

const (
	noWait   = 0
	noFollow = 0
)

func ownedByUs(os.FileInfo) bool { return true }
