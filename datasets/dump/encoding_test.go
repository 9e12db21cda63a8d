package dump_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/internal/list"
	"github.com/credsieve/credsieve/datasets/dump/leak"
	"golang.org/x/text/encoding/charmap"
	"pgregory.net/rapid"
)

func TestDecodings(t *testing.T) {
	t.Parallel()
	latin := string(encoded(t, charmap.Windows1252, "alice@example.com:Größe9\n"))
	got := dumptest.Read(t, []byte(oneLine+latin), dump.Options{})
	got.WantReport(t, dump.StatusRead, "combo", "")
	dumptest.WantCuts(t, got.Records[0].Cuts, []string{"alice@example.com=pw"})
	dumptest.WantCuts(t, got.Records[1].Cuts, []string{"alice@example.com=Gr\xf6\xdfe9",
		"alice@example.com=Größe9", "alice@example.com=GrцЯe9"})
	if got.Decoded != 1 || got.Encoding != "8-bit" {
		t.Errorf("got %d decoded, encoding %s", got.Decoded, got.Encoding)
	}

	named := dump.Input{Path: "-", Meta: dump.Meta{Encodings: []string{"koi8-r"}}}
	cyrillic := encoded(t, charmap.KOI8R, "имя:пароль1\n")
	got = dumptest.ReadInput(t, named, dump.Options{Stdin: bytes.NewReader(cyrillic)})
	raw := strings.TrimSuffix(string(cyrillic), "\n")
	id, secret, _ := strings.Cut(raw, ":")
	dumptest.WantCuts(t, got.Records[0].Cuts[:3], []string{id + "=" + secret, "имя=" + secret, "имя=пароль1"})
}

func TestDecodings_stay_within_the_cuts_of_a_record(t *testing.T) {
	t.Parallel()
	line := "alice@example.com: 'x\xe9;y' | z http://example.com/:q \n"
	got := dumptest.Read(t, []byte(line), dump.Options{})
	cuts := got.Records[0].Cuts
	if len(cuts) > cut.MaxCuts || len(cuts) < 4 || cuts[0] != strings.Replace(strings.TrimSuffix(line, "\n"), ":", "=", 1) {
		t.Errorf("got %q", cuts)
	}
	if !slices.Contains(cuts, strings.Replace(strings.TrimSuffix(strings.Replace(line, "\xe9", "é", 1), "\n"), ":", "=", 1)) {
		t.Errorf("the first cut is not decoded in %q", cuts)
	}
	long := "alice@example.com:" + strings.Repeat("\xe9", dump.MaxDecoded+1) + "\n"
	if got := dumptest.Read(t, []byte(long), dump.Options{}); len(got.Records[0].Cuts) != 1 || got.Decoded != 1 {
		t.Errorf("a text over the limit was decoded")
	}
}

// TestDecodings_of_any_record: the raw first cut stays first, no cut is lost without need, and the cuts
// of one identifier stay together.
func TestDecodings_of_any_record(t *testing.T) {
	t.Parallel()
	pages, err := dump.CodePages(nil)
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
		dump.AddDecodings(pages, func(out *leak.Record) {
			if len(out.Cuts) > cut.MaxCuts || !bytes.Equal(out.Cuts[0].Secret, in.Cuts[0].Secret) {
				t.Fatalf("%q became %q", dumptest.Show(in.Cuts), dumptest.Show(out.Cuts))
			}
			seen := map[*byte]bool{}
			var last *byte
			for _, c := range out.Cuts {
				if at := &c.Identifier[0]; at != last {
					if seen[at] {
						t.Fatalf("cuts of %q are apart: %q", c.Identifier, dumptest.Show(out.Cuts))
					}
					seen[at], last = true, at
				}
			}
		}, &in)
	})
}

func TestEncodings_that_cannot_be_used(t *testing.T) {
	t.Parallel()
	for want, names := range map[string][]string{
		`unknown encoding "nonsense"`: {"nonsense"}, "is not a code page": {"utf-16"}, "at most 4": make([]string, 5),
	} {
		in := dump.Input{Path: "-", Meta: dump.Meta{Encodings: names}}
		if _, err := dump.Read(t.Context(), in, dump.Options{}, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", names, err, want)
		}
		if len(names) == 1 {
			if _, err := dump.ParseSidecar([]byte("encodings: [" + names[0] + "]\n")); err == nil {
				t.Errorf("a sidecar may name %q", names)
			}
		}
	}
}

func BenchmarkDecodings(b *testing.B) {
	var data []byte
	for i := range 10_000 {
		data = fmt.Appendf(data, "user%08d@mail.example.com:M\xe4de-Up-%02d\n", i, i%100)
	}
	pages, err := dump.CodePages(nil)
	if err != nil {
		b.Fatal(err)
	}
	how, err := list.Combo{}.Open(format.NewSample(data[:format.SampleSize]))
	if err != nil {
		b.Fatal(err)
	}
	block := dump.NewBlock(data, how, pages)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		block.Parse(func(*leak.Record) {}, func(leak.Reject) { b.Fatal("a reject") })
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/10_000, "ns/record")
}
