package dump

import "bytes"

// stealerLog is what infostealers write: blocks of "Key: value" lines. One table of keys reads the
// logs of all families, so no banner and no file name has to be known.
//
// A block ends with a rule (====, which is part of it), before a blank line, a URL, what stands by
// itself as a line of a ulp or combo list, or a key that it holds already once it has a password.
// Rules by themselves are neither records nor rejects. Other lines between blocks are rejects,
// because nothing tells an advert from a key that is not known yet.
//
// A value is what follows the first colon and at most one space, to the byte. Lines below a
// password that begin with no known key may go on with it: the password of one line is the first
// cut, that of all lines is one more.
type stealerLog struct{}

func (stealerLog) name() string { return "stealer_log" }

func (stealerLog) score(s *sample) int {
	if isStealerLog(s) {
		return certain
	}
	return -1
}

func (stealerLog) open(s *sample) (session, error) { return logBlocks{lines{s.lineEnd()}}, nil }

// logRole is what a key of a block says of its value.
type logRole uint8

const (
	logText logRole = iota // no key
	logBlank
	logRule
	logPair // a line of a ulp or combo list
	logSoftware
	logURL
	logLogin
	logPassword
	logSeller
)

// logKeys are the keys of all families, lower case. The digits are how some write letters.
var logKeys = map[string]logRole{
	"soft": logSoftware, "software": logSoftware, "browser": logSoftware, "profile": logSoftware,
	"application": logSoftware, "storage": logSoftware,
	"url": logURL, "ur1": logURL, "host": logURL, "hostname": logURL, "website": logURL,
	"username": logLogin, "user": logLogin, "login": logLogin, "user login": logLogin,
	"u53rn4m3": logLogin, "usr": logLogin, "email": logLogin, "account": logLogin,
	"password": logPassword, "pass": logPassword, "user password": logPassword,
	"p455w0rd": logPassword, "pwd": logPassword, "passwd": logPassword,
	"seller": logSeller, "log tools": logSeller, "free logs": logSeller,
}

const longestLogKey = len("user password")

// logLine returns the role of a line and the value behind its key.
func logLine(line []byte) (logRole, []byte) {
	start := 0
	for start < len(line) && isSpace(line[start]) {
		start++
	}
	if start == len(line) {
		return logBlank, nil
	}
	text := line[start:]
	if colon := bytes.IndexByte(text[:min(len(text), longestLogKey+8)], ':'); colon > 0 {
		if role := logKey(text[:colon]); role != logText {
			value := text[colon+1:]
			return role, bytes.TrimPrefix(value, []byte(" "))
		}
	}
	switch {
	case isStealerHeader(text):
		return logSoftware, nil
	case isRule(text):
		return logRule, nil
	case schemeEnd(text) > 0 || leadingEmail(line) > 0:
		return logPair, nil
	}
	return logText, nil
}

func logKey(key []byte) logRole {
	for len(key) > 0 && isSpace(key[len(key)-1]) {
		key = key[:len(key)-1]
	}
	if len(key) > longestLogKey {
		return logText
	}
	var folded [longestLogKey]byte
	for i, b := range key {
		if b >= 'A' && b <= 'Z' {
			b |= 0x20
		}
		folded[i] = b
	}
	return logKeys[string(folded[:len(key)])]
}

// isRule reports whether a line draws a rule and says nothing.
func isRule(line []byte) bool {
	n := 0
	for _, b := range line {
		switch b {
		case '=', '-', '*', '_', '~', '#', '+':
			n++
		default:
			if !isSpace(b) {
				return false
			}
		}
	}
	return n >= 3
}

// isStealerLog looks for a login and a password on lines of their own, one right below the other.
// Each alone could be a pair of a combo list.
func isStealerLog(s *sample) bool {
	const smallFile = 60 // lines: one block below a banner
	pairs, above, address := 0, logText, false
	for _, line := range s.lines {
		role, value := logLine(line)
		switch role {
		case logURL: // no list has lines of a key and a URL
			address = schemeEnd(trimSpace(value)) > 0
		case logLogin, logPassword:
			_, rest, _ := bytes.Cut(line, []byte(":"))
			if len(rest) > 0 && !isSpace(rest[0]) && !address {
				role = logText // user:secret
			}
		}
		if role == logPassword && above == logLogin || role == logLogin && above == logPassword {
			pairs++
			role, address = logText, false
		} else if role == logText && isKeyLine(line) {
			continue // keys that are not known may stand between
		}
		above = role
	}
	return pairs > 0 && (10*pairs > len(s.lines) || len(s.lines) <= smallFile)
}

// isKeyLine knows "Key: value" by its space, whatever the key.
func isKeyLine(line []byte) bool {
	key, value, ok := bytes.Cut(line, []byte(":"))
	return ok && len(value) > 0 && value[0] == ' ' && len(key) <= longestLogKey+8 &&
		couldName(key) && bytes.IndexByte(key, '@') < 0
}

// maxLogValues bounds how many logins and passwords of one block are kept.
const maxLogValues = 4

// logBlock is a block under way.
type logBlock struct {
	open       bool
	start, end int // in the data
	line       int64
	software   bool
	url        []byte
	hasURL     bool
	logins     [][]byte
	secrets    []logSecret
	loginFirst bool
	last       logRole // of the last line with a key
}

// logSecret is a password as one line, and as all lines up to the next key.
type logSecret struct {
	start, end, whole int
}

// endsBefore reports whether a line of the role belongs to another block.
func (b *logBlock) endsBefore(role logRole) bool {
	secret, login := len(b.secrets) > 0, len(b.logins) > 0
	switch role {
	case logBlank, logPair:
		return true
	case logURL:
		return secret || b.hasURL
	case logSoftware:
		return secret && b.software && b.last != logSoftware
	case logLogin:
		return secret && login
	case logPassword:
		return secret && login && !b.loginFirst
	case logText:
		return !secret && b.last == logSeller
	}
	return false
}

// logBlocks is the session of a stealer log.
type logBlocks struct{ lines }

// last looks for the last line behind which a block cannot go on, from the end; and where nothing
// stands between blocks, for the start of the last one.
func (l logBlocks) last(data []byte) int {
	end := bytes.LastIndexByte(data, l.end) + 1
	for stop := end; stop > 0; {
		start := bytes.LastIndexByte(data[:stop-1], l.end) + 1
		if line := data[start:stop]; isBlank(line) || isRule(line) {
			return stop
		}
		stop = start
	}
	cut := 0
	l.scan(data[:end], 1, logSink{
		begin: func(pos int) { cut = pos },
		block: func(*logBlock) {},
		text:  func(int, int, int64) {},
		pair:  func(int, int, int64) {},
	})
	return cut
}

func (logBlocks) overlong() func(data []byte) int { return overlongLines() }

// logSink is told what a stretch of a log holds.
type logSink struct {
	begin      func(pos int) // of any of these
	block      func(*logBlock)
	text, pair func(start, end int, line int64)
}

// scan goes through the lines of whole blocks.
func (l logBlocks) scan(data []byte, line int64, out logSink) {
	var b logBlock
	flush := func() {
		if b.open {
			out.block(&b)
		}
		b = logBlock{logins: b.logins[:0], secrets: b.secrets[:0]}
	}
	at := cursor{data: data, end: l.end, line: line}
	for at.next() {
		role, value := logLine(data[at.start:at.stop])
		if b.open && b.endsBefore(role) {
			flush()
		}
		switch {
		case role == logBlank, role == logRule && !b.open:
		case role == logPair:
			out.begin(at.start)
			out.pair(at.start, at.stop, at.line)
		case role == logText && !b.open:
			out.begin(at.start)
			out.text(at.start, at.stop, at.line)
		default:
			if !b.open {
				b.open, b.start, b.line = true, at.start, at.line
				out.begin(at.start)
			}
			b.take(role, value, at.start, at.stop)
			if role == logRule {
				flush()
			}
		}
	}
	flush()
}

// take adds a line to the block.
func (b *logBlock) take(role logRole, value []byte, start, stop int) {
	b.end = stop
	if role == logText {
		if n := len(b.secrets); n > 0 && b.last == logPassword {
			b.secrets[n-1].whole = stop
		}
		return
	}
	b.last = role
	switch role {
	case logSoftware:
		b.software = true
	case logURL:
		b.url, b.hasURL = value, true
	case logLogin:
		if len(b.logins) < maxLogValues {
			b.logins = append(b.logins, value)
		}
	case logPassword:
		if len(b.secrets) == 0 {
			b.loginFirst = len(b.logins) > 0
		}
		if len(b.secrets) < maxLogValues {
			b.secrets = append(b.secrets, logSecret{stop - len(value), stop, stop})
		}
	}
}

func (l logBlocks) parse(b *textBlock, record func(*Record), reject func(Reject)) {
	c := collector{block: b, record: record, reject: reject}
	l.scan(b.data, b.line, logSink{
		begin: func(int) {},
		block: func(found *logBlock) {
			c.done(found.start, found.end-found.start, found.line, cutLogBlock(&c.cuts, b.data, found))
		},
		text: func(start, end int, line int64) { c.done(start, end-start, line, ReasonNotARecord) },
		pair: func(start, end int, line int64) {
			c.done(start, end-start, line, c.cuts.line(b.data[start:end]))
		},
	})
}
