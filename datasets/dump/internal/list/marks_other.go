//go:build !amd64

package list

// markAll marks 64 bytes of text for each mark in out.
func markAll(text []byte, out []mark) { markPortable(text, out) }
