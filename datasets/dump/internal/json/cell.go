package json

import (
	"bytes"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/hashing"
)

// IsCell reports whether a value of a table may be JSON: settings, profiles and the like are kept so.
func IsCell(value []byte) bool {
	const shortest = 8
	n := len(value)
	return n >= shortest && (value[0] == '{' && value[n-1] == '}' || value[0] == '[' && value[n-1] == ']')
}

// CellHolds reports whether JSON in a value names a user and a secret.
func CellHolds(value []byte) (identifier, secret bool) {
	var o objects
	if !IsCell(value) {
		return false, false
	}
	o.walk.readValue(&o.cuts, value)
	has := o.walk.names()
	return has&hasIdentifier != 0, has&hasSecret != 0
}

// CutCell adds the cuts of JSON in a value of a table. The secrets in it are those of id, which may be nil, where
// nothing in it names a user.
func CutCell(c *cut.Cutter, id, value []byte) {
	var l leaves
	if !IsCell(value) || bytes.IndexByte(value, '"') < 0 || !l.readValue(c, value) {
		return
	}
	named := false
	for i := range l.list {
		switch l.list[i].role {
		case roleLogin, roleAddress, rolePhone:
			l.pair(c, &l.list[i])
			named = true
		}
	}
	if named || len(id) == 0 {
		return
	}
	for i := range l.list {
		if secret := &l.list[i]; secret.role == roleSecret || secret.role == roleHash && cut.IsFound(secret.value) {
			c.Add(id, secret.value)
		}
	}
	c.Kind = hashing.KindUnspecified
}

// readValue walks through the value that text is, and reports whether it is one.
func (l *leaves) readValue(c *cut.Cutter, text []byte) bool {
	l.begin(c, text)
	defer l.settle()
	return l.value(0, roleNone, 0) == len(text)
}
