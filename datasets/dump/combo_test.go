package dump

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const bcryptHash = "$2a$10$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234"

func TestCombo(t *testing.T) {
	for _, test := range []struct {
		name, line string
		want       []string
	}{
		{"separator_in_password", "alice@example.com:Tr0ub4dor:3",
			[]string{"alice@example.com=Tr0ub4dor:3", "alice@example.com=Tr0ub4dor", "alice@example.com=3"}},
		{"field_behind_the_password", "alice@example.com:Tr0ub4dor:203.0.113.9", []string{
			"alice@example.com=Tr0ub4dor:203.0.113.9", "alice@example.com=Tr0ub4dor",
			"alice@example.com=203.0.113.9"}},
		{"field_before_the_password", "p1@example.com:name1:PW", []string{"p1@example.com=name1:PW",
			"p1@example.com=name1", "p1@example.com=PW"}},
		{"fields_between_commas", "p1@example.com,Bob,PW", []string{"p1@example.com=Bob,PW",
			"p1@example.com=Bob", "p1@example.com=PW"}},
		{"fields_far_from_the_address", "7:p1@example.com:Bob:Baker:PW", []string{
			"p1@example.com=Bob:Baker:PW", "p1@example.com=Bob", "p1@example.com=7",
			"p1@example.com=Baker", "p1@example.com=PW", "7=p1@example.com:Bob:Baker:PW",
			"7=Bob:Baker:PW"}},
		{"two_columns_of_csv", "alice@example.com,pw", []string{"alice@example.com=pw"}},
		{"two_columns_of_csv_quoted", `"alice@example.com","p,w"`,
			[]string{`alice@example.com="p,w"`, "alice@example.com=p,w", "..."}},
		{"two_columns_with_space_and_one_at_the_end", "alice@example.com p w ",
			[]string{"alice@example.com=p w", "alice@example.com=p", "alice@example.com=w", "alice@example.com=p w "}},
		{"two_columns_with_space", "alice@example.com pw", []string{"alice@example.com=pw"}},
		{"semicolon", "bob@example.org;pass;word", []string{"bob@example.org=pass;word",
			"bob@example.org=pass", "bob@example.org=word"}},
		{"bar", "carol@example.com|pw|with|pipe", []string{"carol@example.com=pw|with|pipe",
			"carol@example.com=pw", "carol@example.com=with", "carol@example.com=pipe"}},
		{"tab", "dave@example.com\tpw", []string{"dave@example.com=pw"}},
		{"quotes", `"erin@example.com":"quoted,pw"`,
			[]string{`erin@example.com="quoted,pw"`, "erin@example.com=quoted,pw"}},
		{"doubled_quotes", `erin@example.com:"qu""oted"`,
			[]string{`erin@example.com="qu""oted"`, `erin@example.com=qu"oted`}},
		{"whole_line_quoted", `"erin@example.com:pw"`, []string{"erin@example.com=pw"}},
		{"password_first", "pw-first:frank@example.com",
			[]string{"frank@example.com=pw-first", "pw-first=frank@example.com"}},
		{"capture_tail", "grace@example.com:pw1 | Plan = Premium",
			[]string{"grace@example.com=pw1 | Plan = Premium", "grace@example.com=pw1", "..."}},
		{"spaces_belong_or_not", "alice@example.com: pw ",
			[]string{"alice@example.com= pw ", "alice@example.com=pw"}},
		{"only_a_space", "alice@example.com: ", []string{"alice@example.com= "}},
		{"double_separator", "alice@example.com::pass",
			[]string{"alice@example.com=:pass", "alice@example.com=pass"}},
		{"login_pass_url", "alice@example.com:pw4:https://example.com/",
			[]string{"alice@example.com=pw4:https://example.com/", "alice@example.com=pw4"}},
		{"login_url_pass", "alice@example.com:https://example.com/in:pw5",
			[]string{"alice@example.com=https://example.com/in:pw5", "alice@example.com=pw5"}},
		{"two_addresses", "alice@example.com:bob@example.org",
			[]string{"alice@example.com=bob@example.org", "bob@example.org=alice@example.com"}},
		{"id_email_pass_ip", "17:alice@example.com:pw:192.0.2.1", []string{
			"alice@example.com=pw:192.0.2.1", "alice@example.com=pw", "alice@example.com=17",
			"alice@example.com=192.0.2.1",
			"17=alice@example.com:pw:192.0.2.1", "17=pw:192.0.2.1"}},
		{"user_email_pass", "ally:alice@example.com:pw", []string{
			"alice@example.com=pw", "alice@example.com=ally", "ally=alice@example.com:pw", "ally=pw"}},
		{"bar_in_local_part", "we|ird@example.com:pw", []string{
			"ird@example.com=pw", "ird@example.com=we", "we|ird@example.com=pw",
			"we=ird@example.com:pw", "we=pw"}},
		{"username", "carol:pw:d", []string{"carol=pw:d", "d=carol:pw", "pw=d"}},
		{"phone", "+15550100:pw", []string{"+15550100=pw", "pw=+15550100"}},
		{"host_without_scheme", "portal.example.org/path:carol:pw2", []string{
			"portal.example.org/path=carol:pw2", "pw2=portal.example.org/path:carol", "carol=pw2"}},
		{"host_and_port_without_scheme", "portal.example.org:8443/path:carol:pw2", []string{
			"portal.example.org=8443/path:carol:pw2", "pw2=portal.example.org:8443/path:carol",
			"8443/path=carol:pw2", "carol=pw2"}},
		{"comma", "alice@example.com,pass:word", []string{"alice@example.com=pass:word"}},
		{"comma_after_id", "7,alice@example.com,pw", []string{
			"alice@example.com=pw", "alice@example.com=7", "7=alice@example.com,pw", "7=pw"}},
		{"space", "alice@example.com pass word",
			[]string{"alice@example.com=pass word", "alice@example.com=pass", "alice@example.com=word"}},
		{"space_around", " alice@example.com :pw", []string{"alice@example.com=pw"}},
		{"byte_order_mark_inside", "\ufeffalice@example.com:pw", []string{"alice@example.com=pw"}},
		{"no_break_space", "alice@example.com\u00a0:pw", []string{"alice@example.com=pw"}},
		{"nul", "alice@example.com:a\x00b", []string{"alice@example.com=a\x00b"}},
		{"not_utf8", "alice@example.com:gr\xfcn", []string{"alice@example.com=gr\xfcn"}},
		{"empty_password", "alice@example.com:", []string{"alice@example.com!"}},
		{"empty_password_of_name", "carol:", []string{"carol!"}},
		{"password_is_identifier", "alice@example.com:alice@example.com",
			[]string{"alice@example.com=alice@example.com"}},
		{"stored_hash", "alice@example.com:" + bcryptHash, []string{"alice@example.com!" + bcryptHash}},
		{"stored_hash_and_plain", "alice@example.com:" + bcryptHash + ":pw",
			[]string{"alice@example.com!" + bcryptHash + ":pw", "alice@example.com=pw"}},
		{"bare_digest_is_testable", "alice@example.com:0123456789abcdef0123456789abcdef",
			[]string{"alice@example.com=0123456789abcdef0123456789abcdef"}},
		{"digest_and_plain", "alice@example.com:0123456789abcdef0123456789abcdef:pw", []string{
			"alice@example.com=0123456789abcdef0123456789abcdef:pw", "alice@example.com=pw",
			"alice@example.com=0123456789abcdef0123456789abcdef"}},
		{"digest_too_short_for_its_scheme", "alice@example.com:$1$moneymoneymoneymo",
			[]string{"alice@example.com=$1$moneymoneymoneymo"}},
		{"no_separator", "nothing", []string{"reject: no_separator"}},
		{"no_separator_behind_address", "alice@example.com", []string{"reject: no_separator"}},
		{"prose", "write to seller@example.com for more", []string{"reject: no_separator"}},
		{"banner", "*=_-:*=_-", []string{"reject: no_identifier"}},
		{"banner_with_advert", "=====| best lists |=====", []string{"reject: no_identifier"}},
		{"empty_fields", "::;|", []string{"reject: no_identifier"}},
		{"dashes_are_a_password", "carol:----------", []string{"carol=----------"}},
	} {
		t.Run(test.name, func(t *testing.T) { wantCuts(t, cutLine(test.line), test.want) })
	}
}

func TestCombo_cuts_are_capped(t *testing.T) {
	line := strings.Repeat("user@example.com:", 100) + strings.Repeat("a:", 10_000)
	if n := len(cutLine("x:" + line)); n != maxCuts {
		t.Errorf("got %d cuts, want %d", n, maxCuts)
	}
}

func TestCombo_cuts_of_one_identifier_share_its_slice(t *testing.T) {
	var c cutter
	c.line([]byte("17:alice@example.com: pw:192.0.2.1"))
	cuts := c.all()
	for i := 1; i < len(cuts); i++ {
		a, b := cuts[i-1].Identifier, cuts[i].Identifier
		if string(a) == string(b) && &a[0] != &b[0] {
			t.Errorf("cuts %d and %d hold their identifier twice", i-1, i)
		}
	}
	if len(cuts) < 4 {
		t.Errorf("got only %q", show(cuts))
	}
}

// TestCombo_fast_path_agrees shows that the one pass over common lines decides nothing of its own.
func TestCombo_fast_path_agrees(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		line := rapid.StringMatching(`[ "'a.@|:\x80-]{0,9}@?[a.-]{0,5}(\.[ab\xe9]{0,3})?`+
			`[.: ;|]{0,2}[a:@. "]{0,4}`).Draw(t, "line")
		i := leadingEmail([]byte(line))
		if i == 0 {
			return
		}
		id := identifier([]byte(line[:i]))
		if string(id) != line[:i] || !isEmail(id) || indexSeparator([]byte(line)) != i {
			t.Fatalf("%q is taken for the address of %q", line[:i], line)
		}
	})
}

func TestStoredHash(t *testing.T) {
	for _, hash := range []string{
		bcryptHash,
		"$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$" + strings.Repeat("A", 43),
		"$1$saltsalt$" + strings.Repeat("a", 22), "$1$$" + strings.Repeat("a", 22),
		"$5$saltsalt$" + strings.Repeat("b", 43),
		"$6$rounds=5000$saltsalt$" + strings.Repeat("c", 86),
		"$y$j9T$saltsaltsalt$" + strings.Repeat("d", 43),
		"$P$B" + strings.Repeat("e", 30), "$H$9" + strings.Repeat("f", 30),
		"$S$D" + strings.Repeat("g", 51),
		"{SSHA}" + strings.Repeat("h", 32), "{sha256}" + strings.Repeat("i", 43) + "=",
		"{CRYPT}$6$saltsalt$" + strings.Repeat("j", 86),
		"pbkdf2_sha256$600000$saltsaltsalt$" + strings.Repeat("k", 43) + "=",
		`"` + bcryptHash + `"`, bcryptHash + ":salt", " " + bcryptHash,
	} {
		if !isStoredHash([]byte(hash)) {
			t.Errorf("%q is taken for a password", hash)
		}
	}
	for _, password := range []string{
		"$1$mplePassword", "$2a$10$short", "{SSHA}x", "{not}" + strings.Repeat("a", 40),
		"$6$saltsalt$" + strings.Repeat("c", 20), "pbkdf2", "argon2id is my favourite scheme",
		bcryptHash + "!", "$uperSecretSuperSecretSuperSecret", strings.Repeat("0", 32),
	} {
		if isStoredHash([]byte(password)) {
			t.Errorf("%q is taken for a stored hash", password)
		}
	}
}
