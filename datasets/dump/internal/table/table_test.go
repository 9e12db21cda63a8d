package table_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/delimited"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
	"github.com/credsieve/credsieve/datasets/dump/internal/format/formattest"
	"github.com/credsieve/credsieve/datasets/dump/internal/table"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

var (
	csvExam = formattest.Exam{
		Format: table.CSV(), Header: "id,email,password",
		Record: func(id, password string) string {
			return `7,` + id + `,"` + strings.ReplaceAll(password, `"`, `""`) + `"`
		},
		Longest: 60 << 10, // a quoted field can have no more
	}
	tsvExam = formattest.Exam{
		Format: table.TSV(), Header: "email\tpassword",
		Record: func(id, password string) string { return id + "\t" + password },
	}
)

func TestAcceptance(t *testing.T) {
	t.Parallel()
	t.Run("csv", csvExam.Run)
	t.Run("tsv", tsvExam.Run)
}

func TestSamples(t *testing.T) {
	t.Parallel()
	t.Run("csv", func(t *testing.T) { formattest.Samples(t, "csv", false) })
	t.Run("tsv", func(t *testing.T) { formattest.Samples(t, "tsv", true) })
}

func FuzzCSV(f *testing.F) { formattest.FuzzLines(f, table.CSV()) }
func FuzzTSV(f *testing.F) { formattest.FuzzLines(f, table.TSV()) }

func TestCSV(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, text string
		want       []string // first cuts
		rejects    []string
	}{
		{"quotes_and_null", "id,email,password,salt\n1,alice@example.com,\"pa\"\"ss,word\",NULL\n",
			[]string{`alice@example.com=pa"ss,word`}, nil},
		{"semicolon_and_backslash_n", "id;email;password;salt\n" + `"2";"bob@example.org";"x";"\N"` + "\n",
			[]string{"bob@example.org=x"}, nil},
		{"tab", "mail\tlogin\tmobile\tpasswd\n\tcarol\t\tpw\n\t\t+15550100\tp w\n",
			[]string{"carol=pw", "+15550100=p w"}, nil},
		{"bar", "user|pass\ncarol|pw\n", []string{"carol=pw"}, nil},
		{"aliases_fold", "User Name,E-Mail,PassWord\n,alice@example.com,pw\n",
			[]string{"alice@example.com=pw"}, nil},
		{"browser_export", "name,url,username,password,note\nx,https://example.com/,alice@example.com,pw,\n",
			[]string{"alice@example.com=pw"}, nil},
		{"byte_order_mark", "\ufeffemail,password\nalice@example.com,pw\n",
			[]string{"alice@example.com=pw"}, nil},
		{"blank_lines_above", "\n\r\nemail,password\nalice@example.com,pw\n",
			[]string{"alice@example.com=pw"}, nil},
		{"crlf_inside_quotes_stays", "email,password\r\nalice@example.com,\"a\r\nb\"\r\nbob@example.org,pw\r\n",
			[]string{"alice@example.com=a\r\nb", "bob@example.org=pw"}, nil},
		{"cr_only", "email,password\ralice@example.com,pw\rbob@example.org,pw2\r",
			[]string{"alice@example.com=pw", "bob@example.org=pw2"}, nil},
		{"stray_quote", "email,password\nalice@example.com,\"pw\nbob@example.org,pw2\ncarol@example.com,pw3\n",
			[]string{`alice@example.com="pw`, "bob@example.org=pw2", "carol@example.com=pw3"}, nil},
		{"quote_inside", "email,password\nalice@example.com,p\"w\nbob@example.org,\"p\"w\"\n",
			[]string{`alice@example.com=p"w`, `bob@example.org="p"w"`}, nil},
		{"empty_and_quoted_empty", "email,password\nalice@example.com,\nbob@example.org,\"\"\n",
			[]string{"alice@example.com!", "bob@example.org!"}, nil},
		{"null_password", "email,password\nalice@example.com,NULL\nbob@example.org,\\N\n" +
			"carol@example.com,\"NULL\"\n",
			[]string{"alice@example.com!", "bob@example.org!", "carol@example.com=NULL"}, nil},
		{"only_hashes", "email,hash\nalice@example.com,0123456789abcdef0123456789abcdef\n",
			[]string{"alice@example.com!0123456789abcdef0123456789abcdef"}, nil},
		{"digest_named_by_its_kind", "email,Password_MD5\nalice@example.com,0123456789abcdef0123456789abcdef\n",
			[]string{"alice@example.com!0123456789abcdef0123456789abcdef"}, nil},
		{"hash_where_no_password", "email,password,hash\nalice@example.com,pw,h1\nbob@example.org,,h2\n",
			[]string{"alice@example.com=pw", "bob@example.org!h2"}, nil},
		{"plaintext_in_a_column_of_hashes", "user_email,user_pass\nalice@example.com,Made-Up-1\n" +
			"bob@example.org," + strings.Repeat("0f", 16) + "\n",
			[]string{"alice@example.com=Made-Up-1", "bob@example.org!" + strings.Repeat("0f", 16)}, nil},
		{"password_with_a_longer_name", "email,PlainText_Password\nalice@example.com,\"p,w\"\n",
			[]string{"alice@example.com=p,w"}, nil},
		{"stored_hash_as_password", "email,password\nalice@example.com," + dumptest.BcryptHash + "\n",
			[]string{"alice@example.com!" + dumptest.BcryptHash}, nil},
		{"name_in_email_column", "email,password\ncarol,pw\n", []string{"carol=pw"}, nil},
		{"field_count", "email,password\nalice@example.com,pw,x\nbob@example.org\ncarol@example.com,pw\n",
			[]string{"alice@example.com=pw,x", "carol@example.com=pw"}, []string{"field_count"}},
		{"lines_of_a_list", "email,password\nalice@example.com:Tr0ub4dor\nbob@example.org;pa;ss\n" +
			"https://example.com/:carol@example.com:pw\nrubbish: 7\nx\n",
			[]string{"alice@example.com=Tr0ub4dor", "bob@example.org=pa;ss", "carol@example.com=pw"},
			[]string{"field_count", "field_count"}},
		{"header_below_banners", "# leaked 2024\n\nsep=;\nE-Mail;Kennwort\nalice@example.com;pw\n",
			[]string{"alice@example.com=pw"}, []string{"not_a_record", "not_a_record"}},
		{"aliases_of_other_tongues", "mailaddr,nick,passwort\nalice@example.com,ally,pw\n",
			[]string{"alice@example.com=pw"}, nil},
		{"unknown_header", "mailaddr2,first,last,kenn\n" + strings.Repeat("a@example.com,A,B,p-W1\n", 9),
			slices.Repeat([]string{"a@example.com=p-W1"}, 9), []string{"not_a_record"}},
		{"unknown_header_of_many_kinds", "id;mailx;first;kennx;ip\n" +
			strings.Repeat("1;a@example.com;A;p-W1;192.0.2.1\n", 9),
			slices.Repeat([]string{"a@example.com=p-W1"}, 9), []string{"not_a_record"}},
		{"no_identifier", "email,phone,password\n,,pw\nNULL,\\N,pw\n-,,pw\n", nil,
			[]string{"no_identifier", "no_identifier", "no_identifier"}},
		{"no_final_line_end", "email,password\nalice@example.com,\"p,w\"",
			[]string{"alice@example.com=p,w"}, nil},
		{"trailing_delimiter", "email,password,\nalice@example.com,pw,\n",
			[]string{"alice@example.com=pw"}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := dumptest.Read(t, []byte(test.text), dump.Options{BlockSize: 16})
			got.WantReport(t, dump.StatusRead, "csv", "")
			dumptest.WantCuts(t, got.FirstCuts(), test.want)
			if !slices.Equal(got.Reasons(), test.rejects) {
				t.Errorf("got rejects %q, want %q", got.Reasons(), test.rejects)
			}
		})
	}
}

func TestCSV_each_identifier_makes_a_cut(t *testing.T) {
	t.Parallel()
	got := dumptest.Read(t, []byte("email,username,phone,password\nalice@example.com,ally,+15550100,\" pw\"\n"),
		dump.Options{})
	dumptest.WantCuts(t, got.Records[0].Cuts, []string{
		"alice@example.com= pw", "alice@example.com=pw", "ally= pw", "ally=pw",
		"+15550100= pw", "+15550100=pw"})
}

func TestCSV_long_quotes_do_not_swallow_rows(t *testing.T) {
	t.Parallel()
	const rows = 2000
	for name, row := range map[string]string{
		"by_lines": "bob@example.org,pw\n",
		"by_bytes": "bob@example.org," + strings.Repeat("x", 10_000) + "\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := "email,password\nalice@example.com,\"stray\n" + strings.Repeat(row, rows)
			got := dumptest.Read(t, []byte(text), dump.Options{})
			if len(got.Records) != rows+1 || len(got.Rejects) != 0 {
				t.Errorf("got %d records and %d rejects, want %d and 0",
					len(got.Records), len(got.Rejects), rows+1)
			}
		})
	}
}

func TestCSV_quoted_field_up_to_the_limit_is_one_field(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		value string
		rows  int
	}{
		{"lines", strings.Repeat("x\n", delimited.MaxQuotedLines), 1},
		{"lines_over", strings.Repeat("x\n", delimited.MaxQuotedLines+1), delimited.MaxQuotedLines + 2},
		{"bytes", strings.Repeat("x", delimited.MaxQuotedBytes), 1},
		{"bytes_over", strings.Repeat("x", delimited.MaxQuotedBytes) + "\nx", 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			text := "email,password\nalice@example.com,\"" + test.value + "\"\n"
			got := dumptest.Read(t, []byte(text), dump.Options{BlockSize: 64})
			if n := len(got.Records) + len(got.Rejects); n != test.rows {
				t.Errorf("got %d rows, want %d", n, test.rows)
			}
			if test.rows == 1 && got.Records[0].Cuts[0] != "alice@example.com="+test.value {
				t.Errorf("the field lost something: it has %d bytes", len(got.Records[0].Cuts[0]))
			}
		})
	}
}

func TestCSV_header_is_recognised(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"email,password\nx,y\n":                   "csv",
		"Login;Hash\nx;y\n":                       "csv",
		"email:password\nalice@example.com:pw\n":  "combo", // no delimiter of tables
		"email,name\nalice@example.com,Alice\n":   "combo",
		"password\npw\n":                          "combo",
		"alice@example.com,password\nbob,pw\n":    "combo",
		"url,password\nhttps://example.com/,pw\n": "combo",
	} {
		if got := dumptest.Read(t, []byte(text), dump.Options{}); got.Format != want {
			t.Errorf("%q is read as %s, want %s", text, got.Format, want)
		}
	}
}

func TestCSV_demanded_by_name(t *testing.T) {
	t.Parallel()
	got := dumptest.Read(t, []byte("alice@example.com,pw\n"), dump.Options{Format: "csv"})
	got.WantReport(t, dump.StatusSkipped, "csv", "not a header")
	got = dumptest.Read(t, []byte("email\tpassword,x\nalice@example.com\tpw\n"), dump.Options{Format: "tsv"})
	got.WantReport(t, dump.StatusSkipped, "tsv", "not a header")
	got = dumptest.Read(t, []byte("email\tpassword\nalice@example.com\tp,w\n"), dump.Options{Format: "tsv"})
	got.WantReport(t, dump.StatusRead, "tsv", "")
	dumptest.WantCuts(t, got.FirstCuts(), []string{"alice@example.com=p,w"})
}

func TestCSV_lines_are_counted_through_quotes(t *testing.T) {
	t.Parallel()
	text := "email,password\nalice@example.com,\"a\nb\"\nbad\ncarol@example.com,pw"
	got := dumptest.Read(t, []byte(text), dump.Options{BlockSize: 1})
	want := []leak.Position{{Offset: 15, Length: 23, Line: 2}, {Offset: 43, Length: 20, Line: 5}}
	for i, r := range got.Records {
		if r.Position != want[i] {
			t.Errorf("record %d is at %+v, want %+v", i, r.Position, want[i])
		}
	}
	at := leak.Position{Offset: 39, Length: 3, Line: 4}
	if len(got.Rejects) != 1 || got.Rejects[0].Position != at {
		t.Errorf("got rejects %+v, want one at %+v", got.Rejects, at)
	}
}

func TestCSV_quotes_in_every_field_do_not_make_it_quadratic(t *testing.T) {
	t.Parallel()
	// Were each quote to look at all that follows, this would never end.
	text := "email,password\n" + strings.Repeat("\"a\nb\",", 1_000_000) + "\"a\n\"x\n"
	got := dumptest.Read(t, []byte(text), dump.Options{MaxRecord: 8 << 20})
	if got.Failed != nil {
		t.Fatal(got.Failed)
	}
	formattest.WantBalance(t, text, "email,password", got)
}

func TestCSV_position_of_what_stands_above(t *testing.T) {
	t.Parallel()
	text := cut.ByteOrderMark + "# leaked\r\n\r\n<made up>\r\nemail,password\r\nalice@example.com,pw\r\n"
	got := dumptest.Read(t, []byte(text), dump.Options{BlockSize: 1})
	got.WantReport(t, dump.StatusRead, "csv", "")
	want := []leak.Reject{
		{Position: leak.Position{Offset: 3, Length: 8, Line: 1}, Reason: leak.ReasonNotARecord},
		{Position: leak.Position{Offset: 15, Length: 9, Line: 3}, Reason: leak.ReasonNotARecord},
	}
	for i, r := range got.Rejects {
		if len(got.Rejects) != len(want) || r.Reject != want[i] {
			t.Errorf("got reject %+v, want %+v", r.Reject, want)
		}
	}
	below := leak.Position{Offset: 42, Length: 20, Line: 5}
	if r := got.Records[0]; len(got.Rejects) != 2 || r.Position != below {
		t.Errorf("got the record at %+v and %d rejects", r.Position, len(got.Rejects))
	}
}

func TestCSV_a_list_above_a_header_is_read_as_a_list(t *testing.T) {
	t.Parallel()
	got := dumptest.Read(t, []byte(dumptest.OneLine+"email,password\nbob@example.org,pw\n"), dump.Options{})
	got.WantReport(t, dump.StatusRead, "combo", "")
	if len(got.Records) != 2 {
		t.Errorf("got %d records, want both", len(got.Records))
	}
}

func TestCSV_only_a_header_is_empty(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"email,password\n", "email,password", "\n\nemail,password\n\n \n"} {
		dumptest.Read(t, []byte(text), dump.Options{}).WantReport(t, dump.StatusSkipped, "", "the dump is empty")
	}
	got := dumptest.Read(t, []byte("# x\nemail,password\n"), dump.Options{})
	if !slices.Equal(got.Reasons(), []string{"not_a_record"}) || got.Status != dump.StatusRead {
		t.Errorf("below a banner: got %s with rejects %q", got.Status, got.Reasons())
	}
}
