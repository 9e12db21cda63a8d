package json

import (
	"bytes"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
)

// group is an object inside of a record, by what it stands in.
type group struct {
	parent int
	list   bool // it is an element of a list
}

// enter begins an object. Who calls goes back to the group that was.
func (l *leaves) enter(list bool) {
	l.groups = append(l.groups, group{parent: l.group, list: list})
	l.group = len(l.groups) - 1
}

// keyed reads the value of a key that is an address: what is known of that user, or the password.
func (l *leaves) keyed(pos int, key []byte, depth int) int {
	outer := l.group
	defer func() { l.group = outer }()
	switch l.data[pos] {
	case '{':
		if depth == maxDepth {
			return l.value(pos, roleNone, depth)
		}
		l.enter(false)
		l.keep(roleAddress, key)
		return l.object(pos, roleNone, depth+1)
	case '"', '\'':
		l.enter(false)
		l.keep(roleAddress, key)
		return l.value(pos, roleSecret, depth)
	}
	return l.value(pos, roleNone, depth)
}

// named adds the key that a map has for the record: an address always, another text where there is a
// password and nothing else says whose it is.
func (l *leaves) named(key []byte) {
	if len(key) == 0 {
		return
	}
	if bytes.IndexByte(key, '\\') >= 0 {
		key = unescape(l.cuts, key)
	}
	l.group = 0
	if cut.IsEmail(key) {
		l.keep(roleAddress, key)
		return
	}
	secrets := false
	for i := range l.list {
		switch l.list[i].role {
		case roleSecret, roleHash:
			secrets = true
		default:
			return
		}
	}
	if secrets {
		l.keep(roleLogin, key)
	}
}

// matches reports whether two leaves of one object belong together: where it holds as many names as passwords, each
// name is that of the password in its place.
func (l *leaves) matches(name, secret *leaf) bool {
	names, secrets, nameAt, secretAt := 0, 0, 0, 0
	for i := range l.list {
		switch other := &l.list[i]; {
		case other.group != name.group || other.list != 0:
		case other.role == name.role:
			if other == name {
				nameAt = names
			}
			names++
		case other.role == secret.role:
			if other == secret {
				secretAt = secrets
			}
			secrets++
		}
	}
	return names < 2 || names != secrets || nameAt == secretAt
}

// listed returns how many texts of a list were kept.
func (l *leaves) listed(list int) (n int) {
	for i := range l.list {
		if l.list[i].list == list {
			n++
		}
	}
	return n
}

// isTable reports whether two lists beside each other hold what is known of more users than are kept of one object:
// columns of a table, of which the rest would be lost.
func (l *leaves) isTable() bool {
	if l.lists < 2 || !l.over {
		return false
	}
	for list := 1; list < l.lists; list++ {
		if n := l.listed(list); n > cut.MaxCuts && n == l.listed(list+1) {
			return true
		}
	}
	return false
}

func (r role) isSecret() bool { return r == roleSecret || r == roleHash }

// together reports whether two leaves may belong to one user. What one user is may be nested, and so may
// be several users: objects beside each other are users of their own where one of them has both a name
// and a secret, and has a name of the same kind, or is an element of a list, or there are two of them.
func (l *leaves) together(name, secret *leaf) bool {
	if name.group == secret.group {
		if name.list == 0 && secret.list == 0 {
			return l.matches(name, secret)
		}
		return name.list == 0 || secret.list == 0 || name.place == secret.place ||
			name.place < firstRow && l.listed(name.list) != l.listed(secret.list)
	}
	a := l.common(name.group, secret.group)
	byName, bySecret := l.below(a, name.group), l.below(a, secret.group)
	if byName > 0 && bySecret > 0 {
		has, hasSame, _ := l.has(bySecret, name.role)
		_, _, hasSecret := l.has(byName, roleNone)
		if hasSame || hasSecret || has && l.groups[bySecret].list {
			return false
		}
		return l.users(a, byName, bySecret) == 0 && l.inPlace(a, name, secret)
	}
	return l.reaches(a, name.group, func(has, secret bool) bool { return secret }) &&
		l.reaches(a, secret.group, func(has, secret bool) bool { return has })
}

// inPlace reports whether a name and a secret of objects beside each other may belong together although there are more
// of both: where as many objects name somebody as hold a secret, each name is that of the secret in its place.
func (l *leaves) inPlace(a int, name, secret *leaf) bool {
	names, nameAt := l.places(a, name)
	secrets, secretAt := l.places(a, secret)
	return names < 2 || secrets < 2 || names == secrets && nameAt == secretAt
}

// places counts the objects inside of a group that hold a leaf of the role of one of them, and says which of them
// holds that one.
func (l *leaves) places(a int, of *leaf) (n, at int) {
	last := -1
	for i := range l.list {
		other := &l.list[i]
		if other.role != of.role || other.group == last || !l.inside(other.group, a) {
			continue
		}
		if other.group == of.group {
			at = n
		}
		last = other.group
		n++
	}
	return n, at
}

// reaches reports whether what stands in a group may say something of what stands in the object a around it:
// not from an element of a list that owns it, nor from one of several users.
func (l *leaves) reaches(a, group int, owned func(named, secret bool) bool) bool {
	for g := group; g != a; g = l.groups[g].parent {
		named, _, secret := l.has(g, roleNone)
		if l.groups[g].list && owned(named, secret) || l.users(l.groups[g].parent, 0, 0) > 1 {
			return false
		}
	}
	return true
}

// has says what is in a group or in one inside of it: a name, one of a role, and a secret.
func (l *leaves) has(group int, same role) (named, hasSame, secret bool) {
	for i := range l.list {
		switch other := &l.list[i]; {
		case !l.inside(other.group, group):
		case other.role.isSecret():
			secret = true
		default:
			named, hasSame = true, hasSame || other.role == same
		}
	}
	return named, hasSame, secret
}

// users counts the objects right inside of a group, two of them left out, that have both a name and a secret.
func (l *leaves) users(group, but, butNot int) (n int) {
	last := 0
	for i := range l.list {
		if !l.inside(l.list[i].group, group) {
			continue
		}
		g := l.below(group, l.list[i].group)
		if g <= 0 || g == last || g == but || g == butNot {
			continue
		}
		last = g // leaves of one object adjoin
		if named, _, secret := l.has(g, roleNone); named && secret {
			n++
		}
	}
	return n
}

// inside reports whether a group is another one or inside of it.
func (l *leaves) inside(group, outer int) bool {
	for group > outer { // a parent has a lower number
		group = l.groups[group].parent
	}
	return group == outer
}

// common returns the innermost group that two stand in.
func (l *leaves) common(a, b int) int {
	for a != b {
		if a > b {
			a = l.groups[a].parent
		} else {
			b = l.groups[b].parent
		}
	}
	return a
}

// below returns the group right inside of outer that a group is or stands in, 0 when it is outer itself.
func (l *leaves) below(outer, group int) int {
	if group == outer {
		return 0
	}
	for l.groups[group].parent != outer {
		group = l.groups[group].parent
	}
	return group
}
