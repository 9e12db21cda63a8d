package stored

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

func texts(forms [][]byte) (list []string) {
	for _, form := range forms {
		list = append(list, string(form))
	}
	return list
}

func TestPasswordForms(t *testing.T) {
	t.Parallel()
	nfc, nfd := "Gr\u00f6\u00dfe", "Gro\u0308\u00dfe"
	for _, test := range []struct {
		name, password string
		want           []string
	}{
		{"ASCII", "Made-Up 1", []string{"Made-Up 1"}},
		{"empty", "", []string{""}},
		{"composed", nfc, []string{nfc, nfd, "Gr\xf6\xdfe"}},
		{"decomposed", nfd, []string{nfd, nfc, "Gr\xf6\xdfe"}},
		{"no accents", "пароль", []string{"пароль", "\xef\xe0\xf0\xee\xeb\xfc", "\xd0\xc1\xd2\xcf\xcc\xd8"}},
		{"Chinese", "密码", []string{"密码", "\xc3\xdc\xc2\xeb"}},
		{"Japanese", "ひみつ", []string{"ひみつ", "\x82\xd0\x82\xdd\x82\xc2", "\xa4\xd2\xa4\xdf\xa4\xc4"}},
		{"traditional Chinese", "密碼", []string{"密碼", "\xc3\xdc\xb4a", "\xb1K\xbdX"}},
		{"Slovak", "ľ", []string{"ľ", norm.NFD.String("ľ"), "\xbe", "\xb5"}},
		{"Korean", "비밀", []string{"비밀", norm.NFD.String("비밀"), "\xba\xf1\xb9\xd0"}},
		{"Polish", "żółć", []string{"żółć", norm.NFD.String("żółć"), "\xbf\xf3\xb3\xe6"}},
		{"Greek", "κωδ", []string{"κωδ", "\xea\xf9\xe4"}},
		{"letters of no code page", "ꙮ", []string{"ꙮ"}},
		{"signs that NFKC changes", "4ªµ", []string{"4ªµ", "4aμ", "4\xaa\xb5"}},
		{"odd spaces", "a\u00a0\u2003b", []string{
			"a\u00a0\u2003b", "a  b",
		}},
		{"a soft hyphen", "ö\u00adx", []string{
			"ö\u00adx", "o\u0308\u00adx", "öx", "\xf6\xadx",
		}},
		{"letters of two code pages", "öж", []string{"öж", norm.NFD.String("öж")}},
		{"mojibake", "Gr\u00c3\u00b6\u00c3\u0178e", []string{
			"Gr\u00c3\u00b6\u00c3\u0178e", norm.NFD.String("Gr\u00c3\u00b6\u00c3\u0178e"), nfc, "Gr\xf6\xdfe",
		}},
		{"mojibake of a euro", "\u00e2\u201a\u00ac5", []string{
			"\u00e2\u201a\u00ac5", norm.NFD.String("\u00e2\u201a\u00ac5"), "\u20ac5", "\x805", "\xa45",
		}},
		{"references", "Gr&#246;&#xDf;e", []string{"Gr&#246;&#xDf;e", nfc}},
		{"references and letters", "&#246;\u00df", []string{
			"&#246;\u00df", "\u00f6\u00df", "&#246;\xdf",
		}},
		{"no references", "&#;&#x;&ouml;&#246&#0;&#55296;&#1114112;&#9999999;&#xFFFFFF;", []string{
			"&#;&#x;&ouml;&#246&#0;&#55296;&#1114112;&#9999999;&#xFFFFFF;",
		}},
		{"not UTF-8", "Gr\xf6\xdfe", []string{"Gr\xf6\xdfe"}},
		{"longer than any password", strings.Repeat("\u00f6", maxFormed), []string{
			strings.Repeat("\u00f6", maxFormed),
		}},
	} {
		got := texts(PasswordForms(nil, []byte(test.password)))
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}

func TestPasswordForms_of_ASCII_allocates_nothing(t *testing.T) {
	password := []byte("Made-Up-1234")
	space := make([][]byte, 0, maxPasswordForms)
	if n := testing.AllocsPerRun(100, func() { PasswordForms(space, password) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzPasswordForms(f *testing.F) {
	f.Add([]byte("Gr\u00c3\u00b6\u00c3\u0178e"))
	f.Add([]byte("\xff\u0308"))
	f.Add([]byte("\u00f6&#246;"))
	f.Fuzz(func(t *testing.T, password []byte) {
		before := string(password)
		forms := PasswordForms(nil, password)
		if string(forms[0]) != before || string(password) != before {
			t.Error("the text as found is not the first form")
		}
		if len(forms) > maxPasswordForms {
			t.Errorf("%d forms", len(forms))
		}
		list := texts(forms)
		slices.Sort(list)
		if len(slices.Compact(list)) != len(forms) {
			t.Error("a form comes twice")
		}
	})
}

// What Plain lets through no product changes.
func TestPlain(t *testing.T) {
	t.Parallel()
	for _, password := range []string{"Made-Up-1", "a b", "p@ss#1%", "it's", `a"b`, `a\b`, "a&b", "a<b", "a!", "a$", " a", "a\t",
		"ö", "a\x00", ""} {
		changed := false
		for _, v := range ProductVariants() {
			changed = changed || v.Apply([]byte(password)) != nil
		}
		if changed && Plain([]byte(password)) {
			t.Errorf("%q is plain, and a product changes it", password)
		}
	}
	for _, password := range []string{"Made-Up-1", "a b", "p@ss#1%"} {
		if !Plain([]byte(password)) {
			t.Errorf("%q is not plain", password)
		}
	}
}

func TestFormsOf_ASCII_allocates_nothing(t *testing.T) {
	hash, err := Parse(FormatArgon2id([]byte("a"), []byte("made-up salt"), Argon2Params{65536, 4, 1}), DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	password, space := []byte("Made-Up-1234"), make([][]byte, 0, maxPasswordForms)
	if n := testing.AllocsPerRun(100, func() { FormsOf(space, hash, password, nil) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
