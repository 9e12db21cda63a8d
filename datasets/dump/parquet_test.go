package dump

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
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
)

// childMode makes the test binary the child that it starts.
const childMode = "CREDSIEVE_TEST_CHILD"

func TestMain(m *testing.M) {
	switch os.Getenv(childMode) {
	case "read":
		if RunChild(os.NewFile(3, "input"), os.Stdout) != nil {
			os.Exit(1)
		}
	case "panic":
		fmt.Fprintf(os.Stdout, "t\x00\x00\x00\x22email\tpassword\nalice@example.com\tp")
		go panic("secret of a stranger")
		time.Sleep(time.Minute)
	case "hang":
		time.Sleep(time.Minute)
	case "hunger":
		limitMemory()
		for held := [][]byte{}; len(held) < 6; { // GiB, not touched: the limit is on what may be written to
			held = append(held, make([]byte, 1<<30))
		}
		newFrameWriter(os.Stdout).frame(frameEnd, nil)
	case "babble":
		fmt.Fprint(os.Stdout, "t\xff\xff\xff\xff")
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
	data := parquetOf(t, []string{"pa\tss", "", `\N`, "NULL", "a\x00b\xff", "a\r\n\"b\""})
	got := readFile(t, "users", data, Options{Child: childIn("read"), BlockSize: 16})
	got.wantReport(t, StatusRead, "parquet", "")
	wantCuts(t, got.firstCuts(), []string{"al0@example.com=pa\tss", "al1@example.com!",
		`al2@example.com=\N`, "al3@example.com=NULL", "al4@example.com=a\x00b\xff", "al5@example.com=a\r\n\"b\""})
	if got.Bytes != int64(len(data)) || len(got.SHA256) != 64 || len(got.rejects) > 0 {
		t.Errorf("got %d bytes, digest %q, rejects %+v", got.Bytes, got.SHA256, got.rejects)
	}
}

// TestParquet_of_packed_numbers reads what DuckDB writes: numbers as differences, in pages of more rows
// than are decoded at a time, some of them NULL.
func TestParquet_of_packed_numbers(t *testing.T) {
	const rows = 2*childBatch + 5
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
	got := readFile(t, "users", out.Bytes(), Options{Child: childIn("read")})
	got.wantReport(t, StatusRead, "parquet", "")
	if n := len(got.firstCuts()); n != rows {
		t.Errorf("%d of %d records", n, rows)
	}
}

func TestParquet_that_is_not_read(t *testing.T) {
	data := parquetOf(t, []string{"pw"})
	missing := func(ctx context.Context) *exec.Cmd { return exec.CommandContext(ctx, "/nonexistent/program") }
	for _, test := range []struct {
		name   string
		got    outcome
		status Status
		way    string
	}{
		{"no_child", readFile(t, "x", data, Options{}), StatusSkipped, "export it to CSV first"},
		{"stream", read(t, data, Options{Child: childIn("read")}), StatusSkipped, "or name the file"},
		{"in_zip", readFile(t, "x.zip", zipped(t, packed("x", string(data))), Options{Child: childIn("read")}),
			StatusSkipped, "or name the file"},
		{"no_program", readFile(t, "x", data, Options{Child: missing}), StatusSkipped, "failed to start"},
		{"panic", readFile(t, "x", data, Options{Child: childIn("panic")}), StatusPartial, "its decoder failed"},
		{"babble", readFile(t, "x", data, Options{Child: childIn("babble")}), StatusPartial, "its decoder failed"},
		{"cut", readFile(t, "x", data[:len(data)-9], Options{Child: childIn("read")}), StatusPartial, "damaged"},
		{"mark_only", readFile(t, "x", []byte("PAR1"), Options{Child: childIn("read")}), StatusPartial, "damaged"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.got.err != nil || test.got.Status != test.status ||
				!strings.Contains(fmt.Sprint(test.got.Err), test.way) {
				t.Errorf("got %s, %v, %v", test.got.Status, test.got.Err, test.got.err)
			}
			if strings.Contains(fmt.Sprint(test.got.Err), "stranger") {
				t.Error("the panic is quoted")
			}
		})
	}
}

func TestParquet_child_that_is_not_heard_of_is_ended(t *testing.T) {
	opts := Options{Child: childIn("hang"), patience: 200 * time.Millisecond}
	begin := time.Now()
	readFile(t, "x", parquetOf(t, []string{"pw"}), opts).wantReport(t, StatusPartial, "parquet", "its decoder failed")
	if took := time.Since(begin); took > 20*time.Second {
		t.Errorf("it took %v", took)
	}
}

// TestParquet_child_cannot_have_all_memory is about files whose lengths make a decoder allocate without end.
func TestParquet_child_cannot_have_all_memory(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux bounds what a process may allocate")
	}
	readFile(t, "x", parquetOf(t, []string{"pw"}), Options{Child: childIn("hunger")}).
		wantReport(t, StatusPartial, "parquet", "its decoder failed")
}

func TestParquet_can_be_cancelled(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(file, parquetOf(t, []string{"pw"}), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err := Read(ctx, Input{Path: file}, Options{Child: childIn("hang")}, func(*Block) error { return nil })
	if err == nil || time.Since(start) > 20*time.Second {
		t.Errorf("got %v after %v", err, time.Since(start))
	}
}

func TestParquet_gives_back_what_was_written(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		alphabet := []byte("ab1,;\t|\"'\\ N\n\r\x00\xe9\xff")
		password := rapid.SliceOfN(rapid.SampledFrom(alphabet), 1, 12).Filter(func(p []byte) bool { return !isBlank(p) })
		var passwords []string
		for _, p := range rapid.SliceOfN(password, 1, 50).Draw(rt, "passwords") {
			passwords = append(passwords, string(p))
		}
		// In this process: a child for each draw would take minutes.
		file := filepath.Join(t.TempDir(), "x")
		if err := os.WriteFile(file, parquetOf(t, passwords), 0o600); err != nil {
			rt.Fatal(err)
		}
		in, err := os.Open(file)
		if err != nil {
			rt.Fatal(err)
		}
		defer in.Close()
		var frames bytes.Buffer
		w := newFrameWriter(&frames)
		if err := w.all(in); err != nil {
			rt.Fatal(err)
		}
		c := newFrameReader(&frames)
		n := 0
		r := &reading{ctx: t.Context(), opts: Options{}.withDefaults(), src: newSource(t.Context(), &frames, nil)}
		r.emit = func(b *Block) error {
			b.Parse(func(rec *Record) {
				if want := fmt.Sprintf("al%d@example.com=%s", n, passwords[n]); !slices.Contains(show(rec.Cuts), want) {
					rt.Fatalf("%q came back as %q", want, show(rec.Cuts))
				}
				n++
			}, func(rej Reject) { rt.Fatalf("a reject %+v", rej) })
			return nil
		}
		err = r.open(member{from: c, label: "parquet"})
		if err != nil || n != len(passwords) || len(r.lost)+len(r.skipped) > 0 {
			rt.Fatalf("%d of %d, %v, %v", n, len(passwords), err, r.lost)
		}
	})
}

func FuzzFrames(f *testing.F) {
	f.Add([]byte("t\x00\x00\x00\x03a\tbz\x00\x00\x00\x00"))
	f.Add([]byte("e\x00\x00\x00\x03abc"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c := newFrameReader(bytes.NewReader(data))
		total, p := 0, make([]byte, 64)
		for {
			n, err := c.Read(p)
			if total += n; err != nil {
				break
			}
		}
		if total > len(data) {
			t.Errorf("%d bytes came of %d", total, len(data))
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
		if got := readFile(b, "x", data, Options{Child: childIn("read")}); len(got.records) != n {
			b.Fatal(got.Err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/record")
}
