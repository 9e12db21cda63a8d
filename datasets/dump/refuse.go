package dump

import (
	"bytes"
	"slices"
)

// refusal is a kind of data that is recognised but not read, with the way out.
type refusal struct {
	name     string
	is       func(head []byte) bool
	sentence string
}

// refusals are known by their first bytes, whatever format is demanded.
var refusals = []refusal{
	{"7z", startsWith("7z\xbc\xaf\x27\x1c"), "it is a 7-Zip archive: extract it first"},
	{"rar", startsWith("Rar!\x1a\x07"), "it is a RAR archive: extract it first"},
	{"xz", startsWith("\xfd7zXZ\x00"), `it is compressed with xz: decompress it first ("xz -d")`},
	{"lzip", startsWith("LZIP"), `it is compressed with lzip: decompress it first ("lzip -d")`},
	{"lz4", startsWith("\x04\x22\x4d\x18"),
		`it is compressed with lz4: decompress it first ("lz4 -d")`},
	{"compress", startsWith("\x1f\x9d"),
		`it is compressed with compress: decompress it first ("gzip -d")`},
	{"bzip2", isBzip2, `it is compressed with bzip2: decompress it first ("bzip2 -d")`},
	{"tar", isTar, `it is a tar archive: extract it first ("tar -xf")`},
	{"parquet", startsWith("PAR1"), "it is a Parquet file: export it to CSV first"},
	{"arrow", startsWith("ARROW1"), "it is an Arrow file: export it to CSV first"},
	{"sqlite", startsWith("SQLite format 3\x00"),
		`it is a SQLite database: export its table to CSV first ("sqlite3 -csv -header")`},
	{"pgdump", startsWith("PGDMP"),
		`it is a PostgreSQL custom dump: run "pg_restore" first, then export the table to CSV`},
	{"ole", startsWith("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
		"it is an old Office document such as xls: save it as CSV first"},
	{"access", startsWith("\x00\x01\x00\x00Standard "),
		"it is an Access database: export its table to CSV first"},
	{"pdf", startsWith("%PDF-"), "it is a PDF document: extract its text first"},
	{"rtf", startsWith(`{\rtf`), "it is an RTF document: save it as plain text first"},
	{"utf-16", isMarkedUTF16, utf16Sentence},
	{"image", isImage, "it is an image: nothing can be read from it"},
	{"program", isProgram, "it is a program: nothing can be read from it"},
}

const utf16Sentence = `it is UTF-16 text: convert it first ("iconv -f UTF-16 -t UTF-8")`

func refusalOf(head []byte) *refusal {
	for i := range refusals {
		if refusals[i].is(head) {
			return &refusals[i]
		}
	}
	return nil
}

// isBzip2 looks at the first block as well: a line may begin with BZh.
func isBzip2(head []byte) bool {
	return len(head) >= 10 && string(head[:3]) == "BZh" && (string(head[4:10]) == "1AY&SY" ||
		string(head[4:10]) == "\x17\x72\x45\x38\x50\x90")
}

func isTar(head []byte) bool {
	const magicAt = 257
	return len(head) > magicAt && bytes.HasPrefix(head[magicAt:], []byte("ustar"))
}

func isMarkedUTF16(head []byte) bool {
	return startsWith("\xff\xfe")(head) || startsWith("\xfe\xff")(head)
}

func isImage(head []byte) bool {
	return startsWith("\x89PNG\r\n\x1a\n")(head) || startsWith("\xff\xd8\xff")(head) ||
		startsWith("GIF89a")(head)
}

func isProgram(head []byte) bool {
	return startsWith("\x7fELF")(head) || startsWith("MZ\x90\x00")(head)
}

// foreign is text that is recognised but not read. Its lines would parse as something, and then
// nobody would be found in it.
type foreign struct {
	name     string
	is       func(s *sample) bool
	sentence string
}

// foreignText is looked for unless a format is demanded.
var foreignText = []foreign{
	{"utf-16", isUTF16, utf16Sentence},
	{"binary", isBinary, "it is binary data of an unknown kind: convert it to text first"},
	{"sql", isSQL, "it is an SQL dump: load it into a database and export the table to CSV first"},
	{"json", isJSON, `it is JSON: convert it to CSV first (for example with "jq")`},
	{"stealer_log", isStealerLog,
		"it is a log of an infostealer in blocks: convert it to url:login:password first"},
	{"ldif", isLDIF, "it is LDIF: convert it to CSV first"},
	{"xml", isXML, "it is XML or HTML: convert it to CSV first"},
}

func foreignTo(s *sample) *foreign {
	for i := range foreignText {
		if foreignText[i].is(s) {
			return &foreignText[i]
		}
	}
	return nil
}

// isUTF16 knows text without a mark by every other byte being zero.
func isUTF16(s *sample) bool {
	var zeros [2]int
	for i, b := range s.data {
		if b == 0 {
			zeros[i%2]++
		}
	}
	half, few, many := len(s.data)/2, min(zeros[0], zeros[1]), max(zeros[0], zeros[1])
	return half >= 4 && 3*many > half && 20*few < half
}

// isBinary counts control bytes. A ninth of random bytes are; in text they are rare, though
// passwords with NUL do occur.
func isBinary(s *sample) bool {
	control := 0
	for _, b := range s.data {
		if (b < ' ' && !isSpace(b) && b != 0x1b) || b == 0x7f {
			control++
		}
	}
	return 100*control > 8*len(s.data)
}

var (
	sqlBanners = []string{
		"-- mysql dump", "-- mariadb dump", "-- postgresql database dump", "-- phpmyadmin sql dump",
		"-- heidisql", "/*!40", "/*!50", "/*m!", `\restrict `, "pragma foreign_keys",
		"begin transaction;", "set ansi_nulls",
	}
	sqlStatements = []string{
		"insert into ", "insert ignore into ", "replace into ", "create table ", "drop table ",
		"lock tables ", "create database ", "insert [", "copy public.",
	}
)

// isSQL knows a dump by its banner or by its statements. One such line in a list of thousands is
// the dirt that lists are full of.
func isSQL(s *sample) bool {
	const bannerLines = 50
	statements := 0
	for i, line := range s.lines {
		start := lowerStart(line)
		if i < bannerLines && hasAnyPrefix(start, sqlBanners) {
			return true
		}
		if hasAnyPrefix(start, sqlStatements) || statements > 0 && isTuple(start) {
			statements++
		}
	}
	first := len(s.lines) > 0 && hasAnyPrefix(lowerStart(s.lines[0]), sqlStatements)
	return first || 10*statements > len(s.lines) && statements > 0
}

// isTuple knows a row of a statement that spans lines.
func isTuple(line []byte) bool {
	return len(line) > 1 && line[0] == '(' && (line[1] == '\'' || isDigit(line[1]))
}

// lowerStart returns the beginning of a line in lower case, enough to know its kind.
func lowerStart(line []byte) []byte {
	line = trimSpace(line)
	return bytes.ToLower(line[:min(len(line), 32)])
}

func hasAnyPrefix(text []byte, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool {
		return bytes.HasPrefix(text, []byte(p))
	})
}

func isJSON(s *sample) bool {
	text := bytes.TrimSpace(s.data)
	if len(text) > 1 && (text[0] == '{' || text[0] == '[') {
		switch next := trimSpace(text[1:]); {
		case len(next) == 0, bytes.IndexByte([]byte(`"{}]`), next[0]) >= 0 && text[0] == '{',
			bytes.IndexByte([]byte(`{["]`), next[0]) >= 0 && text[0] == '[':
			return !isStealerHeader(s.lines[0])
		}
	}
	return s.share(func(line []byte) bool {
		return hasAnyPrefix(trimSpace(line), []string{`{"`, `[{`, "{'"})
	}) >= 50
}

// isStealerHeader knows the line ["Chrome" = "Default"] above a block.
func isStealerHeader(line []byte) bool {
	return bytes.HasPrefix(line, []byte(`["`)) && bytes.Contains(line, []byte(`" = "`))
}

var (
	loginKeys = []string{"username", "user", "login", "user login", "u53rn4m3", "usr", "email",
		"account"}
	secretKeys = []string{"password", "pass", "user password", "p455w0rd", "pwd", "passwd"}
)

// isStealerLog looks for a line with the login right above one with the password. Each alone could
// be a pair of a combo list.
func isStealerLog(s *sample) bool {
	const smallFile = 60 // lines: one block below a banner
	pairs := 0
	for i := 1; i < len(s.lines); i++ {
		if isKeyed(s.lines[i], secretKeys) && isKeyed(s.lines[i-1], loginKeys) {
			pairs++
		}
	}
	return pairs > 0 && (10*pairs > len(s.lines) || len(s.lines) <= smallFile)
}

// isKeyed reports whether a line is "Key: value" with one of the keys.
func isKeyed(line []byte, keys []string) bool {
	key, value, ok := bytes.Cut(trimSpace(line), []byte(":"))
	return ok && (len(value) == 0 || isSpace(value[0])) &&
		slices.Contains(keys, string(bytes.ToLower(trimSpace(key))))
}

func isLDIF(s *sample) bool {
	return slices.ContainsFunc(s.lines[:min(len(s.lines), 20)], func(line []byte) bool {
		return bytes.HasPrefix(line, []byte("dn: ")) || bytes.HasPrefix(line, []byte("dn:: "))
	})
}

func isXML(s *sample) bool {
	return len(s.lines) > 0 &&
		hasAnyPrefix(lowerStart(s.lines[0]), []string{"<?xml", "<!doctype", "<html", "<table"})
}
