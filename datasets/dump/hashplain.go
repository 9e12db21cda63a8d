package dump

import (
	"bytes"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/format"
)

// isHashPlain knows a file of cracked hashes: hash:plain lines such as the potfiles of hashcat and
// John, or MDXfind's "MD5x01 hash:plain". They name nobody.
func isHashPlain(s *format.Sample) bool {
	const most, few = 80, 5 // percent
	return s.Share(hashOnly) >= most && s.Share(holdsAddress) < few
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
	if n := len(word); word[n-3] == 'x' && cut.IsDigit(word[n-2]) && cut.IsDigit(word[n-1]) {
		return rest
	}
	return line
}

// hashStart returns the length of the hash that text begins with, 0 without one. The tags are
// John's.
func hashStart(text []byte) int {
	for _, tag := range []string{"$NT$", "$LM$", "$HEX$"} {
		if rest, ok := bytes.CutPrefix(text, []byte(tag)); ok {
			return len(tag) + cut.HexLength(rest)
		}
	}
	if rest, ok := bytes.CutPrefix(text, []byte("$dynamic_")); ok {
		if i := bytes.IndexByte(rest, '$'); i > 0 {
			return len("$dynamic_") + i + 1 + cut.HexLength(rest[i+1:])
		}
	}
	if n := cut.StoredHash(text); n > 0 {
		return n
	}
	return cut.HexDigest(text)
}

func holdsAddress(line []byte) bool {
	for field := range bytes.SplitSeq(line, []byte(":")) {
		if bytes.IndexByte(field, '@') > 0 && cut.IsEmail(cut.Identifier(field)) {
			return true
		}
	}
	return false
}
