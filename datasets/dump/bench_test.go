package dump

import (
	"bufio"
	"bytes"
	"fmt"
	"testing"
)

// benchmarkLines are 40 bytes a line.
func benchmarkLines(n int) []byte {
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintf(&b, "user%08d@mail.example.com:Made-Up-%02d\n", i, i%100)
	}
	return b.Bytes()
}

// BenchmarkCombo sets parsing beside bare splitting into lines, which no parser can do without.
func BenchmarkCombo(b *testing.B) {
	const n = 10_000
	data := benchmarkLines(n)
	b.Run("lines", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		bytesSeen := 0
		for b.Loop() {
			for pos := 0; pos < len(data); {
				end := pos + bytes.IndexByte(data[pos:], '\n')
				bytesSeen += end - pos
				pos = end + 1
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/line")
	})
	b.Run("scanner", func(b *testing.B) { // how a program commonly reads lines
		b.SetBytes(int64(len(data)))
		bytesSeen := 0
		for b.Loop() {
			for s := bufio.NewScanner(bytes.NewReader(data)); s.Scan(); {
				bytesSeen += len(s.Bytes())
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/line")
	})
	b.Run("parse", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		block := &Block{data: data, line: 1, session: lines{'\n'}}
		cuts := 0
		for b.Loop() {
			block.Parse(func(r *Record) { cuts += len(r.Cuts) }, func(Reject) { b.Fatal("a reject") })
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/line")
	})
}

// BenchmarkRead is the work of the one goroutine that cuts an input, digest included.
func BenchmarkRead(b *testing.B) {
	data := benchmarkLines(200_000)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		_, err := Read(b.Context(), Input{Path: "-"}, Options{Stdin: bytes.NewReader(data)},
			func(block *Block) error { block.Release(); return nil })
		if err != nil {
			b.Fatal(err)
		}
	}
}
