package cut

import (
	"bytes"

	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// ulpLine cuts a line that begins with a URL whose authority begins at start. Each separator after
// the host may be the one between URL and login, for a path may hold them as well.
//
// What stands before a host is never searched for an address: in android://CERTIFICATE@package it
// is the digest of a certificate.
func (c *Cutter) ulpLine(line []byte, start int) leak.Reason {
	tail := afterHost(line, start)
	c.Host = urlHost(line[start:])
	c.fields.split(tail, IsSeparator)
	count := len(c.fields.list)
	port := count > 1 && tail[0] == ':' && isPort(c.fields.at(1))

	login, secret, early := spacedLogin(tail)
	c.emailLogins(port)
	spaced := early || count < 3
	if spaced && (early || IsEmail(login)) {
		c.login(login, secret)
	}
	for k := 1; k < count-1; k++ {
		if k > 1 || !port {
			c.login(c.fields.at(k), c.fields.after(k))
			if id := Identifier(c.fields.at(k)); CouldName(id) {
				c.otherFields(id, k, k, count-2-k) // each of the logins to come has its cut
			}
		}
	}
	if spaced {
		c.login(login, secret)
	}
	if port { // all digits, but may be a login
		c.login(c.fields.at(1), c.fields.after(1))
	}
	c.spacedEmails()
	c.userinfo(line[start:])
	return c.ulpReason(port, len(login) > 0)
}

// emailLogins takes the addresses among the fields, which are nearly always the logins.
func (c *Cutter) emailLogins(port bool) {
	for k := 1; k < len(c.fields.list) && !c.full(); k++ {
		id := Identifier(c.fields.at(k))
		if !IsEmail(id) {
			continue
		}
		had := c.n
		c.typed(id, c.fields.after(k))
		if c.n == had && (k > 2 || k == 2 && !port) {
			c.Add(id, c.fields.at(k-1)) // url:pass:login
		}
		from := 1
		if port {
			from = 2
		}
		c.otherFields(id, k, from, c.roomAfter(k, true))
		if c.n == had {
			c.Untestable(id, nil)
		}
	}
}

func (c *Cutter) login(field, secret []byte) {
	if id := Identifier(field); CouldName(id) {
		if user := WindowsUser(id); user != nil {
			c.typed(user, secret)
		}
		c.typed(id, secret)
	}
}

// afterSecret is what parts a password from the program that it was stolen from.
var afterSecret = []byte(" - ")

// NamesProgram reports whether a program that it was stolen from may stand after a password.
func NamesProgram(secret []byte) bool { return bytes.Contains(secret, afterSecret) }

// typed adds the secrets in what follows a login.
func (c *Cutter) typed(id, text []byte) {
	c.Secrets(id, text)
	if i := bytes.LastIndex(text, afterSecret); i > 0 {
		c.Add(id, text[:i])
	}
}

// spacedEmails takes addresses that stand after a space in a field: where a path holds a separator, the
// URL ends in the middle of one.
func (c *Cutter) spacedEmails() {
	text := c.fields.text
	for k := 1; k < len(c.fields.list) && !c.full(); k++ {
		from, end := c.fields.list[k].Start, c.fields.list[k].End
		for {
			space := bytes.IndexByte(text[from:end], ' ')
			if space < 0 {
				break
			}
			from += space + 1
			word, secret := text[from:end], c.fields.after(k)
			if next := bytes.IndexByte(word, ' '); next >= 0 {
				word, secret = word[:next], text[from+next+1:]
			}
			if IsEmail(word) {
				c.typed(word, secret)
			}
		}
	}
}

// userinfo takes login and password out of login:pass@host. A password may hold what ends a host elsewhere.
func (c *Cutter) userinfo(authority []byte) {
	had := c.n
	c.userOf(authority)
	at, colon := bytes.LastIndexByte(authority, '@'), bytes.IndexByte(authority, ':')
	if c.n > had || colon <= 0 || at < colon || bytes.IndexByte(authority[:at], ' ') >= 0 ||
		bytes.ContainsAny(authority[:colon], "/?#") {
		return
	}
	if end := bytes.IndexAny(authority[colon+1:], "/?#"); end > 0 && isPort(authority[colon+1:colon+1+end]) {
		return // of a host
	}
	host := authority[at+1:]
	if end := bytes.IndexAny(host, ":/?# "); end >= 0 {
		host = host[:end]
	}
	if !isDomain(host) && !IsIPv4(host) {
		return
	}
	c.login(authority[:colon], authority[colon+1:at])
}

func (c *Cutter) userOf(authority []byte) {
	if end := bytes.IndexAny(authority, "/?# "); end >= 0 {
		authority = authority[:end]
	}
	at := bytes.LastIndexByte(authority, '@')
	colon := bytes.IndexByte(authority, ':')
	if colon <= 0 || at < colon {
		return
	}
	host, port, _ := bytes.Cut(authority[at+1:], []byte(":"))
	if (isDomain(host) || IsIPv4(host)) && (len(port) == 0 || isPort(port)) {
		c.login(authority[:colon], authority[colon+1:at])
		if bytes.Contains(authority[:colon], []byte("%40")) {
			from := len(c.Arena)
			c.Arena = append(c.Arena, bytes.Replace(authority[:colon], []byte("%40"), []byte("@"), 1)...)
			c.login(c.Since(from), authority[colon+1:at])
		}
	}
}

func (c *Cutter) ulpReason(port, spaced bool) leak.Reason {
	count := len(c.fields.list)
	if c.n == 0 && count == 2 && !port {
		if id := Identifier(c.fields.at(1)); CouldName(id) {
			c.Untestable(id, nil) // a login without a password
		}
	}
	switch {
	case c.n > 0:
		return ""
	case count == 1 && !spaced:
		return leak.ReasonNoSeparator
	}
	return leak.ReasonNoIdentifier
}

// afterHost returns what follows the host, and the port where a path proves it to be one.
func afterHost(line []byte, start int) []byte {
	i := start
	if i < len(line) && line[i] == '[' { // an IPv6 address holds colons
		i += bytes.IndexByte(line[i:], ']') + 1
	}
	for i < len(line) && !IsSeparator(line[i]) && !IsSpace(line[i]) && !startsPath(line[i]) {
		i++
	}
	tail := line[i:]
	if len(tail) > 0 && tail[0] == ':' {
		if end := bytes.IndexAny(tail, "/?#"); end > 0 && isPort(tail[1:end]) {
			return tail[end:]
		}
	}
	return tail
}

func startsPath(b byte) bool { return b == '/' || b == '?' || b == '#' }

func isPort(text []byte) bool {
	for _, b := range text {
		if !IsDigit(b) {
			return false
		}
	}
	return len(text) > 0 && len(text) <= 5
}

// spacedLogin reads "URL login pass" with spaces; early says that the space comes before any
// separator.
func spacedLogin(tail []byte) (login, secret []byte, early bool) {
	space := bytes.IndexByte(tail, ' ')
	if space < 0 {
		return nil, nil, false
	}
	early = indexSeparator(tail[:space]) < 0
	text := bytes.TrimLeft(tail[space:], " ")
	for i, b := range text {
		if b == ' ' || IsSeparator(b) {
			return text[:i], text[i+1:], early
		}
	}
	return text, nil, early
}

// HostOf returns the host of a URL, with or without its scheme.
func HostOf(url []byte) []byte {
	url = TrimSpace(url)
	return urlHost(url[SchemeEnd(url):])
}

var endsAuthority = func() (table [256]bool) {
	for b := range table {
		table[b] = startsPath(byte(b)) || IsSpace(byte(b)) || b == '|'
	}
	return table
}()

// urlHost returns the host that an authority and what follows it begin with. Before an @ stands a
// login, or the digest of a certificate.
func urlHost(text []byte) []byte {
	end := 0
	for end < len(text) && !endsAuthority[text[end]] {
		end++
	}
	host := text[:end]
	if at := bytes.LastIndexByte(host, '@'); at >= 0 {
		host = host[at+1:]
	}
	if len(host) > 0 && host[0] == '[' {
		if end := bytes.IndexByte(host, ']'); end > 0 {
			return host[:end+1]
		}
	}
	host, _, _ = bytes.Cut(host, []byte(":"))
	return bytes.TrimSuffix(host, []byte("."))
}

// afterVariable cuts a line that gives a URL with a user and a password in it to a variable, DATABASE_URL=scheme://user:pw@host,
// and reports whether it is one.
func (c *Cutter) afterVariable(line []byte) bool {
	i := bytes.IndexByte(line, '=')
	if i <= 0 || !IsWord(line[0]) || bytes.ContainsAny(line[:i], "@:;|,\t") {
		return false
	}
	value := c.Unwrap(line[i+1:])
	start := SchemeEnd(value)
	if start == 0 || bytes.IndexByte(value, '@') < start {
		return false
	}
	c.Host = urlHost(value[start:])
	c.userinfo(value[start:])
	return c.n > 0
}
