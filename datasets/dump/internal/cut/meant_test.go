package cut_test

import (
	"testing"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
)

func TestCutter_tries_what_a_secret_stands_for(t *testing.T) {
	t.Parallel()
	for secret, want := range map[string][]string{
		"a&amp;b&#38;c&#x26;d": {"u=a&amp;b&#38;c&#x26;d", "u=a&b&c&d"},
		"&lt;b&gt;&quot;":      {"u=&lt;b&gt;&quot;", `u=<b>"`},
		"a&b;c":                {"u=a&b;c"},
		`="0123"`:              {`u=="0123"`, "u=0123"},
		`="a""b"`:              {`u=="a""b"`, `u=a"b`},
		"a=2Db=3D":             {"u=a=2Db=3D", "u=a-b="},
		"a=b":                  {"u=a=b"},
		`\x7077`:               {`u=\x7077`, "u=pw", "u=p77"},
		`\x70777`:              {`u=\x70777`, "u=p777"},
		"{NOOP}pw":             {"u={NOOP}pw", "u=pw"},
		"{plaintext}pw":        {"u={plaintext}pw", "u=pw"},
		"{other}pw":            {"u={other}pw"},
		"5f4dcc3b5aa765d61d8327deb882cf99 (made up)": {"u=5f4dcc3b5aa765d61d8327deb882cf99 (made up)", "u=made up"},
		"5f4dcc3b5aa765d61d8327deb882cf99":           {"u=5f4dcc3b5aa765d61d8327deb882cf99"},
		"a\u200bb\ufeff":                             {"u=a\u200bb\ufeff", "u=ab"},
		"a\x1fb":                                     {"u=a\x1fb", "u=ab"},
		"\u20ac(x)":                                  {"u=\u20ac(x)"},
	} {
		var c cut.Cutter
		c.Reset()
		c.Add([]byte("u"), []byte(secret))
		dumptest.WantCuts(t, dumptest.Show(c.All()), want)
	}
}
