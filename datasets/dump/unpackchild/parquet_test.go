package unpackchild_test

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/pqarrow"
	"pgregory.net/rapid"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
	"github.com/credsieve/credsieve/datasets/dump/unpackchild"
)

// parquetOf writes ids, addresses and passwords; an empty password is null.
func parquetOf(t testing.TB, passwords []string) []byte {
	t.Helper()
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema([]arrow.Field{
		{Name: "id", Type: arrow.PrimitiveTypes.Int64},
		{Name: "email", Type: arrow.BinaryTypes.String},
		{Name: "password", Type: arrow.BinaryTypes.Binary, Nullable: true},
	}, nil))
	defer b.Release()
	for i, p := range passwords {
		b.Field(0).(*array.Int64Builder).Append(int64(i))
		b.Field(1).(*array.StringBuilder).Append(fmt.Sprintf("al%d@example.com", i))
		if p == "" {
			b.Field(2).AppendNull()
		} else {
			b.Field(2).(*array.BinaryBuilder).Append([]byte(p))
		}
	}
	rec := b.NewRecord()
	defer rec.Release()
	var out bytes.Buffer
	props := parquet.NewWriterProperties(parquet.WithCompression(compress.Codecs.Snappy),
		parquet.WithMaxRowGroupLength(1000))
	w, err := pqarrow.NewFileWriter(rec.Schema(), &out, props, pqarrow.DefaultWriterProps())
	if err == nil {
		err = w.WriteBuffered(rec)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestParquet(t *testing.T) {
	t.Parallel()
	data := parquetOf(t, []string{"pa\tss", "", `\N`, "NULL", "a\x00b\xff", "a\r\n\"b\""})
	got := dumptest.ReadFile(t, "users", data, dump.Options{Children: childIn(t, "read"), BlockSize: 16})
	got.WantReport(t, dump.StatusRead, "parquet", "")
	dumptest.WantCuts(t, got.FirstCuts(), []string{"al0@example.com=pa\tss", "al1@example.com!",
		`al2@example.com=\N`, "al3@example.com=NULL", "al4@example.com=a\x00b\xff", "al5@example.com=a\r\n\"b\""})
	if got.Bytes != int64(len(data)) || len(got.SHA256) != 64 || len(got.Rejects) > 0 {
		t.Errorf("got %d bytes, digest %q, rejects %+v", got.Bytes, got.SHA256, got.Rejects)
	}
}

// TestParquet_of_packed_numbers reads what DuckDB writes: numbers as differences, in pages of more rows
// than are decoded at a time, some of them NULL.
func TestParquet_of_packed_numbers(t *testing.T) {
	t.Parallel()
	const rows = 2*unpackchild.Batch + 5
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema([]arrow.Field{
		{Name: "seen", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
		{Name: "email", Type: arrow.BinaryTypes.String},
		{Name: "password", Type: arrow.BinaryTypes.String},
	}, nil))
	for i := range int64(rows) {
		if i%3 == 0 {
			b.Field(0).AppendNull()
		} else {
			b.Field(0).(*array.Int64Builder).Append(i * i)
		}
		b.Field(1).(*array.StringBuilder).Append(fmt.Sprintf("al%d@example.com", i))
		b.Field(2).(*array.StringBuilder).Append("pw")
	}
	rec := b.NewRecord()
	var out bytes.Buffer
	err := pqarrow.WriteTable(array.NewTableFromRecords(rec.Schema(), []arrow.Record{rec}), &out, rows/2+1,
		parquet.NewWriterProperties(parquet.WithDictionaryDefault(false),
			parquet.WithEncodingFor("seen", parquet.Encodings.DeltaBinaryPacked)), pqarrow.DefaultWriterProps())
	if err != nil {
		t.Fatal(err)
	}
	got := dumptest.ReadFile(t, "users", out.Bytes(), dump.Options{Children: childIn(t, "read")})
	got.WantReport(t, dump.StatusRead, "parquet", "")
	if n := len(got.FirstCuts()); n != rows {
		t.Errorf("%d of %d records", n, rows)
	}
}

func TestParquet_that_is_not_read(t *testing.T) {
	t.Parallel()
	data := parquetOf(t, []string{"pw"})
	missing := dump.NewChildren(func(ctx context.Context) *exec.Cmd {
		return exec.CommandContext(ctx, "/nonexistent/program")
	})
	for _, test := range []struct {
		name   string
		got    dumptest.Outcome
		status dump.Status
		way    string
	}{
		{"no_child", dumptest.ReadFile(t, "x", data, dump.Options{}), dump.StatusSkipped, "export it to CSV first"},
		{"stream", dumptest.Read(t, data, dump.Options{Children: childIn(t, "read")}), dump.StatusSkipped, "or name the file"},
		{"in_zip", dumptest.ReadFile(t, "x.zip", dumptest.Zipped(t, dumptest.Packed("x", string(data))), dump.Options{Children: childIn(t, "read")}),
			dump.StatusSkipped, "or name the file"},
		{"no_program", dumptest.ReadFile(t, "x", data, dump.Options{Children: missing}), dump.StatusSkipped, "failed to start"},
		{"panic", dumptest.ReadFile(t, "x", data, dump.Options{Children: childIn(t, "panic")}), dump.StatusPartial, "its decoder failed"},
		{"babble", dumptest.ReadFile(t, "x", data, dump.Options{Children: childIn(t, "babble")}), dump.StatusPartial, "its decoder failed"},
		{"cut", dumptest.ReadFile(t, "x", data[:len(data)-9], dump.Options{Children: childIn(t, "read")}), dump.StatusPartial, "damaged"},
		{"mark_only", dumptest.ReadFile(t, "x", []byte("PAR1"), dump.Options{Children: childIn(t, "read")}), dump.StatusPartial, "damaged"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.got.Failed != nil || test.got.Status != test.status ||
				!strings.Contains(fmt.Sprint(test.got.Err), test.way) {
				t.Errorf("got %s, %v, %v", test.got.Status, test.got.Err, test.got.Failed)
			}
			if strings.Contains(fmt.Sprint(test.got.Err), "stranger") {
				t.Error("the panic is quoted")
			}
		})
	}
}

func TestParquet_gives_back_what_was_written(t *testing.T) {
	t.Parallel()
	children := childIn(t, "read")
	rapid.Check(t, func(rt *rapid.T) {
		alphabet := []byte("ab1,;\t|\"'\\ N\n\r\x00\xe9\xff")
		password := rapid.SliceOfN(rapid.SampledFrom(alphabet), 1, 12).
			Filter(func(p []byte) bool { return len(bytes.TrimSpace(p)) > 0 })
		var passwords []string
		for _, p := range rapid.SliceOfN(password, 1, 50).Draw(rt, "passwords") {
			passwords = append(passwords, string(p))
		}
		got := dumptest.ReadFile(t, "x", parquetOf(t, passwords), dump.Options{Children: children})
		if got.Failed != nil || got.Status != dump.StatusRead || len(got.Records) != len(passwords) ||
			len(got.Rejects) > 0 {
			rt.Fatalf("%d of %d, %s, %v, rejects %v", len(got.Records), len(passwords), got.Status, got.Err,
				got.Rejects)
		}
		for n, r := range got.Records {
			if want := fmt.Sprintf("al%d@example.com=%s", n, passwords[n]); !slices.Contains(r.Cuts, want) {
				rt.Fatalf("%q came back as %q", want, r.Cuts)
			}
		}
	})
}

func BenchmarkParquet(b *testing.B) {
	const n = 100_000
	passwords := make([]string, n)
	for i := range passwords {
		passwords[i] = fmt.Sprintf("Made-Up-%d", i)
	}
	data := parquetOf(b, passwords)
	b.SetBytes(int64(len(data)))
	children := childIn(b, "read")
	for b.Loop() {
		if got := dumptest.ReadFile(b, "x", data, dump.Options{Children: children}); len(got.Records) != n {
			b.Fatal(got.Err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/record")
}
