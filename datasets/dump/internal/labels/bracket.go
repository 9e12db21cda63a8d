package labels

import (
	"bytes"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
)

// brackets counts the brackets that a line of a program opens, less those that it closes, outside of quotes. Ends says
// that some close which are no part of a password: after a quoted text, or at the end of a line that begins with a quote
// or is nothing else.
func brackets(line []byte) (net int, ends bool) {
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case isQuote(c):
			if end := quoteEnd(line, i); end > 0 { // one that does not close here is a cell's of several lines
				i = end
			}
		case isOpening(c):
			net++
		case isClosing(c):
			net--
			before := bytes.TrimRight(line[:i], " ")
			ends = ends || len(before) > 0 && isQuote(before[len(before)-1])
		}
	}
	text := cut.TrimSpace(line)
	rest := bytes.TrimRight(text, ")}];, ")
	if ends || !bytes.ContainsAny(text[len(rest):], ")}]") {
		return net, ends
	}
	return net, len(rest) == 0 || isQuote(rest[0])
}

// quoteEnd returns where the quote at i closes, 0 when it does not.
func quoteEnd(line []byte, i int) int {
	for at := i + 1; at < len(line); at++ {
		switch line[at] {
		case '\\':
			at++
		case line[i]:
			return at
		}
	}
	return 0
}

func isOpening(c byte) bool { return c == '(' || c == '[' || c == '{' }
func isClosing(c byte) bool { return c == ')' || c == ']' || c == '}' }
func isQuote(c byte) bool   { return c == '"' || c == '\'' }
