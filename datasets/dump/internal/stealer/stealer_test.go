package stealer_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
	"github.com/credsieve/credsieve/datasets/dump/internal/format/formattest"
	"github.com/credsieve/credsieve/datasets/dump/internal/stealer"
)

// rule closes a block.
const rule = "==============="

var exam = formattest.Exam{Format: stealer.Format{}, Closing: rule, Record: func(id, password string) string {
	return "URL: https://portal.example.com/in\nUsername: " + id + "\nPassword: " + password + "\n" + rule
}}

func TestAcceptance(t *testing.T) { exam.Run(t) }

func TestSamples(t *testing.T) { formattest.Samples(t, "stealer_log", false) }

func FuzzStealerLog(f *testing.F) { formattest.FuzzRecords(f, "stealer_log", mayStandBetween) }

// mayStandBetween takes space, and what rules are drawn with.
func mayStandBetween(b byte, _ []byte) bool {
	return cut.IsSpace(b) || strings.IndexByte("=-*_~#+", b) >= 0
}

func BenchmarkStealerLog(b *testing.B) {
	formattest.Benchmark(b, exam.Format, []byte(exam.Text(10_000, "\n")))
}

func TestStealerLog(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, text string
		want       []string // all cuts
		rejects    []string
	}{
		{"at_most_one_space_goes", "Login:  a\t\nPassword:   p: w  \n", []string{"a=  p: w  ", "a=p: w"}, nil},
		{"tabs", "Login:\ta\nPassword:\tpw \n", []string{"a=\tpw ", "a=pw ", "a=pw"}, nil},
		{"no_space_at_all", "Login:alice\nPassword:pw\n", []string{"alice=pw"}, nil},
		{"keys_in_the_middle_of_a_line", "Login: a\nPassword: my pass: word\nmy login: x\n",
			[]string{"a=my pass: word", "a=my pass: word\nmy login: x"}, nil},
		{"spaces_before_the_colon", "USER LOGIN  : a\nuser password : pw\n", []string{"a=pw"}, nil},
		{"next_url_ends_a_block", "URL: x\nUSER: a\nPASS: 1\nURL: y\nUSER: b\nPASS: 2\n", []string{"a=1", "b=2"}, nil},
		{"next_login_ends_a_block", "USER: a\nPASS: 1\nUSER: b\nPASS: 2\n", []string{"a=1", "b=2"}, nil},
		{"next_software_ends_a_block", "SOFT: x\nUSER: a\nPASS: 1\nSOFT: x\nUSER: b\nPASS: 2\n",
			[]string{"a=1", "b=2"}, nil},
		{"password_before_login", "PASS: 1\nUSER: a\nPASS: 2\nUSER: b\n", []string{"a=1", "b=2"}, nil},
		{"several_passwords", "USER: a\nPASS: 1\nPASS: 2\n", []string{"a=1", "a=2"}, nil},
		{"nothing_saved", "USER: a\nPASS: UNKNOWN\n\nUSER: b\nPASS: n/a\n\nUSER: c\nPASS:\n\nUSER: NULL\nPASS: x\n",
			[]string{"a!", "b!", "c!"}, []string{"no_identifier"}},
		{"no_login", "URL: https://example.com\nPASS: x\n", nil, []string{"no_identifier"}},
		{"no_password", "URL: https://example.com\nUSER: a\n\nURL: y\n", []string{"a!"}, []string{"no_identifier"}},
		{"lines_of_a_password", "USER: a\r\nPASS: 1\r\n2\r\n3\r\n====\r\n",
			[]string{"a=1", "a=1\r\n2\r\n3", "a=1\n2\n3"}, nil},
		{"adverts_between", "USER: a\nPASS: 1\n\njoin t.me/example\n~ banner ~\n----\nUSER: b\nPASS: 2\n",
			[]string{"a=1", "b=2"}, []string{"not_a_record", "not_a_record"}},
		{"hex", "USER: a\nPASS: $HEX[613a62]\n", []string{"a=$HEX[613a62]", "a=a:b"}, nil},
		{"hash", "USER: a\nPASS: " + dumptest.BcryptHash + "\n", []string{"a!" + dumptest.BcryptHash}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for _, size := range []int{0, 1, 16} {
				got := dumptest.Read(t, []byte(test.text), dump.Options{Format: "stealer_log", BlockSize: size})
				got.WantReport(t, dump.StatusRead, "stealer_log", "")
				dumptest.WantCuts(t, formattest.AllCuts(got), test.want)
				if !slices.Equal(got.Reasons(), test.rejects) {
					t.Errorf("got rejects %q, want %q", got.Reasons(), test.rejects)
				}
			}
		})
	}
}

func TestStealerLog_is_recognised(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"*****\n* advert\n*****\nURL: https://example.com/\nUsername: alice@example.com\n" +
			"Password: Made-Up-1\n=====\n": "stealer_log",
		"SOFT: Chrome\nURL: https://example.org/\nUSER: bob@example.org\nPASS: x\n": "stealer_log",
		"[\"Chrome\" = \"Default\"]\nurl: x\nlogin: bob\npassword: x\n":             "stealer_log",
		"PASS : x\nUSER : bob\n":                       "stealer_log",
		"URL:\tx\nUSER:\tbob\nPASS:\tx\n":              "stealer_log",
		"URL:https://example.com/\nUSER:bob\nPASS:x\n": "stealer_log",
		"USER:bob\nPASS:x\n":                           "combo",
		"user:password\nadmin:admin\npassword:user\n":  "combo",
		"alice@example.com: x\nlogin: y\n":             "combo",
	} {
		if got := dumptest.Read(t, []byte(text), dump.Options{}); got.Format != want {
			t.Errorf("%q is read as %s, want %s", text, got.Format, want)
		}
	}
}

func TestStealerLog_unknown_key_between_login_and_password(t *testing.T) {
	t.Parallel()
	block := "URL: https://example.com/\nEmail: alice@example.com\nName: x\nPassword: made up\n\n"
	for _, n := range []int{1, 50} {
		got := dumptest.Read(t, []byte(strings.Repeat(block, n)), dump.Options{})
		got.WantReport(t, dump.StatusRead, "stealer_log", "")
		dumptest.WantCuts(t, got.FirstCuts(), slices.Repeat([]string{"alice@example.com=made up"}, n))
	}
	list := strings.Repeat("login: x\n"+dumptest.OneLine+"pass: y\n"+dumptest.OneLine, 9)
	if got := dumptest.Read(t, []byte(list), dump.Options{}); got.Format != "combo" {
		t.Errorf("a list with such lines is read as %q", got.Format)
	}
}

// TestStealerLog_comes_back_to_the_byte writes blocks as the families do.
func TestStealerLog_comes_back_to_the_byte(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		end := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(rt, "end")
		layout := rapid.SampledFrom([]string{
			"URL: https://example.com/\nUsername: {id}\nPassword: {pw}\nApplication: x\n===============\n",
			"SOFT: Chrome\nURL: https://example.com\nUSER: {id}\nPASS: {pw}\n\n",
			"UR1 : x\nU53RN4M3 : {id}\nP455W0RD : {pw}\n", "Login: {id}\nPassword: {pw}\n",
		}).Draw(rt, "layout")
		var out strings.Builder
		var want []string
		for i := range rapid.IntRange(1, 20).Draw(rt, "users") {
			id := fmt.Sprintf("user%d@example.com", i)
			secret := string(dumptest.Passwords(rt, "\r\n"))
			if stealer.IsNothing([]byte(secret)) {
				secret = "x" + secret
			}
			out.WriteString(strings.NewReplacer("\n", end, "{id}", id, "{pw}", secret).Replace(layout))
			want = append(want, id+"="+secret)
		}
		got := dumptest.Read(t, []byte(out.String()), dump.Options{Format: "stealer_log",
			BlockSize: rapid.IntRange(0, 100).Draw(rt, "block")})
		if first := got.FirstCuts(); !slices.Equal(first, dumptest.MarkStored(want, first)) || len(got.Rejects) > 0 {
			rt.Fatalf("\n got %q\nwant %q\nrejects %v", first, want, got.Rejects)
		}
	})
}
