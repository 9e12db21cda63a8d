package synth

import "io"

// Each ends in a path, so that nothing of a login can be read as a port.
var loginPages = []string{
	"https://portal.example.com/login",
	"https://shop.example.org:8443/account/signin",
	"android://c3ludGhldGljY2VydA==@com.example.app/",
	"http://intranet.staff.test/",
	"https://example.net/auth?next=home",
}

func openULP(w io.Writer, _ int) (encoder, error) {
	return newLineEncoder(w, ulpLine), nil
}

func ulpLine(dst []byte, n int, id, password []byte) []byte {
	dst = append(dst, loginPages[n%len(loginPages)]...)
	dst = append(dst, ':')
	dst = append(dst, id...)
	dst = append(dst, ':')
	return append(dst, password...)
}
