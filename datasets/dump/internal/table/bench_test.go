package table_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/internal/table"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// BenchmarkCSV parses rows of each dialect; BenchmarkCombo has bare splitting into lines.
func BenchmarkCSV(b *testing.B) {
	const n = 10_000
	for _, test := range []struct{ name, header, row string }{
		{"plain", "email,password\n", "user%08d@mail.example.com,Made-Up-%02d\n"},
		{"quoted", "email,password\n", "\"user%08d@mail.example.com\",\"Made-Up-%02d\"\n"},
		{"mysql_tab", "email\tpassword\n", "user%08d@mail.example.com\tMade\\\\Up-%02d\n"},
		{"headless", "", "7,user%08d@mail.example.com,Made-Up-%02d\n"},
	} {
		var text bytes.Buffer
		text.WriteString(test.header)
		for i := range n {
			fmt.Fprintf(&text, test.row, i, i%100)
		}
		data := text.Bytes()
		how, err := table.CSV().Open(format.NewSample(data[:format.SampleSize]))
		if err != nil {
			b.Fatal(err)
		}
		block := &format.Block{Data: data[how.Skip():], Line: 1}
		b.Run(test.name, func(b *testing.B) {
			b.SetBytes(int64(len(block.Data)))
			for b.Loop() {
				how.Parse(block, func(*leak.Record) {}, func(leak.Reject) { b.Fatal("a reject") })
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/record")
		})
	}
}
