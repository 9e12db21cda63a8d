package accounts

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// writerOf is a program that writes tables as text. values are those that it can write so that they can be
// told from others: one that does not quote cannot write its own separator.
type writerOf struct {
	name, file string
	row        func([]string) string
	values     string // regular expression
	whole      bool   // no row may be rejected
}

func joinedBy(separator string, quote func(string) string) func([]string) string {
	return func(row []string) string {
		out := make([]string, len(row))
		for i, value := range row {
			out[i] = quote(value)
		}
		return strings.Join(out, separator) + "\n"
	}
}

func asIs(value string) string { return value }

// minimal quotes what needs it, as RFC 4180 has it.
func minimal(separator string) func(string) string {
	return func(value string) string {
		if !strings.ContainsAny(value, "\"\n\r"+separator) {
			return value
		}
		return always(value)
	}
}

func always(value string) string { return `"` + strings.ReplaceAll(value, `"`, `""`) + `"` }

// withBackslash is MySQL's ENCLOSED BY '"' ESCAPED BY '\\'.
func withBackslash(value string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", "\\\n").Replace(value) + `"`
}

// fputcsv is PHP's: a quote after a backslash is not doubled. Nor is it after two of them, or the one that
// closes a value: PHP itself does not read such values back, and they are left out here.
func fputcsv(value string) string {
	value = strings.TrimRight(strings.ReplaceAll(value, `\\"`, `\"`), `\`)
	if !strings.ContainsAny(value, "\"\\\n\r\t ,") {
		return value
	}
	var b strings.Builder
	escaped := false
	for _, r := range value {
		if r == '"' && !escaped {
			b.WriteByte('"')
		}
		escaped = r == '\\'
		b.WriteRune(r)
	}
	return `"` + b.String() + `"`
}

var dialects = []writerOf{
	{"rfc4180", "x.csv", joinedBy(",", minimal(",")), `[a-c "',;\n|\\]{0,8}`, false},
	{"rfc4180_of_one_line", "x.csv", joinedBy(",", minimal(",")), `[a-c "',;|]{0,8}`, true},
	{"all_quoted", "x.csv", joinedBy(",", always), `[a-c "',;\n|\\]{0,8}`, false},
	{"all_quoted_of_one_line", "x.csv", joinedBy(",", always), `[a-c "',;|]{0,8}`, true},
	{"semicolons", "x.csv", joinedBy(";", minimal(";")), `[a-c "',;|]{0,8}`, true},
	{"bars", "x.csv", joinedBy("|", minimal("|")), `[a-c "',;|]{0,8}`, true},
	{"excel_tab", "x.csv", joinedBy("\t", minimal("\t")), `[a-c "',;|\t]{0,8}`, true},
	{"excel_tab_all_quoted", "x.tsv", joinedBy("\t", always), `[a-c "',;|\t]{0,8}`, true},
	{"crlf", "x.csv", func(row []string) string {
		return strings.TrimSuffix(joinedBy(",", minimal(","))(row), "\n") + "\r\n"
	}, `[a-c "',;\n|]{0,8}`, false},
	{"mysql_enclosed", "x.csv", joinedBy(",", withBackslash), `[a-c "',;|\\]{0,8}`, false},
	{"fputcsv", "x.csv", joinedBy(",", fputcsv), `[a-c "',;|\\\n]{0,8}`, false},
	{"unquoted_commas", "x.csv", joinedBy(",", asIs), `[a-c "';|\\]{0,8}`, false},
	{"unquoted_tabs", "x.tsv", joinedBy("\t", asIs), `[a-c "',;|]{0,8}`, true},
	{"unquoted_tabs_named_csv", "x.csv", joinedBy("\t", asIs), `[a-c "',;|]{0,8}`, false},
	{"mysql_batch", "x.tsv", joinedBy("\t", strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\t", `\t`).Replace),
		`[a-c "',;\n\t|\\]{0,8}`, true},
	{"copy", "x.txt", joinedBy("\t", strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`, "\t", `\t`).Replace),
		`[a-c "',;\n\t\r|\\]{0,8}`, true},
	{"into_outfile", "x.txt", joinedBy("\t", strings.NewReplacer(`\`, `\\`, "\n", "\\\n", "\t", "\\\t").Replace),
		`[a-c "',;\n\t|\\]{0,8}`, true},
}

// TestDialects writes random exports as programs write them. Every account comes back with its own values, or
// is counted as rejected; none ever gets a value of another one.
func TestDialects(t *testing.T) {
	for _, w := range dialects {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), w.file)
			rapid.Check(t, func(rt *rapid.T) {
				value := rapid.StringMatching(w.values)
				if strings.Contains(w.values, `\n`) { // what a user writes about themselves may be a row of somebody else
					value = rapid.OneOf(value, rapid.Map(rapid.StringMatching(w.values), func(text string) string {
						return text + "\n" + w.row([]string{"u9", "a9@example.com", text, hashOf(9), text}) + "\"x"
					}))
				}
				if w.whole { // a row of more than 20 lines is a reject
					value = value.Filter(func(text string) bool { return strings.Count(text, "\n") <= 9 })
				}
				columns := rapid.Permutation([]string{"account_id", "email", "nick", "password_hash", "note"}).Draw(rt, "columns")
				text, written := w.row(columns), 0
				for n := rapid.IntRange(1, 8).Draw(rt, "rows"); written < n; written++ {
					values := map[string]string{
						"account_id": fmt.Sprint("u", written), "email": emailOf(written), "password_hash": hashOf(written),
						"nick": value.Draw(rt, "nick"), "note": value.Draw(rt, "note"),
					}
					row := make([]string, len(columns))
					for i, name := range columns {
						row[i] = values[name]
					}
					text += w.row(row)
				}
				checkOwnValues(rt, path, text, written, w.whole, Options{})
			})
		})
	}
}

func emailOf(i int) string { return fmt.Sprintf("a%d@example.com", i) }

func hashOf(i int) string { return fmt.Sprintf("$2b$%02d$made/up.%d", i, i) }

func checkOwnValues(t *rapid.T, path, text string, written int, whole bool, opts Options) {
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	all, err := readAll(path, opts)
	if err != nil && !whole && strings.Contains(err.Error(), "row ") {
		return // where quotes say two things, a build may fail: it names the row, and nothing is made of it
	}
	if err != nil {
		t.Fatalf("%v of %q", err, text)
	}
	read, rejected := map[string]bool{}, 0
	for _, a := range all {
		if a.Rejected != "" {
			rejected++
			continue
		}
		var i int
		if _, err := fmt.Sscanf(a.ID, "u%d", &i); err != nil || i >= written || read[a.ID] {
			t.Fatalf("account %q of %q", a.ID, text)
		}
		if len(a.Identifiers) != 1 || a.Identifiers[0].Text != emailOf(i) || a.PasswordHash != hashOf(i) {
			t.Fatalf("account %q has %v and %q; the text is %q", a.ID, a.Identifiers, a.PasswordHash, text)
		}
		read[a.ID] = true
	}
	if len(read) < written && (rejected == 0 || whole) {
		t.Fatalf("%d of %d accounts, %d rejected, of %q", len(read), written, rejected, text)
	}
}

// TestRFC4180_as_encoding_csv_reads_it holds our reading against another one, where nothing is odd.
func TestRFC4180_as_encoding_csv_reads_it(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.csv")
	rapid.Check(t, func(rt *rapid.T) {
		rows := [][]string{{"account_id", "username", "password_hash"}}
		for i := range rapid.IntRange(1, 5).Draw(rt, "rows") {
			rows = append(rows, []string{fmt.Sprint(i), rapid.StringMatching(`[a-z"', ;|]{1,9}[a-z]`).Draw(rt, "name"), "h"})
		}
		var out bytes.Buffer
		w := csv.NewWriter(&out)
		w.UseCRLF = rapid.Bool().Draw(rt, "crlf")
		if err := w.WriteAll(rows); err != nil {
			rt.Fatal(err)
		}
		if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
			rt.Fatal(err)
		}
		all, err := readAll(path, Options{})
		if err != nil || len(all) != len(rows)-1 {
			rt.Fatalf("%d of %d rows, %v, of %q", len(all), len(rows)-1, err, out.String())
		}
		for i, a := range all {
			if a.ID != rows[i+1][0] || a.Identifiers[0].Text != strings.TrimSpace(rows[i+1][1]) {
				rt.Fatalf("%+v, want %q", a, rows[i+1])
			}
		}
	})
}
