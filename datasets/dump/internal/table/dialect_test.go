package table_test

import (
	"bytes"
	stdcsv "encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
	"github.com/credsieve/credsieve/datasets/dump/internal/format/formattest"
	"github.com/credsieve/credsieve/datasets/dump/internal/table"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// numbered returns n rows of a table, each made by row.
func numbered(n int, row func(i int) string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(row(i))
	}
	return b.String()
}

func TestCSV_dialects(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, text string
		want       []string // first cuts
		rejects    []string
	}{
		{"mysql_tab", "id\temail\tpassword\n1\talice@example.com\ta\\\tb\n2\tbob@example.org\ta\\\\b\\0\n" +
			"3\tcarol@example.com\t\\N\n4\tdan@example.com\t\"q\"\n",
			[]string{"alice@example.com=a\tb", "bob@example.org=a\\b\x00", "carol@example.com!",
				`dan@example.com="q"`}, nil},
		{"mysql_tab_line_end", "email\tpassword\tid\nalice@example.com\ta\\\nb\t1\nbob@example.org\tpw\t2\n",
			[]string{"alice@example.com=a\nb", "bob@example.org=pw"}, nil},
		{"mysql_tab_line_end_in_last_column", "id\temail\tpassword\n1\talice@example.com\ta\\\nb\n" +
			"2\tbob@example.org\tpw\n",
			[]string{"alice@example.com=a\nb", "bob@example.org=pw"}, nil},
		{"mysql_tab_windows_line_end", "email\tpassword\tid\r\nalice@example.com\ta\\\r\nb\t1\r\n",
			[]string{"alice@example.com=a\r\nb"}, nil},
		{"mysql_tab_without_header", numbered(6, func(i int) string {
			return fmt.Sprintf("%d\talice%d@example.com\ta\\\nb\t\\N\n", i, i)
		}), []string{"alice0@example.com=a\nb", "alice1@example.com=a\nb", "alice2@example.com=a\nb",
			"alice3@example.com=a\nb", "alice4@example.com=a\nb", "alice5@example.com=a\nb"}, nil},
		{"backslash_that_ends_a_line", "id\temail\tpassword\n1\talice@example.com\tpw\\\n" +
			"2\tbob@example.org\tpw\\\n",
			[]string{"alice@example.com=pw\\", "bob@example.org=pw\\"}, nil},
		{"mysql_outfile_with_commas", "id,email,password\n1,alice@example.com,a\\,b\n2,bob@example.org,\\N\n",
			[]string{"alice@example.com=a,b", "bob@example.org!"}, nil},
		{"backslash_quote", "id,email,password\n1,\"alice@example.com\",\"p\\\"a\\\\\"\n" +
			"2,\"bob@example.org\",\"a\\\",\\\"b\"\n",
			[]string{`alice@example.com=p"a\`, `bob@example.org=a","b`}, nil},
		{"backslash_before_the_closing_quote", "id,email,password\n1,\"alice@example.com\",\"pw\\\"\n" +
			"2,\"bob@example.org\",\"x\\\"\n",
			[]string{`alice@example.com=pw\`, `bob@example.org=x\`}, nil},
		{"psql_end", "email,password\nalice@example.com,\"\"\nbob@example.org,\n\\.\n",
			[]string{"alice@example.com!", "bob@example.org!"}, nil},
		{"delimiter_in_the_last_column", "id,email,password\n1,alice@example.com,a,b,c\n",
			[]string{"alice@example.com=a,b,c"}, nil},
		{"delimiter_in_the_middle", "email;password;name\nalice@example.com;a;b;Alice\n",
			[]string{"alice@example.com=a;b"}, nil},
		{"delimiter_before_the_identifier", "name,email,password\nDoe, Jane,jane@example.com,pw\n",
			[]string{"jane@example.com=pw"}, nil},
		{"more_empty_fields", "email,password\nalice@example.com,pw,,\n",
			[]string{"alice@example.com=pw"}, nil},
		{"row_that_ends_early", "email,password,city\nalice@example.com,pw\nbob@example.org\n",
			[]string{"alice@example.com=pw"}, []string{"field_count"}},
		{"apostrophe_of_a_spreadsheet", "email,password\nalice@example.com,'00123\n",
			[]string{"alice@example.com='00123"}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for _, size := range []int{0, 16} {
				got := dumptest.Read(t, []byte(test.text), dump.Options{BlockSize: size})
				got.WantReport(t, dump.StatusRead, "csv", "")
				dumptest.WantCuts(t, got.FirstCuts(), test.want)
				if !slices.Equal(got.Reasons(), test.rejects) {
					t.Errorf("got rejects %q, want %q", got.Reasons(), test.rejects)
				}
			}
		})
	}
}

func TestCSV_every_reading_is_a_cut(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"email,password\na@example.com,'0012\n":                       "a@example.com=0012",
		"email,password\na@example.com,x\\ny\n":                       "a@example.com=x\ny",
		"email\tpassword\na@example.com\tx\\ny\n":                     `a@example.com=x\ny`,
		"email,password\na@example.com,pw,Berlin\n":                   "a@example.com=pw",
		"email,password\na@example.com,x,pw\n":                        "a@example.com=pw",
		"email\tpassword\na@example.com\t\"x\"\nb@example.com\tx\\\n": `a@example.com="x"`,
	} {
		got := dumptest.Read(t, []byte(text), dump.Options{})
		if len(got.Records) == 0 || !slices.Contains(got.Records[0].Cuts, want) {
			t.Errorf("%q: %q is missing in %+v", text, want, got.Records)
		}
	}
}

// TestAcceptance_dialects puts the variants of tables through the exam of formats.
func TestAcceptance_dialects(t *testing.T) {
	t.Parallel()
	for name, e := range map[string]formattest.Exam{
		"mysql_tab": {Format: table.TSV(), Header: "id\temail\tpassword",
			Record: func(id, password string) string { return "1\t" + id + "\t" + mysqlField(password) }},
		"backslash_quote": {Format: table.CSV(), Header: "id;email;password", Longest: 60 << 10,
			Record: func(id, password string) string {
				return "1;" + id + ";\"" + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(password) + `"`
			}},
	} {
		t.Run(name, e.Run)
	}
}

// mysqlField writes a field as INTO OUTFILE does with its defaults.
func mysqlField(text string) string {
	return strings.NewReplacer("\\", "\\\\", "\t", "\\\t", "\n", "\\\n", "\x00", "\\0").Replace(text)
}

func TestCSV_gives_back_what_was_written(t *testing.T) {
	t.Parallel()
	for name, write := range map[string]func(rows [][2]string) string{
		"encoding_csv": func(rows [][2]string) string {
			var b bytes.Buffer
			w := stdcsv.NewWriter(&b)
			_ = w.Write([]string{"id", "email", "password", "city"})
			for _, r := range rows {
				_ = w.Write([]string{"1", r[0], r[1], "x"})
			}
			w.Flush()
			return b.String()
		},
		"crlf_in_quotes": func(rows [][2]string) string {
			text := "email,password\r\n"
			for _, r := range rows {
				text += r[0] + `,"` + strings.ReplaceAll(r[1], `"`, `""`) + "\"\r\n"
			}
			return text
		},
		"mysql_tab": func(rows [][2]string) string {
			text := "email\tpassword\tcity\n"
			for _, r := range rows {
				text += r[0] + "\t" + mysqlField(r[1]) + "\tx\n"
			}
			return text
		},
		"headless_mysql_tab": func(rows [][2]string) string {
			text := ""
			for _, r := range rows {
				text += "7\t" + r[0] + "\t" + mysqlField(r[1]) + "\t2011-01-01\n"
			}
			return text
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				alphabet := []rune("ab1,;\t|\"'\\ nN0\u00e9\x00")
				if !strings.HasSuffix(name, "mysql_tab") { // no password holds a bare CR
					alphabet = append(alphabet, '\r')
				}
				if name != "headless_mysql_tab" {
					alphabet = append(alphabet, '\n')
				}
				password := rapid.StringOfN(rapid.SampledFrom(alphabet), 1, 12, -1).Filter(func(s string) bool {
					return s != `\N` && s != "NULL" && !cut.IsBlank([]byte(s)) && len(s) < 200 &&
						(name != "encoding_csv" || !strings.Contains(s, "\r"))
				})
				var rows [][2]string
				for i, p := range rapid.SliceOfN(password, 6, 20).Draw(t, "passwords") {
					rows = append(rows, [2]string{fmt.Sprintf("al%d@example.com", i), p})
				}
				text := write(rows)
				opts := dump.Options{Stdin: strings.NewReader(text), BlockSize: rapid.IntRange(1, 200).Draw(t, "block")}
				n := 0
				_, err := dump.Read(t.Context(), dump.Input{Path: "-"}, opts, func(b *dump.Block) error {
					b.Parse(func(r *leak.Record) {
						if n < len(rows) && !slices.Contains(dumptest.Show(r.Cuts), rows[n][0]+"="+rows[n][1]) {
							t.Fatalf("%q came back as %q of %q", rows[n], dumptest.Show(r.Cuts), text)
						}
						n++
					}, func(r leak.Reject) { t.Fatalf("a reject %+v in %q", r, text) })
					b.Release()
					return nil
				})
				if err != nil || n != len(rows) {
					t.Fatalf("%d records of %d (%v) in %q", n, len(rows), err, text)
				}
			})
		})
	}
}
