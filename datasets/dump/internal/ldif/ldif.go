// Package ldif reads exports of directories (RFC 2849).
package ldif

import (
	"bytes"
	"strings"
	"unicode/utf16"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/leak"
	"github.com/credsieve/credsieve/hashing"
)

// Format is an export of a directory (RFC 2849). A record is an entry: its lines from dn: up to a
// blank line or the next dn:. Bad lines in it are passed over, for one of them must not cost the
// rest of the file. The version, comments and the trailer of ldapsearch are neither records nor
// rejects. Values after :< lie elsewhere and are never fetched.
//
// A password with a scheme in braces is a stored hash, except for {CLEARTEXT} and its like.
type Format struct{}

// Name implements format.Format.
func (Format) Name() string { return "ldif" }

// Score implements format.Format.
func (Format) Score(s *format.Sample) int {
	for _, line := range s.Lines[:min(len(s.Lines), 20)] {
		if isDN(line) {
			return format.Certain
		}
	}
	return -1
}

// Open implements format.Format.
func (Format) Open(s *format.Sample) (format.Session, error) {
	return session{format.Lines{End: s.LineEnd()}}, nil
}

// isDN reports whether a line names an entry. A combo list may hold a user called dn.
func isDN(line []byte) bool {
	const shortest = len("dn: ")
	if len(line) < shortest || !strings.EqualFold(string(line[:3]), "dn:") {
		return false
	}
	return line[3] == ' ' || line[3] == ':' || bytes.IndexByte(line[3:], '=') > 0
}

// nameKinds are the attributes that name a user, lower case.
var nameKinds = map[string]hashing.Kind{
	"mail": hashing.KindEmail, "email": hashing.KindEmail, "rfc822mailbox": hashing.KindEmail,
	"mailalternateaddress": hashing.KindEmail, "mailprimaryaddress": hashing.KindEmail,
	"maillocaladdress": hashing.KindEmail, "userprincipalname": hashing.KindEmail,
	"uid": hashing.KindUnspecified, "samaccountname": hashing.KindUnspecified,
	"userid": hashing.KindUnspecified, "krbprincipalname": hashing.KindUnspecified,
}

// secretNames are the attributes with passwords; true: always a hash.
var secretNames = map[string]bool{
	"userpassword": false, "clearpassword": false, "plainpassword": false, "unicodepwd": true,
	"sambantpassword": true, "sambalmpassword": true, "ntpassword": true, "authpassword": true,
	"ipanthash": true,
}

// session is the session of an LDIF file.
type session struct{ format.Lines }

// Ahead is how many bytes after an entry tell that it has ended.
func (session) Ahead() int { return len("\r\ndn: ") }

// Overlong implements format.Overlong.
func (session) Overlong() func(data []byte) int { return format.OverlongLines() }

// Last implements format.Session.
func (e session) Last(data []byte) int {
	for stop := bytes.LastIndexByte(data, e.End) + 1; ; {
		if isDN(firstLine(data[stop:])) && stop > 0 {
			return stop
		}
		if stop == 0 {
			return 0
		}
		start := bytes.LastIndexByte(data[:stop-1], e.End) + 1
		if cut.IsBlank(data[start:stop]) {
			return stop
		}
		stop = start
	}
}

// firstLine returns enough of the first line to tell what it is.
func firstLine(data []byte) []byte {
	data = data[:min(len(data), 64)]
	if i := format.IndexLineEnd(data); i >= 0 {
		return data[:i]
	}
	return data
}

// Parse implements format.Session.
func (e session) Parse(b *format.Block, record func(*leak.Record), reject func(leak.Reject)) {
	c := format.Collector{Block: b, Record: record, Reject: reject}
	at := format.Cursor{Data: b.Data, End: e.End, Line: b.Line}
	var under entry
	for at.Next() {
		line := b.Data[at.Start:at.Stop]
		blank := cut.IsBlank(line)
		if under.open && (blank || isDN(line)) {
			under.report(&c)
		}
		if blank {
			continue
		}
		if !under.open {
			under.begin(at.Start, at.Line)
		}
		under.add(line, at.Start, at.Stop)
	}
	if under.open {
		under.report(&c)
	}
}

// entry is an entry under way.
type entry struct {
	open       bool
	start, end int
	line       int64
	lines      []cut.Span // folded ones adjoin
	told       bool       // it holds something but version, comments and trailer
}

func (e *entry) begin(start int, line int64) {
	*e = entry{open: true, start: start, line: line, lines: e.lines[:0]}
}

func (e *entry) add(line []byte, start, stop int) {
	e.lines = append(e.lines, cut.Span{Start: start, End: stop})
	e.end = stop
	e.told = e.told || !isTrim(line)
}

// isTrim knows lines that describe the file.
func isTrim(line []byte) bool {
	return line[0] == '#' || format.HasAnyPrefix(line, []string{"version:", "search:", "result:",
		"numResponses:", "numEntries:", "control:"})
}

func (e *entry) report(c *format.Collector) {
	if e.told {
		c.Done(e.start, e.end-e.start, e.line, e.cut(&c.Cuts, c.Block.Data))
	}
	e.open = false
}

// cut makes the cuts of an entry: each name with each password.
func (e *entry) cut(c *cut.Cutter, data []byte) leak.Reason {
	c.Reset()
	var names, secrets [cut.MaxCuts]attributeValue
	nNames, nSecrets := 0, 0
	var dn []byte
	for i := 0; i < len(e.lines); {
		from := i
		for i++; i < len(e.lines) && data[e.lines[i].Start] == ' '; i++ {
		}
		key, value := attribute(c, data, e.lines[from:i])
		var folded [longestKey]byte
		name := folded[:foldKey(&folded, key)]
		kind, person := nameKinds[string(name)]
		hash, secret := secretNames[string(name)]
		switch {
		case len(value) == 0:
		case string(name) == "dn":
			dn = value
		case person && nNames < len(names):
			names[nNames] = attributeValue{text: value, kind: kind}
			nNames++
		case secret && nSecrets < len(secrets):
			secrets[nSecrets] = attributeValue{text: value, hash: hash}
			if plain := activeDirectoryPassword(c, value); plain != nil && string(name) == "unicodepwd" {
				secrets[nSecrets] = attributeValue{text: plain, typed: true}
			}
			nSecrets++
		}
	}
	if nNames == 0 {
		if uid := uidOf(dn); len(uid) > 0 {
			names[0], nNames = attributeValue{text: uid}, 1
		}
	}
	for _, name := range names[:nNames] {
		cutNames(c, name, secrets[:nSecrets])
	}
	if c.Count() == 0 {
		return leak.ReasonNoIdentifier
	}
	return ""
}

const longestKey = len("mailalternateaddress")

// foldKey writes a key in lower case and returns its length, 0 when it is longer than any that
// matters.
func foldKey(to *[longestKey]byte, key []byte) int {
	if len(key) > len(to) {
		return 0
	}
	for i, b := range key {
		if b >= 'A' && b <= 'Z' {
			b |= 0x20
		}
		to[i] = b
	}
	return len(key)
}

// attributeValue is the value of an attribute that matters.
type attributeValue struct {
	text  []byte
	kind  hashing.Kind
	hash  bool
	typed bool
}

func cutNames(c *cut.Cutter, name attributeValue, secrets []attributeValue) {
	id := cut.Identifier(name.text)
	if !cut.CouldName(id) {
		return
	}
	c.Kind = name.kind
	if c.Kind == hashing.KindEmail && !cut.IsEmail(id) {
		c.Kind = hashing.KindUnspecified
	}
	had := c.Count()
	for _, s := range secrets {
		scheme := schemeEnd(s.text)
		switch plain := s.text[scheme:]; {
		case s.typed: // a dump of what somebody set, not of what is stored
			c.Add(id, plain)
		case s.hash, scheme > 0 && !cut.IsClearScheme(s.text[:scheme]):
			c.Untestable(id, s.text)
		default:
			c.Add(id, plain)
		}
	}
	if c.Count() == had {
		c.Untestable(id, nil)
	}
}

// schemeEnd returns the length of the {SCHEME} that a password begins with, 0 without.
func schemeEnd(text []byte) int {
	if len(text) == 0 || text[0] != '{' {
		return 0
	}
	for i, b := range text[1:] {
		switch {
		case b == '}' && i > 0:
			return i + 2
		case !cut.IsWord(b) && strings.IndexByte("-_./@", b) < 0:
			return 0
		}
	}
	return 0
}

// uidOf returns the value of a uid at the start of a distinguished name.
func uidOf(dn []byte) []byte {
	first, _, _ := bytes.Cut(dn, []byte(","))
	name, value, _ := bytes.Cut(first, []byte("="))
	if strings.EqualFold(string(cut.TrimSpace(name)), "uid") {
		return cut.TrimSpace(value)
	}
	return nil
}

// attribute returns the name of an attribute, without its options, and its value. A value that
// cannot be decoded is empty.
func attribute(c *cut.Cutter, data []byte, lines []cut.Span) (key, value []byte) {
	text := data[lines[0].Start:lines[0].End]
	if len(lines) > 1 {
		from := len(c.Arena)
		c.Arena = append(c.Arena, text...)
		for _, l := range lines[1:] {
			c.Arena = append(c.Arena, data[l.Start+1:l.End]...)
		}
		text = c.Since(from)
	}
	colon := bytes.IndexByte(text, ':')
	if colon <= 0 || text[0] == '#' {
		return nil, nil
	}
	key, _, _ = bytes.Cut(text[:colon], []byte(";"))
	value = text[colon+1:]
	switch {
	case len(value) > 0 && value[0] == '<':
		return key, nil
	case len(value) > 0 && value[0] == ':':
		return key, c.Base64(cut.TrimSpace(value[1:]))
	}
	return key, bytes.TrimLeft(value, " ")
}

// activeDirectoryPassword returns the password that a value of unicodePwd sets: between quotes, in UTF-16
// (MS-ADTS, 3.1.1.3.1.5). It returns nil for another value.
func activeDirectoryPassword(c *cut.Cutter, value []byte) []byte {
	n := len(value)
	if n < 6 || n%2 == 1 || string(value[:2]) != "\"\x00" || string(value[n-2:]) != "\"\x00" {
		return nil
	}
	var units []uint16
	for i := 2; i < n-2; i += 2 {
		units = append(units, uint16(value[i])|uint16(value[i+1])<<8)
	}
	from := len(c.Arena)
	c.Arena = append(c.Arena, string(utf16.Decode(units))...)
	return c.Since(from)
}
