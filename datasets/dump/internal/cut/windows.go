package cut

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// clearLine cuts what secretsdump writes for a password that Windows keeps in clear, NAME:CLEARTEXT:password
// and NAME:plain_password_hex:…, and reports whether a line is one.
func (c *Cutter) clearLine(line []byte) bool {
	for _, mark := range []string{":CLEARTEXT:", ":plain_password_hex:"} {
		i := bytes.Index(line, []byte(mark))
		if i <= 0 {
			continue
		}
		id, secret := Identifier(line[:i]), line[i+len(mark):]
		if !CouldName(id) || len(secret) == 0 || indexSeparator(id) >= 0 {
			return false
		}
		if mark != ":CLEARTEXT:" {
			if secret = c.wideHex(TrimSpace(secret)); secret == nil {
				return false
			}
		}
		c.named(id, secret)
		return true
	}
	return false
}

// wideHex returns the text whose UTF-16 stands in hex, nil when there is none.
func (c *Cutter) wideHex(text []byte) []byte {
	if len(text)%4 != 0 || HexLength(text) < len(text) {
		return nil
	}
	var units []uint16
	for i := 0; i < len(text); i += 4 {
		var unit uint16
		for _, at := range []int{2, 3, 0, 1} { // the low byte comes first
			digit, _ := HexDigit(text[i+at])
			unit = unit<<4 | uint16(digit)
		}
		units = append(units, unit)
	}
	from := len(c.Arena)
	for _, r := range utf16.Decode(units) {
		c.Arena = utf8.AppendRune(c.Arena, r)
	}
	return c.Since(from)
}

// named adds the secrets of a name. One of Windows may stand after its domain, and is known by itself.
func (c *Cutter) named(id, text []byte) {
	if user := WindowsUser(id); user != nil {
		c.Secrets(user, text)
	}
	c.Secrets(id, text)
}

// WindowsUser returns the user of DOMAIN\user, nil when a name is of another kind.
func WindowsUser(id []byte) []byte {
	if bytes.IndexByte(id, '\\') <= 0 {
		return nil
	}
	i := bytes.LastIndexByte(id, '\\')
	if !CouldName(id[i+1:]) {
		return nil
	}
	return id[i+1:]
}

// AccountName returns the bare name in DOMAIN\user, and in user@domain where the domain is one that mail does not
// reach; nil when id is of another kind.
func AccountName(id []byte) []byte {
	if user := WindowsUser(id); user != nil {
		return user
	}
	last := len(id) // where the last part of the host begins
	for last > 0 && id[last-1] != '.' && id[last-1] != '@' {
		last--
	}
	if last == 0 || last == len(id) || id[last-1] == '.' && !isInternal(id[last:]) {
		return nil // nearly always: it is com or its like
	}
	if at := bytes.IndexByte(id, '@'); at > 0 && at < last && id[at+1] != '.' && (id[last-1] == '.' || at == last-1) && CouldName(id[:at]) {
		return id[:at]
	}
	return nil
}

// isInternal knows the last parts of names that are only used within an organisation.
func isInternal(part []byte) bool {
	is := func(name string) bool { return part[0]|0x20 == name[0] && bytes.EqualFold(part, []byte(name)) }
	switch len(part) { // nearly all are "com" and its like: told apart by their length
	case len("ad"):
		return is("ad")
	case len("lan"):
		return is("lan")
	case len("corp"):
		return is("corp") || is("home")
	case len("local"):
		return is("local") || is("intra")
	case len("domain"):
		return is("domain")
	case len("internal"):
		return is("internal")
	case len("localdomain"):
		return is("localdomain")
	}
	return false
}

// besideName adds the secrets of the name in the first field of a line that holds an address further on.
func (c *Cutter) besideName(name []byte) {
	second := c.fields.at(1)
	if user := WindowsUser(name); user != nil {
		name = user
	}
	if IsEmail(Identifier(second)) {
		c.Add(name, c.fields.after(0))
		c.Add(name, c.fields.after(1)) // user:email:pass
		return
	}
	c.Add(name, TrimSpace(second)) // user:pass:email
	c.Add(name, c.fields.after(0))
}
