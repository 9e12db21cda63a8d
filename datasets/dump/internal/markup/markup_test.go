package markup_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/credsieve/credsieve/datasets/dump/internal/markup"
)

func TestPageReader(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ text, want string }{
		"table": {
			"<html><body><TABLE border=1><tr><th>Email<th>Password</tr>\n<tr><td>a@example.com</td><td>\n <b>p&amp;w</b>\n</td></tr></table></html>",
			"Email\tPassword\na@example.com\tp&w\n",
		},
		"unclosed":       {"<table><tr><td>a@example.com<td>p< w<tr><td>b@example.com<td>x</table>", "a@example.com\tp< w\nb@example.com\tx\n"},
		"lines":          {"<pre>\na@example.com:pw\n</pre><p>b@example.com:x<br>c@example.com:y</p>", "a@example.com:pw\nb@example.com:x\nc@example.com:y\n"},
		"inline":         {"<b>Login:</b> alice<br><b>Pass:</b> pw<br>", "Login: alice\nPass: pw\n"},
		"no_space":       {"<b>a@example.com</b><i>pw</i>\n<b>b@example.com</b>:x\n<p>c@<b>example</b>.com:y", "a@example.com\tpw\nb@example.com:x\nc@example.com:y\n"},
		"cell_of_2":      {"<tr><td><b>a@example.com</b><i>seen</i></td><td>pw</td></tr>", "a@example.com seen\tpw\n"},
		"mail_link":      {`<tr><td><a href="mailto:a@example.com">a@example.com</a></td><td>pw</td></tr>`, "a@example.com\tpw\n"},
		"attribute":      {`<div data-user="a@example.com">x</div>`, "a@example.com\nx\n"},
		"other_rows":     {"<user><td>a@example.com</td><td>pw</td></user>\n<user>\n<td>b@example.com</td>\n<td>x</td>\n</user>", "a@example.com\tpw\nb@example.com\tx\n"},
		"lines_of_cells": {"<td>a@example.com</td><td>pw</td>\n<td>b@example.com</td><td>x</td>\n", "a@example.com\tpw\nb@example.com\tx\n"},
		"other_cells":    {"<tr><b>a@example.com</b><b>pw</b><b>7</b></tr>\n<li><c>b@example.com</c><c>x</c><c>Made Up</c></li>", "a@example.com\tpw\t7\nb@example.com\tx\tMade Up\n"},
		"empty_cell":     {"<tr><td>a@example.com</td><td/><td>pw</td></tr>", "a@example.com\t\tpw\n"},
		"sheet": {
			`<office:document-content><table:table><table:table-row><table:table-cell><text:p>a@example.com</text:p></table:table-cell>` +
				`<table:table-cell table:number-columns-repeated="2"><text:p>p<text:s text:c="2"/>w</text:p></table:table-cell>` +
				`<table:table-cell table:number-columns-repeated="16000"/></table:table-row></table:table></office:document-content>`,
			"a@example.com\tp  w\tp  w\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, from := range []io.Reader{strings.NewReader(test.text), iotest.OneByteReader(strings.NewReader(test.text))} {
				got, err := io.ReadAll(markup.PageReader(from))
				if err != nil || string(got) != test.want {
					t.Errorf("got %q (%v), want %q", got, err, test.want)
				}
			}
		})
	}
}

// TestPageReader_leaves_no_line_out of a text that is larger than what is held of it.
func TestPageReader_leaves_no_line_out(t *testing.T) {
	t.Parallel()
	const lines = 150_000
	for name, line := range map[string]string{
		"one_text": "a@example.com:a password of some length\n", "elements": "<b>a@example.com</b><i>a password</i>\n",
		"links": `<a href="mailto:a@example.com">a@example.com</a>:pw` + "\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := io.ReadAll(markup.PageReader(strings.NewReader("<html><pre>" + strings.Repeat(line, lines) + "</pre>")))
			if n := strings.Count(string(got), "a@example.com"); err != nil || n != lines {
				t.Errorf("%d of %d lines (%v)", n, lines, err)
			}
		})
	}
}

func TestTreeReader(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ text, want string }{
		"elements": {
			"<?xml version=\"1.0\"?>\n<users>\n <user><email>a@example.com</email><password>p&lt;\"w</password></user>\n</users>",
			`{"user":{"email":"a@example.com","password":"p<\"w"}}` + "\n",
		},
		"attributes": {`<users><user email='a@example.com' password="x"/></users>`, `{"user":{"email":"a@example.com","password":"x"}}` + "\n"},
		"fields":     {`<row><field name="email">a@example.com</field><field name="pass">x</field></row>`, `{"email":"a@example.com","pass":"x"}` + "\n"},
		"plist":      {"<plist><dict><key>email</key><string>a@example.com</string><key>pw</key><string>x</string></dict></plist>", `{"dict":{"email":"a@example.com","pw":"x"}}` + "\n"},
		"base64":     {`<s><User>alice</User><Pass encoding="base64">cHc=</Pass></s>`, `{"user":"alice","pass":"pw"}` + "\n"},
		"cdata":      {"<u><p><![CDATA[a<b]]></p></u>", `{"p":"a<b"}` + "\n"},
		"a_list": {
			"<l>" + strings.Repeat("<u><e>a@example.com</e><p>x</p></u>", 10) + "</l>",
			listOf(9) + `{"e":"a@example.com","p":"x"}` + "\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, from := range []io.Reader{strings.NewReader(test.text), iotest.OneByteReader(strings.NewReader(test.text))} {
				got, err := io.ReadAll(markup.TreeReader(from))
				if err != nil || string(got) != test.want {
					t.Errorf("got %q (%v), want %q", got, err, test.want)
				}
			}
		})
	}
}

// listOf is what the first elements of a list look like, which were kept until it showed to be one.
func listOf(n int) string { return strings.Repeat(`{"u":{"e":"a@example.com","p":"x"}}`+"\n", n) }

func TestTreeReader_ends_early_within_an_element(t *testing.T) {
	t.Parallel()
	got, err := io.ReadAll(markup.TreeReader(strings.NewReader("<u><email>a@example.com</email><password>x")))
	if !errors.Is(err, io.ErrUnexpectedEOF) || string(got) != `{"email":"a@example.com","password":"x"}`+"\n" {
		t.Errorf("got %q (%v)", got, err)
	}
}

func FuzzReaders(f *testing.F) {
	f.Add([]byte(`<a b="c"><tr><td>x<td>&amp;<!-- a@b.c --></tr><key>k</key><![CDATA[x]]></a>`))
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, open := range []func(io.Reader) io.Reader{markup.PageReader, markup.TreeReader} {
			whole, _ := io.ReadAll(open(strings.NewReader(string(text))))
			pieces, _ := io.ReadAll(open(iotest.OneByteReader(strings.NewReader(string(text)))))
			if string(whole) != string(pieces) {
				t.Fatalf("in one piece %q, in many %q", whole, pieces)
			}
		}
	})
}
