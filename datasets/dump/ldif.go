package dump

import (
	"bytes"
	"strings"

	"github.com/credsieve/credsieve/hashing"
)

// ldif is an export of a directory (RFC 2849). A record is an entry: its lines from dn: up to a
// blank line or the next dn:. Bad lines in it are passed over, for one of them must not cost the
// rest of the file. The version, comments and the trailer of ldapsearch are neither records nor
// rejects. Values behind :< lie elsewhere and are never fetched.
//
// A password with a scheme in braces is a stored hash, except for {CLEARTEXT} and its like.
type ldif struct{}

func (ldif) name() string { return "ldif" }

func (ldif) score(s *sample) int {
	for _, line := range s.lines[:min(len(s.lines), 20)] {
		if isDN(line) {
			return certain
		}
	}
	return -1
}

func (ldif) open(s *sample) (session, error) { return entries{lines{s.lineEnd()}}, nil }

// isDN reports whether a line names an entry. A combo list may hold a user called dn.
func isDN(line []byte) bool {
	const shortest = len("dn: ")
	if len(line) < shortest || !strings.EqualFold(string(line[:3]), "dn:") {
		return false
	}
	return line[3] == ' ' || line[3] == ':' || bytes.IndexByte(line[3:], '=') > 0
}

// ldifNames are the attributes that name a user, lower case.
var ldifNames = map[string]hashing.Kind{
	"mail": hashing.KindEmail, "email": hashing.KindEmail, "rfc822mailbox": hashing.KindEmail,
	"mailalternateaddress": hashing.KindEmail, "mailprimaryaddress": hashing.KindEmail,
	"maillocaladdress": hashing.KindEmail, "userprincipalname": hashing.KindEmail,
	"uid": hashing.KindUnspecified, "samaccountname": hashing.KindUnspecified,
	"userid": hashing.KindUnspecified, "krbprincipalname": hashing.KindUnspecified,
}

// ldifSecrets are the attributes with passwords; true: always a hash.
var ldifSecrets = map[string]bool{
	"userpassword": false, "clearpassword": false, "plainpassword": false, "unicodepwd": true,
	"sambantpassword": true, "sambalmpassword": true, "ntpassword": true, "authpassword": true,
	"ipanthash": true,
}

// entries is the session of an LDIF file.
type entries struct{ lines }

// ahead is how many bytes behind an entry tell that it has ended.
func (entries) ahead() int { return len("\r\ndn: ") }

func (entries) overlong() func(data []byte) int { return overlongLines() }

func (e entries) last(data []byte) int {
	for stop := bytes.LastIndexByte(data, e.end) + 1; ; {
		if isDN(firstLine(data[stop:])) && stop > 0 {
			return stop
		}
		if stop == 0 {
			return 0
		}
		start := bytes.LastIndexByte(data[:stop-1], e.end) + 1
		if isBlank(data[start:stop]) {
			return stop
		}
		stop = start
	}
}

// firstLine returns enough of the first line to tell what it is.
func firstLine(data []byte) []byte {
	data = data[:min(len(data), 64)]
	if i := indexLineEnd(data); i >= 0 {
		return data[:i]
	}
	return data
}

func (e entries) parse(b *textBlock, record func(*Record), reject func(Reject)) {
	c := collector{block: b, record: record, reject: reject}
	at := cursor{data: b.data, end: e.end, line: b.line}
	var under ldifEntry
	for at.next() {
		line := b.data[at.start:at.stop]
		blank := isBlank(line)
		if under.open && (blank || isDN(line)) {
			under.report(&c)
		}
		if blank {
			continue
		}
		if !under.open {
			under.begin(at.start, at.line)
		}
		under.add(line, at.start, at.stop)
	}
	if under.open {
		under.report(&c)
	}
}

// ldifEntry is an entry under way.
type ldifEntry struct {
	open       bool
	start, end int
	line       int64
	lines      []span // folded ones adjoin
	told       bool   // it holds something but version, comments and trailer
}

func (e *ldifEntry) begin(start int, line int64) {
	*e = ldifEntry{open: true, start: start, line: line, lines: e.lines[:0]}
}

func (e *ldifEntry) add(line []byte, start, stop int) {
	e.lines = append(e.lines, span{start, stop})
	e.end = stop
	e.told = e.told || !isLDIFTrim(line)
}

// isLDIFTrim knows lines that describe the file.
func isLDIFTrim(line []byte) bool {
	return line[0] == '#' || hasAnyPrefix(line, []string{"version:", "search:", "result:",
		"numResponses:", "numEntries:", "control:"})
}

func (e *ldifEntry) report(c *collector) {
	if e.told {
		c.done(e.start, e.end-e.start, e.line, e.cut(&c.cuts, c.block.data))
	}
	e.open = false
}

// cut makes the cuts of an entry: each name with each password.
func (e *ldifEntry) cut(c *cutter, data []byte) Reason {
	c.reset()
	var names, secrets [maxCuts]ldifValue
	nNames, nSecrets := 0, 0
	var dn []byte
	for i := 0; i < len(e.lines); {
		from := i
		for i++; i < len(e.lines) && data[e.lines[i].start] == ' '; i++ {
		}
		key, value := attribute(c, data, e.lines[from:i])
		var folded [longestLDIFKey]byte
		name := folded[:foldKey(&folded, key)]
		kind, person := ldifNames[string(name)]
		hash, secret := ldifSecrets[string(name)]
		switch {
		case len(value) == 0:
		case string(name) == "dn":
			dn = value
		case person && nNames < len(names):
			names[nNames] = ldifValue{text: value, kind: kind}
			nNames++
		case secret && nSecrets < len(secrets):
			secrets[nSecrets] = ldifValue{text: value, hash: hash}
			nSecrets++
		}
	}
	if nNames == 0 {
		if uid := uidOf(dn); len(uid) > 0 {
			names[0], nNames = ldifValue{text: uid}, 1
		}
	}
	for _, name := range names[:nNames] {
		cutNames(c, name, secrets[:nSecrets])
	}
	if c.count() == 0 {
		return ReasonNoIdentifier
	}
	return ""
}

const longestLDIFKey = len("mailalternateaddress")

// foldKey writes a key in lower case and returns its length, 0 when it is longer than any that
// matters.
func foldKey(to *[longestLDIFKey]byte, key []byte) int {
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

// ldifValue is the value of an attribute that matters.
type ldifValue struct {
	text []byte
	kind hashing.Kind
	hash bool
}

func cutNames(c *cutter, name ldifValue, secrets []ldifValue) {
	id := identifier(name.text)
	if !couldName(id) {
		return
	}
	c.kind = name.kind
	if c.kind == hashing.KindEmail && !isEmail(id) {
		c.kind = hashing.KindUnspecified
	}
	had := c.count()
	for _, s := range secrets {
		scheme := ldifScheme(s.text)
		switch plain := s.text[scheme:]; {
		case s.hash, scheme > 0 && !isClearScheme(s.text[:scheme]):
			c.untestable(id, s.text)
		default:
			c.add(id, plain)
		}
	}
	if c.count() == had {
		c.untestable(id, nil)
	}
}

// ldifScheme returns the length of the {SCHEME} that a password begins with, 0 without.
func ldifScheme(text []byte) int {
	if len(text) == 0 || text[0] != '{' {
		return 0
	}
	for i, b := range text[1:] {
		switch {
		case b == '}' && i > 0:
			return i + 2
		case !isWord(b) && strings.IndexByte("-_./@", b) < 0:
			return 0
		}
	}
	return 0
}

func isClearScheme(scheme []byte) bool {
	switch strings.ToUpper(string(scheme)) {
	case "{CLEARTEXT}", "{CLEAR}", "{PLAIN}", "{PLAINTEXT}", "{NOOP}":
		return true
	}
	return false
}

// uidOf returns the value of a uid at the start of a distinguished name.
func uidOf(dn []byte) []byte {
	first, _, _ := bytes.Cut(dn, []byte(","))
	name, value, _ := bytes.Cut(first, []byte("="))
	if strings.EqualFold(string(trimSpace(name)), "uid") {
		return trimSpace(value)
	}
	return nil
}

// attribute returns the name of an attribute, without its options, and its value. A value that
// cannot be decoded is empty.
func attribute(c *cutter, data []byte, lines []span) (key, value []byte) {
	text := data[lines[0].start:lines[0].end]
	if len(lines) > 1 {
		from := len(c.arena)
		c.arena = append(c.arena, text...)
		for _, l := range lines[1:] {
			c.arena = append(c.arena, data[l.start+1:l.end]...)
		}
		text = c.since(from)
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
		return key, c.base64(trimSpace(value[1:]))
	}
	return key, bytes.TrimLeft(value, " ")
}
