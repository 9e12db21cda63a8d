// Package json reads JSON in any of the shapes that databases export.
//
// Where objects end is found without a parser (split.go), so that blocks can be cut and a record that
// lost its end does not swallow those after it. Names and passwords are found at any depth by their
// keys (walk.go); strings are undone to the byte (text.go).
package json

import (
	"bytes"
	"strings"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/hashing"
)

// Format is JSON in any of the shapes that databases export: an object a line, objects one
// after another or over many lines, one array of all, and a list or a map of users inside of an object
// that holds nothing else. A record is an object, with the key that a map gives it. Brackets and commas between records, what wraps a list of
// them, and the action lines of an Elasticsearch bulk file are neither records nor rejects.
//
// The texts in an object are found at any depth and told by their keys. encoding/json will not do:
// it turns invalid UTF-8 and lone surrogates into U+FFFD, which changes a password. Here bytes stay
// as they are, \uXXXX becomes UTF-8, a lone surrogate the three bytes that its number would have in
// UTF-8, and a backslash before anything that JSON does not know stays.
type Format struct{}

// Name implements format.Format.
func (Format) Name() string { return "json" }

// Score implements format.Format.
func (Format) Score(s *format.Sample) int {
	if isJSON(s) {
		return format.Certain
	}
	return -1
}

// Open implements format.Format.
func (Format) Open(s *format.Sample) (format.Session, error) {
	return session{format.Lines{End: s.LineEnd()}, enclosureOf(s.Data)}, nil
}

func isJSON(s *format.Sample) bool {
	if s.Share(func(line []byte) bool { return cut.LeadingEmail(line) > 0 }) >= 50 {
		return false // a list below a banner with brackets
	}
	text := afterAssignment(bytes.TrimSpace(s.Data))
	if len(text) > 1 && (text[0] == '{' || text[0] == '[') && !isSection(text) {
		switch next := cut.TrimSpace(text[1:]); {
		case len(next) == 0, bytes.IndexByte([]byte(`"'{}]`), next[0]) >= 0 && text[0] == '{',
			text[0] == '{' && len(next) > 1 && next[0] == 'u' && (next[1] == '\'' || next[1] == '"'),
			bytes.IndexByte([]byte(`{["]`), next[0]) >= 0 && text[0] == '[':
			return !format.IsStealerHeader(s.Lines[0])
		}
	}
	return s.Share(isLine) >= 50
}

// afterAssignment returns what follows the beginning of a program, callback( or const users =, where that is an object or
// a list of objects.
func afterAssignment(text []byte) []byte {
	const longest = 64
	head := text[:min(len(text), longest)]
	i := bytes.IndexAny(head, "=(")
	if i <= 0 || bytes.ContainsAny(head[:i], "{[\"':,;|\n@") {
		return text
	}
	rest := cut.TrimSpace(text[i+1:])
	if bytes.HasPrefix(rest, []byte("{\"")) || len(rest) > 1 && rest[0] == '[' && bytes.HasPrefix(cut.TrimSpace(rest[1:]), []byte("{")) {
		return rest
	}
	return text
}

// isSection knows [[name]] of TOML.
func isSection(text []byte) bool {
	return len(text) > 2 && text[1] == '[' && cut.IsWord(text[2]) && !cut.IsDigit(text[2]) &&
		!bytes.HasPrefix(text[2:], []byte("null"))
}

// isLine knows an object at the start of a line, or after what a log writes before it. A
// password may begin like an object as well.
func isLine(line []byte) bool {
	line = cut.TrimSpace(line)
	if format.HasAnyPrefix(line, []string{`{"`, `[{`, "{'", "{u'", `{u"`}) {
		return true
	}
	brace := bytes.IndexByte(line, '{')
	return brace > 0 && cut.IsSpace(line[brace-1]) && line[len(line)-1] == '}' &&
		cut.LeadingEmail(line) == 0 && bytes.HasPrefix(line[brace+1:], []byte(`"`)) &&
		bytes.Contains(line[brace+2:], []byte(`":`))
}

// role is what a key says of its value.
type role uint8

const (
	roleNone role = iota
	roleLogin
	roleAddress // of mail
	rolePhone
	roleSecret
	roleHash
	roleValue // that of the key above
	roleName  // that of the key above, when it is a login
	rolePlace // that of the key above, when it is an address
	roleBoth  // a name and a password, as in a header of HTTP
	// Keys that also mean other things have a role where no other key has it.
	roleWeakLogin
	roleWeakPhone
	roleWeakSecret
)

// roles are keys, folded as ColumnName does. Beside the columns of tables they know what
// documents nest: emails[].address, password.value, services.password.bcrypt.
var roles = func() map[string]role {
	roles := map[string]role{
		"value": roleValue, "text": roleValue, "name": roleName, "address": rolePlace,
		// DynamoDB, Firestore and Avro say of which type a value is.
		"s": roleValue, "n": roleValue, "string": roleValue, "stringvalue": roleValue,
		"integervalue": roleValue,
		"auth":         roleBoth, "basic": roleBoth, "basicauth": roleBoth, "credentials": roleBoth,
	}
	for name, kind := range cut.IdentifierNames() {
		roles[name] = map[hashing.Kind]role{
			hashing.KindEmail: roleAddress, hashing.KindPhone: rolePhone,
		}[kind]
		if roles[name] == roleNone {
			roles[name] = roleLogin
		}
	}
	for role, names := range map[role]string{
		roleAddress: "emails mails primaryemail contactemail",
		rolePhone:   "phones phonenumbers mobilephone cellphone msisdn",
		roleLogin: "userlogin loginname accountname account samaccountname userprincipalname " +
			"screenname nickname uid",
		roleSecret: strings.Join(cut.SecretNames(), " ") + " passwords plainpassword passwordplain " +
			"passwordplaintext userpassword pw psw pswd",
		roleHash: strings.Join(cut.HashNames(), " "),
	} {
		for name := range strings.FieldsSeq(names) {
			roles[name] = role
		}
	}
	return roles
}()

// asked is a key that was met, and its role. Objects of one dump have the same keys in the same order, so that the
// next one is nearly always known without a look at any table.
type asked struct {
	key         [24]byte
	n           int
	above, role role
	tells       tellingKey
}

// roleOf returns the role of a key below one of the role above, and whether it names a value or is one.
func (l *leaves) roleOf(key []byte, above role) (role, tellingKey) {
	if l.next == len(l.asked) || len(key) > len(l.asked[0].key) {
		return l.roleOfKey(key, above), tells(key)
	}
	a := &l.asked[l.next]
	l.next++
	if a.n == len(key) && a.above == above && string(a.key[:a.n]) == string(key) {
		return a.role, a.tells
	}
	a.n, a.above, a.role, a.tells = copy(a.key[:], key), above, l.roleOfKey(key, above), tells(key)
	return a.role, a.tells
}

func (l *leaves) roleOfKey(key []byte, above role) role {
	if len(key) > 0 && key[0] == '$' {
		return above // extended JSON: {"$numberLong": "1"}
	}
	role, ok := roles[string(l.fold(key))]
	if !ok && above == roleNone {
		return l.words.roleOf(key)
	}
	switch {
	case role == roleBoth && above == roleNone:
		return role
	case role == roleValue, role == roleName && above == roleLogin,
		role == rolePlace && above == roleAddress:
		return above
	case role > roleHash:
		return roleNone
	}
	return role
}

// fold returns a key as ColumnName does, without an allocation: nil when it is too long or not of ASCII.
func (l *leaves) fold(key []byte) []byte {
	n := 0
	for _, b := range key {
		switch {
		case b == '_' || b == '-' || b == '.' || b == ' ':
			continue
		case n == len(l.folded) || b >= 0x80:
			return nil
		case b >= 'A' && b <= 'Z':
			b |= 0x20
		}
		l.folded[n] = b
		n++
	}
	return l.folded[:n]
}

// roleCache knows keys that only their words tell: the keys of one dump are few, and words cost time.
type roleCache map[string]role

// maxCached bounds the keys that are known, for a map of users has no end of them, and longestKey their length.
const (
	maxCached  = 512
	longestKey = 48
)

func (c *roleCache) roleOf(key []byte) role {
	if len(key) > longestKey {
		return roleNone
	}
	if role, ok := (*c)[string(key)]; ok {
		return role
	}
	if *c == nil {
		*c = make(roleCache)
	}
	if len(*c) == maxCached {
		return roleNone
	}
	role := roleOfName(key)
	(*c)[string(key)] = role
	return role
}

// roleOfName tells a key by the words that it is made of: customer_email, usu_senha. What stands before a colon
// is a name space, and a number at its end which of several it is: user2, pass2.
func roleOfName(key []byte) role {
	key = key[bytes.LastIndexByte(key, ':')+1:]
	role, kind := cut.RoleOf(key)
	if bare := bytes.TrimRight(key, "0123456789"); role == cut.RoleNone && len(bare) < len(key) {
		role, kind = cut.RoleOf(bare)
	}
	weak := role == cut.RoleNone
	if weak {
		role, kind = cut.WeakRoleOf(key)
	}
	switch {
	case weak && role == cut.RoleSecret:
		return roleWeakSecret
	case weak && role == cut.RoleIdentifier && kind == hashing.KindPhone:
		return roleWeakPhone
	case weak && role == cut.RoleIdentifier:
		return roleWeakLogin
	}
	switch role {
	case cut.RoleIdentifier:
		switch kind {
		case hashing.KindEmail:
			return roleAddress
		case hashing.KindPhone:
			return rolePhone
		}
		return roleLogin
	case cut.RoleSecret:
		return roleSecret
	case cut.RoleHash:
		return roleHash
	}
	return roleNone
}
