//go:build !unix

package files

import "io/fs"

// NotOurs does not know who else could have written a file.
func NotOurs(fs.FileInfo) string { return "this system does not tell who may write to it" }
