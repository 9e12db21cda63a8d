package rowtext

import "fmt"

// AppendText appends what stands between the quotes of a string of JSON (RFC 8259, 7). Bytes that are not UTF-8 stay as
// they are: they may be of a password.
func AppendText[S ~string | ~[]byte](to []byte, s S) []byte {
	for i := range len(s) {
		switch b := s[i]; {
		case b == '"' || b == '\\':
			to = append(to, '\\', b)
		case b < ' ':
			to = fmt.Appendf(to, `\u%04x`, b)
		default:
			to = append(to, b)
		}
	}
	return to
}
