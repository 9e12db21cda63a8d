package json

import (
	"bytes"
	"strings"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/swar"
	"github.com/credsieve/credsieve/datasets/dump/leak"
	"github.com/credsieve/credsieve/hashing"
)

// leaf is a value that a key, or its own look, makes worth keeping.
type leaf struct {
	role  role // roleNone: it looks like an address
	value []byte
	group int // number of the object around it
	list  int // number of the list of texts that it stands in, 0 for none
	place int // in that list
}

const (
	maxLeaves = 64
	maxDepth  = 100
)

// leaves walks through objects.
type leaves struct {
	list   []leaf
	cuts   *cut.Cutter // its arena holds what had to be decoded
	data   []byte
	group  int
	groups []group
	within bool // a string that holds JSON itself
	lists  int  // so far, of texts that a key gives a role
	inList int  // the number of that under way, 0 outside of one
	place  int  // in that list
	over   bool // there are more leaves than are kept
	weak   bool // some are of keys that also mean other things
	words  roleCache
	asked  [32]asked
	next   int // of these
	folded [24]byte
}

// cut makes the cuts of one object. The key that a map has for it may be the name. What is more than the cuts of
// one record hands on is made another record by full: no user hides another.
func (l *leaves) cut(c *cut.Cutter, text, key []byte, full func(leak.Reason)) leak.Reason {
	c.Reset()
	if !l.read(c, text) {
		return leak.ReasonSyntax
	}
	l.named(key)
	if l.isTable() {
		return leak.ReasonNotARecord
	}
	named := false
	for i := range l.list {
		switch l.list[i].role {
		case roleLogin, roleAddress, rolePhone:
			l.pairOn(c, &l.list[i], full)
			named = true
		}
	}
	for i := range l.list { // no key says who it is: then what looks like an address does
		if !named && l.list[i].role == roleNone {
			l.pairOn(c, &l.list[i], full)
		}
	}
	if l.over {
		full(leak.ReasonNotARecord)
	}
	if c.Count() == 0 && !l.lines(c, text) {
		return leak.ReasonNoIdentifier
	}
	return ""
}

// pairOn makes the cuts of one identifier, in a record of their own when that under way has no room for them.
func (l *leaves) pairOn(c *cut.Cutter, name *leaf, full func(leak.Reason)) {
	had := c.Count()
	l.pair(c, name)
	if had > 0 && c.Count() == cut.MaxCuts {
		c.Limit(had)
		full("")
		c.Limit(0)
		l.pair(c, name)
	}
}

// pair makes the cuts of one identifier.
func (l *leaves) pair(c *cut.Cutter, name *leaf) {
	id := cut.Identifier(name.value)
	if !cut.CouldName(id) {
		return
	}
	l.pairAs(c, name, id)
	if name.role != rolePhone {
		if account := cut.AccountName(id); account != nil {
			l.pairAs(c, name, account)
		}
	}
}

func (l *leaves) pairAs(c *cut.Cutter, name *leaf, id []byte) {
	c.Kind = hashing.KindUnspecified // users type anything into fields for addresses
	switch {
	case name.role == rolePhone:
		c.Kind = hashing.KindPhone
	case name.role != roleLogin && cut.IsEmail(id):
		c.Kind = hashing.KindEmail
	}
	had := c.Count()
	var hash []byte
	for i := range l.list {
		secret := &l.list[i]
		switch {
		case secret.role != roleSecret && secret.role != roleHash, !l.together(name, secret):
		case secret.role == roleHash && !cut.IsFound(secret.value):
			if hash == nil {
				hash = secret.value
			}
		default:
			c.Add(id, secret.value)
			c.Add(id, cut.TrimSpace(secret.value))
		}
	}
	if c.Count() == had {
		c.Untestable(id, hash)
	}
}

// read walks through the object that text begins with, and reports whether it is one.
func (l *leaves) read(c *cut.Cutter, text []byte) bool {
	l.begin(c, text)
	defer l.settle()
	return l.object(0, roleNone, 0) > 0
}

// settle gives values of keys that also mean other things their role where no other key has it, and forgets the others.
func (l *leaves) settle() {
	if !l.weak {
		return
	}
	named, secret := false, false
	for i := range l.list {
		switch l.list[i].role {
		case roleLogin, roleAddress, rolePhone:
			named = true
		case roleSecret, roleHash:
			secret = true
		}
	}
	kept := l.list[:0]
	for _, f := range l.list {
		switch f.role {
		case roleWeakLogin, roleWeakPhone:
			if named {
				continue
			}
			f.role = map[role]role{roleWeakLogin: roleLogin, roleWeakPhone: rolePhone}[f.role]
		case roleWeakSecret:
			if secret {
				continue
			}
			f.role = roleSecret
		}
		kept = append(kept, f)
	}
	l.list = kept
}

func (l *leaves) begin(c *cut.Cutter, text []byte) {
	l.list, l.cuts, l.data, l.group, l.groups = l.list[:0], c, text, 0, append(l.groups[:0], group{})
	l.lists, l.inList, l.place, l.over, l.weak, l.next = 0, 0, 0, false, false, 0
}

// names says whether what was kept names a user, and a secret.
func (l *leaves) names() (has int) {
	for i := range l.list {
		switch l.list[i].role {
		case roleLogin, roleAddress:
			has |= hasIdentifier
		case roleSecret, roleHash:
			has |= hasSecret
		}
	}
	return has
}

// space returns where the text goes on after space.
func (l *leaves) space(pos int) int {
	for pos < len(l.data) && cut.IsSpace(l.data[pos]) {
		pos++
	}
	return pos
}

// object reads the object at pos and returns where it ends, -1 for none.
func (l *leaves) object(pos int, above role, depth int) int {
	var told telling
	for pos++; ; {
		if pos = l.space(pos); pos >= len(l.data) {
			return -1
		}
		switch l.data[pos] {
		case '}':
			if above == roleNone {
				l.tell(&told)
			}
			return pos + 1
		case ',':
			pos++
			continue
		}
		key, end := l.key(pos)
		if pos = l.space(max(end, 0)); end < 0 || pos >= len(l.data) || l.data[pos] != ':' {
			return -1
		}
		pos = l.space(pos + 1)
		role, kind := l.roleOf(key, above)
		if above != roleNone && isIndex(key) {
			role = l.indexed(above, key)
		}
		if kind != tellsNothing && kind != tellsUser && pos < len(l.data) {
			told.note(l.data, kind, pos)
		}
		both := role == roleBoth
		if both || role >= roleWeakLogin && pos < len(l.data) && (l.data[pos] == '{' || l.data[pos] == '[') {
			role = roleNone
		}
		switch {
		case both && pos < len(l.data) && l.data[pos] == '"':
			pos = l.both(pos)
		case above != roleNone && isBinaryKey(key) && pos < len(l.data) && l.data[pos] == '"':
			pos = l.binary(pos, above)
		case kind == tellsUser && pos < len(l.data):
			pos = l.keyed(pos, key, depth)
		default:
			if role != roleNone && above == roleNone && l.isListOfObjects(pos) && roles[string(l.fold(key))] == roleNone {
				role = roleNone // loginFields
			}
			pos = l.value(pos, role, depth)
		}
		if pos < 0 {
			return -1
		}
	}
}

// firstRow is the place of the first row of a column that is written as a map; those of lists are lower.
const firstRow = 1 << 24

// indexed notes that a value of a column follows that is written as a map, {"email": {"0": "a", "1": "b"}, …}, and
// returns the role of the column. The values are those of a list.
func (l *leaves) indexed(column role, row []byte) role {
	l.inList, l.place = l.lists, firstRow
	number := 0
	for _, digit := range row {
		number = (10*number + int(digit-'0')) % firstRow
	}
	l.place += number
	return column
}

// isIndex knows the number of a row.
func isIndex(key []byte) bool {
	for _, b := range key {
		if !cut.IsDigit(b) {
			return false
		}
	}
	return len(key) > 0
}

// isListOfObjects looks at the value at pos.
func (l *leaves) isListOfObjects(pos int) bool {
	if pos >= len(l.data) || l.data[pos] != '[' {
		return false
	}
	pos = l.space(pos + 1)
	return pos < len(l.data) && l.data[pos] == '{'
}

// isBinaryKey knows where extended JSON writes bytes: {"$binary": {"base64": "..."}}, or as older
// versions have it, {"$binary": "..."}.
func isBinaryKey(key []byte) bool { return string(key) == "base64" || string(key) == "$binary" }

// binary reads bytes in base64; what is none is text.
func (l *leaves) binary(pos int, role role) int {
	text, end := l.text(pos)
	if end < 0 {
		return -1
	}
	if plain := l.cuts.Base64(text); plain != nil {
		text = plain
	}
	l.keep(role, text)
	return end
}

// both reads a name and a password in base64, as clients of registries keep them.
func (l *leaves) both(pos int) int {
	text, end := l.text(pos)
	if end < 0 {
		return -1
	}
	if name, secret := l.cuts.BasicLogin(text); name != nil {
		outer := l.group
		l.enter(false)
		l.keep(roleLogin, name)
		l.keep(roleSecret, secret)
		l.group = outer
		return end
	}
	return l.value(pos, roleNone, maxDepth)
}

// key reads a key, which careless writers leave unquoted.
func (l *leaves) key(pos int) ([]byte, int) {
	if b := l.data[pos]; b == '"' || b == '\'' {
		return l.text(pos)
	}
	end := l.word(pos)
	switch {
	case end == pos:
		return nil, -1
	case l.isPrefix(pos, end):
		return l.text(end)
	}
	return l.data[pos:end], end
}

// isPrefix knows the letter before a string of Python: u'text'.
func (l *leaves) isPrefix(pos, end int) bool {
	return end == pos+1 && end < len(l.data) && (l.data[end] == '\'' || l.data[end] == '"') &&
		strings.IndexByte("ubrUBR", l.data[pos]) >= 0
}

// word returns where the word or number at pos ends.
func (l *leaves) word(pos int) int {
	for pos < len(l.data) && !endsWord[l.data[pos]] {
		pos++
	}
	return pos
}

// endsWord has the bytes that no word or number holds.
var endsWord = func() (table [256]bool) {
	for b := range table {
		table[b] = cut.IsSpace(byte(b)) || strings.IndexByte(`,:{}[]()"'`, byte(b)) >= 0
	}
	return table
}()

func (l *leaves) array(pos int, role role, depth int) int {
	outer, outerList, outerPlace := l.group, l.inList, l.place
	defer func() { l.group, l.inList, l.place = outer, outerList, outerPlace }()
	if role != roleNone {
		l.lists++
		l.inList, l.place = l.lists, 0
	}
	for pos++; ; l.place++ {
		if pos = l.space(pos); pos >= len(l.data) {
			return -1
		}
		switch l.data[pos] {
		case ']':
			return pos + 1
		case ',':
			pos++
			l.place--
			continue
		case '{':
			l.group = outer
			l.enter(true)
		}
		if pos = l.value(pos, role, depth); pos < 0 {
			return -1
		}
	}
}

func (l *leaves) value(pos int, role role, depth int) int {
	if pos >= len(l.data) {
		return -1
	}
	switch b := l.data[pos]; {
	case (b == '{' || b == '[') && depth == maxDepth:
		end, state := (*objects)(nil).end(l.data, pos)
		if state != objectWhole {
			return -1
		}
		return end // nobody nests a password as deep
	case b == '{':
		outer, outerList, outerPlace := l.group, l.inList, l.place
		if role == roleNone { // else it says of which type the value is
			l.enter(false)
		} else {
			l.lists++ // if it is a column
		}
		end := l.object(pos, role, depth+1)
		l.group, l.inList, l.place = outer, outerList, outerPlace
		return end
	case b == '[':
		return l.array(pos, role, depth+1)
	case b == '"' || b == '\'':
		return l.string(pos, role)
	}
	end := l.word(pos)
	switch {
	case end == pos:
		return -1
	case l.isPrefix(pos, end):
		return l.string(end, role)
	case end < len(l.data) && l.data[end] == '(': // the mongo shell: ObjectId("..")
		return l.call(end, role, depth)
	case role != roleNone && cut.IsDigit(l.data[end-1]) &&
		strings.IndexByte("-+.0123456789", l.data[pos]) >= 0:
		l.keep(role, l.data[pos:end])
	}
	return end
}

// call reads what stands between parentheses.
func (l *leaves) call(pos int, role role, depth int) int {
	for pos = l.space(pos + 1); pos < len(l.data); pos = l.space(pos) {
		switch l.data[pos] {
		case ')':
			return pos + 1
		case ',':
			pos++
			continue
		}
		if depth == maxDepth {
			return -1
		}
		if pos = l.value(pos, role, depth+1); pos < 0 {
			return -1
		}
	}
	return -1
}

func (l *leaves) keep(role role, value []byte) {
	switch {
	case len(value) == 0:
	case len(l.list) == maxLeaves:
		l.over = true
	default:
		l.weak = l.weak || role >= roleWeakLogin
		l.list = append(l.list, leaf{role, value, l.group, l.inList, l.place})
	}
}

// string reads a value. It is decoded where its key asks for it, or it may be an address, or JSON.
func (l *leaves) string(pos int, role role) int {
	end, escaped, state := stringEnd(l.data, pos, false)
	if state != objectWhole {
		return -1
	}
	value := l.data[pos+1 : end]
	document := len(value) > 1 && (value[0] == '{' || value[0] == '[')
	if role == roleNone && !document {
		if !swar.Holds(value, '@', '=') {
			return end + 1
		}
		if isForm(value) {
			l.form(value)
			return end + 1
		}
		if bytes.IndexByte(value, '@') < 0 {
			return end + 1
		}
	}
	if escaped {
		value = unescape(l.cuts, value)
	}
	if role != roleNone || cut.IsEmail(value) {
		l.keep(role, value)
	}
	if document && !l.within {
		l.document(value)
	}
	return end + 1
}

// text reads a string as it is meant.
func (l *leaves) text(pos int) ([]byte, int) {
	end, escaped, state := stringEnd(l.data, pos, true)
	if state != objectWhole || end >= len(l.data) {
		return nil, -1
	}
	text := l.data[pos+1 : end]
	if escaped {
		text = unescape(l.cuts, text)
	}
	return text, end + 1
}

// document reads JSON that was written as a string into other JSON, one level deep.
func (l *leaves) document(text []byte) {
	outer, had := l.data, len(l.list)
	l.data, l.within = text, true
	if l.value(0, roleNone, 0) != len(bytes.TrimRight(text, " \t\r\n")) {
		l.list = l.list[:had]
	}
	l.data, l.within = outer, false
}
