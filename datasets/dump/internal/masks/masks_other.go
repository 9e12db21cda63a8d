//go:build !amd64

package masks

// All looks at Size bytes of text for each mask in out.
func All(text []byte, out []Mask) { portable(text, out) }
