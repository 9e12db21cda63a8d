package labels

import (
	"bytes"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
)

// brackets counts the brackets that a line of a program opens, less those that it closes, outside of quotes. Ends says
// that it ends with some that close: after a quoted text, or as nearly all of a line that begins with a quote or is
// nothing else. Any other bracket may be a part of a password.
func brackets(line []byte) (net int, ends bool) {
	quote := byte(0)
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case quote != 0 && c == '\\':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case isOpening(c):
			net++
		case isClosing(c):
			net--
		}
	}
	text := cut.TrimSpace(line)
	rest := bytes.TrimRight(text, ")}];, ")
	if !bytes.ContainsAny(text[len(rest):], ")}]") {
		return net, false
	}
	return net, len(rest) == 0 || isQuote(rest[len(rest)-1]) || isQuote(rest[0])
}

func isOpening(c byte) bool { return c == '(' || c == '[' || c == '{' }
func isClosing(c byte) bool { return c == ')' || c == ']' || c == '}' }
func isQuote(c byte) bool   { return c == '"' || c == '\'' }
