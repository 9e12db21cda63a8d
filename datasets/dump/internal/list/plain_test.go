package list

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

const storedHash = "$2a$10$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234"

// bySlowPath does what session.Parse does without its fast path.
func bySlowPath(data []byte, end byte) []string {
	var out []string
	b := &format.Block{Data: data, Line: 1}
	c := format.Collector{
		Block:  b,
		Record: func(r *leak.Record) { out = append(out, fmt.Sprint(r.Position, r.Cuts)) },
		Reject: func(r leak.Reject) { out = append(out, fmt.Sprint(r)) },
	}
	line := int64(1)
	for rest := data; len(rest) > 0; line++ {
		text, after, _ := bytes.Cut(rest, []byte{end})
		start := len(data) - len(rest)
		for _, part := range bytes.Split(text, []byte{format.OtherEnd(end)}) {
			listLine(&c, start, start+len(part), line)
			start += len(part) + 1
		}
		rest = after
	}
	return out
}

func beyondASCII(r rune) bool { return r >= utf8.RuneSelf }

func byBothPaths(data []byte, end byte) (out []string, plain int) {
	session{format.Lines{End: end}}.Parse(&format.Block{Data: data, Line: 1}, func(r *leak.Record) {
		if r.Plain {
			plain++
			if c := r.Cuts[0]; bytes.ContainsFunc(c.Identifier, beyondASCII) ||
				bytes.ContainsFunc(c.Secret, beyondASCII) {
				out = append(out, "a record that is not ASCII")
			}
		}
		out = append(out, fmt.Sprint(r.Position, r.Cuts))
	}, func(r leak.Reject) { out = append(out, fmt.Sprint(r)) })
	return out, plain
}

// plainPieces is what lines are drawn from that are plain, nearly plain and not at all.
var plainPieces = []string{
	"alice", "@", "@", ":", ":", "example.com", "mail.example.org", ".", "..", "-", "_", "x", "/", "?q=",
	"https://", "http://", "android://", "HTTPS://", "ftp://", "://", "//", ":8443", ":443/", "/in", "==@",
	"[::1]", "user", "p4ss", "b", "pw", "%2D", "=2d", "%", "=", `\x2d`, `\u002D`, "{PLAIN}", "$HEX[6162]", "$2a$", "{SSHA}", storedHash, "'", "\"", " ", "\t",
	";", "|", ",", "<", ">", "(", ")", "[", "]", "\\", "`", "{", "}", "~", "!", "#", "+", "\x00", "\x1a",
	" - ", "\x7f", "\u00e9", "\xff", "\u200b", "\ufeff", "\r", "\n", "\r\n", "\n\n", "123", "0", "12345", "123456",
	"https://login.example.com/in:alice@example.com:p4ss", "alice@example.com:p4ss",
	"http://example.net:8080/a/b?c=d:bob:Made-Up-1", "android://hash==@com.example.app/:bob:pw",
	strings.Repeat("a", 50), strings.Repeat("long", 80), strings.Repeat("x.", 30),
}

// wholeLines are drawn beside them, whole and with a piece put in somewhere.
var wholeLines = []string{
	"alice@example.com:p4ss", "a.b-c_d@mail.example.co.test;Made!Up,1", "alice@example.com|password1",
	"https://login.example.com/in:alice@example.com:p4ss", "http://example.net:8080/a/b?c=d:bob:Made-Up-1",
	"android://hash==@com.example.app/:bob@example.org:pw",
}

func drawLines(t *rapid.T) []byte {
	line := rapid.Custom(func(t *rapid.T) string {
		whole := rapid.SampledFrom(wholeLines).Draw(t, "line")
		at := rapid.IntRange(0, 2*len(whole)).Draw(t, "at")
		if at > len(whole) {
			return whole
		}
		return whole[:at] + rapid.SampledFrom(plainPieces).Draw(t, "piece") + whole[at:]
	})
	mix := rapid.Custom(func(t *rapid.T) string {
		pieces := rapid.SliceOfN(rapid.SampledFrom(plainPieces), 1, 10).Draw(t, "pieces")
		return strings.Join(pieces, "")
	})
	all := rapid.SliceOfN(rapid.OneOf(line, mix), 1, 20).Draw(t, "lines")
	text := strings.Join(all, rapid.SampledFrom([]string{"\n", "\r\n", "\r"}).Draw(t, "line end"))
	// Before them, what makes lines end near the window's end.
	before := rapid.IntRange(0, windowBytes+100).Draw(t, "before")
	return []byte(strings.Repeat("\n", before) + text)
}

// TestPlainLines_agree shows that the fast path decides nothing of its own.
func TestPlainLines_agree(t *testing.T) {
	t.Parallel()
	plain := 0
	rapid.Check(t, func(t *rapid.T) {
		data := drawLines(t)
		for _, end := range []byte("\n\r") {
			got, n := byBothPaths(data, end)
			plain += n
			if want := bySlowPath(data, end); !slices.Equal(got, want) {
				t.Fatalf("%q:\ngot  %q\nwant %q", data, got, want)
			}
		}
	})
	if plain == 0 {
		t.Error("no line took the fast path")
	}
}

func FuzzPlainLines(f *testing.F) {
	for _, piece := range plainPieces {
		f.Add([]byte(piece+"\nalice@example.com:"+piece+"\r\nhttps://example.com/:"+piece+":pw\n"), uint16(0))
	}
	f.Fuzz(func(t *testing.T, data []byte, before uint16) {
		data = append(bytes.Repeat([]byte("\n"), int(before)%(2*windowBytes)), data...)
		for _, end := range []byte("\n\r") {
			got, _ := byBothPaths(data, end)
			if want := bySlowPath(data, end); !slices.Equal(got, want) {
				t.Fatalf("%q:\ngot  %q\nwant %q", data, got, want)
			}
		}
	})
}

// TestPlainLines_takes says which lines the fast path takes: were it to take none, no other test would
// notice.
func TestPlainLines_takes(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		line string
		want bool
	}{
		{"alice@example.com:p4ss", true},
		{"Alice.Archer+x_1@mail.example-1.com;P4ss!word,(and) more", true},
		{"alice@example.com:p4ss%word=", true},
		{"alice@example.com:p4ss%2Dword", false},
		{"alice@example.com:p4ss=2Dword", false},
		{`alice@example.com:p4ss\u002dword`, false},
		{"alice@example.com:p4ss 192.0.2.1", false},
		{"Alice.Archer+x_1@mail.example-1.com;P4ss!word, (and) more", false},
		{"alice@example.com:p4ss [Premium]", false},
		{"a" + strings.Repeat("b", 100) + "@example.com:p4ss", false},
		{"alice@example.com:" + strings.Repeat("c", 300) + "!", true},
		{"alice@example.com:password", true},
		{"alice@example.com:" + storedHash, false},
		{"alice@example.com:b" + strings.Repeat("b", 30), false},
		{"alice@example.com:p:w", false},
		{"alice@example.com:pw ", false},
		{"alice@example.com:gr\xfcn", false},
		{"alice@example..com:pw", false},
		{"alice@.example.com:pw", false},
		{"alice@example.c:pw", false},
		{"alice@example:pw", false},
		{"alice:pw", false},
		{"https://login.example.com/in?next=a,b:alice@example.com:p4ss", true},
		{"https://login.example.com:8443/in:alice:p4ss", true},
		{"http://example.com/in|alice|p4ss", true},
		{"android://hash==@com.example.app/:alice@example.com:p4ss", true},
		{"https://example.com/" + strings.Repeat("long/", 50) + ":alice:p4ss", true},
		{"https://example.com:alice@example.com:p4ss", false},
		{"https://example.com:123456/in:alice:p4ss", false},
		{"https://example.com/in:alice:p4ss:x", false},
		{"https://user:pw@example.com/in:alice:p4ss", false},
		{"https://example.com/in:--:p4ss", false},
		{"ftp://example.com/in:alice:p4ss", false},
		// What is glued to an address, or stands beside one that is not the login, may hide it.
		{"user=alice@example.com:p4ss", false},
		{"7#alice@example.com:p4ss", false},
		{"-alice@example.com:p4ss", false},
		{"7--alice@example.com:p4ss", false},
		{"alice@example.com----p4ss----https://example.org/", false},
		{"alice@example.com-p4ss:DE", false},
		{"alice@example.com_p4ss:DE", false},
		{"https://example.com/in?u=alice@example.com:p4ss:x", false},
		{"https://example.com/in?u=alice%40example.com:p4ss:x", false},
		{"https://example.com/in?u=alice%2540example.com:p4ss:x", false},
		{"https://example.com/in?u=alice%41example.com:p4ss:x", true},
		{"https://example.com/in:DE##alice@example.com##p4ss:x", false},
	} {
		for _, end := range []string{"\n", "\r\n"} {
			if _, n := byBothPaths([]byte(test.line+end), '\n'); (n == 1) != test.want {
				t.Errorf("%q: the fast path takes %d", test.line+end, n)
			}
		}
	}
}
