package cut_test

import (
	"runtime"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
)

// cutLine returns the cuts of one line, or the reason for which it is a reject.
func cutLine(line string) []string {
	var c cut.Cutter
	if reason := c.Line([]byte(line)); reason != "" {
		return []string{"reject: " + string(reason)}
	}
	return dumptest.Show(c.All())
}

func TestCombo(t *testing.T) {
	t.Parallel()
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
		{"row_quoted", `"p,""w","alice@example.com","x"`,
			[]string{"alice@example.com=x", `alice@example.com=p,"w`, `alice@example.com="x"`,
				"..."}},
		{"row_partly_quoted", `7;"alice@example.com";"pw";x`,
			[]string{"alice@example.com=pw", "alice@example.com=7", "alice@example.com=x", "..."}},
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
		{"machine_after_a_space", "grace@example.com:pw1 192.0.2.1", []string{"grace@example.com=pw1 192.0.2.1", "grace@example.com=pw1"}},
		{"port_after_a_space", "grace@example.com:pw1 192.0.2.1:22", []string{"grace@example.com=pw1 192.0.2.1:22", "grace@example.com=pw1", "..."}},
		{"date_after_a_space", "grace@example.com:pw1 2024-01-02", []string{"grace@example.com=pw1 2024-01-02", "grace@example.com=pw1"}},
		{"words_after_a_comma", "grace@example.com:pw1, Premium, DE", []string{
			"grace@example.com=pw1, Premium, DE", "grace@example.com=pw1,", "grace@example.com=pw1"}},
		{"column_of_blanks", "grace@example.com:pw1   Premium", []string{"grace@example.com=pw1   Premium", "grace@example.com=pw1"}},
		{"hash_and_brackets", "grace@example.com:5f4dcc3b5aa765d61d8327deb882cf99[pw1]", []string{
			"grace@example.com=5f4dcc3b5aa765d61d8327deb882cf99[pw1]", "grace@example.com=pw1", "..."}},
		{"percent", "grace@example.com:p%2Dw", []string{"grace@example.com=p%2Dw", "grace@example.com=p-w"}},
		{"percent_sign", "grace@example.com:100%sure", []string{"grace@example.com=100%sure"}},
		{"quoted_printable", "grace@example.com:p=2Dw", []string{"grace@example.com=p=2Dw", "grace@example.com=p-w"}},
		{"escapes", `grace@example.com:p\u002dw\x21`, []string{`grace@example.com=p\u002dw\x21`, "grace@example.com=p-w!"}},
		{"in_clear", "grace@example.com:{PLAIN}pw1", []string{"grace@example.com={PLAIN}pw1", "grace@example.com=pw1"}},
		{"dovecot", "grace:{plain}pw1:1000:1000::/home/g::", []string{
			"grace={plain}pw1:1000:1000::/home/g::", "grace=pw1:1000:1000::/home/g::", "grace={plain}pw1", "grace=pw1", "..."}},
		{"cracked_passwd", "grace:harbour#Lamp3:1000:100:G:/home/g:/bin/sh", []string{"grace=harbour#Lamp3"}},
		{"colours_of_a_chat", "\x0303,01grace@example.com:pw1\x03", []string{"grace@example.com=pw1"}},
		{"row_of_a_box", "| 7 | grace | pw1 |", []string{
			"7= grace | pw1 |", "7=grace | pw1", "grace= pw1 |", "grace=pw1"}},
		{"variable", "DATABASE_URL=postgres://grace%40example.com:p%21w@db.example.org:5432/app", []string{
			"grace%40example.com=p%21w", "grace%40example.com=p!w", "grace@example.com=p%21w", "grace@example.com=p!w"}},
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
		{"username", "carol:pw:d", []string{
			"carol=pw:d", "carol=pw", "carol=d", "d=carol:pw", "pw=d"}},
		{"phone", "+15550100:pw", []string{"+15550100=pw", "pw=+15550100"}},
		{"host_without_scheme", "portal.example.org/path:carol:pw2", []string{
			"portal.example.org/path=carol:pw2", "portal.example.org/path=carol", "portal.example.org/path=pw2",
			"pw2=portal.example.org/path:carol", "carol=pw2"}},
		{"host_and_port_without_scheme", "portal.example.org:8443/path:carol:pw2", []string{
			"portal.example.org=8443/path:carol:pw2", "portal.example.org=8443/path",
			"portal.example.org=carol", "portal.example.org=pw2", "pw2=portal.example.org:8443/path:carol",
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
		{"stored_hash", "alice@example.com:" + dumptest.BcryptHash, []string{"alice@example.com!" + dumptest.BcryptHash}},
		{"stored_hash_and_plain", "alice@example.com:" + dumptest.BcryptHash + ":pw",
			[]string{"alice@example.com!" + dumptest.BcryptHash + ":pw", "alice@example.com=pw"}},
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
		t.Run(test.name, func(t *testing.T) { dumptest.WantCuts(t, cutLine(test.line), test.want) })
	}
}

func TestCombo_cuts_are_capped(t *testing.T) {
	t.Parallel()
	line := strings.Repeat("user@example.com:", 100) + strings.Repeat("a:", 10_000)
	if n := len(cutLine("x:" + line)); n != cut.MaxCuts {
		t.Errorf("got %d cuts, want %d", n, cut.MaxCuts)
	}
}

func TestCombo_cuts_of_one_identifier_share_its_slice(t *testing.T) {
	t.Parallel()
	var c cut.Cutter
	c.Line([]byte("17:alice@example.com: pw:192.0.2.1"))
	cuts := c.All()
	for i := 1; i < len(cuts); i++ {
		a, b := cuts[i-1].Identifier, cuts[i].Identifier
		if string(a) == string(b) && &a[0] != &b[0] {
			t.Errorf("cuts %d and %d hold their identifier twice", i-1, i)
		}
	}
	if len(cuts) < 4 {
		t.Errorf("got only %q", dumptest.Show(cuts))
	}
}

// TestCombo_hostile_line_costs_little does not run beside others: it counts what the process allocates.
func TestCombo_hostile_line_costs_little(t *testing.T) {
	line := []byte("9:" + strings.Repeat(`"a@example.com":`, 62) + strings.Repeat(`""`, 400_000) + `"`)
	var c cut.Cutter
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	const times = 10
	for range times {
		if reason := c.Line(line); reason != "" || c.Count() != cut.MaxCuts {
			t.Fatalf("got %d cuts (%s)", c.Count(), reason)
		}
	}
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 32<<20 {
		t.Errorf("it took %d MiB of memory", n>>20)
	}
}
