package synth

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Longer ones do occur, but say nothing new.
const (
	maxCarriedIdentifier = 320
	maxCarriedPassword   = 4096
)

const separators = ":;|\t"

// Expressions are compiled when they are first asked: every start of the program would pay for them.
var (
	// emailShape and handleShape are narrower than what a reader accepts: a pair that passes must
	// come back, one that does not pass may.
	emailShape = compiled(
		`^[\pL\pN]([\pL\pN\pM._%+-]*[\pL\pN])?@([\pL\pN]([\pL\pN-]*[\pL\pN])?\.)+\pL{2,}$`)
	handleShape = compiled(`^([\pL\pN][\pL\pN\pM_-]*|\+[0-9]+)$`)

	// hashShape is what readers take for a stored hash and do not try as a password.
	hashShape = compiled(`^(\$[0-9A-Za-z_-]+\$|\{[0-9A-Za-z_-]+\})`)
)

func compiled(shape string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(shape) })
}

// reserved words head columns or blocks, or stand for "nothing" where a login or password should
// be. In the wrong place they make a reader take the file for something else.
var reserved = strings.Fields(`email e-mail mail login username user user_email usr uname phone
	mobile tel password passwd pass pwd plain plaintext cleartext decrypted hash password_hash
	user_pass passwordhash pwhash salt url ur1 host hostname website soft software browser
	application storage account id name insert replace create copy begin
	unknown n/a null none nil \n [not_saved]`)

// CanCarry reports whether the pair, written in the format, can be read back to the byte. It is
// false for every pair in an unknown format, and for pairs that are merely doubtful.
func CanCarry(format string, p Pair) bool {
	f, err := lookupFormat(format)
	return err == nil && f.carry(p)
}

func carryAny(p Pair) bool {
	return isCarriedText(p.Identifier, maxCarriedIdentifier) &&
		isCarriedText(p.Password, maxCarriedPassword) &&
		!hashShape().MatchString(p.Password) &&
		(emailShape().MatchString(p.Identifier) || handleShape().MatchString(p.Identifier))
}

func isCarriedText(s string, limit int) bool {
	if s == "" || len(s) > limit || slices.Contains(reserved, strings.ToLower(s)) {
		return false
	}
	for i := range len(s) {
		if s[i] < 0x20 || s[i] == 0x7f {
			return false
		}
	}
	return true
}

// carryTable: quoted fields carry everything.
func carryTable(p Pair) bool { return carryAny(p) }

// carryLine: the identifier comes first and holds no separator, so the rest of the line is the
// password. Behind a handle an "@" would look like the real identifier, and "//" like a URL.
func carryLine(p Pair) bool {
	if !carryAny(p) {
		return false
	}
	return strings.Contains(p.Identifier, "@") ||
		(!strings.Contains(p.Password, "@") && !strings.HasPrefix(p.Password, "//"))
}

// carryULP: each separator of the password doubles as an end of the URL, and a reader tries only
// so many; a second address or URL would look like the login.
func carryULP(p Pair) bool {
	return carryLine(p) && countSeparators(p.Password) <= 3 &&
		!strings.Contains(p.Password, "://") &&
		(!strings.Contains(p.Password, "@") || !strings.Contains(p.Password, "."))
}

// carryPasswordFirst says whether "password:identifier" can be read as well: the address must be
// the only one, at the end, and the line must not look like something else at its beginning.
func carryPasswordFirst(id, password []byte) bool {
	c := password[0]
	alnum := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
	if !alnum || password[len(password)-1] == ' ' {
		return false
	}
	return bytes.IndexByte(password, '@') < 0 && !bytes.Contains(password, []byte("//")) &&
		bytes.IndexByte(id, '@') >= 0
}

func countSeparators(s string) int {
	n := 0
	for i := range len(s) {
		if strings.IndexByte(separators, s[i]) >= 0 {
			n++
		}
	}
	return n
}
