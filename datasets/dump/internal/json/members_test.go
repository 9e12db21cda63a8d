package json_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
	"github.com/credsieve/credsieve/datasets/dump/internal/format/formattest"
)

// TestJSON_maps_of_users reads objects whose keys are users. Each is a record of its own, in blocks of any
// size, and no password is that of the user beside.
func TestJSON_maps_of_users(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, text string
		want       []string // all cuts
	}{
		{"push_ids", `{"users":{"-N1":{"email":"a@example.com","pw":"x"},"-N2":{"email":"b@example.com","pw":"y"}}}`,
			[]string{"a@example.com=x", "b@example.com=y"}},
		{"addresses", `{"a@example.com":{"pw":"x","n":1},` + "\n" + ` "b@example.com": {"pw":"y"}}`,
			[]string{"a@example.com=x", "b@example.com=y"}},
		{"names", `{"users":{"alice":{"pw":"x","n":1},"bob":{"pw":"y","n":2}}}`, []string{"alice=x", "bob=y"}},
		{"one_user_of_an_address", `{"users":{"a@example.com":{"pw":"x"}}}`, []string{"a@example.com=x"}},
		{"addresses_and_passwords", `{"a@example.com":"x","b@example.com":"y"}`,
			[]string{"a@example.com=x", "b@example.com=y"}},
		{"deep", `{"t":{"eu":{"u":{"1":{"email":"a@example.com","pw":"x"},"2":{"email":"b@example.com","pw":"y"}}},` +
			`"us":{"u":{"3":{"email":"c@example.com","pw":"z"}}}}}`,
			[]string{"a@example.com=x", "b@example.com=y", "c@example.com=z"}},
		{"a_user_without_password", `{"u":{"1":{"email":"a@example.com","n":1},"2":{"email":"b@example.com","pw":"y"}}}`,
			[]string{"a@example.com!", "b@example.com=y"}},
		{"what_is_said_before", `{"v":1,"u":{"count":2,"1":{"email":"a@example.com","pw":"x"},"2":{"email":"b@example.com","pw":"y"}}}`,
			[]string{"a@example.com=x", "b@example.com=y"}},
		{"parts_of_one_user", `{"profile":{"email":"a@example.com","n":1},"auth":{"pw":"x","n":2}}`,
			[]string{"a@example.com=x"}},
		{"login_inside_of_a_user", `{"email":"a@example.com","login":{"username":"ally","password":"x"}}`,
			[]string{"a@example.com=x", "ally=x"}},
		{"types", `{"Item":{"email":{"S":"a@example.com"},"pw":{"S":"x"},"age":{"N":"3"}}}` + "\n" +
			`{"fields":{"username":{"stringValue":"bob"},"password":{"stringValue":"y"}}}`,
			[]string{"a@example.com=x", "bob=y"}},
		{"python_2", `{u'email': u'a@example.com', u'pw': u'x', u'n': None}`, []string{"a@example.com=x"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for _, size := range []int{0, 1, 16} {
				got := dumptest.Read(t, []byte(test.text), dump.Options{BlockSize: size})
				got.WantReport(t, dump.StatusRead, "json", "")
				dumptest.WantCuts(t, formattest.AllCuts(got), test.want)
			}
		})
	}
}

// TestJSON_a_map_over_any_block reads a map that is larger than a record may be.
func TestJSON_a_map_over_any_block(t *testing.T) {
	t.Parallel()
	const n = 2000
	text := `{"users":{` + strings.Repeat(`"-N":{"email":"a@example.com","pw":"x"},`, n-1) +
		`"-N":{"email":"a@example.com","pw":"x"}}}`
	for _, size := range []int{1, 1000, 0} {
		got := dumptest.Read(t, []byte(text), dump.Options{BlockSize: size, MaxRecord: 1000})
		got.WantReport(t, dump.StatusRead, "json", "")
		dumptest.WantCuts(t, got.FirstCuts(), slices.Repeat([]string{"a@example.com=x"}, n))
	}
}
