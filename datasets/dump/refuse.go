package dump

import (
	"bytes"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/internal/sniff"
)

// refusal is a kind of data that is recognised but not read, with the way out.
type refusal struct {
	name     string
	is       func(head []byte) bool
	sentence string
	text     bool // a list may begin like it: a format that is demanded wins
}

// mute reports whether there is no text in it that could name anybody.
func (k *refusal) mute() bool { return k.name == "image" || k.name == "program" }

// refusals are known by their first bytes. Most hold a byte that no list begins with.
var refusals = []refusal{
	{"lzip", sniff.StartsWith("LZIP\x01"),
		`it is compressed with lzip: decompress it first ("lzip -d")`, false},
	{"openssl", sniff.IsOpenSSL, `it is encrypted with openssl: decrypt it first ("openssl enc -d")`, false},
	{"pgp", sniff.IsPGP, `it is encrypted with OpenPGP: decrypt it first ("gpg -d")`, false},
	{"lz4", sniff.StartsWith("\x04\x22\x4d\x18"),
		`it is compressed with lz4: decompress it first ("lz4 -d")`, false},
	{"compress", sniff.StartsWith("\x1f\x9d"),
		`it is compressed with compress: decompress it first ("gzip -d")`, false},
	{"arrow", sniff.StartsWith("ARROW1\x00\x00"), "it is an Arrow file: export it to CSV first", false},
	{"sqlite", sniff.StartsWith("SQLite format 3\x00"),
		`it is a SQLite database: export its table to CSV first ("sqlite3 -csv -header")`, false},
	{"pgdump", sniff.StartsWith("PGDMP\x01"),
		`it is a PostgreSQL custom dump: run "pg_restore" first, then export the table to CSV`, false},
	{"ole", sniff.StartsWith("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
		"it is an old or an encrypted Office document such as xls: save it as .xlsx without a password",
		false},
	{"mssql_backup", sniff.IsMSSQLBackup,
		"it is a backup of Microsoft SQL Server: restore it, then export the table to CSV", false},
	{"access", sniff.StartsWith("\x00\x01\x00\x00Standard "),
		"it is an Access database: export its table to CSV first", false},
	{"pdf", sniff.StartsWith("%PDF-"), "it is a PDF document: extract its text first", true},
	{"rtf", sniff.StartsWith(`{\rtf`), "it is an RTF document: save it as plain text first", true},
	{"image", isImage, "it is an image: nothing can be read from it", false},
	{"program", isProgram, "it is a program: nothing can be read from it", false},
}

func refusalOf(head []byte) *refusal {
	for i := range refusals {
		if refusals[i].is(head) {
			return &refusals[i]
		}
	}
	return nil
}

func isImage(head []byte) bool {
	return sniff.StartsWith("\x89PNG\r\n\x1a\n")(head) || sniff.StartsWith("\xff\xd8\xff")(head) ||
		sniff.StartsWith("GIF89a")(head) && sniff.HoldsControl(head, len("GIF89a"))
}

func isProgram(head []byte) bool {
	return sniff.StartsWith("\x7fELF")(head) || sniff.StartsWith("MZ\x90\x00")(head)
}

// foreign is text that is recognised but not read. Its lines would parse as something, and then
// nobody would be found in it.
type foreign struct {
	name     string
	is       func(s *format.Sample) bool
	sentence string
}

// foreignText is looked for unless a format is demanded.
var foreignText = []foreign{
	{"binary", func(s *format.Sample) bool { return sniff.IsBinary(s.Data) },
		"it is binary data of an unknown kind: convert it to text first"},
	{"ebcdic", func(s *format.Sample) bool { return sniff.IsEBCDIC(s.Data) },
		`it is text in EBCDIC, as mainframes write it: convert it first ("iconv -f IBM037 -t UTF-8")`},
	{"hex_dump", func(s *format.Sample) bool { return sniff.IsHexDump(s.Data) }, `it is a hex dump: make bytes of it first ("xxd -r")`},
	{"uuencode", func(s *format.Sample) bool { return sniff.IsUUEncoded(s.Data) }, `it is encoded: decode it first ("uudecode")`},
	{"hash_plain", isHashPlain, hashPlainSentence},
}

func foreignTo(s *format.Sample) *foreign {
	for i := range foreignText {
		if foreignText[i].is(s) {
			return &foreignText[i]
		}
	}
	return nil
}

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
	line = afterHashType(line)
	n := hashStart(line)
	return n > 0 && n < len(line) && line[n] == ':'
}

// afterHashType returns a line without the hash type that MDXfind writes before it.
func afterHashType(line []byte) []byte {
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
