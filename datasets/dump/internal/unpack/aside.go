package unpack

import (
	"path"
	"strings"

	"github.com/credsieve/credsieve/datasets/dump/internal/sniff"
)

// AsideSize is how much of a file IsAside looks at.
const AsideSize = 8

// IsAside knows what macOS puts beside files, by name and by content: a resource fork in AppleDouble form
// (https://www.rfc-editor.org/rfc/rfc1740, appendix B) or the notes of the Finder. A list under such a name
// is a list.
func IsAside(name string, head []byte) bool {
	base := path.Base(name)
	switch {
	case strings.HasPrefix(base, "._"), strings.HasPrefix(name, "__MACOSX/"):
		return sniff.StartsWith("\x00\x05\x16\x07")(head)
	case base == ".DS_Store":
		return sniff.StartsWith("\x00\x00\x00\x01Bud1")(head)
	}
	return false
}
