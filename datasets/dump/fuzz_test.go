package dump

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
	"unsafe"

	"github.com/credsieve/credsieve/datasets/dump/internal/unpack"
)

func FuzzCombo(f *testing.F) { fuzzFormat(f, "combo") }
func FuzzULP(f *testing.F)   { fuzzFormat(f, "ulp") }
func FuzzCSV(f *testing.F)   { fuzzFormat(f, "csv") }
func FuzzTSV(f *testing.F)   { fuzzFormat(f, "tsv") }

func FuzzPasswd(f *testing.F) { fuzzFormat(f, "passwd") }

// fuzzFormat parses anything as one format, in blocks of any size.
func fuzzFormat(f *testing.F, name string) {
	f.Helper()
	for _, file := range samples(f, name) {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data, uint16(16), uint16(0))
		f.Add(data, uint16(1), uint16(20))
	}
	f.Fuzz(func(t *testing.T, data []byte, blockSize, maxRecord uint16) {
		opts := Options{Format: name, BlockSize: int(blockSize), MaxRecord: int(maxRecord)}
		opts.Stdin = bytes.NewReader(data)
		var all outcome
		_, err := Read(t.Context(), Input{Path: "-"}, opts, func(b *Block) error {
			all.rejects = append(all.rejects, checkBlock(t, b, &all)...)
			b.Release()
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(all.records)+len(all.rejects) > 0 && containerless(data) {
			header := headerOf(name, data)
			below := all
			below.rejects = slices.DeleteFunc(slices.Clone(all.rejects), func(r lostAt) bool {
				return r.Offset+r.Length <= int64(len(header)) && r.Reason == ReasonNotARecord
			})
			wantBalance(t, string(data), header, below)
		}
		// The size of a block decides nothing.
		opts.BlockSize = 0
		if again := read(t, data, opts); fmt.Sprint(positions(again)) != fmt.Sprint(positions(all)) {
			t.Errorf("in blocks of %d bytes: %v\nin one: %v", blockSize, positions(all), positions(again))
		}
	})
}

// checkBlock parses a block and checks that each cut lies in it or is the text of one with its
// quoting undone.
func checkBlock(t *testing.T, b *Block, all *outcome) (rejects []lostAt) {
	for _, r := range b.Rejects {
		rejects = append(rejects, lostAt{r, b.Member})
	}
	inside := func(text []byte) bool {
		start, end := uintptr(unsafe.Pointer(unsafe.SliceData(b.text.data))), uintptr(len(b.text.data))
		at := uintptr(unsafe.Pointer(unsafe.SliceData(text)))
		return at >= start && at+uintptr(len(text)) <= start+end
	}
	b.Parse(func(r *Record) {
		all.records = append(all.records, found{r.Position, b.Member, show(r.Cuts)})
		if len(r.Cuts) == 0 || len(r.Cuts) > maxCuts {
			t.Errorf("a record has %d cuts", len(r.Cuts))
		}
		for _, c := range r.Cuts {
			text := b.text.data[r.Offset-b.text.offset:][:r.Length]
			switch {
			case len(c.Identifier) == 0, c.Testable && len(c.Secret) == 0:
				t.Errorf("a cut of %q is empty: %q", text, show(r.Cuts))
			case !utf8.Valid(text), bytes.IndexByte(text, '\\') >= 0: // decoded, or a backslash undone
			case len(c.Secret) > 0 && !inside(c.Secret) && !bytes.ContainsAny(text, "\"'") &&
				!bytes.Contains(text, []byte("$HEX[")),
				!inside(c.Identifier) && !bytes.ContainsAny(text, "\"\\"):
				t.Errorf("a cut of %q lies outside: %q", text, show(r.Cuts))
			}
		}
	}, func(r Reject) { rejects = append(rejects, lostAt{r, b.Member}) })
	return rejects
}

func positions(o outcome) []string {
	var out []string
	for _, r := range o.records {
		out = append(out, fmt.Sprint(r.Position, r.cuts))
	}
	for _, r := range o.rejects {
		out = append(out, fmt.Sprint(r.Reject))
	}
	return out
}

func containerless(data []byte) bool {
	head := data[:min(len(data), sampleSize)]
	return !unpack.IsContainer(head) && wideEncoding(head) == ""
}

// headerOf returns what the reader skips at the start of a member.
func headerOf(name string, data []byte) string {
	s := newSample(data[:min(len(data), sampleSize)])
	how, err := mustFormat(name).open(s)
	if err != nil {
		return ""
	}
	return string(data[:min(len(data), sampleSize)-len(s.data)+how.skip()])
}

func mustFormat(name string) format {
	f, err := formatNamed(name)
	if err != nil {
		panic(err)
	}
	return f
}

// FuzzRead reads anything as a file with whatever it claims to be.
func FuzzRead(f *testing.F) {
	list := []byte(strings.Repeat(oneLine, 3))
	for _, seed := range [][]byte{
		list, gzipped(f, list), zstded(f, list), zipped(f, packed("a", oneLine), packed("b", oneLine)),
		gzipped(f, zipped(f, packed("a.gz", string(gzipped(f, list))))),
		zipped(f, packed("a", oneLine))[:60], []byte("email,password\n" + oneLine),
		{0x28, 0xb5, 0x2f, 0xfd}, []byte("\xff\xfe"), []byte("{\"a\":1}"),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got := readFile(t, "x", data, Options{BlockSize: 64, MaxRecord: 1000})
		if got.err != nil {
			t.Fatal(got.err)
		}
		if got.Status == "" || (got.Status == StatusRead) != (got.Err == nil) {
			t.Errorf("got %s with the sentence %v", got.Status, got.Err)
		}
		if got.Bytes != int64(len(data)) || len(got.SHA256) != 64 {
			t.Errorf("got %d bytes and digest %q", got.Bytes, got.SHA256)
		}
		stream := read(t, data, Options{BlockSize: 7, MaxRecord: 1000})
		if len(stream.records) != len(got.records) || stream.Status != got.Status {
			t.Errorf("as a file %s with %d records, as a stream %s with %d",
				got.Status, len(got.records), stream.Status, len(stream.records))
		}
	})
}
