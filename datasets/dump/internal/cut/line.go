package cut

import (
	"bytes"
	"unicode/utf8"

	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// Line makes the cuts of one line, whatever the list calls itself.
func (c *Cutter) Line(line []byte) leak.Reason {
	c.Reset()
	if i := LeadingEmail(line); i > 0 {
		if c.plainPair(line[:i], line[i+1:]) {
			return ""
		}
		c.emailFirst(line[:i], line[:i], line[i+1:])
		return ""
	}
	if start := SchemeEnd(line); start > 0 {
		return c.ulpLine(line, start)
	}
	if IsSpace(line[0]) || line[0] == '"' {
		if bare := bareLine(line); SchemeEnd(bare) > 0 {
			return c.ulpLine(bare, SchemeEnd(bare))
		} else if line[0] == '"' && !IsBlank(bare) {
			line = bare
		}
	}
	if bytes.IndexByte(line, escape) >= 0 || line[0] == chatColour {
		if bare := c.Uncoloured(line); !IsBlank(bare) {
			return c.uncolouredLine(bare)
		}
	}
	if c.afterPrefix(line) || c.afterVariable(line) {
		return ""
	}
	if !IsWord(line[0]) || line[0] >= utf8.RuneSelf {
		if c.wrappedLine(line) {
			return ""
		}
		c.n = 0
	}
	if bytes.IndexByte(line, '"') >= 0 {
		c.quotedRow(line)
	}
	return c.comboLine(line)
}

// uncolouredLine cuts a line that had colours.
func (c *Cutter) uncolouredLine(line []byte) leak.Reason {
	if i := LeadingEmail(line); i > 0 {
		c.emailFirst(line[:i], line[:i], line[i+1:])
		return ""
	}
	if start := SchemeEnd(line); start > 0 {
		return c.ulpLine(line, start)
	}
	if c.afterPrefix(line) {
		return ""
	}
	return c.comboLine(line)
}

// PairLine makes the cuts of a line that is beyond doubt one of a combo or ulp list, and reports
// whether it is.
func (c *Cutter) PairLine(line []byte) bool {
	if IsBlank(line) || bytes.ContainsAny(line, "\r\n") || c.Line(line) != "" {
		return false
	}
	return c.Host != nil || IsEmail(c.cuts[0].Identifier)
}

// StrayLine makes the cuts of a row of a table that is a line of a list, or else returns the reason.
func (c *Cutter) StrayLine(line []byte, reason leak.Reason) leak.Reason {
	if c.PairLine(line) {
		return ""
	}
	c.Reset()
	return reason
}

// plainPair makes the one cut of a line whose secret can only be meant verbatim, in one pass. It does for
// nearly all lines what emailFirst does for all, and leaves to that what takes a closer look.
func (c *Cutter) plainPair(id, secret []byte) bool {
	if len(secret) == 0 || MayBeginStoredHash(secret[0]) || IsSpace(secret[len(secret)-1]) {
		return false
	}
	if MayEndLate(secret[len(secret)-1]) {
		return false
	}
	for i, b := range secret {
		if byteClasses[b]&(partingByte|spaceByte) != 0 || b == escape {
			if b != ' ' || BeginsCapture(secret, i) {
				return false
			}
		} else if (b == '%' || b == '=' || b == '\\') && Encodes(secret[i:]) {
			return false
		}
	}
	cut := &c.cuts[0]
	cut.Identifier, cut.Secret, cut.Host = id, secret, nil
	cut.Kind, cut.Testable = c.Kind, true
	c.n = 1
	return true
}

// LeadingEmail returns where the address ends that a line begins with, when a separator follows it;
// 0 when there is none or it takes a closer look. Nearly all lines of all dumps end here, so it
// decides in one pass what identifier and IsEmail decide in several.
func LeadingEmail(line []byte) int {
	at := 0
	const ends = notLocalByte | separatorByte
	for at < len(line) && line[at] < 0x80 && line[at] != '@' && byteClasses[line[at]]&ends == 0 {
		at++
	}
	if at == 0 || at == len(line) || line[at] != '@' {
		return 0
	}
	dot := at
	for i := at + 1; i < len(line); i++ {
		switch b := line[i]; {
		case b == '.':
			if i == dot+1 {
				return 0
			}
			dot = i
		case b >= 0x80:
			return 0
		case byteClasses[b]&domainByte == 0:
			if IsSeparator(b) && dot > at && i-dot > 2 && i <= maxAddress {
				return i
			}
			return 0
		}
	}
	return 0
}

// bareLine returns a line without leading space, and without the quotes around the whole of it.
func bareLine(line []byte) []byte {
	for len(line) > 0 && IsSpace(line[0]) {
		line = line[1:]
	}
	if inner := insideQuotes(line); inner != nil && bytes.IndexByte(inner, line[0]) < 0 {
		return inner
	}
	return line
}

func (c *Cutter) comboLine(line []byte) leak.Reason {
	i := indexSeparator(line)
	if i < 0 {
		if c.weakFields(line) || c.embedded(line) {
			return ""
		}
		return c.handWritten(line)
	}
	if id := Identifier(line[:i]); IsEmail(id) {
		c.emailFirst(id, line[:i], line[i+1:])
		return ""
	}
	if c.passwdLine(line) || c.clearLine(line) {
		return ""
	}
	if c.anyOrder(line, IsSeparator, false) || c.weakFields(line) || c.embedded(line) {
		return ""
	}
	return c.withoutEmail(line, i)
}

// emailFirst cuts the common line. With an address first, separators in the rest belong to the
// password.
func (c *Cutter) emailFirst(id, field, rest []byte) {
	if len(rest) == 0 {
		c.Untestable(id, nil)
		return
	}
	if c.Secrets(id, rest) && !c.full() && indexSeparator(rest) >= 0 {
		c.fields.split(rest, IsSeparator)
		_, to := c.fields.ofAddress(-1)
		c.fields.list = c.fields.list[:to]
		c.otherFields(id, -1, 0, 0)
	}
	if bytes.IndexByte(rest, '@') > 0 && !c.full() {
		if other := Identifier(rest); IsEmail(other) && indexSeparator(other) < 0 {
			c.Add(other, field)
		}
	}
}

// weakFields tries comma and then space, which occur in too many passwords to part fields
// elsewhere. Between spaces an address counts at either end only: in the middle it is prose.
func (c *Cutter) weakFields(line []byte) bool {
	if c.anyOrder(line, func(b byte) bool { return b == ',' }, false) {
		return true
	}
	found := c.anyOrder(TrimSpace(line), IsSpace, true)
	if found {
		c.afterSign()
	}
	if found && IsSpace(line[len(line)-1]) { // which may belong to a password
		own := c.fields.at(0)
		if id := Identifier(own); IsEmail(id) {
			c.Add(id, bytes.TrimLeft(line, " \t")[len(own)+1:])
		}
	}
	return found
}

// anyOrder cuts a line around each address in it, or at its ends, and reports whether there is one.
func (c *Cutter) anyOrder(line []byte, parts func(byte) bool, ends bool) bool {
	if bytes.IndexByte(line, '@') < 0 {
		return false
	}
	c.fields.split(line, parts)
	if len(c.fields.list) < 2 {
		return false
	}
	first := Identifier(c.fields.at(0))
	named := CouldName(first) && !IsEmail(first)
	found := false
	for i := range c.fields.list {
		if found && c.full() {
			return true
		}
		if ends && i > 0 && i < len(c.fields.list)-1 {
			continue
		}
		if id := Identifier(c.fields.at(i)); IsEmail(id) {
			found = true
			c.aroundEmail(i, id, c.roomAfter(i, named))
		}
	}
	if found && named {
		c.besideName(first)
	}
	return found
}

// roomAfter returns how many cuts the identifiers after field i need.
func (c *Cutter) roomAfter(i int, named bool) int {
	const each, most = 2, 6
	n := each * bytes.Count(c.fields.after(i), []byte("@"))
	if named {
		n += each
	}
	return min(n, most)
}

// aroundEmail cuts a line whose field i is an address: the password follows it or precedes it, and
// other fields may stand between. It leaves room for the cuts to come where it guesses widely.
func (c *Cutter) aroundEmail(i int, id []byte, room int) {
	f := &c.fields
	all := *f
	defer func() { f.text, f.list = all.text, all.list }()
	if from, to := f.ofAddress(i); to-from < len(f.list) {
		f.text, f.list, i = f.text[:f.list[to-1].End], f.list[from:to], i-from
	}
	before, rest, had := f.before(i), f.after(i), c.n
	c.Secrets(id, rest)
	if i+1 < len(f.list) {
		c.Add(id, f.at(i+1))
	}
	if len(rest) == 0 {
		c.Secrets(id, before)
	}
	c.Add(id, before)
	if i > 0 {
		c.Add(id, f.at(i-1))
	}
	c.otherFields(id, i, 0, room)
	if c.n == had {
		c.Untestable(id, nil)
	}
	// A bar is legal in a local part, and then the address begins a field earlier.
	if i > 0 && len(rest) > 0 && f.text[f.list[i].Start-1] == '|' {
		if longer := Identifier(f.text[f.list[i-1].Start:f.list[i].End]); IsEmail(longer) {
			c.Add(longer, rest)
		}
	}
}

// maxMiddle is how many fields in the middle of a line are tried as identifiers: enough for a URL
// without its scheme, host:port/path:login:pass.
const maxMiddle = 3

// withoutEmail cuts a line without any address; i is its first separator.
func (c *Cutter) withoutEmail(line []byte, i int) leak.Reason {
	if n := prefixEnd(line); n > 0 {
		if sep := indexSeparator(line[n:]); sep > 0 {
			line, i = line[n:], sep
		}
	}
	first := Identifier(line[:i])
	if !CouldName(first) && isOrnament(line) {
		return leak.ReasonNoIdentifier
	}
	c.crackedLine(line)
	if bytes.ContainsAny(line, "'\"`") {
		c.groups(line)
	}
	if bytes.IndexByte(line, ' ') > 0 {
		c.afterLabel(line)
		c.n = min(c.n, MaxCuts/2)
	}
	c.fields.split(line, IsSeparator)
	if bare := Identifier(c.Unwrap(first)); len(bare) < len(first) && CouldName(bare) {
		c.named(bare, c.Unwrap(line[i+1:]))
	}
	return c.names(first, line[i+1:])
}

// names cuts the fields of a line without any address: the first, of which rest follows, the last, and some
// between may name the user.
func (c *Cutter) names(first, rest []byte) leak.Reason {
	f := &c.fields
	if CouldName(first) && !(len(f.list) > 2 && IsIPv4(first)) { // a host is no user
		c.named(first, rest)
		if c.n == 0 {
			c.Untestable(first, nil)
			return ""
		}
		if len(f.list) > 2 {
			c.otherFields(first, 0, 0, min(len(f.list)-1, maxMiddle+1))
		}
	}
	if last := Identifier(f.at(len(f.list) - 1)); CouldName(last) {
		c.Add(last, f.before(len(f.list)-1))
	}
	for k := 1; k < len(f.list)-1 && k <= maxMiddle; k++ {
		id := Identifier(f.at(k))
		if user := WindowsUser(id); user != nil { // 10.0.0.5:3389@CORP\user;password
			c.Add(user, f.after(k))
		}
		if CouldName(id) {
			after := f.after(k)
			c.Add(id, after)
			if len(after) > 0 && after[0] == ' ' { // a row of a box
				c.Add(id, bytes.Trim(after, " |\t"))
			}
		}
	}
	if c.n == 0 {
		return leak.ReasonNoIdentifier
	}
	return ""
}

// isOrnament reports whether at least half of a line draws boxes and rules.
func isOrnament(line []byte) bool {
	n := 0
	for _, b := range line {
		if bytes.IndexByte([]byte("*=_-~#+|"), b) >= 0 {
			n++
		}
	}
	return 2*n >= len(line)
}

// maxFields bounds the work on one line. What follows the last field counts as part of it.
const maxFields = 64

// fields are the parts of a line.
type fields struct {
	text  []byte
	list  []Span
	array [maxFields]Span
}

// Span is a stretch of a text, by its first byte and the one after its last.
type Span struct{ Start, End int }

func (f *fields) split(text []byte, parts func(byte) bool) {
	f.text, f.list = text, f.array[:0]
	start := 0
	for i, b := range text {
		if parts(b) && len(f.list) < maxFields-1 {
			f.list = append(f.list, Span{start, i})
			start = i + 1
		}
	}
	f.list = append(f.list, Span{start, len(text)})
}

// isScheme reports whether field i is the scheme of a URL that goes on in the next one.
func (f *fields) isScheme(i int) bool {
	return i+1 < len(f.list) && f.list[i].End > f.list[i].Start &&
		bytes.HasPrefix(f.text[f.list[i].End:], []byte("://")) &&
		SchemeEnd(f.text[f.list[i].Start:]) > 0
}

func (f *fields) at(i int) []byte { return f.text[f.list[i].Start:f.list[i].End] }

// after returns what follows field i, its separator excluded.
func (f *fields) after(i int) []byte {
	if i+1 >= len(f.list) {
		return nil
	}
	return f.text[f.list[i+1].Start:]
}

// before returns what precedes field i, the separator excluded.
func (f *fields) before(i int) []byte {
	if i == 0 {
		return nil
	}
	return f.text[f.list[0].Start:f.list[i-1].End]
}
