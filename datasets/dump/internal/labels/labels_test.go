package labels_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
	"github.com/credsieve/credsieve/datasets/dump/internal/format/formattest"
	"github.com/credsieve/credsieve/datasets/dump/internal/labels"
)

// rule closes a block.
const rule = "==============="

var exam = formattest.Exam{Format: labels.Format{}, Closing: rule, Record: func(id, password string) string {
	return "Site     : https://portal.example.com/in\nE-mail   : " + id + "\nPassword : " + password + "\n" + rule
}}

func TestAcceptance(t *testing.T) { exam.Run(t) }

func TestSamples(t *testing.T) { formattest.Samples(t, "labels", false) }

func FuzzLabels(f *testing.F) { formattest.FuzzRecords(f, "labels", mayStandBetween) }

// mayStandBetween takes space, and what rules are made of.
func mayStandBetween(b byte, data []byte) bool {
	return cut.IsSpace(b) || strings.IndexByte("=-*_~#+.()[]{},;", b) >= 0 || bytes.IndexByte(data, '<') >= 0 ||
		bytes.Contains(data, []byte("RECORD")) || bytes.ContainsAny(data, "=-*_~#+.")
}

func BenchmarkLabels(b *testing.B) {
	formattest.Benchmark(b, exam.Format, []byte(exam.Text(10_000, "\n")))
}

func TestLabels(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, text string
		want       []string // all cuts
		rejects    []string
	}{
		{"leet", "3m41l: a@example.com\nP4ssw0rd: x\n", []string{"a@example.com=x"}, nil},
		{"several_names", "Email: a@example.com\nUsername: ally\nPassword: x\n",
			[]string{"a@example.com=x", "ally=x"}, nil},
		{"password_first", "Password: x\nUser: a\nPassword: y\nUser: b\n", []string{"a=x", "b=y"}, nil},
		{"a_user_without_password", "User: a\nUser: b\nPassword: y\n", []string{"a!", "b=y"}, nil},
		{"yaml_items", "- id: 1\n  email: a@example.com\n- id: 2\n  password: x\n  email: b@example.com\n",
			[]string{"a@example.com!", "b@example.com=x"}, nil},
		{"bulleted_labels", "- Email: a@example.com\n- Password: x\n\n- Email: b@example.com\n- Password: y\n",
			[]string{"a@example.com=x", "b@example.com=y"}, nil},
		{"value_on_the_next_line", "Username:\na\nPassword:\nx y\n\n", []string{"a=x y"}, nil},
		{"elements", "<user>\n<email>a@example.com</email>\n<password>x</password>\n</user>\n",
			[]string{"a@example.com=x", "a@example.com=x</password>"}, nil},
		{"line_breaks_of_html", "<b>Login</b>: a<br/>\n<b>Password</b>: x<br/>\n",
			[]string{"a=x", "a=x<br/>"}, nil},
		{"print_r", "[0] => Array\n(\n[email] => a@example.com\n[password] => x\n)\n",
			[]string{"a@example.com=x"}, []string{"no_identifier"}},
		{"boxes", "| Email    | a@example.com |\n| Password | x |\n+---+---+\n",
			[]string{"a@example.com=x", "a@example.com=x |"}, nil},
		{"hash", "user: a\nhash: " + dumptest.BcryptHash + "\n", []string{"a!" + dumptest.BcryptHash}, nil},
		{"nothing", "user: a\npassword: (null)\n", []string{"a!"}, nil},
		{"lines_of_a_list", "user: a\npassword: x\nb@example.com:y\n", []string{"a=x", "b@example.com=y"}, nil},
		{"variables", "- DB_USER=a\n- DB_PASSWORD=x\n", []string{"a=x"}, nil},
		{"base64", "data:\n  username: YWxpY2U=\n  password: TWFkZS1VcC0x\n",
			[]string{"YWxpY2U==TWFkZS1VcC0x", "alice=Made-Up-1"}, nil},
		{"a_header", "User-Agent: x\nAuthorization: Basic YW5uOnB3\n", []string{"ann=pw"}, nil},
		{"nobody", "Time: now\npassword: x\n", nil, []string{"no_identifier"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for _, size := range []int{0, 1, 16} {
				got := dumptest.Read(t, []byte(test.text), dump.Options{Format: "labels", BlockSize: size})
				got.WantReport(t, dump.StatusRead, "labels", "")
				dumptest.WantCuts(t, formattest.AllCuts(got), test.want)
				if !slices.Equal(got.Reasons(), test.rejects) {
					t.Errorf("got rejects %q, want %q", got.Reasons(), test.rejects)
				}
			}
		})
	}
}

func TestLabels_are_recognised(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Usuario: a\nClave: x\n":                        "labels",
		"Email: a@example.com | Password: x\n":          "labels",
		"email=a@example.com&pass=x\n":                  "labels",
		"user:password\nadmin:admin\npassword:user\n":   "combo",
		"login:abc\npass:def\n":                         "combo",
		"alice@example.com: x\nlogin: y\n":              "combo",
		"https://example.com/?email=a&x=b:alice:pw\n":   "ulp",
		"email,password\na@example.com,x\n":             "csv",
		"email|password\na@example.com|x\n":             "csv",
		"URL: https://example.com\nUser: a\nPass: x\n":  "stealer_log",
		`{"email": "a@example.com", "password": "x"}`:   "json",
		"a@example.com:x\nuser: b password: y\nb@c.d:e": "combo",
	} {
		if got := dumptest.Read(t, []byte(text), dump.Options{}); got.Format != want {
			t.Errorf("%q is read as %s, want %s", text, got.Format, want)
		}
	}
}

func TestLabels_name_one_user_a_block(t *testing.T) {
	t.Parallel()
	blocks := strings.Repeat("Correo: a@example.com\nClave: x\nCorreo: b@example.com\nClave: y\n", 50)
	got := dumptest.Read(t, []byte(blocks), dump.Options{})
	got.WantReport(t, dump.StatusRead, "labels", "")
	dumptest.WantCuts(t, formattest.AllCuts(got), slices.Repeat([]string{"a@example.com=x", "b@example.com=y"}, 50))
}
