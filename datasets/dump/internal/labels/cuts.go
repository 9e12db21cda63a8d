package labels

import (
	"bytes"
	"net/url"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/leak"
	"github.com/credsieve/credsieve/hashing"
)

// cutBlock makes the cuts of a block: each name with each password. The key or the section above them
// is the name where no label says one.
func cutBlock(c *cut.Cutter, data []byte, b *block) leak.Reason {
	c.Reset()
	if b.url != nil {
		c.Host = cut.HostOf(b.url)
	}
	for i := range b.names {
		f := &b.names[i]
		cutName(c, data, b, nameOf(c, data, f), f.role)
	}
	if len(b.names) == 0 {
		cutName(c, data, b, b.header, roleLogin)
	}
	if c.Count() == 0 {
		return leak.ReasonNoIdentifier
	}
	return ""
}

// nameOf returns what a name may be, the likeliest first.
func nameOf(c *cut.Cutter, data []byte, f *field) []byte {
	value := data[f.start:f.short]
	if f.form && bytes.IndexByte(value, '%') >= 0 {
		if plain, err := url.QueryUnescape(string(value)); err == nil {
			from := len(c.Arena)
			c.Arena = append(c.Arena, plain...)
			return c.Since(from)
		}
	}
	return value
}

func cutName(c *cut.Cutter, data []byte, b *block, name []byte, role role) {
	id := cut.Identifier(name)
	if isBracketed(id) {
		id = cut.Identifier(c.Unwrap(id))
	}
	if !cut.CouldName(id) {
		return
	}
	c.Kind = hashing.KindUnspecified // users type anything into fields for addresses
	switch {
	case role == rolePhone:
		c.Kind = hashing.KindPhone
	case cut.IsEmail(id):
		c.Kind = hashing.KindEmail
	}
	cutID(c, data, b, id)
	if account := cut.AccountName(id); account != nil && role != rolePhone {
		c.Kind = hashing.KindUnspecified
		cutID(c, data, b, account)
	}
}

// cutID makes the cuts of one name with each password of its block.
func cutID(c *cut.Cutter, data []byte, b *block, id []byte) {
	had := c.Count()
	for i := range b.secrets {
		cutSecret(c, id, data, &b.secrets[i])
	}
	if c.Count() > had {
		return
	}
	if len(b.hashes) > 0 {
		h := &b.hashes[0]
		c.Untestable(id, cut.TrimSpace(data[h.start:h.short]))
		return
	}
	c.Untestable(id, nil)
}

// cutSecret adds what a password may be: to the byte, without the space around it, without what follows
// it on its line, as a form or quotes write it.
func cutSecret(c *cut.Cutter, id, data []byte, f *field) {
	short, whole := data[f.start:f.short], data[f.start:f.end]
	if f.quoted {
		c.Add(id, unescaped(c, short))
		c.Add(id, short)
		c.Add(id, c.Undouble(short, data[f.start-1]))
		return
	}
	if f.form && bytes.ContainsAny(short, "%+") {
		if plain, err := url.QueryUnescape(string(short)); err == nil {
			from := len(c.Arena)
			c.Arena = append(c.Arena, plain...)
			c.Add(id, c.Since(from))
		}
	}
	for _, text := range [][]byte{short, whole} {
		if len(text) > 0 && (text[0] == ' ' || text[0] == '\t') { // one belongs to the separator
			text = text[1:]
		}
		c.Add(id, text)
		c.Add(id, cut.TrimSpace(text))
		if n := len(text) - 1; n > 0 && (text[n] == ')' || text[n] == ']') && f.last {
			c.Add(id, text[:n]) // all of the line may stand in brackets
		}
		if text = cut.TrimSpace(text); isBracketed(text) {
			c.Add(id, c.Unwrap(text))
		}
	}
}

// isBracketed reports whether a value begins with a bracket that ends it.
func isBracketed(value []byte) bool {
	n := len(value) - 1
	return n > 1 && (closings[value[0]] == value[n] && closings[value[0]] != 0 || value[0] == '<' && value[n] == '>')
}

// unescaped undoes the backslashes before quotes and backslashes.
func unescaped(c *cut.Cutter, text []byte) []byte {
	if bytes.IndexByte(text, '\\') < 0 {
		return text
	}
	from := len(c.Arena)
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+1 < len(text) && bytes.IndexByte([]byte(`\"'$/`), text[i+1]) >= 0 {
			i++
		}
		c.Arena = append(c.Arena, text[i])
	}
	return c.Since(from)
}
