//go:build !amd64 || purego

package lanes

func fills() map[string]fillFunc { return make(map[string]fillFunc) }

// expands are the ways of expanding Blowfish.
func expands() map[string]expandFunc { return map[string]expandFunc{"go": expandGo} }

func displaced() []*kernel { return nil }

func mixes() map[string]blockMixFunc { return map[string]blockMixFunc{"go": blockMix} }
