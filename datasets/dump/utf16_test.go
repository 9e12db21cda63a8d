package dump_test

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

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
	"github.com/credsieve/credsieve/datasets/dump/internal/format/formattest"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"
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
	t.Parallel()
	text := "email,password\r\nalice@example.com,pä密😀w\r\nbob@example.org,\"a,b\"\r\n"
	for name, e := range utf16s {
		wide := encoded(t, e, text)
		for how, data := range map[string][]byte{
			"marked": wide, "unmarked": wide[2:], "gzip": dumptest.Gzipped(t, wide),
			"zip": dumptest.Zipped(t, dumptest.Packed("a.txt", string(wide))),
		} {
			t.Run(name+"/"+how, func(t *testing.T) {
				for _, opts := range []dump.Options{{}, {BlockSize: 3}, {Format: "csv"}} {
					got := dumptest.Read(t, data, opts)
					got.WantReport(t, dump.StatusRead, "csv", "")
					dumptest.WantCuts(t, got.FirstCuts(), []string{"alice@example.com=pä密😀w", "bob@example.org=a,b"})
					if got.Encoding != name || got.Decoded != 0 {
						t.Errorf("got encoding %s, %d decoded", got.Encoding, got.Decoded)
					}
					if r := got.Records[1]; r.Line != 3 || r.Length != int64(len(`bob@example.org,"a,b"`)) {
						t.Errorf("the last record is at %+v", r.Position)
					}
				}
			})
		}
	}
}

func TestUTF16_that_is_broken(t *testing.T) {
	t.Parallel()
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
			got := dumptest.Read(t, []byte(test.data), dump.Options{})
			got.WantReport(t, dump.StatusRead, "combo", "")
			dumptest.WantCuts(t, got.FirstCuts(), []string{test.want})
		})
	}
	cut := io.MultiReader(strings.NewReader(wide(oneLine+"bob@example.org:cut o")), iotest.ErrReader(errors.New("broken")))
	got := dumptest.ReadInput(t, dump.Input{Path: "-"}, dump.Options{Stdin: cut})
	got.WantReport(t, dump.StatusPartial, "combo", "failed to read it to its end: broken")
	if !slices.Equal(got.Reasons(), []string{"read_error"}) {
		t.Errorf("got rejects %q", got.Reasons())
	}
}

// TestUTF16_gives_back_what_was_written reads what x/text has encoded, in pieces of any size.
func TestUTF16_gives_back_what_was_written(t *testing.T) {
	t.Parallel()
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
			got, err := io.ReadAll(dump.NewWideReader(from, name))
			if err != nil || string(got) != cut.ByteOrderMark+text {
				t.Fatalf("%q came back as %q, %v", text, got, err)
			}
		})
	}
}

func TestWideEncoding(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"a\x00b\x00c\x00d\x00": "utf-16le", "\x00a\x00b\x00c\x00d": "utf-16be", "abcdefgh": "",
		"\xff\xfe": "utf-16le", "\xfe\xff": "utf-16be", "a\x00bcdefgh": "", strings.Repeat("\x00", 64): "",
	} {
		if got := dump.WideEncoding([]byte(text)); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func FuzzUTF16(f *testing.F) {
	for name := range utf16s {
		f.Add(encoded(f, utf16s[name], oneLine+"bob@example.org:😀\n"), uint16(7))
	}
	f.Fuzz(func(t *testing.T, data []byte, block uint16) {
		data = append([]byte("\xff\xfe"), data...)
		opts := dump.Options{Format: "combo", BlockSize: int(block), MaxRecord: 1000}
		got := dumptest.Read(t, data, opts)
		opts.BlockSize = 0
		if again := dumptest.Read(t, data, opts); fmt.Sprint(formattest.Places(again)) != fmt.Sprint(formattest.Places(got)) {
			t.Errorf("in blocks of %d bytes: %v\nin one: %v", block, formattest.Places(got), formattest.Places(again))
		}
		// Two bytes of zero make the mark that of UTF-32.
		text, err := io.ReadAll(dump.NewWideReader(bytes.NewReader(data), dump.WideEncoding(data)))
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Records)+len(got.Rejects) > 0 {
			formattest.WantBalance(t, string(text), cut.ByteOrderMark, got)
		}
	})
}

func TestUTF32(t *testing.T) {
	t.Parallel()
	text := "email,password\r\nalice@example.com,pä密😀w\r\n"
	for _, name := range []string{"utf-32le", "utf-32be"} {
		var wide []byte
		for _, r := range "\ufeff" + text {
			unit := []byte{byte(r >> 24), byte(r >> 16), byte(r >> 8), byte(r)}
			if name == "utf-32le" {
				slices.Reverse(unit)
			}
			wide = append(wide, unit...)
		}
		for _, data := range [][]byte{wide, wide[4:]} {
			got := dumptest.Read(t, data, dump.Options{})
			got.WantReport(t, dump.StatusRead, "csv", "")
			dumptest.WantCuts(t, got.FirstCuts(), []string{"alice@example.com=pä密😀w"})
			if got.Encoding != name {
				t.Errorf("got encoding %s", got.Encoding)
			}
		}
	}
}
