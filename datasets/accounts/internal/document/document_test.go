package document

import (
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/accounts/internal/stream"
)

func decoded(t *testing.T, text string) any {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	return value
}

func TestFollow(t *testing.T) {
	t.Parallel()
	object := decoded(t, `{"a": {"b": "1", "c.d": "2"}, "l": [{"t": "x", "v": "3"}, {"t": "y", "v": "4"}], "e.f": "5", "n": [["6"]]}`)
	for path, want := range map[string]any{
		"a.b": "1", "a.c.d": "2", "e.f": "5", "l[1].v": "4", "l[2].v": nil, "l[t=y].v": "4", "l[t=z].v": nil,
		"l.v": []any{"3", "4"}, "l[].v": []any{"3", "4"}, "a.x": nil, "a.b.c": nil, "x": nil, "n[0][0]": "6", "l.x": nil,
	} {
		if got := Follow(object, path); !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %v, want %v", path, got, want)
		}
	}
}

func read(from Objects) (names []string, err error) {
	for {
		object, _, err := from.Next()
		if err != nil {
			return names, err
		}
		names = append(names, object["n"].(string))
	}
}

func TestNew(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`[{"n":"a"},{"n":"b"}]`:          "a b",
		"[]":                             "",
		"{\"n\":\"a\"}\n{\"n\":\"b\"}\n": "a b",
		`{"n":"a"}`:                      "a",
		`{"x":[1],"users":[{"n":"a"},{"n":"b"}],"y":{"z":[{}]}}`:      "a b",
		"{\n \"meta\": {\"users\": 1},\n \"data\": [{\"n\": \"a\"}]}": "a",
	} {
		s, err := stream.New(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		from, err := New(s, Options{})
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if names, err := read(from); !errors.Is(err, io.EOF) || strings.Join(names, " ") != want {
			t.Errorf("%s: %q, %v; want %q", text, names, err, want)
		}
	}
}

func TestNew_refuses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`[{"n":"a"},{"n":"b"`:             "ends early",
		`[{"n":"a"},`:                     "ends early",
		`[{"n":"a"}`:                      "ends early",
		`{"users":[{"n":"a"}]`:            "ends early",
		`[{"n":"a"}] {}`:                  "goes on",
		`[{"n":"a"},5]`:                   "not an object",
		`[{"n":"a","n":"b"}]`:             `two members named "n"`,
		`[{"n":"a","q":{"n":1},"n":"b"}]`: `two members named "n"`,
		"[{\"n\":\"\xff\"}]":              "UTF-8",
		`{"x":{}}` + "\n":                 "",
		"{\n\"x\": {\"users\": [{}]}\n}":  "no list of users",
		`"x"`:                             "neither a JSON array",
	} {
		s, err := stream.New(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		from, err := New(s, Options{})
		if err == nil && want != "" {
			_, err = read(from)
		}
		if want != "" && (err == nil || errors.Is(err, io.EOF) || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v lacks %q", text, err, want)
		}
	}
}

func TestLDIF(t *testing.T) {
	t.Parallel()
	s, err := stream.New(strings.NewReader("version: 1\r\n# a comment\r\n\r\n" +
		"dn: uid=a\nUID: a\nmail;lang-en: a@exam\n ple.com\nmail: b@example.com\nphoto:< file:///etc/passwd\nuserPassword:: e1NTSEF9eA==\n\n\n" +
		"dn:: dWlkPWI=\nuid: b\n"))
	if err != nil {
		t.Fatal(err)
	}
	l := NewLDIF(s)
	first, err := l.Next()
	if want := map[string][]string{"dn": {"uid=a"}, "uid": {"a"}, "mail": {"a@example.com", "b@example.com"}, "userpassword": {"{SSHA}x"}}; err != nil ||
		!reflect.DeepEqual(first, want) {
		t.Errorf("%v, %v; want %v", first, err, want)
	}
	if second, err := l.Next(); err != nil || second["dn"][0] != "uid=b" {
		t.Errorf("%v, %v", second, err)
	}
	if _, err := l.Next(); !errors.Is(err, io.EOF) {
		t.Errorf("after the last entry: %v", err)
	}
	for _, text := range []string{"no colon\n", "dn:: %%%\n"} {
		s, err := stream.New(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if entry, err := NewLDIF(s).Next(); err == nil {
			t.Errorf("%q: %v", text, entry)
		}
	}
}

// FuzzMemberTwice: an object of which no two members have one name is decoded as it stands.
func FuzzMemberTwice(f *testing.F) {
	f.Add(`{"a":1,"b":{"a":2},"c":[{"a":"\"a\":"}]}`)
	f.Add(`{"a":1,"a":2}`)
	f.Fuzz(func(t *testing.T, text string) {
		var object map[string]json.RawMessage
		if json.Unmarshal([]byte(text), &object) != nil {
			return
		}
		name, twice := memberTwice([]byte(text))
		if count := strings.Count(text, `"`+name+`"`); twice && count < 2 {
			t.Errorf("%q stands %d times in %q", name, count, text)
		}
	})
}
