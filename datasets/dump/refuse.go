package dump

// refusal is a kind of data that is recognised but not read, with the way out.
type refusal struct {
	name     string
	is       func(head []byte) bool
	sentence string
	text     bool // a list may begin like it: a format that is demanded wins
}

// refusals are known by their first bytes. Most hold a byte that no list begins with.
var refusals = []refusal{
	{"lzip", startsWith("LZIP\x01"),
		`it is compressed with lzip: decompress it first ("lzip -d")`, false},
	{"lz4", startsWith("\x04\x22\x4d\x18"),
		`it is compressed with lz4: decompress it first ("lz4 -d")`, false},
	{"compress", startsWith("\x1f\x9d"),
		`it is compressed with compress: decompress it first ("gzip -d")`, false},
	{"arrow", startsWith("ARROW1\x00\x00"), "it is an Arrow file: export it to CSV first", false},
	{"sqlite", startsWith("SQLite format 3\x00"),
		`it is a SQLite database: export its table to CSV first ("sqlite3 -csv -header")`, false},
	{"pgdump", startsWith("PGDMP\x01"),
		`it is a PostgreSQL custom dump: run "pg_restore" first, then export the table to CSV`, false},
	{"ole", startsWith("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
		"it is an old or an encrypted Office document such as xls: save it as .xlsx without a password",
		false},
	{"mssql_backup", isMSSQLBackup,
		"it is a backup of Microsoft SQL Server: restore it, then export the table to CSV", false},
	{"access", startsWith("\x00\x01\x00\x00Standard "),
		"it is an Access database: export its table to CSV first", false},
	{"pdf", startsWith("%PDF-"), "it is a PDF document: extract its text first", true},
	{"rtf", startsWith(`{\rtf`), "it is an RTF document: save it as plain text first", true},
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

// isMSSQLBackup knows a tape header of the Microsoft Tape Format, which is binary behind four letters,
// and the mark of a compressed backup.
func isMSSQLBackup(head []byte) bool {
	return startsWith("TAPE")(head) && holdsControl(head, len("TAPE")) ||
		startsWith("MSSQLBAK")(head) && holdsControl(head, len("MSSQLBAK"))
}

func isImage(head []byte) bool {
	return startsWith("\x89PNG\r\n\x1a\n")(head) || startsWith("\xff\xd8\xff")(head) ||
		startsWith("GIF89a")(head) && holdsControl(head, len("GIF89a"))
}

// isParquet wants more than four letters, which a password may be.
func isParquet(head []byte) bool {
	const mark = "PAR1"
	return startsWith(mark)(head) && (len(head) == len(mark) || holdsControl(head, len(mark)))
}

// holdsControl reports whether a byte that is not text stands soon behind a mark of letters.
func holdsControl(head []byte, mark int) bool {
	const soon = 16
	for _, b := range head[mark:min(len(head), mark+soon)] {
		if b < ' ' && !isSpace(b) || b == 0x7f {
			return true
		}
	}
	return false
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
	{"binary", isBinary, "it is binary data of an unknown kind: convert it to text first"},
	{"hash_plain", isHashPlain, hashPlainSentence},
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

func isXML(s *sample) bool {
	return len(s.lines) > 0 &&
		hasAnyPrefix(lowerStart(s.lines[0]), []string{"<?xml", "<!doctype", "<html", "<table"})
}
