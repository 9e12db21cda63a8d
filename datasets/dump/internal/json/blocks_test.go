package json_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
)

// TestJSON_blocks_decide_nothing reads documents of all shapes in one piece and in blocks: users, halves of users and what
// says nothing, in lists, in maps and beside each other, whole and damaged.
func TestJSON_blocks_decide_nothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		text := damaged(rt, document(rt))
		size := rapid.IntRange(1, len(text)).Draw(rt, "block")
		one := foundIn(dumptest.Read(t, []byte(text), dump.Options{Format: "json"}))
		many := foundIn(dumptest.Read(t, []byte(text), dump.Options{Format: "json", BlockSize: size}))
		if !slices.Equal(one, many) {
			rt.Fatalf("%s\nin one piece %s\nin blocks of %d %s", text, strings.Join(one, "\n"), size, strings.Join(many, "\n"))
		}
	})
}

// TestJSON_wrappers_in_wrappers reads lists and maps of users of which another one is the first element, in blocks of all
// sizes: what shows that the outer one is a wrapper stands after the ends of the records in the inner one.
func TestJSON_wrappers_in_wrappers(t *testing.T) {
	t.Parallel()
	const a, b = `{"email":"a@example.com","pw":"x"}`, `{"email":"b@example.com","pw":"y"}`
	inner := `{"k0":` + a + `,"k1":` + b + `,"k2":[]}`
	for _, text := range []string{
		`{"l":[` + inner + "]}\n",
		`{"l":[{"m":[` + inner + "]}," + inner + "]}\n",
		`[{"u@example.com":` + inner + `,"v@example.com":{"email":"v@example.com","n":1},"w@example.com":` + b + `,"x@example.com":` + a + "}]\n",
		`{"a":` + inner + `,"b":` + inner + "}\n" + a + "\n",
	} {
		one := foundIn(dumptest.Read(t, []byte(text), dump.Options{Format: "json"}))
		for size := range len(text) {
			if many := foundIn(dumptest.Read(t, []byte(text), dump.Options{Format: "json", BlockSize: size + 1})); !slices.Equal(one, many) {
				t.Fatalf("%s\nin one piece %q\nin blocks of %d %q", text, one, size+1, many)
			}
		}
	}
}

// foundIn says what was found, and where.
func foundIn(got dumptest.Outcome) []string {
	out := []string{string(got.Status)}
	for _, r := range got.Records {
		out = append(out, fmt.Sprintf("%d+%d line %d %q", r.Offset, r.Length, r.Line, r.Cuts))
	}
	for _, r := range got.Rejects {
		out = append(out, fmt.Sprintf("%d+%d line %d %s", r.Offset, r.Length, r.Line, r.Reason))
	}
	return out
}

// document draws values beside each other, with something between them.
func document(rt *rapid.T) string {
	between := rapid.SampledFrom([]string{"\n", "\n", ",\n", "\r\n", "", " ", "\n\n", ",", "\nrubbish\n", " x ", "\n[2024] ", "\"k@example.com\": ", "]}\n"})
	var out strings.Builder
	for range rapid.IntRange(1, 4).Draw(rt, "values") {
		out.WriteString(jsonValue(rt, 0))
		out.WriteString(between.Draw(rt, "between"))
	}
	return out.String()
}

// jsonValue draws an object, or a list or a map of such.
func jsonValue(rt *rapid.T, depth int) string {
	n := rapid.IntRange(1, 9).Draw(rt, "number")
	kinds := 9
	if depth == 5 {
		kinds = 6
	}
	switch rapid.IntRange(0, kinds).Draw(rt, "kind") {
	case 0, 1, 2:
		return fmt.Sprintf(`{"email":"u%d@example.com","pw":"p%d"}`, n, n)
	case 3:
		return fmt.Sprintf(`{"email":"u%d@example.com","n":%d}`, n, n)
	case 4:
		return fmt.Sprintf(`{"pw":"p%d","n":%d}`, n, n)
	case 5:
		return rapid.SampledFrom([]string{`{"a":1,"b":"x"}`, `{}`, `{"pw":"p"}`, `[1,"a"]`, `"u@example.com:p"`, "7", `{"name":"email","value":"v@example.com"}`,
			`{"name":"pw","value":"p{\"}"}`, `{"index":{"_id":"1"}}`}).Draw(rt, "other")
	case 6:
		return fmt.Sprintf("{\n  \"email\": \"u%d@example.com\",\n  \"pw\": \"p\\\"{%d\"\n}", n, n)
	}
	comma := rapid.SampledFrom([]string{",", ",\n", ", "}).Draw(rt, "comma")
	list := rapid.IntRange(0, 2).Draw(rt, "list") == 0
	key := rapid.SampledFrom([]string{`"k%d":`, `"w%d@example.com":`, `k%d:`, "\"k%d\": ", "'k%d' :\n"}).Draw(rt, "key")
	var parts []string
	for i := range rapid.IntRange(0, 5).Draw(rt, "parts") {
		part := jsonValue(rt, depth+1)
		if !list {
			part = fmt.Sprintf(key, i) + part
		}
		parts = append(parts, part)
	}
	if list {
		return "[" + strings.Join(parts, comma) + "]"
	}
	return "{" + strings.Join(parts, comma) + "}"
}

// damaged leaves out a stretch of a text, or puts something into it.
func damaged(rt *rapid.T, text string) string {
	for range rapid.IntRange(0, 2).Draw(rt, "damages") {
		at := rapid.IntRange(0, len(text)).Draw(rt, "at")
		gone := rapid.IntRange(0, min(4, len(text)-at)).Draw(rt, "gone")
		text = text[:at] + rapid.SampledFrom([]string{"", "\n", "{", "}", "]", "[", `"`, "\\", "\n{", ",", "\x00"}).Draw(rt, "put") + text[at+gone:]
	}
	return text + "\n"
}
