package dump

import (
	"bytes"

	"github.com/credsieve/credsieve/hashing"
)

// maxCuts bounds what one line can cost: each cut is a probe of the filter, and where it hits, a
// stored-hash verification.
const maxCuts = 8

// cutter gathers the cuts of one record. It is used again for the next record.
type cutter struct {
	cuts   [maxCuts]Cut
	n      int
	kind   hashing.Kind // of the cuts to come
	host   []byte       // of the cuts to come
	fields fields
	arena  []byte // texts with their quoting undone
}

func (c *cutter) reset() {
	c.n, c.kind, c.host, c.arena = 0, hashing.KindUnspecified, nil, c.arena[:0]
}

// all returns the cuts that were made, the likeliest first.
func (c *cutter) all() []Cut { return c.cuts[:c.n] }

// count returns how many they are.
func (c *cutter) count() int { return c.n }

// limit keeps the first n of them.
func (c *cutter) limit(n int) { c.n = min(c.n, n) }

// since returns what was appended to the arena from a length of it on. Nothing can be appended to it.
func (c *cutter) since(from int) []byte { return c.arena[from:len(c.arena):len(c.arena)] }

// add adds a cut, and those of what $HEX[] in the secret stands for.
func (c *cutter) add(id, secret []byte) {
	if c.full() {
		return
	}
	c.addLiteral(id, secret)
	if len(secret) > 0 && secret[0] == '$' {
		c.hexSecret(id, secret)
	}
}

// addLiteral adds a cut unless it is there already. An empty identifier or secret makes none.
func (c *cutter) addLiteral(id, secret []byte) {
	if len(id) == 0 || len(secret) == 0 || c.n == maxCuts {
		return
	}
	for i := range c.n {
		have := &c.cuts[i]
		if bytes.Equal(have.Secret, secret) && bytes.Equal(have.Identifier, id) &&
			have.Kind == c.kind {
			return
		}
	}
	c.cuts[c.n] = Cut{
		Identifier: id, Kind: c.kind, Secret: secret, Testable: !isStoredHash(secret), Host: c.host,
	}
	c.n++
}

// untestable adds a cut that only names a user; secret is a stored hash or empty.
func (c *cutter) untestable(id, secret []byte) {
	if len(id) == 0 || c.n == maxCuts {
		return
	}
	c.cuts[c.n] = Cut{Identifier: id, Kind: c.kind, Secret: secret, Host: c.host}
	c.n++
}

// secrets adds text as the secret of id, and whatever else may be the password in it. Verbatim
// comes first: separators, spaces and quotes do occur in passwords. It reports whether there is more
// to text than what is verbatim. A full cutter does no work, for one line may be a megabyte.
func (c *cutter) secrets(id, text []byte) bool {
	c.add(id, text)
	if len(text) == 0 || isPlain(text) {
		return false
	}
	if c.full() {
		return true
	}
	c.add(id, c.unquote(text))
	if trimmed := trimSpace(text); len(trimmed) < len(text) && !c.full() {
		c.add(id, trimmed)
		c.add(id, c.unquote(trimmed))
	}
	c.add(id, trimSeparators(text)) // email::pass
	if !c.full() {
		c.behind(id, text)
		c.aroundURL(id, text)
	}
	return true
}

// behind adds the secrets that a capture or a hash in text sets apart.
func (c *cutter) behind(id, text []byte) {
	if i := bytes.Index(text, []byte(" | ")); i >= 0 {
		c.add(id, text[:i]) // what a checking tool captured follows
	}
	if n := storedHash(text); n > 0 && n < len(text) && isSeparator(text[n]) {
		c.found(id, text[n+1:]) // email:hash:pass, email:hash:salt:pass
	} else if n := hexDigest(text); n > 0 && n < len(text) && isSeparator(text[n]) {
		c.found(id, text[n+1:])
	}
}

func (c *cutter) full() bool { return c.n == maxCuts }

// otherFields adds each field as the secret of id: those behind its own, and then those before it
// from one on. Lists have columns for names, machines and the like on either side of the password.
// It leaves room for the cuts to come.
func (c *cutter) otherFields(id []byte, own, from, room int) {
	for i := own + 1; i < len(c.fields.list); i++ {
		c.otherField(id, i, room)
	}
	for i := from; i < own; i++ {
		c.otherField(id, i, room)
	}
}

// otherField adds a field, unless it is a part of a URL.
func (c *cutter) otherField(id []byte, i, room int) {
	if c.n >= maxCuts-room || c.fields.isScheme(i) || i > 0 && c.fields.isScheme(i-1) {
		return
	}
	field := c.fields.at(i)
	if storedHash(field) > 0 {
		return
	}
	c.add(id, field)
	if trimmed := trimSpace(field); len(trimmed) < len(field) && c.n < maxCuts-room {
		c.add(id, trimmed)
	}
}

// aroundURL adds the secrets before and after a URL in text: login:pass:url and login:url:pass.
func (c *cutter) aroundURL(id, text []byte) {
	colon := bytes.Index(text, []byte("://"))
	if colon < 0 {
		return
	}
	start := colon
	for start > 0 && isSchemeByte(text[start-1]) {
		start--
	}
	if start > 0 && start < colon && isSeparator(text[start-1]) {
		c.add(id, text[:start-1])
	}
	if start > 0 {
		return
	}
	for i := colon + len("://"); i < len(text) && !c.full(); {
		next := indexSeparator(text[i:])
		if next < 0 {
			return
		}
		i += next + 1
		c.add(id, text[i:])
	}
}

// unquote returns what stands between matching quotes, "" undone, or nil when text is not quoted.
func (c *cutter) unquote(text []byte) []byte {
	inner := insideQuotes(text)
	if inner == nil {
		return nil
	}
	return c.undouble(inner, text[0])
}

// undouble replaces each pair of quotes by one.
func (c *cutter) undouble(text []byte, quote byte) []byte {
	i := bytes.IndexByte(text, quote)
	if i < 0 {
		return text
	}
	from := len(c.arena)
	for i >= 0 {
		c.arena = append(c.arena, text[:i+1]...)
		text = text[i+1:]
		if len(text) > 0 && text[0] == quote {
			text = text[1:]
		}
		i = bytes.IndexByte(text, quote)
	}
	c.arena = append(c.arena, text...)
	return c.since(from)
}

// isPlain reports whether text can only be meant verbatim.
func isPlain(text []byte) bool {
	first, last := text[0], text[len(text)-1]
	return !isSpace(first) && !isSpace(last) && first != '"' && first != '\'' &&
		indexSeparator(text) < 0
}
