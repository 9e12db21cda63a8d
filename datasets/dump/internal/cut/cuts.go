package cut

import (
	"bytes"

	"github.com/credsieve/credsieve/datasets/dump/leak"
	"github.com/credsieve/credsieve/hashing"
)

// MaxCuts bounds what one line can cost: each cut is a probe of the filter, and where it hits, a
// stored-hash verification.
const MaxCuts = 8

// Cutter gathers the cuts of one record. It is used again for the next record.
type Cutter struct {
	cuts   [MaxCuts]leak.Cut
	n      int
	Kind   hashing.Kind // of the cuts to come
	Host   []byte       // of the cuts to come
	fields fields
	Arena  []byte // texts with their quoting undone
}

// Reset readies the cutter for the next record.
func (c *Cutter) Reset() {
	c.n, c.Kind, c.Host, c.Arena = 0, hashing.KindUnspecified, nil, c.Arena[:0]
}

// All returns the cuts that were made, the likeliest first.
func (c *Cutter) All() []leak.Cut { return c.cuts[:c.n] }

// Count returns how many they are.
func (c *Cutter) Count() int { return c.n }

// Limit keeps the first n of them.
func (c *Cutter) Limit(n int) { c.n = min(c.n, n) }

// Since returns what was appended to the arena from a length of it on. Nothing can be appended to it.
func (c *Cutter) Since(from int) []byte { return c.Arena[from:len(c.Arena):len(c.Arena)] }

// Add adds a cut, and those of what $HEX[] in the secret stands for.
func (c *Cutter) Add(id, secret []byte) {
	if c.full() {
		return
	}
	c.Literal(id, secret)
	if len(secret) > 0 {
		switch secret[0] {
		case '$':
			c.hexSecret(id, secret)
		case '{':
			c.Literal(id, inClear(secret))
		case '\\':
			c.bytesOf(id, secret)
		}
	}
	if mayMean(secret) {
		c.meant(id, secret)
	}
}

// Literal adds a cut of exactly that secret unless it is there already; [Cutter.Add] also spends room on what it may
// stand for. An empty identifier or secret makes none.
func (c *Cutter) Literal(id, secret []byte) {
	if len(id) == 0 || len(secret) == 0 || c.n == MaxCuts {
		return
	}
	for i := range c.n {
		have := &c.cuts[i]
		if bytes.Equal(have.Secret, secret) && bytes.Equal(have.Identifier, id) &&
			have.Kind == c.Kind {
			return
		}
	}
	c.cuts[c.n] = leak.Cut{
		Identifier: id, Kind: c.Kind, Secret: secret, Testable: !isStoredHash(secret), Host: c.Host,
	}
	c.n++
}

// Untestable adds a cut that only names a user; secret is a stored hash or empty.
func (c *Cutter) Untestable(id, secret []byte) {
	if len(id) == 0 || c.n == MaxCuts {
		return
	}
	c.cuts[c.n] = leak.Cut{Identifier: id, Kind: c.Kind, Secret: secret, Host: c.Host}
	c.n++
}

// Secrets adds text as the secret of id, and whatever else may be the password in it. Verbatim
// comes first: separators, spaces and quotes do occur in passwords. It reports whether there is more
// to text than what is verbatim. A full cutter does no work, for one line may be a megabyte.
func (c *Cutter) Secrets(id, text []byte) bool {
	c.Add(id, text)
	if len(text) == 0 || isPlain(text) {
		return false
	}
	if c.full() {
		return true
	}
	c.Add(id, c.Unquote(text))
	if trimmed := TrimSpace(text); len(trimmed) < len(text) && !c.full() {
		c.Add(id, trimmed)
		c.Add(id, c.Unquote(trimmed))
	}
	c.Add(id, trimSeparators(text)) // email::pass
	if !c.full() {
		c.afterHash(id, text)
		c.captured(id, text)
		if bare := c.Uncoloured(text); len(bare) < len(text) {
			c.Add(id, bare)
			c.captured(id, bare)
		}
		c.aroundURL(id, text)
	}
	return true
}

// afterHash adds the secrets that a capture or a hash in text sets apart.
func (c *Cutter) afterHash(id, text []byte) {
	if i := bytes.Index(text, []byte(" | ")); i >= 0 {
		c.Add(id, text[:i]) // what a checking tool captured follows
	}
	if n := StoredHash(text); n > 0 && n < len(text) && IsSeparator(text[n]) {
		c.found(id, text[n+1:]) // email:hash:pass, email:hash:salt:pass
	} else if n := HexDigest(text); n > 0 && n < len(text) {
		last := len(text) - 1
		if IsSeparator(text[n]) {
			c.found(id, text[n+1:])
		} else if closing := closings[text[n]]; closing != 0 && n < last && text[last] == closing {
			c.Add(id, text[n+1:last]) // hash[password]
		}
	}
}

func (c *Cutter) full() bool { return c.n == MaxCuts }

// otherFields adds each field as the secret of id: those after its own, and then those before it
// from one on. Lists have columns for names, machines and the like on either side of the password.
// It leaves room for the cuts to come.
func (c *Cutter) otherFields(id []byte, own, from, room int) {
	for i := own + 1; i < len(c.fields.list); i++ {
		c.otherField(id, i, room)
	}
	for i := from; i < own; i++ {
		c.otherField(id, i, room)
	}
}

// otherField adds a field, unless it is a part of a URL.
func (c *Cutter) otherField(id []byte, i, room int) {
	if c.n >= MaxCuts-room || c.fields.isScheme(i) || i > 0 && c.fields.isScheme(i-1) {
		return
	}
	field := c.fields.at(i)
	if StoredHash(field) > 0 {
		return
	}
	c.Add(id, field)
	trimmed := TrimSpace(field)
	if len(trimmed) < len(field) && c.n < MaxCuts-room {
		c.Add(id, trimmed)
	}
	if c.n < MaxCuts-room {
		c.Add(id, c.Unquote(trimmed))
	}
}

// aroundURL adds the secrets before and after a URL in text: login:pass:url and login:url:pass.
func (c *Cutter) aroundURL(id, text []byte) {
	colon := bytes.Index(text, []byte("://"))
	if colon < 0 {
		return
	}
	start := colon
	for start > 0 && isSchemeByte(text[start-1]) {
		start--
	}
	if start > 0 && start < colon && (IsSeparator(text[start-1]) || IsSpace(text[start-1])) {
		c.Add(id, text[:start-1])
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
		c.Add(id, text[i:])
	}
}

// Unquote returns what stands between matching quotes, "" undone, or nil when text is not quoted.
func (c *Cutter) Unquote(text []byte) []byte {
	inner := insideQuotes(text)
	if inner == nil {
		return nil
	}
	return c.Undouble(inner, text[0])
}

// Undouble replaces each pair of quotes by one.
func (c *Cutter) Undouble(text []byte, quote byte) []byte {
	i := bytes.IndexByte(text, quote)
	if i < 0 {
		return text
	}
	from := len(c.Arena)
	for i >= 0 {
		c.Arena = append(c.Arena, text[:i+1]...)
		text = text[i+1:]
		if len(text) > 0 && text[0] == quote {
			text = text[1:]
		}
		i = bytes.IndexByte(text, quote)
	}
	c.Arena = append(c.Arena, text...)
	return c.Since(from)
}

// isPlain reports whether text can only be meant verbatim.
func isPlain(text []byte) bool {
	first, last := text[0], text[len(text)-1]
	if IsSpace(first) || IsSpace(last) || first == '"' || first == '\'' || MayEndLate(last) {
		return false
	}
	for _, b := range text {
		if notPlain[b] {
			return indexSeparator(text) < 0 && captureAt(text) < 0 && bytes.IndexByte(text, escape) < 0
		}
	}
	return true
}

// notPlain has what may part a text that is not meant verbatim.
var notPlain = func() (table [256]bool) {
	for b := range table {
		table[b] = IsSeparator(byte(b)) || b == ' ' || b == escape
	}
	return table
}()
