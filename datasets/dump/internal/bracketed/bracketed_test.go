package bracketed_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/credsieve/credsieve/datasets/dump/internal/bracketed"
)

func TestReader(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ text, want string }{
		"columns_and_rows": {
			`{"columns":["id","email","password"],"index":[0,1],"data":[[1,"a@example.com","p\"w"],[2,"b@example.com","pä"]]}`,
			"id\temail\tpassword\n1\ta@example.com\t\"p\"\"w\"\n2\tb@example.com\tpä\n",
		},
		"columns_are_objects": {
			`{"columns":[{"name":"email","type":"text"},{"name":"password","type":"text"}],"rows":[["a@example.com","pw"]]}`,
			"email\tpassword\na@example.com\tpw\n",
		},
		"cells_are_objects": {
			`{"cols":[{"id":"a","label":"email"},{"id":"b","label":"password"}],"rows":[{"c":[{"v":"a@example.com"},{"v":"pw"}]}]}`,
			"email\tpassword\na@example.com\tpw\n",
		},
		"python":         {`[(1, 'a@example.com', u'p\'w', None), (2, 'b@example.com', "x", True)]`, "1\ta@example.com\tp'w\t\n2\tb@example.com\tx\tTrue\n"},
		"sql":            {"(1, 'a@example.com', N'p''w', to_date('2024', 'YYYY')),\n(2, 'b@example.com', '', NULL);\n", "1\ta@example.com\tp'w\t2024\n2\tb@example.com\t\t\n"},
		"lines":          {`{"lines":["a@example.com:p\u00e4","b@example.com:x"]}`, "a@example.com:pä\nb@example.com:x\n"},
		"map_of_lists":   {`{"a@example.com":["pw","x"],"roles":["r","s"]}`, "a@example.com\tpw\tx\nr\ts\n"},
		"surrogates":     {`[["a@example.com","\ud83d\ude00"]]`, "a@example.com\t😀\n"},
		"an_address":     {`{"owner":"a@example.com","rows":[["x","y"]]}`, "a@example.com\nx\ty\n"},
		"nested":         {`[["a@example.com",["x","y"]]]`, "a@example.com\nx\ty\n"},
		"url_in_a_row":   {"(blue|a@example.com|https://example.org/|pw)\n[a@example.com||12:30||pw],\n", "blue|a@example.com|https://example.org/|pw\na@example.com||12:30||pw\n"},
		"between_rows":   {"mail: a@example.com pw\n(1, 'b@example.com', 'x')\n# none\nc@example.com", "mail: a@example.com pw\n1\tb@example.com\tx\nc@example.com\n"},
		"second_of_call": {"(1, f('x', 'a@example.com'))", "a@example.com\n1\tx\n"},
		"key_of_a_text":  {`{"a@example.com":"pw","x":["y","z"]}`, "a@example.com:pw\ny\tz\n"},
		"id":             {`{"id":"a@example.com","x":["y","z"]}`, "a@example.com\ny\tz\n"},
		"name_alone":     {`{"name":"a@example.com","x":1}`, "a@example.com\n"},
		"doubled_empty":  {`('', 'a''')`, "\ta'\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, from := range []io.Reader{strings.NewReader(test.text), iotest.OneByteReader(strings.NewReader(test.text))} {
				got, err := io.ReadAll(bracketed.NewReader(from))
				if err != nil || string(got) != test.want {
					t.Errorf("got %q (%v), want %q", got, err, test.want)
				}
			}
		})
	}
}

func TestReader_ends_early_within_brackets(t *testing.T) {
	t.Parallel()
	got, err := io.ReadAll(bracketed.NewReader(strings.NewReader(`[["a@example.com","pw"],["b@exam`)))
	if !errors.Is(err, io.ErrUnexpectedEOF) || !strings.HasPrefix(string(got), "a@example.com\tpw\n") {
		t.Errorf("got %q (%v)", got, err)
	}
}

func TestLooks(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		`[["a@example.com","pw"],["b@example.com","x"]]`:                                            true,
		`["a@example.com:pw","b@example.com:x","c@example.com:y"]`:                                  true,
		"('alice', 'secret'),\n('carol', 'other');\n":                                               true,
		`[{"email":"a@example.com","roles":["x","y"]},{"email":"b@example.com","roles":["z","y"]}]`: false,
		"a@example.com:[\"x\",\"y\"]\nb@example.com:pw\n":                                           false,
		"[\n 'email' => 'a@example.com', 'password' => 'x' ],\n['email' => 'b@example.com'],\n":     false,
		"a:(\na@example.com:!!!!!!\na@example.com:]\n":                                              false,
		"[a@example.com] [pw]\n[b@example.com] [x]\n":                                               false,
	} {
		if got := bracketed.Looks([]byte(text), true); got != want {
			t.Errorf("%q: got %v", text, got)
		}
	}
}

func FuzzReader(f *testing.F) {
	f.Add([]byte(`{"columns":[{"name":"a"}],"rows":[["a@example.com","p\u00e4"],(1,'x''y',f(2))]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		whole, _ := io.ReadAll(bracketed.NewReader(strings.NewReader(string(text))))
		pieces, _ := io.ReadAll(bracketed.NewReader(iotest.OneByteReader(strings.NewReader(string(text)))))
		if string(whole) != string(pieces) {
			t.Fatalf("in one piece %q, in many %q", whole, pieces)
		}
		bracketed.Looks(text, true)
	})
}
