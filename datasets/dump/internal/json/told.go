package json

import (
	"bytes"
	"net/url"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
)

// telling is what one object says of a value: {"name": "password", "value": "…"}. Requests, vaults and
// directories keep what they know of a user in a list of such objects.
type telling struct {
	names [2]int // where they begin; a type may stand beside the name
	count int
	value int // where it begins, 0 without one
}

type tellingKey uint8

const (
	tellsNothing tellingKey = iota
	tellsName
	tellsValue
	tellsUser // the key is an address
)

// tells knows the keys of names and of values, and addresses.
func tells(key []byte) tellingKey {
	const longest = 11
	switch {
	case bytes.IndexByte(key, '@') > 0 && cut.IsEmail(key):
		return tellsUser
	case len(key) == 0 || len(key) > longest:
		return tellsNothing
	}
	switch string(key) {
	case "name", "Name", "key", "Key", "k", "label", "Label", "type", "Type", "field", "Field", "id", "property",
		"attribute", "designation":
		return tellsName
	case "value", "Value", "v", "content", "val":
		return tellsValue
	}
	return tellsNothing
}

// note keeps the place of a text, the value of such a key.
func (told *telling) note(data []byte, kind tellingKey, pos int) {
	switch b := data[pos]; {
	case b != '"' && b != '\'':
	case kind == tellsValue:
		told.value = pos
	case told.count < len(told.names):
		told.names[told.count] = pos
		told.count++
	}
}

// roleTold returns what the name says of the value.
func (l *leaves) roleTold(told *telling) role {
	for _, at := range told.names[:told.count] {
		name, end := l.text(at)
		if end < 0 {
			continue
		}
		role, ok := roles[string(l.fold(name))]
		if !ok {
			role = l.words.roleOf(name)
		}
		if role > roleNone && role <= roleHash {
			return role
		}
	}
	return roleNone
}

// tell keeps what the object under way tells, as what the object around it says.
func (l *leaves) tell(told *telling) {
	if told.count == 0 || told.value == 0 {
		return
	}
	role := l.roleTold(told)
	if role == roleNone {
		return
	}
	inner := l.group
	l.group = l.groups[inner].parent
	if l.groups[l.group].list { // an element of a list has a group around its own
		l.group = l.groups[l.group].parent
	}
	if value, end := l.text(told.value); end >= 0 {
		l.keep(role, withoutMarks(value))
	}
	l.group = inner
}

// withoutMarks returns a text without the marks of code that stand around it in messages.
func withoutMarks(text []byte) []byte {
	if n := len(text) - 1; n > 1 && text[0] == '`' && text[n] == '`' {
		return bytes.Trim(text, "` \r\n")
	}
	return text
}

// lines makes the cuts of an object in which no key names a user, but a text of it is a line of a list: it begins with
// an address or a URL. Of any other text a cut would only be a guess that keeps the address from the sweep.
func (l *leaves) lines(c *cut.Cutter, text []byte) bool {
	if bytes.IndexByte(text, ':') < 0 {
		return false
	}
	for pos := 0; pos < len(text); pos++ {
		if text[pos] != '"' {
			continue
		}
		end, escaped, state := stringEnd(text, pos, true)
		if state != objectWhole || end >= len(text) {
			return false
		}
		value := text[pos+1 : end]
		pos = end
		if len(value) == 0 || text[skipSpace(text, end+1)] == ':' {
			continue // a key
		}
		if escaped {
			value = bytes.Clone(unescape(c, value)) // the cutter needs its arena
		}
		value = withoutMarks(value)
		if (cut.LeadingEmail(value) > 0 || cut.SchemeEnd(value) > 0) && c.PairLine(value) {
			return true
		}
		c.Reset()
	}
	return false
}

// skipSpace returns where the text goes on after space; the last byte of an object is none.
func skipSpace(text []byte, pos int) int {
	for pos < len(text)-1 && cut.IsSpace(text[pos]) {
		pos++
	}
	return min(pos, len(text)-1)
}

// isForm knows name=value&name=value.
func isForm(text []byte) bool {
	i := bytes.IndexByte(text, '=')
	if i <= 0 || bytes.IndexByte(text[i:], '&') < 0 || bytes.IndexByte(text, ' ') >= 0 {
		return false
	}
	for _, b := range text[:i] {
		if !cut.IsWord(b) && bytes.IndexByte([]byte("_-.[]%"), b) < 0 {
			return false
		}
	}
	return true
}

// form keeps what a form says, as an object of its own.
func (l *leaves) form(text []byte) {
	outer := l.group
	l.enter(false)
	for pair := range bytes.SplitSeq(text, []byte("&")) {
		key, value, _ := bytes.Cut(pair, []byte("="))
		role, _ := l.roleOf(key, roleNone)
		if role == roleNone || len(value) == 0 {
			continue
		}
		if plain, err := url.QueryUnescape(string(value)); err == nil {
			value = []byte(plain)
		}
		l.keep(role, value)
	}
	l.group = outer
}
