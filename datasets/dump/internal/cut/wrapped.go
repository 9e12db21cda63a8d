package cut

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// closings are what closes what a text may stand in.
var closings = map[byte]byte{'"': '"', '\'': '\'', '`': '`', '[': ']', '(': ')', '{': '}', '<': '>', '*': '*', '_': '_'}

// Unwrap returns text without the space, commas, and pairs of quotes, brackets or stars around it.
func (c *Cutter) Unwrap(text []byte) []byte {
	for {
		text = bytes.TrimRight(TrimSpace(text), ",;")
		n := len(text)
		if n < 3 || closings[text[0]] == 0 || closings[text[0]] != text[n-1] {
			return text
		}
		inner := text[1 : n-1]
		if bytes.IndexByte(inner, text[n-1]) >= 0 && text[0] != '*' {
			return text // two groups
		}
		text = inner
	}
}

// wrappedLine cuts a line that begins with a sign and without an address or a URL: all of it stands in quotes or
// brackets, as in the source of a program, or after signs that draw attention.
func (c *Cutter) wrappedLine(line []byte) bool {
	inner := c.Unwrap(line)
	for len(inner) > 0 {
		r, n := utf8.DecodeRune(inner)
		if r < utf8.RuneSelf || unicode.IsLetter(r) || unicode.IsDigit(r) || r == utf8.RuneError {
			break
		}
		inner = bytes.TrimLeft(inner[n:], " \t")
	}
	if len(inner) == 0 || len(inner) == len(line) {
		return false
	}
	if i := LeadingEmail(inner); i > 0 {
		c.emailFirst(inner[:i], inner[:i], inner[i+1:])
		return true
	}
	i := indexSeparator(inner)
	if i <= 0 || i+1 == len(inner) || bytes.IndexByte(inner, '@') >= 0 || !CouldName(Identifier(inner[:i])) ||
		!IsWord(inner[0]) {
		return false
	}
	if start := SchemeEnd(inner); start > 0 {
		return c.ulpLine(inner, start) == ""
	}
	return c.withoutEmail(inner, i) == ""
}

// groups finds the texts of a line that stand in quotes or brackets, beside others: what tools report, and what people
// write. Two of them are a name and a password, and so is one with a separator in it.
func (c *Cutter) groups(line []byte) {
	const most = 4
	var found [most][]byte
	n := 0
	for i := 0; i < len(line) && n < most; i++ {
		closing := closings[line[i]]
		if closing == 0 || line[i] == '*' || line[i] == '_' || i > 0 && IsWord(line[i-1]) && line[i] != '[' && line[i-1] != 'N' {
			continue
		}
		end := bytes.IndexByte(line[i+1:], closing)
		if end < 0 {
			continue
		}
		if end > 0 {
			found[n] = line[i+1 : i+1+end]
			n++
		}
		i += end + 1
	}
	for k, group := range found[:n] {
		if sep := indexSeparator(group); sep > 0 && SchemeEnd(group) == 0 && closings[group[0]] == 0 {
			if id := Identifier(group[:sep]); CouldName(id) {
				c.named(id, group[sep+1:])
			}
		} else if id := Identifier(group); k+1 < n && CouldName(id) {
			c.named(id, found[k+1])
			if k+2 < n { // 'name'@'%' IDENTIFIED BY 'password'
				c.named(id, found[k+2])
			}
		}
	}
}

// NamePair returns the name and the secret of a field that is a line of a list by itself, after what a tool wrote before
// it, nil when it is none.
func NamePair(field []byte) (id, secret []byte) {
	field = TrimSpace(field[prefixEnd(field):])
	i := bytes.IndexByte(field, ':')
	if i <= 0 || i+1 == len(field) || field[i+1] == ' ' || SchemeEnd(field) > 0 {
		return nil, nil
	}
	if id = Identifier(field[:i]); !CouldName(id) || IsDigit(field[0]) && isDecimal(field[:i]) {
		return nil, nil
	}
	return id, field[i+1:]
}

// afterLabel adds the name and the secret after a label that says what both are: "Login/Password: a:b".
func (c *Cutter) afterLabel(line []byte) {
	const longest = 32
	head := line[:min(len(line), longest)]
	for _, mark := range [][]byte{[]byte(": "), []byte(" = ")} {
		i := bytes.Index(head, mark)
		if i <= 0 {
			continue
		}
		rest := TrimSpace(line[i+len(mark):])
		for _, parts := range [][]byte{[]byte(":"), []byte(" / "), []byte(" | "), []byte(";")} {
			if at := bytes.Index(rest, parts); at > 0 {
				if id := Identifier(rest[:at]); CouldName(id) && bytes.IndexByte(id, ' ') < 0 {
					c.named(id, TrimSpace(rest[at+len(parts):]))
				}
				return
			}
		}
		return
	}
}

// marksOfWriters are signs between a name and a password that some write where others put a colon.
var marksOfWriters = [][]byte{[]byte(" / "), []byte(" - "), []byte(" -> "), []byte(" => "), []byte(" = "), []byte(" | "), []byte(" ("), []byte(" [")}

// crackedLine adds the pair of a line as those report it who crack hashes: the password, filled up with blanks, and
// the user in parentheses.
func (c *Cutter) crackedLine(line []byte) {
	text := TrimSpace(line)
	n := len(text) - 1
	open := bytes.LastIndex(text, []byte("  ("))
	if n < 0 || text[n] != ')' || open <= 0 {
		return
	}
	id, secret := text[open+len("  ("):n], bytes.TrimRight(text[:open], " ")
	if CouldName(id) && bytes.IndexByte(id, ' ') < 0 && len(secret) > 0 {
		c.named(id, secret)
	}
}

// handWritten cuts a line of a name and a password that no separator parts.
func (c *Cutter) handWritten(line []byte) leak.Reason {
	c.crackedLine(line)
	c.groups(line)
	line = line[prefixEnd(line):]
	for _, mark := range marksOfWriters {
		if i := bytes.Index(line, mark); i > 0 && c.n == 0 {
			if id := Identifier(c.Unwrap(line[:i])); CouldName(id) && bytes.IndexByte(id, ' ') < 0 {
				if closings[mark[len(mark)-1]] != 0 {
					c.named(id, c.Unwrap(line[i+1:]))
				}
				c.named(id, TrimSpace(line[i+len(mark):]))
			}
		}
	}
	if c.n == 0 {
		return leak.ReasonNoSeparator
	}
	return ""
}
