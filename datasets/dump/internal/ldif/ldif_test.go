package ldif_test

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
	"github.com/credsieve/credsieve/datasets/dump/internal/format/formattest"
	"github.com/credsieve/credsieve/datasets/dump/internal/ldif"
)

var exam = formattest.Exam{Format: ldif.Format{}, Record: func(id, password string) string {
	return "dn: cn=x,dc=example,dc=com\nmail: " + id + "\nuserPassword:: " +
		base64.StdEncoding.EncodeToString([]byte(password))
}}

func TestAcceptance(t *testing.T) { exam.Run(t) }

func TestSamples(t *testing.T) { formattest.Samples(t, "ldif", false) }

func FuzzLDIF(f *testing.F) {
	// Version, comments and trailer may hold any byte.
	formattest.FuzzRecords(f, "ldif", func(byte, []byte) bool { return true })
}

func BenchmarkLDIF(b *testing.B) {
	formattest.Benchmark(b, exam.Format, []byte(exam.Text(10_000, "\n")))
}

func TestLDIF(t *testing.T) {
	t.Parallel()
	dn := "dn: cn=x,dc=example,dc=com\n"
	for _, test := range []struct {
		name, text string
		want       []string // all cuts
		rejects    []string
	}{
		{"no_scheme", dn + "mail: a@example.com\nuserPassword: p w\n", []string{"a@example.com=p w"}, nil},
		{"cleartext", dn + "uid: a\nuserPassword: {cleartext}pw\n", []string{"a=pw"}, nil},
		{"other_schemes", dn + "uid: a\nuserPassword: {SSHA}x\nuserPassword: {x-y}z\n", []string{"a!{SSHA}x", "a!{x-y}z"}, nil},
		{"a_brace_is_no_scheme", dn + "uid: a\nuserPassword: {a b}\nuserPassword: {}\n", []string{"a={a b}", "a={}"}, nil},
		{"several", dn + "uid: a\nmail: a@example.com\nuserPassword: 1\nuserPassword: 2\n",
			[]string{"a=1", "a=2", "a@example.com=1", "a@example.com=2"}, nil},
		{"base64_and_folded", dn + "mail:: YUBleGFt\n cGxlLmNvbQ==\nuserPassword:: IHA=\n", []string{"a@example.com= p"}, nil},
		{"options_and_case", "DN: cn=x\nMAIL;lang-en: a@example.com\nUSERPASSWORD: x\n", []string{"a@example.com=x"}, nil},
		{"urls_are_not_followed", dn + "uid: a\nuserPassword:< file:///etc/hostname\n", []string{"a!"}, nil},
		{"uid_of_the_name", "dn: uid=a,dc=example\nuserPassword: x\n", []string{"a=x"}, nil},
		{"bad_lines", dn + "what\n:\nuid: a\nmail:: %%%\nuserPassword: x\n", []string{"a=x"}, nil},
		{"folded_comment", "# folded\n comment\n\n" + dn + "uid: a\nuserPassword: x\n", []string{"a=x"}, []string{"no_identifier"}},
		{"change", dn + "changetype: modify\nreplace: userPassword\nuid: a\nuserPassword: x\n-\n", []string{"a=x"}, nil},
		{"no_blank_line_between", dn + "uid: a\nuserPassword: x\n" + dn + "uid: b\nuserPassword: y\n", []string{"a=x", "b=y"}, nil},
		{"nobody", dn + "ou: people\n\nversion: 1\n\n" + dn, nil, []string{"no_identifier", "no_identifier"}},
		{"hash_attributes", dn + "uid: a\nsambaNTPassword: 0123456789abcdef0123456789abcdef\n",
			[]string{"a!0123456789abcdef0123456789abcdef"}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for _, size := range []int{0, 1, 16} {
				got := dumptest.Read(t, []byte(test.text), dump.Options{Format: "ldif", BlockSize: size})
				got.WantReport(t, dump.StatusRead, "ldif", "")
				dumptest.WantCuts(t, formattest.AllCuts(got), test.want)
				if !slices.Equal(got.Reasons(), test.rejects) {
					t.Errorf("got rejects %q, want %q", got.Reasons(), test.rejects)
				}
			}
		})
	}
}

// TestLDIF_comes_back_to_the_byte writes values by the rules of RFC 2849: what is not safe as base64,
// and lines folded anywhere.
func TestLDIF_comes_back_to_the_byte(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		width := rapid.IntRange(2, 80).Draw(rt, "width")
		var out strings.Builder
		line := func(text string) {
			for len(text) > width {
				out.WriteString(text[:width] + "\n ")
				text = text[width:]
			}
			out.WriteString(text + "\n")
		}
		var want []string
		for i := range rapid.IntRange(1, 10).Draw(rt, "users") {
			id, secret := fmt.Sprintf("user%d@example.com", i), string(dumptest.Passwords(rt, ""))
			out.WriteString("dn: cn=x\n")
			line("mail: " + id)
			if safe := strings.IndexFunc(secret, func(r rune) bool { return r < ' ' || r > '~' }) < 0 &&
				strings.IndexByte(" :<", secret[0]) < 0; safe {
				line("userPassword: " + secret)
			} else {
				line("userPassword:: " + base64.StdEncoding.EncodeToString([]byte(secret)))
			}
			if rapid.Bool().Draw(rt, "blank") {
				out.WriteString("\n")
			}
			if strings.HasPrefix(secret, "{") {
				continue
			}
			want = append(want, id+"="+secret)
		}
		got := dumptest.Read(t, []byte(out.String()), dump.Options{Format: "ldif",
			BlockSize: rapid.IntRange(0, 100).Draw(rt, "block")})
		first := slices.DeleteFunc(got.FirstCuts(), func(c string) bool {
			_, secret, _ := strings.Cut(c, ".com")
			return strings.HasPrefix(secret[1:], "{")
		})
		if !slices.Equal(first, dumptest.MarkStored(want, first)) || len(got.Rejects) > 0 {
			rt.Fatalf("\n got %q\nwant %q\nrejects %v", first, want, got.Rejects)
		}
	})
}

func TestLDIF_password_of_active_directory(t *testing.T) {
	t.Parallel()
	text := "dn: CN=a,DC=example,DC=test\nunicodePwd:: IgBUAHUAbABpAHAALQBHAGEAdABlADcANwAiAA==\n-\nmail: a@example.com\n-\n"
	got := dumptest.Read(t, []byte(text), dump.Options{})
	dumptest.WantCuts(t, got.FirstCuts(), []string{"a@example.com=Tulip-Gate77"})
}
