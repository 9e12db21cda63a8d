package list_test

import (
	"bufio"
	"bytes"
	"fmt"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/internal/format/formattest"
	"github.com/credsieve/credsieve/datasets/dump/internal/list"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// benchmarkLines are 40 bytes a line.
func benchmarkLines(n int) []byte {
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintf(&b, "user%08d@mail.example.com:Made-Up-%02d\n", i, i%100)
	}
	return b.Bytes()
}

// benchmarkSites are 70 to 90 bytes a line: three of ten have a query, a port or an app, one a name.
func benchmarkSites(n int) []byte {
	lines := []string{
		"https://www.example.net/account/signin.php?return=home:user%08d:Made-Up-%02d\n",
		"https://intern.example.net:8443/users/sign_in:user%08d@example.org:Made!Up,%02d\n",
		"android://Q2VydGlmaWNhdGU=@com.example.app/:user%08d@mail.example.org:Made-Up-%02d\n",
		"https://forum.example.com/community/sessions/new:user%08d:Made-Up-%02d\n",
		"https://portal.example.com/login:user%08d@mail.example.org:Made-Up-%02d\n",
	}
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintf(&b, lines[min(i%10, len(lines)-1)], i, i%100)
	}
	return b.Bytes()
}

// BenchmarkCombo sets parsing beside bare splitting into lines, which no parser can do without.
func BenchmarkCombo(b *testing.B) {
	benchmarkReading(b, benchmarkLines(10_000))
}

// BenchmarkULP does the same for lists of URL, login and password.
func BenchmarkULP(b *testing.B) {
	benchmarkReading(b, benchmarkSites(10_000))
}

func benchmarkReading(b *testing.B, data []byte) {
	n := bytes.Count(data, []byte("\n"))
	run := func(name string, pass func() (lines int)) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if got := pass(); got != n {
					b.Fatalf("%d lines of %d", got, n)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/line")
		})
	}
	run("lines", func() (lines int) {
		for pos := 0; pos < len(data); lines++ {
			pos += bytes.IndexByte(data[pos:], '\n') + 1
		}
		return lines
	})
	run("scanner", func() (lines int) { // how a program commonly reads lines
		for s := bufio.NewScanner(bytes.NewReader(data)); s.Scan(); {
			lines++
		}
		return lines
	})
	how, err := list.Combo{}.Open(format.NewSample(data[:format.SampleSize]))
	if err != nil {
		b.Fatal(err)
	}
	block := &format.Block{Data: data, Line: 1}
	run("parse", func() (records int) {
		how.Parse(block, func(*leak.Record) { records++ }, func(leak.Reject) { b.Fatal("a reject") })
		return records
	})
}

// BenchmarkPasswd is formattest's.
func BenchmarkPasswd(b *testing.B) {
	formattest.Benchmark(b, list.Passwd{}, []byte(exams[2].Text(10_000, "\n")))
}
