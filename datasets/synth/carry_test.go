package synth

import "testing"

func TestCanCarry(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		format, id, password string
		want                 bool
	}{
		"separators_behind_an_address":    {"combo_colon", "a.b1@example.com", "x:y;z|", true},
		"spaces_at_the_ends":              {"combo_colon", "a.b1@example.com", " x ", true},
		"separators_behind_a_handle":      {"combo_mixed", "kalo_1", "x:y;z|", true},
		"address_like_behind_a_handle":    {"combo_colon", "kalo_1", "x@y.test", false},
		"url_by_accident":                 {"combo_colon", "kalo", "//x/y", false},
		"the_same_in_a_table":             {"csv", "kalo", "//x/y", true},
		"empty_password":                  {"csv", "a.b1@example.com", "", false},
		"empty_identifier":                {"csv", "", "Made-Up-1", false},
		"line_end_in_password":            {"csv", "a.b1@example.com", "x\ny", false},
		"tab_in_password":                 {"tsv", "a.b1@example.com", "x\ty", false},
		"separator_in_identifier":         {"combo_colon", "ka:lo@example.com", "Made-Up-1", false},
		"header_word":                     {"tsv", "Login", "Made-Up-1", false},
		"password_that_stands_for_none":   {"ulp", "a.b1@example.com", "[NOT_SAVED]", false},
		"password_like_a_stored_hash":     {"combo_colon", "a.b1@example.com", "$2b$x", false},
		"address_as_password_in_ulp":      {"ulp", "a.b1@example.com", "x@y.test", false},
		"url_as_password_in_ulp":          {"ulp", "a.b1@example.com", "x:http://y", false},
		"more_separators_than_ulp_allows": {"ulp", "a.b1@example.com", "::::", false},
		"phone":                           {"ulp", "+999412345678", "Made-Up-1", true},
		"foreign":                         {"zip", "žofie_1", "桜の木", true},
		"unknown_format":                  {"xlsx", "a.b1@example.com", "Made-Up-1", false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := CanCarry(c.format, Pair{c.id, c.password}); got != c.want {
				t.Errorf("CanCarry = %t, want %t", got, c.want)
			}
		})
	}
}
