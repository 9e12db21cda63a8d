//go:build !amd64 || purego

package lanes

func fills() map[string]fillFunc { return make(map[string]fillFunc) }
