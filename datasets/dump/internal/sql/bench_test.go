package sql_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/internal/sql"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// BenchmarkSQL sets reading beside bare splitting into lines of the same bytes.
func BenchmarkSQL(b *testing.B) {
	const n = 50_000
	row := func(between string) []byte {
		var out bytes.Buffer
		for i := range n {
			fmt.Fprintf(&out, "(%d,'user%08d@mail.example.com','Made-Up-%02d','2021-03-04 05:06:07','Street %d','127.0.0.1',NULL)%s",
				i, i, i%100, i, between)
		}
		return out.Bytes()
	}
	const head = "INSERT INTO `users` (`id`,`email`,`password`,`at`,`street`,`ip`,`x`) VALUES "
	var copied, inserts bytes.Buffer
	copied.WriteString("COPY users (id, email, password, at, street, ip, x) FROM stdin;\n")
	for i := range n {
		fmt.Fprintf(&copied, "%d\tuser%08d@mail.example.com\tMade-Up-%02d\t2021-03-04 05:06:07\tStreet %d\t127.0.0.1\t\\N\n",
			i, i, i%100, i)
		fmt.Fprintf(&inserts, "INSERT INTO public.users VALUES (%d, 'user%08d@mail.example.com', 'Made-Up-%02d', '2021-03-04 05:06:07', 'Street %d', '127.0.0.1', NULL);\n",
			i, i, i%100, i)
	}
	create := "CREATE TABLE public.users (id int, email text, password text, at text, street text, ip text, x text);\n"
	for name, data := range map[string][]byte{
		"extended_insert": append([]byte(head), row(",")...),
		"tuple_a_line":    append([]byte(head), row(",\n")...),
		"copy":            copied.Bytes(),
		"inserts":         append([]byte("-- PostgreSQL database dump\n"+create), inserts.Bytes()...),
		"other_table":     append([]byte("INSERT INTO `posts` (`a`) VALUES "), row(",")...),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				benchmarkSQL(b, data)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/record")
		})
	}
	b.Run("lines", func(b *testing.B) {
		data := copied.Bytes()
		b.SetBytes(int64(len(data)))
		ends := 0
		for b.Loop() {
			for pos := 0; pos < len(data); ends++ {
				pos += bytes.IndexByte(data[pos:], '\n') + 1
			}
		}
	})
}

// benchmarkSQL reads a member as Read does, without the digest and the copy of its input.
func benchmarkSQL(b *testing.B, data []byte) {
	how, err := sql.Format{}.Open(format.NewSample(data[:format.SampleSize]))
	if err != nil {
		b.Fatal(err)
	}
	out := format.NewRecorder(b.Context().Err, func(found *format.Packet) error {
		found.Parse(func(*leak.Record) {}, func(rejected leak.Reject) { b.Fatalf("%+v", rejected) })
		return nil
	}, 1<<20)
	if _, err := how.(format.Serial).Read(bytes.NewReader(data), out); err != nil {
		b.Fatal(err)
	}
	if err := out.Flush(); err != nil {
		b.Fatal(err)
	}
}
