package dump_test

import (
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
)

func TestRead_kinds_that_are_not_read(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, text, format, way string }{
		{"parquet", "PAR1\x15\x04xx", "parquet", "CSV"},
		{"sqlite", "SQLite format 3\x00", "sqlite", "sqlite3"},
		{"pgdump", "PGDMP\x01", "pgdump", "pg_restore"},
		{"bak", "TAPE\x00\x00\x03\x00\x8c\x00\x0e\x01", "mssql_backup", "restore it"},
		{"bak_compressed", "MSSQLBAK\x02\x00", "mssql_backup", "restore it"},
		{"ole", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole", ".xlsx"},
		{"pdf", "%PDF-1.7\n", "pdf", "extract its text"},
		{"sql_without_users", "-- MySQL dump 10.13\n-- Host: x\n", "sql", "no table has both"},
		{"hash_plain", "0123456789abcdef0123456789abcdef:pw\n0123456789abcdef0123456789abcde1:$HEX[613a62]\n",
			"hash_plain", "email:hash"},
		{"hex_dump", "00000000: 616e 6e40 6578 616d 706c 652e 636f 6d3a  ann@example.com:\n00000010: 7077\n", "hex_dump", "xxd -r"},
		{"hexdump_c", "00000000  61 6e 6e 40 65 78 61 6d  70 6c 65 2e 63 6f 6d 3a  |ann@example.com:|\n", "hex_dump", "xxd -r"},
		{"uuencode", "begin 644 a.txt\n286YN0&5X86UP;&4N8V]M.G!W\n`\nend\n", "uuencode", "uudecode"},
		{"openssl", "Salted__\x01a:b\x02c@d\n", "openssl", "openssl enc -d"},
		{"pgp", "\x85\x01\x0c\x03a:b@c\n", "pgp", "gpg -d"},
		{"png", "\x89PNG\r\n\x1a\n", "image", "nothing"},
		{"binary", strings.Repeat("\x01\x02\x03abc\x00\xfe\n", 99), "binary", "convert it"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := dumptest.Read(t, []byte(test.text), dump.Options{})
			got.WantReport(t, dump.StatusSkipped, test.format, test.way)
			if len(got.Records)+len(got.Rejects) > 0 {
				t.Errorf("it was parsed all the same")
			}
		})
	}
}

func TestRead_lists_that_begin_like_other_kinds(t *testing.T) {
	t.Parallel()
	rest := strings.Repeat(oneLine, 9)
	ustar := make([]byte, 257)
	for i := range ustar {
		ustar[i] = 'x'
	}
	for _, start := range []string{
		"LZIPpo@example.com:pw", "ARROW1@example.com:pw", "PGDMP@example.com:pw",
		"TAPE@example.com:pw", "MSSQLBAK@example.com:pw", "Salted__@example.com:pw",
		"PAR1@example.com:pw-and-more", "GIF89a@example.com:pw", string(ustar) + "ustar:pw",
		"[[ free combo ]]", "{} {} {}", "[]", "{{ made up }}", `["free"]`,
	} {
		got := dumptest.Read(t, []byte(start+"\n"+rest), dump.Options{})
		if got.Status != dump.StatusRead || got.Format != "combo" || len(got.Records) < 9 {
			t.Errorf("%.20q: got %s as %q with %d records (%v)",
				start, got.Status, got.Format, len(got.Records), got.Err)
		}
	}
	for _, start := range []string{"%PDF-x@example.com:pw\n", "{\\rtf@example.com:pw\n"} {
		got := dumptest.Read(t, []byte(start+rest), dump.Options{Format: "combo"})
		got.WantReport(t, dump.StatusRead, "combo", "")
		if len(got.Records) != 10 {
			t.Errorf("%q: got %d records, want 10", start, len(got.Records))
		}
		if got := dumptest.Read(t, []byte(start+rest), dump.Options{}); got.Status != dump.StatusSkipped {
			t.Errorf("%q: got %s when nothing is demanded", start, got.Status)
		}
	}
	for start, kind := range map[string]string{
		"LZIP\x01\x0c": "lzip", "ARROW1\x00\x00": "arrow", "PGDMP\x01\x0e": "pgdump",
		"GIF89a\x01\x00\x01": "image", "PAR1\x15\x04": "parquet",
	} {
		if got := dumptest.Read(t, []byte(start), dump.Options{}); got.Status != dump.StatusSkipped || got.Format != kind {
			t.Errorf("%q: got %s as %q, want skipped as %q", start, got.Status, got.Format, kind)
		}
	}
}

func TestRead_hashes_without_names_are_refused(t *testing.T) {
	t.Parallel()
	const md5 = "0123456789abcdef0123456789abcdef"
	for _, line := range []string{
		md5 + ":pw", md5 + ":salt:pw", dumptest.BcryptHash + ":pw", "MD5x01 " + md5 + ":pw", "$NT$" + md5 + ":pw",
		"$dynamic_0$" + md5 + ":pw", md5 + ":$HEX[613a62]", "{SSHA}" + md5 + ":pw",
	} {
		text := strings.Repeat(line+"\n", 20)
		dumptest.Read(t, []byte(text), dump.Options{}).WantReport(t, dump.StatusSkipped, "hash_plain",
			"join it with its email:hash file first")
		named := strings.Repeat("alice@example.com:"+line+"\n", 20)
		if got := dumptest.Read(t, []byte(named), dump.Options{}); got.Status != dump.StatusRead {
			t.Errorf("with addresses %q is %s: %v", line, got.Status, got.Err)
		}
	}
}
