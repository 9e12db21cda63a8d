package sql_test

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
	"github.com/credsieve/credsieve/datasets/dump/internal/format/formattest"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// sqlWriters write a table of id, email and password, each in the manner of one program, with
// nothing in common with the reader. carries says which passwords it can write.
var sqlWriters = []struct {
	name       string
	head, tail string
	tuple      func(last bool, id, password string) string
	carries    func(password string) bool
}{
	{"mysql", "-- MySQL dump 10\nCREATE TABLE `u` (`id` int, `email` text, `password` text);\n" +
		"INSERT INTO `u` VALUES ", "UNLOCK TABLES;\n", func(last bool, id, password string) string {
		text := strings.NewReplacer("\x00", `\0`, "\n", `\n`, "\r", `\r`, "\\", `\\`, "'", `\'`, `"`, `\"`,
			"\x1a", `\Z`).Replace(password)
		return "(1,'" + id + "','" + text + "')" + endOf(last, ",", ";\n")
	}, any8},
	{"mysql_doubled_and_raw", "INSERT INTO `u` (`email`,`password`) VALUES", "",
		func(last bool, id, password string) string {
			text := strings.NewReplacer(`\`, `\\`, "'", "''").Replace(password)
			return "\n('" + id + "' , '" + text + "')" + endOf(last, ",", ";\n")
		}, any8},
	{"hex", "INSERT INTO `u` (`email`,`password`) VALUES", "", func(last bool, id, password string) string {
		return fmt.Sprintf("('%s',0x%X)%s", id, password, endOf(last, ", ", ";"))
	}, any8},
	{"postgres_copy", "COPY u (id, email, password) FROM stdin;\n", "\\.\n",
		func(_ bool, id, password string) string {
			text := strings.NewReplacer("\\", `\\`, "\b", `\b`, "\f", `\f`, "\n", `\n`, "\r", `\r`, "\t", `\t`,
				"\v", `\v`).Replace(password)
			return "7\t" + id + "\t" + text + "\n"
		}, any8},
	{"postgres_inserts", "-- PostgreSQL database dump\n", "", func(_ bool, id, password string) string {
		return "INSERT INTO public.u (email, password) VALUES ('" + id + "', '" +
			strings.ReplaceAll(password, "'", "''") + "');\n"
	}, any8},
	{"postgres_escaped", "-- PostgreSQL database dump\n", "", func(_ bool, id, password string) string {
		var b strings.Builder
		for i, c := range []byte(password) {
			b.WriteString([]string{fmt.Sprintf(`\x%02x`, c), fmt.Sprintf(`\%03o`, c)}[i%2])
		}
		return "INSERT INTO u (email, password) VALUES ('" + id + "', E'" + b.String() + "'::text);\n"
	}, any8},
	{"mssql", "USE [shop]\nGO\n", "", func(_ bool, id, password string) string {
		return "INSERT [dbo].[u] ([Email], [Pass]]word], [Password]) VALUES (N'" + id + "', NULL, N'" +
			strings.ReplaceAll(password, "'", "''") + "')\nGO\n"
	}, any8},
	{"sqlite_unistr", "BEGIN TRANSACTION;\n", "", func(_ bool, id, password string) string {
		var b strings.Builder
		for _, r := range password {
			switch {
			case r == '\\', r == '\'':
				b.WriteRune(r)
				b.WriteRune(r)
			case r < ' ':
				fmt.Fprintf(&b, `\u%04x`, r)
			default:
				b.WriteRune(r)
			}
		}
		return "INSERT INTO u(email,password) VALUES('" + id + "',unistr('" + b.String() + "'));\n"
	}, utf8.ValidString},
	{"oracle", "SET DEFINE OFF;\n", "", func(_ bool, id, password string) string {
		return "Insert into U (EMAIL,PASSWORD) values ('" + id + "',q'[" + password + "]');\n"
	}, func(password string) bool { return !strings.Contains(password, "]'") }},
}

func any8(string) bool { return true }

func endOf(last bool, between, after string) string {
	if last {
		return after
	}
	return between
}

// TestSQL_gives_back_what_was_written: any password comes back to the byte, as the first cut.
func TestSQL_gives_back_what_was_written(t *testing.T) {
	t.Parallel()
	hard := rapid.StringOfN(rapid.SampledFrom([]rune("ab\\'\"`;,()\n\r\t\x00\x1a%_N$-#/*[]{}äж")), 1, 20, -1)
	raw := rapid.Map(rapid.SliceOfN(rapid.Byte(), 1, 20), func(b []byte) string { return string(b) })
	for _, writer := range sqlWriters {
		t.Run(writer.name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				passwords := rapid.SliceOfN(rapid.OneOf(hard, raw), 1, 8).Filter(func(list []string) bool {
					for _, p := range list {
						if !writer.carries(p) {
							return false
						}
					}
					return true
				}).Draw(t, "passwords")
				var b bytes.Buffer
				b.WriteString(writer.head)
				for i, p := range passwords {
					b.WriteString(writer.tuple(i == len(passwords)-1, fmt.Sprintf("u%d@example.com", i), p))
				}
				b.WriteString(writer.tail)
				text := b.String()
				var got []string
				in, opts := dump.Input{Path: "-"}, dump.Options{Stdin: &b, Format: "sql"}
				_, err := dump.Read(t.Context(), in, opts, func(block *dump.Block) error {
					block.Parse(func(r *leak.Record) { got = append(got, dumptest.Show(r.Cuts)[0]) },
						func(r leak.Reject) { t.Fatalf("rejected %+v of %q", r, text) })
					return nil
				})
				if err != nil || len(got) != len(passwords) {
					t.Fatalf("%d records of %d, %v: %q", len(got), len(passwords), err, text)
				}
				for i, p := range passwords {
					if want := fmt.Sprintf("u%d@example.com=%s", i, p); got[i] != want {
						t.Fatalf("%q came back as %q from %q", want, got[i], text)
					}
				}
			})
		})
	}
}

// FuzzSQL reads anything as SQL: records and rejects lie within the member, in order, without
// overlap, and how the member is read decides nothing.
func FuzzSQL(f *testing.F) {
	for _, file := range formattest.SampleFiles(f, "sql") {
		data := mustRead(f, file)
		f.Add(data, uint16(0))
		f.Add(data, uint16(40))
	}
	for _, w := range sqlWriters {
		f.Add([]byte(w.head+w.tuple(false, "a@example.com", "x'\\")+w.tuple(true, "b@example.com", "y")), uint16(90))
	}
	f.Add([]byte("INSERT INTO t (mail, pass) SELECT 'a@example.com', concat('x') AS y FROM d UNION ALL "+
		"SELECT 'b@example.com', 'y';\nCOPY t (mail, pass) FROM stdin WITH CSV HEADER DELIMITER ';';\n"+
		"mail;pass\nd@example.com;\"x\n\"\"y\"\n\\.\n\nREPLACE t SET t.mail='c@example.com', pass = 'z'\nGO\n"), uint16(90))
	f.Fuzz(func(t *testing.T, data []byte, maxRecord uint16) {
		if !formattest.MayBePlain(data) {
			return
		}
		opts := dump.Options{Format: "sql", MaxRecord: int(maxRecord)}
		got := dumptest.Read(t, data, opts)
		if got.Failed != nil {
			t.Fatal(got.Failed)
		}
		places := make([]leak.Position, 0, len(got.Records)+len(got.Rejects))
		for _, r := range got.Records {
			places = append(places, r.Position)
			if len(r.Cuts) == 0 || len(r.Cuts) > cut.MaxCuts {
				t.Errorf("a record has %d cuts", len(r.Cuts))
			}
		}
		for _, r := range got.Rejects {
			places = append(places, r.Position)
		}
		checkPlaces(t, data, places)
		opts.Stdin = &stutter{data: data}
		again := dumptest.ReadInput(t, dump.Input{Path: "-"}, opts)
		if fmt.Sprint(formattest.Places(again)) != fmt.Sprint(formattest.Places(got)) {
			t.Errorf("in small reads %q, in one %q", formattest.Places(again), formattest.Places(got))
		}
	})
}

// checkPlaces checks that places lie within data and nowhere overlap.
func checkPlaces(t *testing.T, data []byte, places []leak.Position) {
	t.Helper()
	covered := make([]bool, len(data))
	for _, p := range places {
		if p.Offset < 0 || p.Length < 0 || p.Offset+p.Length > int64(len(data)) || p.Line < 1 {
			t.Fatalf("out of range: %+v of %d bytes", p, len(data))
		}
		for i := range p.Length {
			if covered[p.Offset+i] {
				t.Fatalf("byte %d is in two records or rejects", p.Offset+i)
			}
			covered[p.Offset+i] = true
		}
	}
}

// stutter yields 1 to 7 bytes at a time.
type stutter struct {
	data []byte
	n    int
}

func (s *stutter) Read(p []byte) (int, error) {
	s.n++
	n := copy(p[:min(len(p), 1+s.n%7)], s.data)
	if s.data = s.data[n:]; n == 0 {
		return 0, io.EOF
	}
	return n, nil
}
