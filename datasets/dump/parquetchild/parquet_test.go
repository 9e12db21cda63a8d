package parquetchild_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/pqarrow"
	"pgregory.net/rapid"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
	"github.com/credsieve/credsieve/datasets/dump/parquetchild"
)

// childMode makes the test binary the child that it starts.
const childMode = "CREDSIEVE_TEST_CHILD"

func TestMain(m *testing.M) {
	switch os.Getenv(childMode) {
	case "read":
		if parquetchild.Run(os.NewFile(3, "input"), os.Stdout) != nil {
			os.Exit(1)
		}
	case "panic":
		fmt.Fprintf(os.Stdout, "t\x00\x00\x00\x22email\tpassword\nalice@example.com\tp")
		go panic("secret of a stranger")
		time.Sleep(time.Hour)
	case "hang":
		time.Sleep(time.Hour) // a test that waits for it fails
	case "hunger":
		parquetchild.LimitMemory()
		for held := [][]byte{}; len(held) < 6; { // GiB, not touched: the limit is on what may be written to
			held = append(held, make([]byte, 1<<30))
		}
		fmt.Print("z\x00\x00\x00\x00")
	case "babble":
		fmt.Print("t\xff\xff\xff\xff")
	default:
		os.Exit(m.Run())
	}
	os.Exit(0)
}

func childIn(mode string) func(context.Context) *exec.Cmd {
	return func(ctx context.Context) *exec.Cmd {
		cmd := exec.CommandContext(ctx, os.Args[0])
		cmd.Env = append(os.Environ(), childMode+"="+mode)
		return cmd
	}
}

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
	got := dumptest.ReadFile(t, "users", data, dump.Options{Child: childIn("read"), BlockSize: 16})
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
	const rows = 2*parquetchild.Batch + 5
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
	got := dumptest.ReadFile(t, "users", out.Bytes(), dump.Options{Child: childIn("read")})
	got.WantReport(t, dump.StatusRead, "parquet", "")
	if n := len(got.FirstCuts()); n != rows {
		t.Errorf("%d of %d records", n, rows)
	}
}

func TestParquet_that_is_not_read(t *testing.T) {
	t.Parallel()
	data := parquetOf(t, []string{"pw"})
	missing := func(ctx context.Context) *exec.Cmd { return exec.CommandContext(ctx, "/nonexistent/program") }
	for _, test := range []struct {
		name   string
		got    dumptest.Outcome
		status dump.Status
		way    string
	}{
		{"no_child", dumptest.ReadFile(t, "x", data, dump.Options{}), dump.StatusSkipped, "export it to CSV first"},
		{"stream", dumptest.Read(t, data, dump.Options{Child: childIn("read")}), dump.StatusSkipped, "or name the file"},
		{"in_zip", dumptest.ReadFile(t, "x.zip", dumptest.Zipped(t, dumptest.Packed("x", string(data))), dump.Options{Child: childIn("read")}),
			dump.StatusSkipped, "or name the file"},
		{"no_program", dumptest.ReadFile(t, "x", data, dump.Options{Child: missing}), dump.StatusSkipped, "failed to start"},
		{"panic", dumptest.ReadFile(t, "x", data, dump.Options{Child: childIn("panic")}), dump.StatusPartial, "its decoder failed"},
		{"babble", dumptest.ReadFile(t, "x", data, dump.Options{Child: childIn("babble")}), dump.StatusPartial, "its decoder failed"},
		{"cut", dumptest.ReadFile(t, "x", data[:len(data)-9], dump.Options{Child: childIn("read")}), dump.StatusPartial, "damaged"},
		{"mark_only", dumptest.ReadFile(t, "x", []byte("PAR1"), dump.Options{Child: childIn("read")}), dump.StatusPartial, "damaged"},
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

func TestParquet_child_that_is_not_heard_of_is_ended(t *testing.T) {
	t.Parallel()
	opts := dump.Options{
		Child: childIn("hang"), Limits: dump.Limits{Silence: 200 * time.Millisecond},
	}
	dumptest.ReadFile(t, "x", parquetOf(t, []string{"pw"}), opts).
		WantReport(t, dump.StatusPartial, "parquet", "its decoder failed")
}

// TestParquet_child_cannot_have_all_memory is about files whose lengths make a decoder allocate without end.
func TestParquet_child_cannot_have_all_memory(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("only Linux bounds what a process may allocate")
	}
	dumptest.ReadFile(t, "x", parquetOf(t, []string{"pw"}), dump.Options{Child: childIn("hunger")}).
		WantReport(t, dump.StatusPartial, "parquet", "its decoder failed")
}

func TestParquet_can_be_cancelled(t *testing.T) {
	t.Parallel()
	file := dumptest.File(t, "x", parquetOf(t, []string{"pw"}))
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	opts := dump.Options{Child: childIn("hang")}
	_, err := dump.Read(ctx, dump.Input{Path: file}, opts, func(*dump.Block) error { return nil })
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

func TestParquet_gives_back_what_was_written(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		alphabet := []byte("ab1,;\t|\"'\\ N\n\r\x00\xe9\xff")
		password := rapid.SliceOfN(rapid.SampledFrom(alphabet), 1, 12).
			Filter(func(p []byte) bool { return len(bytes.TrimSpace(p)) > 0 })
		var passwords []string
		for _, p := range rapid.SliceOfN(password, 1, 50).Draw(rt, "passwords") {
			passwords = append(passwords, string(p))
		}
		file := dumptest.File(t, "x", parquetOf(t, passwords))
		in, err := os.Open(file)
		if err != nil {
			rt.Fatal(err)
		}
		defer in.Close()
		// The table is written in this process, and all that the child does is to hand it on: a child
		// that decodes takes long to start.
		var frames bytes.Buffer
		if err := parquetchild.WriteTable(in, &frames); err != nil {
			rt.Fatal(err)
		}
		opts := dump.Options{Child: func(ctx context.Context) *exec.Cmd {
			return exec.CommandContext(ctx, "cat", dumptest.File(t, "frames", frames.Bytes()))
		}}
		got := dumptest.ReadInput(t, dump.Input{Path: file}, opts)
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
	for b.Loop() {
		if got := dumptest.ReadFile(b, "x", data, dump.Options{Child: childIn("read")}); len(got.Records) != n {
			b.Fatal(got.Err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/record")
}
