package cut_test

import (
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
)

func TestStated(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		`"GET /" 200 Authorization: Basic YW5uOnA6dw== x`: {"ann=p:w"},
		"authorization: basic YW5uOnA6dw":                 {"ann=p:w"},
		"Basic auth":                                      nil,
		"BASIC YW5u":                                      nil, // no colon in it
		"xBasic YW5uOnA6dw==":                             nil,
		"Basic YW5uOv8=":                                  nil, // it is no text
		"git clone https://ann:p%40w@git.example.test/a":  {"ann=p%40w", "ann=p@w"},
		"x='amqp://ann:pw@mq.example.test:5672/'":         {"ann=pw"},
		"see https://example.test/a:b@c":                  nil,
		"see https://example.test:8443/ann@example.com":   nil,
		"https://ann:pw@example.test/":                    nil, // the reader of lines knows it
		"Basic YW5uOnB3 then http://bob:pw@example.test/": {"ann=pw", "bob=pw"},
	} {
		var c cut.Cutter
		said := cut.StatementsOf([]byte(text))
		for c.Stated(&said) {
		}
		dumptest.WantCuts(t, dumptest.Show(c.All()), want)
	}
}

// TestStated_many: what does not fit into one record goes into the next, and nothing is lost.
func TestStated_many(t *testing.T) {
	t.Parallel()
	const users = 40
	var c cut.Cutter
	said := cut.StatementsOf([]byte(strings.Repeat("Authorization: Basic YW5uOnB3\n", users)))
	n := 0
	for c.Stated(&said) {
		n++
		c.Reset()
	}
	if n != users {
		t.Errorf("found %d users, want %d", n, users)
	}
}

func TestUnpack(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		id, secret string
		want       []string
	}{
		{"YWxpY2U=", "TWFkZS1VcC0x", []string{"YWxpY2U==TWFkZS1VcC0x", "alice=Made-Up-1"}},
		{"YWxpY2U", "TWFkZS1VcC0x", []string{"YWxpY2U=TWFkZS1VcC0x", "alice=Made-Up-1"}},
		{"616c696365", "4d6164652d55702d31", []string{"616c696365=4d6164652d55702d31", "alice=Made-Up-1"}},
		{"ally", "secret", []string{"ally=secret"}}, // a name that happens to be base64
		{"20240101", "12345678", []string{"20240101=12345678"}},
	} {
		var c cut.Cutter
		c.Add([]byte(test.id), []byte(test.secret))
		c.Unpack()
		dumptest.WantCuts(t, dumptest.Show(c.All()), test.want)
	}
}
