package json_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
	"github.com/credsieve/credsieve/datasets/dump/internal/format/formattest"
	jsondump "github.com/credsieve/credsieve/datasets/dump/internal/json"
)

var exam = formattest.Exam{Format: jsondump.Format{}, Record: func(id, password string) string {
	return `{"_id":{"$oid":"0123456789abcdef01234567"},"email":"` + id + `","pw":` +
		jsonText(password) + `}`
}}

func TestAcceptance(t *testing.T) { exam.Run(t) }

func TestSamples(t *testing.T) { formattest.Samples(t, "json", false) }

func FuzzJSON(f *testing.F) { formattest.FuzzRecords(f, "json", mayStandBetween) }

// mayStandBetween also takes what wraps a list, and the action lines of a bulk file.
func mayStandBetween(b byte, data []byte) bool {
	return bytes.IndexByte([]byte(" \t\v\f\r\n\x1a,[]}"), b) >= 0 || bytes.IndexByte(data, '[') >= 0 ||
		isBulk(data)
}

func isBulk(data []byte) bool {
	for _, action := range []string{`"index"`, `"create"`, `"update"`, `"delete"`} {
		if bytes.Contains(data, []byte(action)) {
			return true
		}
	}
	return false
}

// jsonText writes a string as encoding/json does.
func jsonText(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func TestJSON(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, text string
		want       []string // all cuts
		rejects    []string
	}{
		{"mongoexport", `{"_id":{"$oid":"0123456789abcdef01234567"},"emails":[{"address":"alice@example.com",` +
			`"verified":true}],"services":{"password":{"bcrypt":"` + dumptest.BcryptHash + `"}}}`,
			[]string{"alice@example.com!" + dumptest.BcryptHash}, nil},
		{"elasticsearch", `{"_index":"users","_type":"_doc","_id":"1","_score":1,"_source":` +
			`{"email":"bob@example.org","pass":"Made-Up-2"}}`, []string{"bob@example.org=Made-Up-2"}, nil},
		{"elasticsearch_answer", `{"took":5,"hits":{"total":{"value":2},"hits":[{"_id":"1","_source":{"email":` +
			`"a@example.com","pass":"x1"}},{"_id":"2","_source":{"email":"b@example.com","pass":"x2"}}]}}`,
			[]string{"a@example.com=x1", "b@example.com=x2"}, nil},
		{"phpmyadmin", `[{"type":"header","version":"5"},` + "\n" + `{"type":"table","name":"t","data":` +
			"\n[\n{\"email\":\"a@example.com\",\"pass\":\"x1\"},\n{\"email\":\"b@example.com\",\"pass\":\"x2\"}\n]\n}\n]\n",
			[]string{"a@example.com=x1", "b@example.com=x2"}, []string{"no_identifier"}},
		{"bulk", `{"index":{"_index":"users"}}` + "\n" + `{"email":"a@example.com","pass":"x"}` + "\n" +
			`{ "create" : {} }` + "\n" + `{"email":"b@example.com","pass":"y"}` + "\n",
			[]string{"a@example.com=x", "b@example.com=y"}, nil},
		{"array", "[{\"email\":\"a@example.com\",\"pw\":\"x\"},{\"email\":\"b@example.com\",\"pw\":\"y\",},]",
			[]string{"a@example.com=x", "b@example.com=y"}, nil},
		{"pretty", "[\r\n  {\r\n    \"email\": \"a@example.com\",\r\n    \"pw\": \"x{}\\\"\"\r\n  }\r\n]\r\n",
			[]string{`a@example.com=x{}"`}, nil},
		{"concatenated", `{"email":"a@example.com","pw":"x"}{"email":"b@example.com","pw":"y"}`,
			[]string{"a@example.com=x", "b@example.com=y"}, nil},
		{"log_prefix", "2024-01-01 [INFO] {\"email\":\"a@example.com\",\"pw\":\"x\"}\n",
			[]string{"a@example.com=x"}, nil},
		{"cut_in_a_string", `{"email":"a@example.com","pw":"x` + "\n" + `{"email":"b@example.com","pw":"y"}` + "\n",
			[]string{"b@example.com=y"}, []string{"syntax"}},
		{"cut_behind_a_value", `{"email":"a@example.com","pw":"x",` + "\n" + `{"email":"b@example.com","pw":"y"}` + "\n",
			[]string{"b@example.com=y"}, []string{"syntax"}},
		{"duplicate_keys", `{"email":"a@example.com","pw":"x","pw":"y"}`,
			[]string{"a@example.com=x", "a@example.com=y"}, nil},
		{"json_in_json", `{"id":1,"doc":` + jsonText(`{"email":"a@example.com","pw":"a\"b"}`) + `}`,
			[]string{`a@example.com=a"b`}, nil},
		{"raw_control_and_invalid_utf8", "{\"email\":\"a@example.com\",\"pw\":\"a\tb\nc\xff\xc3\"}",
			[]string{"a@example.com=a\tb\nc\xff\xc3", "..."}, nil},
		{"escapes", `{"e\u006dail":"a@example.com","pw":"\u00f6\ud83d\ude00\ud800\udc\/\q\u0000"}`,
			[]string{"a@example.com=ö😀\xed\xa0\x80\\udc/\\q\x00",
				"a@example.com=Ã¶ðŸ˜€í\u00a0€\\udc/\\q\x00"}, nil}, // a lone surrogate is not UTF-8
		{"number", `{"email":"a@example.com","pw":0012300}`, []string{"a@example.com=0012300"}, nil},
		{"extended_number", `{"phone":{"$numberLong":"15550100"},"pw":{"value":"x"}}`, []string{"15550100=x"}, nil},
		{"mongo_shell", `{"_id":ObjectId("01"),"at":ISODate("2024-01-01"),"n":NumberLong(1),"email":"a@example.com",` +
			`"pw":"x"}`, []string{"a@example.com=x"}, nil},
		{"python", `{'email': 'a@example.com', 'pw': "it's", 'x': None}`, []string{"a@example.com=it's"}, nil},
		{"null_and_empty", `{"email":"a@example.com","pw":null}` + "\n" + `{"email":"b@example.com","pw":""}`,
			[]string{"a@example.com!", "b@example.com!"}, nil},
		{"several_names", `{"email":"a@example.com","username":"ally","mobile":"+15550100","pw":" x"}`,
			[]string{"a@example.com= x", "a@example.com=x", "ally= x", "ally=x", "+15550100= x", "+15550100=x"}, nil},
		{"no_key_names_the_address", `{"contact":"a@example.com","pw":"x"}`, []string{"a@example.com=x"}, nil},
		{"hash_where_no_password", `{"email":"a@example.com","hash":"0123"}`, []string{"a@example.com!0123"}, nil},
		{"plaintext_where_a_hash_should_be", `{"email":"a@example.com","user_pass":"Made-Up-1"}`,
			[]string{"a@example.com=Made-Up-1"}, nil},
		{"bytes", `{"email":"a@example.com","pw":{"$binary":{"base64":"eHk=","subType":"00"}}}` + "\n" +
			`{"email":"b@example.com","pw":{"$binary":"eA==","$type":"00"}}` + "\n" +
			`{"email":"c@example.com","pw":{"$binary":"no base64"}}`,
			[]string{"a@example.com=xy", "b@example.com=x", "b@example.com=00", "c@example.com=no base64"}, nil},
		{"list_of_users", `{"owner":"x","team":"y","people":[{"email":"a@example.com","pw":"x"},` +
			`{"email":"b@example.com","pw":"y"}]}`, []string{"a@example.com=x", "b@example.com=y"}, nil},
		{"list_inside_of_a_user", `{"email":"a@example.com","accounts":[{"login":"ally","pw":"x"}],"pw":"y"}`,
			[]string{"a@example.com=y", "ally=x"}, nil},
		{"words_of_labels", `{"member":"ann","pin":"x"}` + "\n" + `{"member":{"login":"bob","pw":"y"}}` + "\n" +
			`{"member":"7","login":"eve","pw":"z","pin":"1"}`, []string{"ann=x", "bob=y", "eve=z"}, nil},
		{"both_in_base64", `{"auths":{"a.example.test":{"auth":"YW5uOnB3"},"b.example.test":{"auth":"Ym9iOnBX"}},"auth":"none"}`,
			[]string{"ann=pw", "bob=pW"}, nil},
		{"header", `{"request":{"headers":[{"name":"Authorization","value":"Basic YW5uOnB3"}]}}`, []string{"ann=pw"}, nil},
		{"nobody", `{"pw":"x"}` + "\nrubbish\n" + `{"a":{"b":[1,2,{}]}}`, nil,
			[]string{"no_identifier", "syntax", "no_identifier"}},
		{"bad_inside", `{"email" "a@example.com"}` + "\n" + `{"email":"b@example.com","pw":"y"}`,
			[]string{"b@example.com=y"}, []string{"syntax"}},
		{"hex", `{"email":"a@example.com","pw":"$HEX[613a62]"}`,
			[]string{"a@example.com=$HEX[613a62]", "a@example.com=a:b"}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for _, size := range []int{0, 1, 16} {
				got := dumptest.Read(t, []byte(test.text), dump.Options{Format: "json", BlockSize: size})
				got.WantReport(t, dump.StatusRead, "json", "")
				var all []string
				for _, r := range got.Records {
					all = append(all, r.Cuts...)
				}
				dumptest.WantCuts(t, all, test.want)
				if !slices.Equal(got.Reasons(), test.rejects) {
					t.Errorf("got rejects %q, want %q", got.Reasons(), test.rejects)
				}
			}
		})
	}
}

func TestJSON_that_was_cut_off_is_partial(t *testing.T) {
	t.Parallel()
	for _, start := range []string{"", "[", `{"took":1,"hits":{"hits":[`} {
		text := start + `{"email":"a@example.com","pw":"x"},` + "\n" + `{"email":"b@exam`
		for _, size := range []int{0, 1, 16} {
			got := dumptest.Read(t, []byte(text), dump.Options{BlockSize: size})
			got.WantReport(t, dump.StatusPartial, "json", "it ends in the middle of a record")
			dumptest.WantCuts(t, got.FirstCuts(), []string{"a@example.com=x"})
			if !slices.Equal(got.Reasons(), []string{"truncated"}) {
				t.Errorf("got rejects %q", got.Reasons())
			}
		}
	}
}

func TestJSON_is_recognised(t *testing.T) {
	t.Parallel()
	pair := `{"email":"alice@example.com","pw":"x"}` + "\n"
	for text, want := range map[string]string{
		pair: "json", "[\n  " + pair + "]": "json", "#\n" + strings.Repeat(pair, 9): "json",
		"{\n  \"email\": \"alice@example.com\"\n": "json", "{'email': 'alice@example.com'}": "json",
		strings.Repeat("INFO "+pair, 3):          "json",
		"alice@example.com:{\"a\"}\n":            "combo",
		"[\"Chrome\" = \"Default\"]\nlogin: bob": "combo",
	} {
		if got := dumptest.Read(t, []byte(text), dump.Options{}); got.Format != want {
			t.Errorf("%q is read as %s, want %s", text, got.Format, want)
		}
	}
}

func TestJSON_deep_nesting_is_bounded(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat(`{"a":`, 200_000) + "1" + strings.Repeat("}", 200_000)
	got := dumptest.Read(t, []byte(`{"email":"a@example.com","pw":"x","deep":`+deep+"}\n"), dump.Options{MaxRecord: 4 << 20})
	dumptest.WantCuts(t, got.FirstCuts(), []string{"a@example.com=x"})
	got = dumptest.Read(t, []byte(strings.Repeat(`[`, 500_000)+`{"email":"a@example.com","pw":"x"}`), dump.Options{})
	dumptest.WantCuts(t, got.FirstCuts(), []string{"a@example.com=x"})
}

func TestJSON_an_object_over_the_limit_does_not_cost_the_array(t *testing.T) {
	t.Parallel()
	long := `{"email":"a@example.com","pw":"` + strings.Repeat("x", 5000) + `"}`
	one := `{"email":"b@example.com","pw":"y"}`
	for _, size := range []int{1, 100, 0} {
		got := dumptest.Read(t, []byte("["+one+","+long+","+one+"]"), dump.Options{Format: "json", MaxRecord: 1000, BlockSize: size})
		got.WantReport(t, dump.StatusPartial, "json", "1 record over the limit")
		dumptest.WantCuts(t, got.FirstCuts(), []string{"b@example.com=y", "b@example.com=y"})
		got = dumptest.Read(t, []byte(one+"\n"+long[:3000]+"\n"+one+"\n"+one),
			dump.Options{Format: "json", MaxRecord: 1000, BlockSize: size})
		dumptest.WantCuts(t, got.FirstCuts(), []string{"b@example.com=y", "b@example.com=y", "b@example.com=y"})
	}
}

// TestJSON_comes_back_to_the_byte has encoding/json write what it can carry, in all layouts.
func TestJSON_comes_back_to_the_byte(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		type user struct {
			Name struct {
				Email string `json:"email"`
			} `json:"profile"`
			Password string `json:"password"`
		}
		var users []user
		var want []string
		for i := range rapid.IntRange(1, 20).Draw(rt, "users") {
			u := user{Password: rapid.StringN(1, 40, -1).Draw(rt, "password")}
			u.Name.Email = fmt.Sprintf("user%d@example.com", i)
			users = append(users, u)
			want = append(want, u.Name.Email+"="+u.Password)
		}
		var out strings.Builder
		encoder := json.NewEncoder(&out)
		encoder.SetEscapeHTML(rapid.Bool().Draw(rt, "html"))
		if rapid.Bool().Draw(rt, "pretty") {
			encoder.SetIndent("", "  ")
		}
		switch rapid.IntRange(0, 2).Draw(rt, "shape") {
		case 0:
			_ = encoder.Encode(users)
		case 1:
			_ = encoder.Encode(map[string]any{"RECORDS": users})
		default:
			for _, u := range users {
				_ = encoder.Encode(u)
			}
		}
		got := dumptest.Read(t, []byte(out.String()), dump.Options{Format: "json",
			BlockSize: rapid.IntRange(0, 100).Draw(rt, "block")})
		if first := got.FirstCuts(); !slices.Equal(first, dumptest.MarkStored(want, first)) || len(got.Rejects) > 0 {
			rt.Fatalf("\n got %q\nwant %q\nrejects %v", first, want, got.Rejects)
		}
	})
}

func TestJSON_list_without_an_end_is_partial(t *testing.T) {
	t.Parallel()
	const a, b = `{"email":"alice@example.com","pw":"a"}`, `{"email":"bob@example.org","pw":"b"}`
	for text, whole := range map[string]bool{
		"[" + a + "," + b + "]":                            true,
		"[\n" + a + ",\n" + b + "\n]\n":                    true,
		"[" + a + "," + b:                                  false,
		"[" + a + "," + b + ",":                            false,
		"[\n" + a + ",\n":                                  false,
		a + "\n" + b + "\n":                                true,
		a + ",\n" + b + ",\n":                              true,
		`{"users":[` + a + "," + b + `]}`:                  true,
		`{"users":[` + a + "," + b + `],"total":2}`:        true,
		`{"users":[` + a + "," + b + `]`:                   true, // nothing is missing that could name anybody
		`{"users":[` + a + "," + b:                         false,
		`{"users":[` + a + "," + b + ",":                   false,
		"[2026-01-01] " + a + "\n[2026-01-02] " + b + "\n": true,
	} {
		for _, size := range []int{0, 16} {
			got := dumptest.Read(t, []byte(text), dump.Options{BlockSize: size})
			want, sentence := dump.StatusRead, ""
			if !whole {
				want, sentence = dump.StatusPartial, "it ends in the middle of a list"
			}
			if got.Status != want || sentence != "" && !strings.Contains(fmt.Sprint(got.Err), sentence) {
				t.Errorf("%q in blocks of %d is %s: %v", text, size, got.Status, got.Err)
			}
		}
	}
}
