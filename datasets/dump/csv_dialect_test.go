package dump

import (
	"bytes"
	stdcsv "encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
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
			for _, size := range []int{0, 16} {
				got := read(t, []byte(test.text), Options{BlockSize: size})
				got.wantReport(t, StatusRead, "csv", "")
				wantCuts(t, got.firstCuts(), test.want)
				if !slices.Equal(got.reasons(), test.rejects) {
					t.Errorf("got rejects %q, want %q", got.reasons(), test.rejects)
				}
			}
		})
	}
}

func TestCSV_every_reading_is_a_cut(t *testing.T) {
	for text, want := range map[string]string{
		"email,password\na@example.com,'0012\n":                       "a@example.com=0012",
		"email,password\na@example.com,x\\ny\n":                       "a@example.com=x\ny",
		"email\tpassword\na@example.com\tx\\ny\n":                     `a@example.com=x\ny`,
		"email,password\na@example.com,pw,Berlin\n":                   "a@example.com=pw",
		"email,password\na@example.com,x,pw\n":                        "a@example.com=pw",
		"email\tpassword\na@example.com\t\"x\"\nb@example.com\tx\\\n": `a@example.com="x"`,
	} {
		got := read(t, []byte(text), Options{})
		if len(got.records) == 0 || !slices.Contains(got.records[0].cuts, want) {
			t.Errorf("%q: %q is missing in %+v", text, want, got.records)
		}
	}
}

func TestCSV_headless(t *testing.T) {
	digest := func(i int) string { return fmt.Sprintf("%032x", 0x1234567+i) }
	for _, test := range []struct {
		name string
		row  func(i int) string
		want []string // cuts of the second row
	}{
		{"comma", func(i int) string {
			return fmt.Sprintf("%d,al%d@example.com,Jane,Made-Up-%d,192.0.2.%d,2011-01-0%d\n", i, i, i, i, i+1)
		}, []string{"al1@example.com=Made-Up-1", "al1@example.com=Jane",
			"al1@example.com=Jane,Made-Up-1,192.0.2.1,2011-01-02", "Jane=Made-Up-1", "Made-Up-1=Jane"}},
		{"hash_only", func(i int) string {
			return fmt.Sprintf("%d;al%d@example.com;%s\n", i, i, digest(i))
		}, []string{"al1@example.com=" + digest(1)}},
		{"tab_null", func(i int) string {
			return fmt.Sprintf("%d\tal%d@example.com\tp w\\\\%d\t\\N\n", i, i, i)
		}, []string{`al1@example.com=p w\1`, "..."}},
		{"no_address", func(i int) string {
			return fmt.Sprintf("%d|user%c|Made-Up-%d|https://example.com/\n", i, 'a'+i, i)
		}, []string{"userb=Made-Up-1", "Made-Up-1=userb"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := read(t, []byte(numbered(6, test.row)), Options{BlockSize: 16})
			got.wantReport(t, StatusRead, "csv", "")
			if len(got.records) != 6 || len(got.rejects) > 0 {
				t.Fatalf("got %d records, %+v", len(got.records), got.rejects)
			}
			wantCuts(t, got.records[1].cuts, test.want)
		})
	}
}

func TestCSV_headless_is_claimed_for_tables_only(t *testing.T) {
	for name, test := range map[string]struct {
		row  func(i int) string
		want string
	}{
		"two_columns": {func(i int) string { return fmt.Sprintf("al%d@example.com;pw\n", i) }, "combo"},
		"few_agree": {func(i int) string {
			return fmt.Sprintf("al%d@example.com;pw%s\n", i, strings.Repeat(";x", i%3))
		}, "combo"},
		"captured": {func(i int) string {
			return fmt.Sprintf("al%d@example.com:pw | Plan = x | Until = y\n", i)
		}, "combo"},
		"urls": {func(i int) string {
			return fmt.Sprintf("https://example.com/|al%d@example.com|pw\n", i)
		}, "ulp"},
		"table": {func(i int) string { return fmt.Sprintf("%d,al%d@example.com,pw\n", i, i) }, "csv"},
	} {
		if got := read(t, []byte(numbered(9, test.row)), Options{}); got.Format != test.want {
			t.Errorf("%s is read as %s, want %s", name, got.Format, test.want)
		}
	}
	few := numbered(headlessRows-1, func(i int) string { return fmt.Sprintf("a%d@example.com;x;y\n", i) })
	if got := read(t, []byte(few), Options{}); got.Format != "combo" {
		t.Errorf("%d rows are read as %s", headlessRows-1, got.Format)
	}
}

// TestCSV_headless_is_typed_by_the_whole_sample has a beginning that looks like no table.
func TestCSV_headless_is_typed_by_the_whole_sample(t *testing.T) {
	text := "# export\n" + numbered(5, func(i int) string { return fmt.Sprintf("%d,,,\n", i) }) +
		numbered(100, func(i int) string { return fmt.Sprintf("%d,al%d@example.com,pw-%d,x\n", i, i, i) })
	got := read(t, []byte(text), Options{})
	got.wantReport(t, StatusRead, "csv", "")
	if len(got.records) != 100 || got.records[7].cuts[0] != "al7@example.com=pw-7" {
		t.Errorf("got %d records, %+v", len(got.records), got.records[:8])
	}
}

// TestCSV_headless_addresses_behind_the_sample has a column of addresses that is empty at first.
func TestCSV_headless_addresses_behind_the_sample(t *testing.T) {
	text := numbered(4000, func(i int) string { return fmt.Sprintf("%d,NULL,user%c,Made-Up-%d\n", i, 'a'+i%26, i) }) +
		"4000,alice@example.com,ally,Made-Up-x\n"
	got := read(t, []byte(text), Options{})
	got.wantReport(t, StatusRead, "csv", "")
	last := got.records[len(got.records)-1].cuts
	if len(got.records) != 4001 || !slices.Contains(last, "alice@example.com=Made-Up-x") ||
		!slices.Contains(last, "ally=Made-Up-x") {
		t.Errorf("got %d records, the last is %q", len(got.records), last)
	}
}

func TestIsDate(t *testing.T) {
	for text, want := range map[string]bool{
		"2011-12-31": true, "31.12.2011": true, "12/31/2011 10:00": true, "2011-12-31T23:59:59Z": true,
		"2011-12": false, "1-2-3-4": false, "12345678": false, "10.0.0.1": false, "2011-12-31x": false,
	} {
		if got := isDate([]byte(text)); got != want {
			t.Errorf("isDate(%q) = %t", text, got)
		}
	}
}

// TestAcceptance_dialects puts the variants of tables through the exam of formats.
func TestAcceptance_dialects(t *testing.T) {
	for name, e := range map[string]exam{
		"mysql_tab": {"tsv", "id\temail\tpassword", func(id, password string) string {
			return "1\t" + id + "\t" + mysqlField(password)
		}},
		"backslash_quote": {"csv", "id;email;password", func(id, password string) string {
			return "1;" + id + ";\"" + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(password) + `"`
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Run("line_ends", e.lineEnds)
			t.Run("dirt", e.dirt)
			t.Run("truncated_streams", e.truncated)
			t.Run("block_sizes_do_not_matter", e.blockSizes)
			t.Run("failing_disk", e.failingDisk)
		})
	}
}

// mysqlField writes a field as INTO OUTFILE does with its defaults.
func mysqlField(text string) string {
	return strings.NewReplacer("\\", "\\\\", "\t", "\\\t", "\n", "\\\n", "\x00", "\\0").Replace(text)
}

func TestCSV_gives_back_what_was_written(t *testing.T) {
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
			rapid.Check(t, func(t *rapid.T) {
				alphabet := []rune("ab1,;\t|\"'\\ nN0\u00e9\x00")
				if !strings.HasSuffix(name, "mysql_tab") { // no password holds a bare CR
					alphabet = append(alphabet, '\r')
				}
				if name != "headless_mysql_tab" {
					alphabet = append(alphabet, '\n')
				}
				password := rapid.StringOfN(rapid.SampledFrom(alphabet), 1, 12, -1).Filter(func(s string) bool {
					return s != `\N` && s != "NULL" && !isBlank([]byte(s)) && len(s) < 200 &&
						(name != "encoding_csv" || !strings.Contains(s, "\r"))
				})
				var rows [][2]string
				for i, p := range rapid.SliceOfN(password, 6, 20).Draw(t, "passwords") {
					rows = append(rows, [2]string{fmt.Sprintf("al%d@example.com", i), p})
				}
				text := write(rows)
				opts := Options{Stdin: strings.NewReader(text), BlockSize: rapid.IntRange(1, 200).Draw(t, "block")}
				n := 0
				_, err := Read(t.Context(), Input{Path: "-"}, opts, func(b *Block) error {
					b.Parse(func(r *Record) {
						if n < len(rows) && !slices.Contains(show(r.Cuts), rows[n][0]+"="+rows[n][1]) {
							t.Fatalf("%q came back as %q of %q", rows[n], show(r.Cuts), text)
						}
						n++
					}, func(r Reject) { t.Fatalf("a reject %+v in %q", r, text) })
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
