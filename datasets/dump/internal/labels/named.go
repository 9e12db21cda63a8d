package labels

import (
	"bytes"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
)

// Lists of names and values, as YAML has them for the settings of a program: one line says the label, the next the
// value.
//
//   - name: DB_USER
//     value: carol

// takeNamed takes a line of such a pair, and reports whether it is one.
func (s *scanner) takeNamed(line []byte) bool {
	if role, label := namedRole(line); role != roleNone && valueStart(s.nextLine()) > 0 {
		if s.b.open && s.b.holds(role, label) {
			s.flush()
		}
		s.grow(line)
		s.b.pending = field{item: item{role: role, spaced: true, named: true}, label: label}
		return true
	}
	if !s.b.pending.named {
		return false
	}
	f := s.b.pending
	f.start = valueStart(line)
	if f.start == 0 {
		return false
	}
	f.last, f.end, f.short = true, len(line), len(line)
	f.open(line)
	s.grow(line)
	s.b.pending = field{}
	s.add(f, line)
	return true
}

// namedRole returns the role of the label that a line names, roleNone when it names none.
func namedRole(line []byte) (role role, label []byte) {
	value := afterKey(line, "name", "key", "label", "field")
	if value == 0 {
		return roleNone, nil
	}
	label = cut.Identifier(line[value:])
	if role = roleOf(label); role == roleNone {
		role = roleOf(label[bytes.LastIndexByte(label, '_')+1:]) // DB_USER
	}
	return role, label
}

func valueStart(line []byte) int { return afterKey(line, "value", "val", "content", "text") }

// afterKey returns where the value of a line begins whose key is one of some, 0 when it has another.
func afterKey(line []byte, keys ...string) int {
	text := bytes.TrimLeft(line, " \t-")
	i := bytes.IndexByte(text, ':')
	if i < 0 {
		return 0
	}
	key := cut.Identifier(text[:i])
	for _, want := range keys {
		if len(key) == len(want) && bytes.EqualFold(key, []byte(want)) {
			return len(line) - len(text) + i + 1
		}
	}
	return 0
}

// nextLine returns the line after the one that the scanner is at.
func (s *scanner) nextLine() []byte {
	rest := bytes.TrimLeft(s.data[s.at.Stop:], "\r\n")
	if i := bytes.IndexAny(rest, "\r\n"); i >= 0 {
		rest = rest[:i]
	}
	return rest
}

// holds reports whether a block has a value of a role already, so that another one is of the next user.
func (b *block) holds(role role, label []byte) bool {
	if role == roleSecret {
		return len(b.secrets) > 0
	}
	for i := range b.names {
		if bytes.Equal(b.names[i].label, label) {
			return true
		}
	}
	return len(b.names) > 0 && len(b.secrets) > 0
}
