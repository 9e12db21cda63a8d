package unpack_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// workbook makes a workbook of the sheets, each a name and its rows.
func workbook(t testing.TB, sheets ...sheetOf) []byte {
	t.Helper()
	out, err := writeWorkbook(sheets)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

type sheetOf struct {
	name string
	rows [][]any
}

func writeWorkbook(sheets []sheetOf) ([]byte, error) {
	book := excelize.NewFile()
	defer book.Close()
	for i, s := range sheets {
		if i == 0 {
			if err := book.SetSheetName("Sheet1", s.name); err != nil {
				return nil, err
			}
		} else if _, err := book.NewSheet(s.name); err != nil {
			return nil, err
		}
		for n, row := range s.rows {
			if err := book.SetSheetRow(s.name, fmt.Sprintf("A%d", n+1), &row); err != nil {
				return nil, err
			}
		}
	}
	var out bytes.Buffer
	err := book.Write(&out)
	return out.Bytes(), err
}

func TestXLSX(t *testing.T) {
	t.Parallel()
	text := workbook(t,
		sheetOf{"Users", [][]any{{"ID", "E-Mail", "Password", "Phone"},
			{1, "alice@example.com", "pa\"ss\tword", 15550100123}, {2, "bob@example.org", "00123"},
			{}, {3, "carol@example.com", nil, "x"}, {4, "dan@example.com", 123}, {5, "erin@example.com", "NULL"},
			{6, "finn@example.com", `\N`}, {7, "gil@example.com", "'0012", "", ""}, {8, "hal@example.com", " a\nb "}}},
		sheetOf{"List", [][]any{{"alice@example.com:list\"ed"}, {"bob@example.org:x"}}},
		sheetOf{"Empty", nil})
	want := []string{"alice@example.com=pa\"ss\tword", "bob@example.org=00123", "carol@example.com!",
		"dan@example.com=123", "erin@example.com=NULL", `finn@example.com=\N`, "gil@example.com='0012",
		"hal@example.com= a\nb ", "alice@example.com=list\"ed", "bob@example.org=x"}
	for how, got := range map[string]dumptest.Outcome{
		"file": dumptest.ReadFile(t, "users", text, dump.Options{}), "stream": dumptest.Read(t, text, dump.Options{}),
		"gzip":       dumptest.Read(t, dumptest.Gzipped(t, text), dump.Options{BlockSize: 5}),
		"inside_zip": dumptest.ReadFile(t, "a.zip", dumptest.Zipped(t, dumptest.Packed("dir/users.xlsx", string(text))), dump.Options{}),
	} {
		t.Run(how, func(t *testing.T) {
			got.WantReport(t, dump.StatusRead, "xlsx", "")
			dumptest.WantCuts(t, got.FirstCuts(), want)
			if len(got.Rejects) > 0 || got.Bytes == 0 || len(got.SHA256) != 64 {
				t.Errorf("got rejects %+v, %d bytes", got.Rejects, got.Bytes)
			}
			prefix := map[bool]string{true: "dir/users.xlsx/"}[how == "inside_zip"]
			if r := got.Records[1]; r.Member != prefix+"Users" || r.Line != 3 {
				t.Errorf("the second record is in %q, line %d", r.Member, r.Line)
			}
			if r := got.Records[8]; r.Member != prefix+"List" || r.Line != 1 {
				t.Errorf("the list is %q, line %d", r.Member, r.Line)
			}
		})
	}
	if !slices.Contains(dumptest.Read(t, text, dump.Options{}).Records[6].Cuts, "gil@example.com=0012") {
		t.Error("the apostrophe of a spreadsheet is kept only")
	}
}

func TestXLSX_without_a_header(t *testing.T) {
	t.Parallel()
	var rows [][]any
	for i := range 6 {
		rows = append(rows, []any{i, fmt.Sprintf("al%d@example.com", i), fmt.Sprintf("pw-%d", i)})
	}
	got := dumptest.Read(t, workbook(t, sheetOf{"x", rows}), dump.Options{})
	got.WantReport(t, dump.StatusRead, "xlsx", "")
	dumptest.WantCuts(t, got.Records[5].Cuts, []string{"al5@example.com=pw-5", "..."})
}

// rezipped copies an archive with what change makes of each entry; nil leaves it out.
func rezipped(t testing.TB, data []byte, change func(name string, text []byte) []byte) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, f := range in.File {
		from, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(from)
		if err != nil {
			t.Fatal(err)
		}
		if text = change(f.Name, text); text == nil {
			continue
		}
		w, err := z.Create(f.Name)
		if err == nil {
			_, err = w.Write(text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestXLSX_that_is_damaged_or_too_large(t *testing.T) {
	t.Parallel()
	book := workbook(t, sheetOf{"x", [][]any{{"email", "password"}, {"alice@example.com", "pw"}, {"bob@example.org", "y"}}})
	isSheet := func(name string) bool { return strings.HasPrefix(name, "xl/worksheets/") }
	for _, test := range []struct {
		name   string
		change func(name string, text []byte) []byte
		status dump.Status
		format string
		way    string
	}{
		{"cut_sheet", func(name string, text []byte) []byte {
			if isSheet(name) {
				before, _, _ := bytes.Cut(text, []byte(`<row r="3"`))
				return before
			}
			return text
		}, dump.StatusPartial, "xlsx", "sheet1.xml\" is damaged"},
		{"no_sheet", func(name string, text []byte) []byte {
			if isSheet(name) {
				return nil
			}
			return text
		}, dump.StatusSkipped, "", ""},
		{"broken_book", func(name string, text []byte) []byte {
			if name == "xl/workbook.xml" {
				return []byte("<workbook")
			}
			return text
		}, dump.StatusSkipped, "", ""},
		{"binary_book", func(name string, text []byte) []byte { return append(text, "\n"...) },
			dump.StatusRead, "xlsx", ""},
		{"bomb", func(name string, text []byte) []byte {
			if isSheet(name) {
				return append(text, bytes.Repeat([]byte(" "), 1<<20)...)
			}
			return text
		}, dump.StatusSkipped, "xlsx", "over 1 MiB, the limit: save its sheets as CSV"},
		{"text_document", func(name string, text []byte) []byte {
			if strings.HasPrefix(name, "xl/") {
				return nil
			}
			return text
		}, dump.StatusSkipped, "office", "save it as .xlsx or CSV"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := dumptest.ReadFile(t, "x.xlsx", rezipped(t, book, test.change),
				dump.Options{Limits: dump.Limits{Workbook: 1 << 20}})
			if test.way == "" && test.status == dump.StatusSkipped {
				if got.Status != dump.StatusSkipped || got.Err == nil || len(got.Records) > 0 {
					t.Errorf("got %s, %v", got.Status, got.Err)
				}
				return
			}
			got.WantReport(t, test.status, test.format, test.way)
		})
	}
}

// TestXLSX_writes_nothing_to_disk: a part over the library's limit would become a temporary file.
func TestXLSX_writes_nothing_to_disk(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	var rows [][]any
	rows = append(rows, []any{"email", "password"})
	filler := strings.Repeat("x", 30_000)
	for i := range 600 { // 18 MB of shared texts, over the library's 16 MiB
		rows = append(rows, []any{fmt.Sprintf("a%d@example.com", i), fmt.Sprint(i, filler)})
	}
	got := dumptest.Read(t, workbook(t, sheetOf{"x", rows}), dump.Options{})
	got.WantReport(t, dump.StatusRead, "xlsx", "")
	if len(got.Records) != 600 {
		t.Errorf("got %d records", len(got.Records))
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%d files were left, %v", len(left), err)
	}
}

func TestXLSX_gives_back_what_was_written(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		password := rapid.StringOfN(rapid.SampledFrom([]rune("ab1,;:\t|\"'\\ <>&\n_x0D\u00e9\u5bc6")), 1, 12, -1).
			Filter(func(s string) bool { return strings.TrimSpace(s) != "" })
		passwords := rapid.SliceOfN(password, 1, 8).Draw(t, "passwords")
		rows := [][]any{{"id", "email", "password"}}
		for i, p := range passwords {
			rows = append(rows, []any{i, fmt.Sprintf("al%d@example.com", i), p})
		}
		data, err := writeWorkbook([]sheetOf{{"x", rows}})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		_, err = dump.Read(t.Context(), dump.Input{Path: "-"}, dump.Options{Stdin: bytes.NewReader(data)}, func(b *dump.Block) error {
			b.Parse(func(r *leak.Record) {
				if want := fmt.Sprintf("al%d@example.com=%s", n, passwords[n]); !slices.Contains(dumptest.Show(r.Cuts), want) {
					t.Fatalf("%q came back as %q", want, dumptest.Show(r.Cuts))
				}
				n++
			}, func(r leak.Reject) { t.Fatalf("a reject %+v", r) })
			return nil
		})
		if err != nil || n != len(passwords) {
			t.Fatalf("%d of %d, %v", n, len(passwords), err)
		}
	})
}

func FuzzXLSX(f *testing.F) {
	f.Add(`<row r="1"><c r="A1" t="inlineStr"><is><t>email</t></is></c></row>`)
	f.Add(`<row r="7"><c r="XFD7"><v>1E10</v></c></row><row r="2"><c r="A2" t="s"><v>99</v></c></row>`)
	book := workbook(f, sheetOf{"x", [][]any{{"email", "password"}, {"alice@example.com", "pw"}}})
	f.Fuzz(func(t *testing.T, rows string) {
		if len(rows) > 2000 {
			t.Skip()
		}
		data := rezipped(t, book, func(name string, text []byte) []byte {
			if !strings.HasPrefix(name, "xl/worksheets/") {
				return text
			}
			return bytes.Replace(text, []byte("</sheetData>"), []byte(rows+"</sheetData>"), 1)
		})
		got := dumptest.Read(t, data, dump.Options{})
		if got.Failed != nil || (got.Status == dump.StatusRead) != (got.Err == nil) {
			t.Errorf("got %s, %v, %v", got.Status, got.Err, got.Failed)
		}
	})
}

func BenchmarkXLSX(b *testing.B) {
	const n = 5000
	rows := [][]any{{"email", "password"}}
	for i := range n {
		rows = append(rows, []any{fmt.Sprintf("user%08d@mail.example.com", i), fmt.Sprintf("Made-Up-%02d", i%100)})
	}
	data := workbook(b, sheetOf{"x", rows})
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if got := dumptest.Read(b, data, dump.Options{}); len(got.Records) != n {
			b.Fatal(got.Err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/record")
}

// TestXLSX_texts_are_bounded: 154 kB of empty shared strings took 2.6 GiB.
func TestXLSX_texts_are_bounded(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]string{"empty": "<si/>", "short": "<si><t>a</t></si>", "rich": "<si><r><t/></r></si>"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sheet := workbook(t, sheetOf{"a", [][]any{{"email", "password"}, {"alice@example.com", "secret-1"}}})
			text := rezipped(t, sheet, func(part string, text []byte) []byte {
				if part != "xl/sharedStrings.xml" {
					return text
				}
				return bytes.Replace(text, []byte("</sst>"), []byte(strings.Repeat(one, 100_000)+"</sst>"), 1)
			})
			dumptest.Read(t, text, dump.Options{Limits: dump.Limits{Texts: 10 << 20}}).
				WantReport(t, dump.StatusSkipped, "xlsx", "the texts of the workbook need over 10 MiB of memory")
			dumptest.Read(t, text, dump.Options{}).WantReport(t, dump.StatusRead, "xlsx", "")
		})
	}
}

// with adds a file to a zip archive.
func with(t *testing.T, archive []byte, name, text string) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	to := zip.NewWriter(&out)
	for _, f := range z.File {
		if err := to.Copy(f); err != nil {
			t.Fatal(err)
		}
	}
	file, err := to.Create(name)
	if err == nil {
		_, err = file.Write([]byte(text))
	}
	if err == nil {
		err = to.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Whoever opens the document sees nothing of these.
func TestWalk_office_document_with_other_files(t *testing.T) {
	t.Parallel()
	book := workbook(t, sheetOf{"Users", [][]any{{"Email", "Password"}, {"alice@example.com", "pw"}}})
	ods := dumptest.Zipped(t, dumptest.Entry{Name: "mimetype", Text: "application/vnd.oasis.opendocument.spreadsheet"},
		dumptest.Packed("content.xml", "<r><c>alice@example.com</c></r>"))
	for kind, document := range map[string][]byte{"xlsx": book, "ods": ods} {
		finds := func(t *testing.T, data []byte, want bool) {
			t.Helper()
			got := dumptest.Read(t, data, dump.Options{})
			found := slices.ContainsFunc(got.Records, func(r dumptest.Record) bool { return strings.Contains(r.Cuts[0], "mallory") })
			if got.Status != dump.StatusRead || found != want || len(got.Records) == 0 {
				t.Errorf("it is %s (%v), found: %t, %d records", got.Status, got.Err, found, len(got.Records))
			}
		}
		for _, name := range []string{"list.txt", "xl/list.txt", "other/list.xml", "list", "META-INF/x.csv"} {
			t.Run(kind+" "+name, func(t *testing.T) {
				t.Parallel()
				finds(t, with(t, document, name, stranger), true)
			})
		}
		t.Run(kind+" alone", func(t *testing.T) {
			t.Parallel()
			finds(t, document, false)
			finds(t, with(t, document, "Pictures/x.png", "\x89PNG\r\n\x1a\n"), false)
		})
	}
}
