//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package main

// harden does nothing where no core files are known.
func harden() {}
