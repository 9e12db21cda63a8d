package json_test

import (
	"slices"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
)

// TestJSON_kinds reads documents that say in other ways than by keys which text is whose.
func TestJSON_kinds(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		text string
		want []string // all first cuts, or the reasons of rejects
	}{
		"name_and_value":  {`{"params":[{"name":"csrf","value":"x"},{"name":"login","value":"carol"},{"name":"password","value":"pw"}]}`, []string{"carol=pw"}},
		"value_first":     {`{"fields":[{"value":"carol","designation":"username"},{"value":"pw","name":"password"}]}`, []string{"carol=pw"}},
		"name_space":      {`{"Attributes":[{"Name":"email","Value":"a@example.com"},{"Name":"custom:password","Value":"pw"}]}`, []string{"a@example.com=pw"}},
		"words_of_keys":   {`{"customer_id":7,"customer_email":"a@example.com","customerPassword":"pw"}`, []string{"a@example.com=pw"}},
		"form":            {`{"postData":{"text":"x=1&email=a%40example.com&password=p%26w"}}`, []string{"a@example.com=p&w"}},
		"line_in_a_text":  {`{"time":"12:00","message":"a@example.com:p\u00e4"}`, []string{"a@example.com=pä"}},
		"list_in_a_text":  {`{"body":"[{\"login\":\"carol\",\"password\":\"pw\"}]"}`, []string{"carol=pw"}},
		"windows_account": {`{"user":"CORP\\carol","password":"pw"}`, []string{`CORP\carol=pw`}},
		"parallel_lists":  {`{"email":["a@example.com","b@example.com"],"password":["x","y"]}`, []string{"a@example.com=x"}},
		"columns_as_maps": {`{"email":{"0":"a@example.com","1":null,"2":"b@example.com"},"password":{"0":"x","1":"z","2":"y"}}`, []string{"a@example.com=x"}},
		"objects_apart":   {`{"data":[{"email":"a@example.com"},{"email":"b@example.com"}],"included":[{"password":"x"},{"password":"y"}]}`, []string{"a@example.com=x"}},
		"maps_apart":      {`{"users":{"k1":{"email":"a@example.com"},"k2":{"email":"b@example.com"}},"auth":{"k1":{"password":"x"},"k2":{"password":"y"}}}`, []string{"a@example.com=x"}},
		"marks_of_code":   {`{"fields":[{"name":"Login","value":"` + "`carol`" + `"},{"name":"Password","value":"` + "`pw`" + `"}]}`, []string{"carol=pw"}},
		"code_in_a_text":  {`{"content":"` + "```a@example.com:pw```" + `"}`, []string{"a@example.com=pw"}},
		"numbered_names":  {`{"values":[{"key":"user1","value":"carol"},{"key":"password1","value":"pw"},{"key":"user2","value":"dave"},{"key":"password2","value":"x"}]}`, []string{"carol=pw"}},
		"names_and_one":   {`{"logins":{"login":["carol","dave"]},"password":"y"}`, []string{"carol=y"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := dumptest.Read(t, []byte(test.text+"\n"), dump.Options{Format: "json"})
			dumptest.WantCuts(t, got.FirstCuts(), test.want)
			for _, r := range got.Records {
				if slices.Contains(r.Cuts, "a@example.com=y") || slices.Contains(r.Cuts, "b@example.com=x") {
					t.Errorf("texts of one place go with those of another: %q", r.Cuts)
				}
			}
		})
	}
}

// TestJSON_no_user_hides_another reads an object of more users than one record has cuts for.
func TestJSON_no_user_hides_another(t *testing.T) {
	t.Parallel()
	text, want := `{"body":[`, []string(nil)
	for _, name := range "abcdefghijkl" {
		text += `{"login":"carol` + string(name) + `","password":"pw` + string(name) + `"},`
		want = append(want, "carol"+string(name)+"=pw"+string(name))
	}
	got := dumptest.Read(t, []byte(`{"x":{"y":{"z":{"a":{"b":{"c":`+text+`]}}}}}}}}`+"\n"), dump.Options{Format: "json"})
	var cuts []string
	for _, r := range got.Records {
		cuts = append(cuts, r.Cuts...)
	}
	if !slices.Equal(cuts, want) {
		t.Errorf("got %q", cuts)
	}
}

// TestJSON_leaves_texts_that_it_would_guess_at to the sweep.
func TestJSON_leaves_texts_that_it_would_guess_at(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		`{"id":7,"body":"carol@example.com:pw"}`:                                    1,
		`{"id":7,"body":"https://example.com/:carol:pw"}`:                           1,
		`{"id":7,"body":"12:30:01 pw | blue | carol@example.com"}`:                  0,
		`{"id":7,"body":"12:30:01 'carol@example.com' / 'pw'"}`:                     0,
		`{"id":7,"body":"{\"mail\":\"carol@example.com\",\"credential\":\"pw\"};"}`: 0,
		`{"id":7,"body":"| Login:\t'carol@example.com' - | Senha:\t'pw'"}`:          0,
	} {
		got := dumptest.Read(t, []byte(text+"\n"), dump.Options{Format: "json"})
		if len(got.Records) != want {
			t.Errorf("%s: %d records, want %d", text, len(got.Records), want)
		}
	}
}
