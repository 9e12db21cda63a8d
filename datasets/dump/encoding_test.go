package dump

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/internal/list"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

func encoded(t testing.TB, e encoding.Encoding, text string) []byte {
	t.Helper()
	out, err := e.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

var utf16s = map[string]encoding.Encoding{
	"utf-16le": unicode.UTF16(unicode.LittleEndian, unicode.UseBOM),
	"utf-16be": unicode.UTF16(unicode.BigEndian, unicode.UseBOM),
}

func TestUTF16(t *testing.T) {
	text := "email,password\r\nalice@example.com,pä密😀w\r\nbob@example.org,\"a,b\"\r\n"
	for name, e := range utf16s {
		wide := encoded(t, e, text)
		for how, data := range map[string][]byte{
			"marked": wide, "unmarked": wide[2:], "gzip": gzipped(t, wide),
			"zip": zipped(t, packed("a.txt", string(wide))),
		} {
			t.Run(name+"/"+how, func(t *testing.T) {
				for _, opts := range []Options{{}, {BlockSize: 3}, {Format: "csv"}} {
					got := read(t, data, opts)
					got.wantReport(t, StatusRead, "csv", "")
					wantCuts(t, got.firstCuts(), []string{"alice@example.com=pä密😀w", "bob@example.org=a,b"})
					if got.Encoding != name || got.Decoded != 0 {
						t.Errorf("got encoding %s, %d decoded", got.Encoding, got.Decoded)
					}
					if r := got.records[1]; r.Line != 3 || r.Length != int64(len(`bob@example.org,"a,b"`)) {
						t.Errorf("the last record is at %+v", r.Position)
					}
				}
			})
		}
	}
}

func TestUTF16_that_is_broken(t *testing.T) {
	wide := func(text string) string { return string(encoded(t, utf16s["utf-16le"], text)) }
	for name, test := range map[string]struct{ data, want string }{
		"lone_high":    {wide("a@example.com:x") + "\x3d\xd8" + wide("y\n")[2:], "a@example.com=x\xed\xa0\xbdy"},
		"lone_low":     {wide("a@example.com:x") + "\x00\xde" + wide("y\n")[2:], "a@example.com=x\xed\xb8\x80y"},
		"high_at_end":  {wide("a@example.com:x") + "\x3d\xd8", "a@example.com=x\xed\xa0\xbd"},
		"odd_byte":     {wide("a@example.com:x") + "y", "a@example.com=xy"},
		"nul":          {wide("a@example.com:x\x00y\n"), "a@example.com=x\x00y"},
		"cr_only":      {wide("a@example.com:x\r"), "a@example.com=x"},
		"twice_marked": {wide("\ufeffa@example.com:x"), "a@example.com=x"},
	} {
		t.Run(name, func(t *testing.T) {
			got := read(t, []byte(test.data), Options{})
			got.wantReport(t, StatusRead, "combo", "")
			wantCuts(t, got.firstCuts(), []string{test.want})
		})
	}
	cut := io.MultiReader(strings.NewReader(wide(oneLine+"bob@example.org:cut o")), iotest.ErrReader(errors.New("broken")))
	got := readInput(t, Input{Path: "-"}, Options{Stdin: cut})
	got.wantReport(t, StatusPartial, "combo", "failed to read it to its end: broken")
	if !slices.Equal(got.reasons(), []string{"read_error"}) {
		t.Errorf("got rejects %q", got.reasons())
	}
}

// TestUTF16_gives_back_what_was_written reads what x/text has encoded, in pieces of any size.
func TestUTF16_gives_back_what_was_written(t *testing.T) {
	for name, e := range utf16s {
		rapid.Check(t, func(t *rapid.T) {
			text := rapid.StringN(0, 200, -1).Filter(utf8.ValidString).Draw(t, "text")
			wide, err := e.NewEncoder().Bytes([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			from := io.Reader(bytes.NewReader(wide))
			if rapid.Bool().Draw(t, "bytewise") {
				from = iotest.OneByteReader(from)
			}
			got, err := io.ReadAll(newWideReader(from, name))
			if err != nil || string(got) != cut.ByteOrderMark+text {
				t.Fatalf("%q came back as %q, %v", text, got, err)
			}
		})
	}
}

func TestWideEncoding(t *testing.T) {
	for text, want := range map[string]string{
		"a\x00b\x00c\x00d\x00": "utf-16le", "\x00a\x00b\x00c\x00d": "utf-16be", "abcdefgh": "",
		"\xff\xfe": "utf-16le", "\xfe\xff": "utf-16be", "a\x00bcdefgh": "", strings.Repeat("\x00", 64): "",
	} {
		if got := wideEncoding([]byte(text)); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func TestDecodings(t *testing.T) {
	latin := string(encoded(t, charmap.Windows1252, "alice@example.com:Größe9\n"))
	got := read(t, []byte(oneLine+latin), Options{})
	got.wantReport(t, StatusRead, "combo", "")
	wantCuts(t, got.records[0].cuts, []string{"alice@example.com=pw"})
	wantCuts(t, got.records[1].cuts, []string{"alice@example.com=Gr\xf6\xdfe9",
		"alice@example.com=Größe9", "alice@example.com=GrцЯe9"})
	if got.Decoded != 1 || got.Encoding != "8-bit" {
		t.Errorf("got %d decoded, encoding %s", got.Decoded, got.Encoding)
	}

	named := Input{Path: "-", Meta: Meta{Encodings: []string{"koi8-r"}}}
	cyrillic := encoded(t, charmap.KOI8R, "имя:пароль1\n")
	got = readInput(t, named, Options{Stdin: bytes.NewReader(cyrillic)})
	raw := strings.TrimSuffix(string(cyrillic), "\n")
	id, secret, _ := strings.Cut(raw, ":")
	wantCuts(t, got.records[0].cuts[:3], []string{id + "=" + secret, "имя=" + secret, "имя=пароль1"})
}

func TestDecodings_stay_within_the_cuts_of_a_record(t *testing.T) {
	line := "alice@example.com: 'x\xe9;y' | z http://example.com/:q \n"
	got := read(t, []byte(line), Options{})
	cuts := got.records[0].cuts
	if len(cuts) > cut.MaxCuts || len(cuts) < 4 || cuts[0] != strings.Replace(strings.TrimSuffix(line, "\n"), ":", "=", 1) {
		t.Errorf("got %q", cuts)
	}
	if !slices.Contains(cuts, strings.Replace(strings.TrimSuffix(strings.Replace(line, "\xe9", "é", 1), "\n"), ":", "=", 1)) {
		t.Errorf("the first cut is not decoded in %q", cuts)
	}
	long := "alice@example.com:" + strings.Repeat("\xe9", maxDecoded+1) + "\n"
	if got := read(t, []byte(long), Options{}); len(got.records[0].cuts) != 1 || got.Decoded != 1 {
		t.Errorf("a text over the limit was decoded")
	}
}

// TestDecodings_of_any_record: the raw first cut stays first, no cut is lost without need, and the cuts
// of one identifier stay together.
func TestDecodings_of_any_record(t *testing.T) {
	pages, err := codePages(nil)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SliceOfN(rapid.SampledFrom([]byte("ab\xe9\xff:;\"' |@")), 1, 8)
		var in leak.Record
		for range rapid.IntRange(1, 4).Draw(t, "identifiers") {
			id := text.Draw(t, "identifier")
			for range rapid.IntRange(1, 2).Draw(t, "cuts") {
				in.Cuts = append(in.Cuts, leak.Cut{Identifier: id, Secret: text.Draw(t, "secret"), Testable: true})
			}
		}
		newDecodedCuts(pages, func(out *leak.Record) {
			if len(out.Cuts) > cut.MaxCuts || !bytes.Equal(out.Cuts[0].Secret, in.Cuts[0].Secret) {
				t.Fatalf("%q became %q", show(in.Cuts), show(out.Cuts))
			}
			seen := map[*byte]bool{}
			var last *byte
			for _, c := range out.Cuts {
				if at := &c.Identifier[0]; at != last {
					if seen[at] {
						t.Fatalf("cuts of %q are apart: %q", c.Identifier, show(out.Cuts))
					}
					seen[at], last = true, at
				}
			}
		}).add(&in)
	})
}

func TestEncodings_that_cannot_be_used(t *testing.T) {
	for want, names := range map[string][]string{
		`unknown encoding "nonsense"`: {"nonsense"}, "is not a code page": {"utf-16"}, "at most 4": make([]string, 5),
	} {
		in := Input{Path: "-", Meta: Meta{Encodings: names}}
		if _, err := Read(t.Context(), in, Options{}, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", names, err, want)
		}
		if len(names) == 1 {
			if _, err := parseSidecar([]byte("encodings: [" + names[0] + "]\n")); err == nil {
				t.Errorf("a sidecar may name %q", names)
			}
		}
	}
}

func FuzzUTF16(f *testing.F) {
	for name := range utf16s {
		f.Add(encoded(f, utf16s[name], oneLine+"bob@example.org:😀\n"), uint16(7))
	}
	f.Fuzz(func(t *testing.T, data []byte, block uint16) {
		data = append([]byte("\xff\xfe"), data...)
		opts := Options{Format: "combo", BlockSize: int(block), MaxRecord: 1000}
		got := read(t, data, opts)
		opts.BlockSize = 0
		if again := read(t, data, opts); fmt.Sprint(positions(again)) != fmt.Sprint(positions(got)) {
			t.Errorf("in blocks of %d bytes: %v\nin one: %v", block, positions(got), positions(again))
		}
		text, err := io.ReadAll(newWideReader(bytes.NewReader(data), "utf-16le"))
		if err != nil {
			t.Fatal(err)
		}
		if len(got.records)+len(got.rejects) > 0 {
			wantBalance(t, string(text), cut.ByteOrderMark, got)
		}
	})
}

func BenchmarkDecodings(b *testing.B) {
	data := bytes.ReplaceAll(benchmarkLines(10_000), []byte("Made"), []byte("M\xe4de"))
	pages, err := codePages(nil)
	if err != nil {
		b.Fatal(err)
	}
	how, err := list.Combo{}.Open(format.NewSample(data[:format.SampleSize]))
	if err != nil {
		b.Fatal(err)
	}
	block := &Block{text: format.Block{Data: data, Line: 1}, session: how, pages: pages}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		block.Parse(func(*leak.Record) {}, func(leak.Reject) { b.Fatal("a reject") })
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/10_000, "ns/record")
}
