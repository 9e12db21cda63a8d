// Package shape knows where a member may change its shape: where a list is followed by statements, objects by a list.
//
// It looks at the beginnings of lines and says which of them are worth asking the formats about; whether a format takes
// what begins there, its own score says. All that it decides follows from the text from a line on, at most [Ahead]
// bytes of it, and from where the line stands, so that it does not depend on how the text is cut into blocks.
package shape

import (
	"bytes"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/format"
)

const (
	// Ahead is how much of a text, from a line on, shows its shape: some records of nearly all formats.
	Ahead = 4 << 10
	// Dense is how much of the beginning of a stretch is looked at line by line. Dumps that were put together by hand are
	// small.
	Dense = 256 << 10
	// Every is how far apart the places are that are looked at later, so that a line of a large list costs next to
	// nothing.
	Every = 64 << 10
	// Probe is how much is looked at there.
	Probe = 2 << 10
)

// Watched reports whether the lines at a place are looked at, by its distance from the beginning of its stretch, and
// if not, how far away the next ones are that are.
func Watched(at int64) (watched bool, next int64) {
	if at < Dense || at%Every < Probe {
		return true, 0
	}
	return false, Every - at%Every
}

// Family is a group of formats between which no change is looked for: what one of them does not take, another does not
// either.
type Family uint8

// The families.
const (
	FamilyUnspecified Family = iota
	FamilyList
	FamilyTable
	FamilyJSON
	FamilySQL
	FamilyLabels // and all else that is lines with a label first
)

// FamilyOf returns the family of a format, by its name.
func FamilyOf(name string) Family {
	switch name {
	case "combo", "ulp", "passwd":
		return FamilyList
	case "csv", "tsv":
		return FamilyTable
	case "json":
		return FamilyJSON
	case "sql":
		return FamilySQL
	case "labels", "stealer_log", "ldif":
		return FamilyLabels
	}
	return FamilyUnspecified
}

// MayBegin reports whether a line may be the first of another family's records: cheap, for most lines are none.
func MayBegin(line []byte, current Family) bool {
	if len(line) == 0 {
		return false
	}
	switch c := line[0]; {
	case c == '{' && current == FamilyTable: // rows may begin with brackets
		return bytes.HasPrefix(line, []byte(`{"`)) && line[len(line)-1] == '}'
	case c == '{' || c == '[':
		return current != FamilyJSON && current != FamilyTable && len(line) > 1
	case c >= 0x80:
		return current == FamilyList
	case !cut.IsWord(c):
		return false
	}
	n := 0
	for n < len(line) && n < 24 && (cut.IsWord(line[n]) || line[n] == '_' || line[n] == '-' || line[n] == ' ') {
		n++
	}
	if n == len(line) {
		return false
	}
	switch sign := line[n]; {
	case current != FamilySQL && beginsStatement(line):
		return true
	case sign == '@' || sign == '.':
		return false
	case current == FamilyList || current == FamilyJSON || current == FamilySQL:
		return firstLabels[string(fold(line[:n]))]
	case current == FamilyTable:
		return (sign == ':' || sign == '=') && firstLabels[string(fold(line[:n]))]
	case current == FamilyLabels: // a header row
		return bytes.IndexByte([]byte(",;|\t"), sign) >= 0 && firstLabels[string(fold(line[:n]))]
	}
	return false
}

// beginsStatement reports whether a line begins with what rows of SQL begin with.
func beginsStatement(line []byte) bool {
	switch line[0] | 0x20 {
	case 'i', 'r', 'c', 'u':
	default:
		return false
	}
	return format.HasAnyPrefix(format.LowerStart(line), []string{
		"insert into ", "insert ignore ", "replace into ", "create table ", "copy ", "update ", "insert [",
	})
}

// fold returns the letters of a label in lower case.
func fold(label []byte) []byte {
	out := make([]byte, 0, 24)
	for _, c := range label {
		if c|0x20 >= 'a' && c|0x20 <= 'z' {
			out = append(out, c|0x20)
		}
	}
	return out
}

// firstLabels begin blocks of labels and header rows.
var firstLabels = map[string]bool{
	"url": true, "host": true, "hostname": true, "soft": true, "software": true, "browser": true, "application": true,
	"storage": true, "user": true, "username": true, "login": true, "email": true, "mail": true, "password": true,
	"pass": true, "pwd": true, "id": true, "name": true, "site": true, "website": true, "link": true, "usuario": true,
	"benutzername": true, "dn": true, "account": true, "title": true, "folder": true, "phone": true, "userid": true,
	"usr": true, "passwd": true, "clave": true, "senha": true, "passwort": true, "uid": true,
}

// Lines returns the first lines of a text.
func Lines(text []byte, n int) []byte {
	end := 0
	for ; n > 0 && end < len(text); n-- {
		i := format.IndexLineEnd(text[end:])
		if i < 0 {
			return text
		}
		end += i + 1
	}
	return text[:end]
}

const leastPairs = 3 // lines: fewer are chance

// IsList reports whether text begins with lines of a list, one after the other: an address or a name, a separator, a
// password. After labels a name that stands twice is one: "Country:DE". Lines that have mark in them are rows of a
// table. Text that goes on after Ahead bytes is not ended.
func IsList(text, mark []byte, after Family, ended bool) bool {
	var c *cut.Cutter // large, and most texts need none
	var last []byte
	pairs, all := 0, text
	for len(text) > 0 && pairs < leastPairs {
		line := text
		if i := format.IndexLineEnd(text); i >= 0 {
			line, text = text[:i], text[i+1:]
		} else if text = nil; !ended {
			break
		}
		if cut.IsBlank(line) {
			continue
		}
		if !cut.IsWord(line[0]) || len(mark) > 0 && bytes.Contains(line, mark) {
			break
		}
		named := cut.LeadingEmail(line) > 0 || cut.SchemeEnd(line) > 0
		if named && c == nil {
			c = new(cut.Cutter)
		}
		if named && !c.PairLine(line) || !named && !isNamePair(line, last) || after == FamilyLabels && isLabel(line, all) {
			break
		}
		last = line
		pairs++
	}
	return pairs == leastPairs
}

// isNamePair knows a line of a list that begins with the name of a user, after another one that names somebody else.
func isNamePair(line, last []byte) bool {
	i := bytes.IndexAny(line, ":;|\t")
	if i < 2 || i+2 >= len(line) || cut.IsSpace(line[i+1]) || bytes.ContainsAny(line[:i], " \"'{}[](),=<>") {
		return false
	}
	if role, _ := cut.RoleOf(line[:i]); role != cut.RoleNone || firstLabels[string(fold(line[:i]))] && i < 16 {
		return false
	}
	return !bytes.HasPrefix(last, line[:i+1])
}

// isLabel reports whether what a line begins with occurs again.
func isLabel(line, text []byte) bool {
	i := bytes.IndexAny(line, ":;|\t")
	return i > 0 && cut.LeadingEmail(line) == 0 && bytes.Count(text, line[:i+1]) > 1
}
