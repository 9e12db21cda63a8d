//go:build !amd64 || purego

package lanes

// native are the kernels of processors without assembly of ours. x/crypto is as fast there.
func native() []*kernel { return nil }
