package sweep_test

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"html"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/credsieve/credsieve/datasets/dump/internal/sweep"
)

func TestAddressIsFoundHoweverItIsWritten(t *testing.T) {
	t.Parallel()
	const ann = "ann.lee@example.com"
	for name, text := range map[string]string{
		"bare":                      ann,
		"in a sentence":             "write to " + ann + ".",
		"in angle brackets":         "Ann <" + ann + ">",
		"in quotes":                 `'` + ann + `'`,
		"after a name and sign":     "email=" + ann,
		"after a slash":             "user/" + ann + "/x",
		"before dashes":             ann + "----secret",
		"after dashes":              "secret----" + ann,
		"before a bar line":         ann + "_secret",
		"before a tilde":            ann + "~secret",
		"before a wide colon":       ann + "：secret",
		"after a word of Chinese":   "邮箱" + ann,
		"before a word of Chinese":  ann + "的",
		"as a link":                 "mailto:" + ann + "?subject=x",
		"percent":                   "ann.lee%40example.com",
		"percent, twice":            "ann.lee%2540example.com",
		"percent, all":              "%61%6e%6e%2e%6c%65%65%40%65%78%61%6d%70%6c%65%2e%63%6f%6d",
		"in a form":                 "a=1&email=ann.lee%40example.com&p=x",
		"decimal entity":            "ann.lee&#64;example.com",
		"hexadecimal entity":        "ann.lee&#x40;example.com",
		"named entity":              "ann.lee&commat;example.com",
		"entity of an entity":       "ann.lee&amp;#64;example.com",
		"another sign as an entity": "ann&#46;lee@example.com",
		"JSON":                      `"ann.lee\u0040example.com"`,
		"JSON in JSON":              `"{\"mail\": \"ann.lee\\u0040example.com\"}"`,
		"another sign in JSON":      `"\u0061nn.lee@example.com"`,
		"JavaScript":                `'ann.lee\x40example.com'`,
		"octal":                     `'ann.lee\100example.com'`,
		"quoted-printable":          "ann.lee=40example.com",
		"soft line break":           "ann.lee@exam=\r\nple.com:secret",
		"full width":                "ａｎｎ．ｌｅｅ＠ｅｘａｍｐｌｅ．ｃｏｍ",
		"full-width sign":           "ann.lee＠example.com",
		"zero width":                "ann\u200b.lee@exam\ufeffple.com",
		"base64":                    base64.StdEncoding.EncodeToString([]byte(ann)),
		"base64 of a login":         base64.StdEncoding.EncodeToString([]byte(ann + ":secret")),
		"base64 in a URL":           "?t=" + base64.RawURLEncoding.EncodeToString([]byte("??>"+ann+"<")),
		"base64 of UTF-16":          base64.StdEncoding.EncodeToString([]byte(utf16(ann))),
		"hex":                       hex.EncodeToString([]byte(ann)),
		"hex of SQL":                "(1,0x" + hex.EncodeToString([]byte(ann)) + ")",
		"upper case":                "ANN.LEE@EXAMPLE.COM",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, around := range []string{"%s", "x\n%s\ny", "1\t%s\t2", strings.Repeat("filler ", 5000) + "%s"} {
				text := fmt.Sprintf(strings.ReplaceAll(around, "%s", "%[1]s"), text)
				got, counts := sweepAll(sweep.Input{Text: []byte(text)}, only(ann), sweep.Options{})
				wantBalance(t, counts)
				if len(got) != 1 || !strings.EqualFold(got[0].address, ann) {
					t.Errorf("got %v in %.100q", got, text)
				}
			}
		})
	}
}

func utf16(s string) (out string) {
	for _, c := range s {
		out += string([]byte{byte(c), 0})
	}
	return out
}

func TestNoAddress(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "@", "a@", "@example.com", "a@b", "a@localhost", "user@1.2.3.4", "a@@b", "x@.com", "%40", "&#64;", "=40",
		`\u0040`, "android://abc==@com", "p@ss", "5f4dcc3b5aa765d61d8327deb882cf99", "aGVsbG8gd29ybGQ=",
	} {
		got, counts := sweepAll(sweep.Input{Text: []byte(text)}, everybody, sweep.Options{})
		if len(got) != 0 || counts.Addresses != 0 {
			t.Errorf("%q: got %v", text, got)
		}
	}
}

// TestPlantedAddressIsFound plants an address into anything, with one of the ways to write it.
func TestPlantedAddressIsFound(t *testing.T) {
	t.Parallel()
	ways := []func(string) string{
		func(s string) string { return s },
		func(s string) string { return strings.ReplaceAll(s, "@", "%40") },
		url.QueryEscape,
		func(s string) string { return strings.ReplaceAll(s, "@", "&#64;") },
		func(s string) string { return strings.ReplaceAll(s, "@", `\u0040`) },
		func(s string) string { return strings.ReplaceAll(html.EscapeString(s), "@", "&commat;") },
		func(s string) string { return strings.ReplaceAll(s, "@", "＠") },
		func(s string) string { return " " + base64.StdEncoding.EncodeToString([]byte(s)) + " " },
		func(s string) string { return " " + hex.EncodeToString([]byte(s)) + " " },
	}
	rapid.Check(t, func(t *rapid.T) {
		const address = "planted.user+7@sub.example.com"
		garbage := rapid.StringMatching(`[ -~\n\t]{0,200}`)
		before, after := garbage.Draw(t, "before"), garbage.Draw(t, "after")
		parting := rapid.SampledFrom([]string{" ", ":", ";", ",", "|", "\t", "\n", "\"", "<", "(", "[", "{", "="})
		left, right := parting.Draw(t, "left"), rapid.SampledFrom([]string{
			" ", ":", ";", ",", "|", "\t", "\n", "\"", ">", ")", "]", "}", "'", "~", "#"}).Draw(t, "right")
		way := rapid.SampledFrom(ways).Draw(t, "way")
		text := before + left + way(address) + right + after
		got, counts := sweepAll(sweep.Input{Text: []byte(text)}, only(address), sweep.Options{})
		if len(got) == 0 {
			t.Fatalf("not found in %q", text)
		}
		if counts.Addresses != counts.Claimed+counts.Unknown+counts.Named {
			t.Fatalf("counts do not balance: %+v", counts)
		}
	})
}

func TestClaimedAndKnownStretches(t *testing.T) {
	t.Parallel()
	const text = "a@example.com:xxx\nb@example.com:yyy\nc@example.com:zzz\n"
	got, counts := sweepAll(sweep.Input{Text: []byte(text), Claimed: []sweep.Span{{Start: 0, End: 13}}},
		everybody, sweep.Options{})
	if len(got) != 2 || counts.Claimed != 1 || counts.Addresses != 3 {
		t.Errorf("got %v, %+v; want two that are not claimed", got, counts)
	}
	known := []sweep.Span{{Start: 0, End: 18}, {Start: 36, End: len(text)}}
	got, counts = sweepAll(sweep.Input{Text: []byte(text), Known: known}, everybody, sweep.Options{})
	if len(got) != 1 || got[0].address != "b@example.com" || counts.Addresses != 1 {
		t.Errorf("got %v, %+v; want only what is not known", got, counts)
	}
	if strings.Join(got[0].texts, " ") != "yyy" {
		t.Errorf("got %q beside it, want yyy", got[0].texts)
	}
}

// TestBlocksDecideNothing cuts a text of lines where lines end: each mention stays as it is.
func TestBlocksDecideNothing(t *testing.T) {
	t.Parallel()
	w := &writer{Rand: rand.New(rand.NewPCG(4, 4)), size: 40}
	for range 50 {
		l := separated(w)
		whole, _ := sweepAll(sweep.Input{Text: []byte(l.text)}, everybody, sweep.Options{})
		var parts []mention
		for len(l.text) > 0 {
			n := min(len(l.text), 100+w.IntN(500))
			n += strings.IndexByte(l.text[n-1:], '\n')
			part, _ := sweepAll(sweep.Input{Text: []byte(l.text[:n])}, everybody, sweep.Options{})
			parts = append(parts, part...)
			l.text = l.text[n:]
		}
		if len(whole) != len(parts) {
			t.Fatalf("%s: %d mentions in one block, %d in several", l.kind, len(whole), len(parts))
		}
	}
}
