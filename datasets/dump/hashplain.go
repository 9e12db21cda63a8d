package dump

import "bytes"

// isHashPlain knows a file of cracked hashes: hash:plain lines such as the potfiles of hashcat and
// John, or MDXfind's "MD5x01 hash:plain". They name nobody.
func isHashPlain(s *sample) bool {
	const most, few = 80, 5 // percent
	return s.share(hashOnly) >= most && s.share(holdsAddress) < few
}

const hashPlainSentence = "it holds hashes and the passwords found for them but names nobody: " +
	"join it with its email:hash file first"

// hashOnly reports whether a line is a hash with what follows it.
func hashOnly(line []byte) bool {
	line = behindHashType(line)
	n := hashStart(line)
	return n > 0 && n < len(line) && line[n] == ':'
}

// behindHashType returns a line without the hash type that MDXfind writes before it.
func behindHashType(line []byte) []byte {
	word, rest, ok := bytes.Cut(line, []byte(" "))
	const longest = 24
	if !ok || len(word) > longest || len(word) < 4 {
		return line
	}
	if n := len(word); word[n-3] == 'x' && isDigit(word[n-2]) && isDigit(word[n-1]) {
		return rest
	}
	return line
}

// hashStart returns the length of the hash that text begins with, 0 without one. The tags are
// John's.
func hashStart(text []byte) int {
	for _, tag := range []string{"$NT$", "$LM$", "$HEX$"} {
		if rest, ok := bytes.CutPrefix(text, []byte(tag)); ok {
			return len(tag) + hexLength(rest)
		}
	}
	if rest, ok := bytes.CutPrefix(text, []byte("$dynamic_")); ok {
		if i := bytes.IndexByte(rest, '$'); i > 0 {
			return len("$dynamic_") + i + 1 + hexLength(rest[i+1:])
		}
	}
	if n := storedHash(text); n > 0 {
		return n
	}
	return hexDigest(text)
}

func hexLength(text []byte) int {
	for i, b := range text {
		if _, ok := hexDigit(b); !ok {
			return i
		}
	}
	return len(text)
}

func holdsAddress(line []byte) bool {
	for field := range bytes.SplitSeq(line, []byte(":")) {
		if bytes.IndexByte(field, '@') > 0 && isEmail(identifier(field)) {
			return true
		}
	}
	return false
}

// found adds what may be the password behind a hash: all of it, and behind each salt that may
// stand before. Real potfiles write $HEX[] for a password with a colon, other tools do not, so
// neither the first colon nor the last is right.
func (c *cutter) found(id, rest []byte) {
	c.add(id, rest)
	if i := indexSeparator(rest); i >= 0 {
		c.add(id, rest[i+1:])
		for last := len(rest) - 1; last > i; last-- {
			if isSeparator(rest[last]) {
				c.add(id, rest[last+1:])
				break
			}
		}
	}
}

// hexSecret adds the bytes that $HEX[...] stands for, beside the literal text: a user may have
// typed that. Tools write it twice at times, and cut lines leave half a byte.
func (c *cutter) hexSecret(id, text []byte) {
	for range 2 {
		inner, ok := bytes.CutPrefix(text, []byte("$HEX["))
		if !ok || len(inner) == 0 || inner[len(inner)-1] != ']' {
			return
		}
		inner = inner[:len(inner)-1]
		if hexLength(inner) < len(inner) {
			return
		}
		from := len(c.arena)
		for ; len(inner) >= 2; inner = inner[2:] {
			high, _ := hexDigit(inner[0])
			low, _ := hexDigit(inner[1])
			c.arena = append(c.arena, high<<4|low)
		}
		text = c.since(from)
		c.addLiteral(id, text)
	}
}
