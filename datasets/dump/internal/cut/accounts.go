package cut

import "bytes"

// IsPasswd reports whether a line is one of such a file.
func IsPasswd(line []byte) bool {
	_, _, ok := accountLine(line)
	return ok && LeadingEmail(line) == 0
}

// accountLine takes a line of htpasswd, shadow, passwd or pwdump apart. A line of a combo list
// never has as many fields of these kinds.
func accountLine(line []byte) (id, hash []byte, ok bool) {
	var f [10][]byte
	n := 0
	for rest, more := TrimSpace(line), true; more; n++ {
		if n == len(f) {
			return nil, nil, false
		}
		f[n], rest, more = bytes.Cut(rest, []byte(":"))
	}
	switch {
	case len(f[0]) == 0:
	case n == 2 && len(f[1]) > 0 && StoredHash(f[1]) == len(f[1]): // htpasswd
		return f[0], f[1], true
	case n == 9 && isShadowHash(f[1]) && allDigits(f[2:9]):
		return f[0], f[1], true
	case n == 7 && isNTPair(f[1], f[2], f[3]) && len(f[4]) == 0 && len(f[5]) == 0:
		return f[0], f[3], true
	case n == 7 && isDecimal(f[2]) && isDecimal(f[3]) && startsWithSlash(f[5]) &&
		(len(f[6]) == 0 || startsWithSlash(f[6])):
		return f[0], f[1], true
	}
	return nil, nil, false
}

// isShadowHash knows hashes, those of locked accounts, and the marks of accounts without a
// password.
func isShadowHash(text []byte) bool {
	bare := bytes.TrimLeft(text, "!*")
	return len(bare) == 0 || StoredHash(bare) == len(bare) || isDESCrypt(bare) ||
		text[0] == '$' ||
		len(bare) < len(text) || string(text) == "x" || string(text) == "NP" || string(text) == "LK"
}

// isDESCrypt knows the 13 characters of crypt(3). Of a hundred of them ninety-nine hold two capitals, which few
// passwords of as many letters do.
func isDESCrypt(text []byte) bool {
	const length, few = 13, 2
	capitals := 0
	for _, b := range text {
		switch {
		case b >= 'A' && b <= 'Z':
			capitals++
		case !IsWord(b) && b != '.' && b != '/' || b >= 0x80:
			return false
		}
	}
	return len(text) == length && capitals >= few
}

// isNTPair knows user number, LM hash and NT hash; either may be missing by its dialect's words.
func isNTPair(number, lm, nt []byte) bool {
	return isDecimal(number) && isNTHash(lm) && isNTHash(nt)
}

func isNTHash(text []byte) bool {
	return HexDigest(text) == 32 && len(text) == 32 || bytes.HasPrefix(text, []byte("NO PASSWORD"))
}

func isDecimal(text []byte) bool {
	for _, b := range text {
		if !IsDigit(b) {
			return false
		}
	}
	return len(text) > 0
}

// allDigits reports whether fields are numbers or empty.
func allDigits(fields [][]byte) bool {
	for _, f := range fields {
		if len(f) > 0 && !isDecimal(f) && string(f) != "-1" {
			return false
		}
	}
	return true
}

func startsWithSlash(text []byte) bool { return len(text) > 0 && text[0] == '/' }

// passwdLine cuts a line of such a file, and reports whether it is one. A name of Windows may stand
// after its domain. Whoever cracks such a file writes it again, with passwords in the place of hashes.
func (c *Cutter) passwdLine(line []byte) bool {
	id, hash, ok := accountLine(line)
	if !ok {
		return false
	}
	if id = Identifier(id); !CouldName(id) {
		return false
	}
	if len(hash) > 0 && !isShadowHash(hash) && !isNTHash(hash) {
		c.named(id, hash)
		return true
	}
	if user := WindowsUser(id); user != nil {
		c.Untestable(user, hash)
	}
	c.Untestable(id, hash)
	return true
}
