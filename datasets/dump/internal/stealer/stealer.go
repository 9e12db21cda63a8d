// Package stealer reads the logs of infostealers: blocks of "Key: value" lines. One table of keys reads
// the logs of all families, so no banner and no file name has to be known.
package stealer

import (
	"bytes"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// Format is a log as infostealers write them. A block ends with a rule (====, which is part of it), before a blank line, a URL, what stands by
// itself as a line of a ulp or combo list, or a key that it holds already once it has a password.
// Rules by themselves are neither records nor rejects. Other lines between blocks are rejects,
// because nothing tells an advert from a key that is not known yet.
//
// A value is what follows the first colon and at most one space, to the byte. Lines below a
// password that begin with no known key may go on with it: the password of one line is the first
// cut, that of all lines is one more.
type Format struct{}

// Name implements format.Format.
func (Format) Name() string { return "stealer_log" }

// Score implements format.Format.
func (Format) Score(s *format.Sample) int {
	if isStealerLog(s) {
		return format.Certain
	}
	return -1
}

// Open implements format.Format.
func (Format) Open(s *format.Sample) (format.Session, error) {
	return session{format.Lines{End: s.LineEnd()}}, nil
}

// role is what a key of a block says of its value.
type role uint8

const (
	roleText role = iota // no key
	roleBlank
	roleRule
	rolePair // a line of a ulp or combo list
	roleSoftware
	roleURL
	roleLogin
	rolePassword
	roleSeller
)

// keys are the keys of all families, lower case. The digits are how some write letters.
var keys = map[string]role{
	"soft": roleSoftware, "software": roleSoftware, "browser": roleSoftware, "profile": roleSoftware,
	"application": roleSoftware, "storage": roleSoftware,
	"url": roleURL, "ur1": roleURL, "host": roleURL, "hostname": roleURL, "website": roleURL,
	"username": roleLogin, "user": roleLogin, "login": roleLogin, "user login": roleLogin,
	"u53rn4m3": roleLogin, "usr": roleLogin, "email": roleLogin, "account": roleLogin,
	"password": rolePassword, "pass": rolePassword, "user password": rolePassword,
	"p455w0rd": rolePassword, "pwd": rolePassword, "passwd": rolePassword,
	"seller": roleSeller, "log tools": roleSeller, "free logs": roleSeller,
}

const longestKey = len("user password")

// recent remembers the last keys of a log as they are written: their order comes again with each block, so that nearly
// always the next one is the one that is asked for.
type recent struct {
	keys [8]recentKey
	next uint8
}

type recentKey struct {
	text   [longestKey]byte
	length uint8
	role   role
}

// roleOf is [roleOfKey], asked once for each way to write a key.
func (r *recent) roleOf(key []byte) role {
	for n := range uint8(len(r.keys)) {
		i := (r.next + n) % uint8(len(r.keys))
		if k := &r.keys[i]; string(k.text[:k.length]) == string(key) {
			r.next = (i + 1) % uint8(len(r.keys))
			return k.role
		}
	}
	role := roleOfKey(key)
	if role != roleText && len(key) <= longestKey {
		k := &r.keys[r.next]
		k.length, k.role = uint8(copy(k.text[:], key)), role
		r.next = (r.next + 1) % uint8(len(r.keys))
	}
	return role
}

// expected returns the role of the key that is next in order if a line begins with it, and where its value begins;
// 0 when it does not.
func (r *recent) expected(line []byte) (role, int) {
	k := &r.keys[r.next]
	n := int(k.length)
	if n == 0 || len(line) <= n || line[n] != ':' || string(line[:n]) != string(k.text[:n]) {
		return roleText, 0
	}
	r.next = (r.next + 1) % uint8(len(r.keys))
	return k.role, n + 1
}

// classify returns the role of a line and the value after its key.
func classify(line []byte, known *recent) (role, []byte) {
	start := 0
	for start < len(line) && cut.IsSpace(line[start]) {
		start++
	}
	if start == len(line) {
		return roleBlank, nil
	}
	text := line[start:]
	if role, n := known.expected(text); n > 0 {
		return role, bytes.TrimPrefix(text[n:], []byte(" "))
	}
	if colon := bytes.IndexByte(text[:min(len(text), longestKey+8)], ':'); colon > 0 {
		if role := known.roleOf(text[:colon]); role != roleText {
			value := text[colon+1:]
			return role, bytes.TrimPrefix(value, []byte(" "))
		}
	}
	switch {
	case format.IsStealerHeader(text):
		return roleSoftware, nil
	case isRule(text):
		return roleRule, nil
	case cut.SchemeEnd(text) > 0 || cut.LeadingEmail(line) > 0:
		return rolePair, nil
	}
	return roleText, nil
}

func roleOfKey(key []byte) role {
	for len(key) > 0 && cut.IsSpace(key[len(key)-1]) {
		key = key[:len(key)-1]
	}
	if len(key) > longestKey {
		return roleText
	}
	var folded [longestKey]byte
	for i, b := range key {
		if b >= 'A' && b <= 'Z' {
			b |= 0x20
		}
		folded[i] = b
	}
	return keys[string(folded[:len(key)])]
}

// isRule reports whether a line draws a rule and says nothing.
func isRule(line []byte) bool {
	n := 0
	for _, b := range line {
		switch b {
		case '=', '-', '*', '_', '~', '#', '+':
			n++
		default:
			if !cut.IsSpace(b) {
				return false
			}
		}
	}
	return n >= 3
}

// isStealerLog looks for a login and a password on lines of their own, one right below the other.
// Each alone could be a pair of a combo list.
func isStealerLog(s *format.Sample) bool {
	const smallFile = 60 // lines: one block below a banner
	pairs, above, address := 0, roleText, false
	var known recent
	for _, line := range s.Lines {
		role, value := classify(line, &known)
		switch role {
		case roleURL: // no list has lines of a key and a URL
			address = cut.SchemeEnd(cut.TrimSpace(value)) > 0
		case roleLogin, rolePassword:
			if cut.IsSpace(line[0]) {
				role = roleText // logs do not nest
				break
			}
			_, rest, _ := bytes.Cut(line, []byte(":"))
			if len(rest) > 0 && !cut.IsSpace(rest[0]) && !address {
				role = roleText // user:secret
			}
		}
		if role == rolePassword && above == roleLogin || role == roleLogin && above == rolePassword {
			pairs++
			role, address = roleText, false
		} else if role == roleText && isKeyLine(line) {
			continue // keys that are not known may stand between
		}
		above = role
	}
	return pairs > 0 && (10*pairs > len(s.Lines) || len(s.Lines) <= smallFile)
}

// isKeyLine knows "Key: value" by its space, whatever the key.
func isKeyLine(line []byte) bool {
	key, value, ok := bytes.Cut(line, []byte(":"))
	return ok && len(value) > 0 && value[0] == ' ' && len(key) <= longestKey+8 &&
		cut.CouldName(key) && bytes.IndexByte(key, '@') < 0
}

// maxValues bounds how many logins and passwords of one block are kept.
const maxValues = 4

// block is a block under way.
type block struct {
	open       bool
	start, end int // in the data
	line       int64
	software   bool
	url        []byte
	hasURL     bool
	logins     [][]byte
	secrets    []secret
	loginFirst bool
	last       role // of the last line with a key
}

// secret is a password as one line, and as all lines up to the next key.
type secret struct {
	start, end, whole int
}

// endsBefore reports whether a line of the role belongs to another block.
func (b *block) endsBefore(role role) bool {
	secret, login := len(b.secrets) > 0, len(b.logins) > 0
	switch role {
	case roleBlank, rolePair:
		return true
	case roleURL:
		return secret || b.hasURL
	case roleSoftware:
		return secret && b.software && b.last != roleSoftware
	case roleLogin:
		return secret && login
	case rolePassword:
		return secret && login && !b.loginFirst
	case roleText:
		return !secret && b.last == roleSeller
	}
	return false
}

// session is the session of a stealer log.
type session struct{ format.Lines }

// Last looks for the last line after which a block cannot go on, from the end; and where nothing
// stands between blocks, for the start of the last one.
func (l session) Last(data []byte) int {
	end := bytes.LastIndexByte(data, l.End) + 1
	for stop := end; stop > 0; {
		start := bytes.LastIndexByte(data[:stop-1], l.End) + 1
		if line := data[start:stop]; cut.IsBlank(line) || isRule(line) {
			return stop
		}
		stop = start
	}
	cut := 0
	l.scan(data[:end], 1, sink{
		begin: func(pos int) { cut = pos },
		block: func(*block) {},
		text:  func(int, int, int64) {},
		pair:  func(int, int, int64) {},
	})
	return cut
}

// Overlong implements format.Overlong.
func (session) Overlong() func(data []byte) int { return format.OverlongLines() }

// sink is told what a stretch of a log holds.
type sink struct {
	begin      func(pos int) // of any of these
	block      func(*block)
	text, pair func(start, end int, line int64)
}

// scan goes through the lines of whole blocks.
func (l session) scan(data []byte, line int64, out sink) {
	var b block
	flush := func() {
		if b.open {
			out.block(&b)
		}
		b = block{logins: b.logins[:0], secrets: b.secrets[:0]}
	}
	var known recent
	at := format.Cursor{Data: data, End: l.End, Line: line}
	for at.Next() {
		role, value := classify(data[at.Start:at.Stop], &known)
		if b.open && b.endsBefore(role) {
			flush()
		}
		switch {
		case role == roleBlank, role == roleRule && !b.open:
		case role == rolePair:
			out.begin(at.Start)
			out.pair(at.Start, at.Stop, at.Line)
		case role == roleText && !b.open:
			out.begin(at.Start)
			out.text(at.Start, at.Stop, at.Line)
		default:
			if !b.open {
				b.open, b.start, b.line = true, at.Start, at.Line
				out.begin(at.Start)
			}
			b.take(role, value, at.Stop)
			if role == roleRule {
				flush()
			}
		}
	}
	flush()
}

// take adds a line to the block.
func (b *block) take(role role, value []byte, stop int) {
	b.end = stop
	if role == roleText {
		if n := len(b.secrets); n > 0 && b.last == rolePassword {
			b.secrets[n-1].whole = stop
		}
		return
	}
	b.last = role
	switch role {
	case roleSoftware:
		b.software = true
	case roleURL:
		b.url, b.hasURL = value, true
	case roleLogin:
		if len(b.logins) < maxValues {
			b.logins = append(b.logins, value)
		}
	case rolePassword:
		if len(b.secrets) == 0 {
			b.loginFirst = len(b.logins) > 0
		}
		if len(b.secrets) < maxValues {
			b.secrets = append(b.secrets, secret{stop - len(value), stop, stop})
		}
	}
}

// Parse implements format.Session.
func (l session) Parse(b *format.Block, record func(*leak.Record), reject func(leak.Reject)) {
	c := format.Collector{Block: b, Record: record, Reject: reject}
	l.scan(b.Data, b.Line, sink{
		begin: func(int) {},
		block: func(found *block) {
			reason := cutBlock(&c.Cuts, b.Data, found)
			if reason == "" && bytes.IndexByte(found.url, '@') < 0 { // else the URL may name a user
				c.Known(found.start, found.end-found.start, found.line)
				return
			}
			c.Done(found.start, found.end-found.start, found.line, reason)
		},
		text: func(start, end int, line int64) { c.Done(start, end-start, line, leak.ReasonNotARecord) },
		pair: func(start, end int, line int64) {
			c.Done(start, end-start, line, c.Cuts.Line(b.Data[start:end]))
		},
	})
}
