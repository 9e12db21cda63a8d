package cut_test

import (
	"testing"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
)

func TestULP(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, line string
		want       []string
	}{
		{"port_and_colons_in_query",
			"https://portal.example.com:8443/login?next=a:b:alice@example.com:pa:ss",
			[]string{"alice@example.com=pa:ss", "alice@example.com=pa", "alice@example.com=ss",
				"alice@example.com=b", "b=alice@example.com:pa:ss", "b=alice@example.com", "pa=ss"}},
		{"name_and_browser_around_the_password", "https://x.example.net/:name1:PW:Chrome",
			[]string{"name1=PW:Chrome", "name1=PW", "name1=Chrome", "PW=Chrome"}},
		{"name_before_the_password", "https://x.example.net/:p1@example.com:name1:PW",
			[]string{"p1@example.com=name1:PW", "p1@example.com=name1", "p1@example.com=PW", "name1=PW"}},
		{"android_certificate", "android://AAAAbase64certhash==@com.example.app/:bob@example.org:pw1",
			[]string{"bob@example.org=pw1"}},
		{"android_name", "android://AAAA/base64==@com.example.app/:bob:pw1", []string{"bob=pw1"}},
		{"android_without_slash", "android://AAAA==@com.example.app:bob:pw1", []string{"bob=pw1"}},
		{"spaces", "https://example.com alice@example.com pw3", []string{"alice@example.com=pw3"}},
		{"spaces_and_name", "https://example.com/in alice pa:ss pw", []string{"alice=pa:ss pw"}},
		{"space_then_colon", "https://example.com/in alice:pw", []string{"alice=pw"}},
		{"port_or_login", "ftp://10.0.0.5:21:user:pw", []string{"user=pw", "21=user:pw"}},
		{"digits_are_the_login", "https://example.com:12345:pw", []string{"12345=pw"}},
		{"bars", "https://example.com|alice|pw", []string{"alice=pw"}},
		{"spaced_bars", "https://example.com | alice | pw",
			[]string{"alice= pw", "alice=pw"}},
		{"semicolon_in_path", "https://example.com/x;id=1:alice:pw",
			[]string{"id=1=alice:pw", "id=1=alice", "id=1=pw", "alice=pw"}},
		{"tabs", "https://example.com/\talice\tpw", []string{"alice=pw"}},
		{"name_and_colon_in_password", "https://example.com/in:carol:p:w",
			[]string{"carol=p:w", "carol=p", "carol=w", "p=w"}},
		{"space_in_password", "https://example.com/in:carol:my long pw",
			[]string{"carol=my long pw"}},
		{"browser_behind_the_password", "https://example.com/in:carol:my-pw - Chrome",
			[]string{"carol=my-pw - Chrome", "carol=my-pw"}},
		{"browser_behind_the_password_of_an_address", "https://example.com/in:bob@example.org:a - b - Microsoft Edge",
			[]string{"bob@example.org=a - b - Microsoft Edge", "bob@example.org=a", "bob@example.org=a - b"}},
		{"colon_in_path_then_space", "https://example.com/a:8 bob@example.org:pw",
			[]string{"8 bob@example.org=pw", "bob@example.org=pw"}},
		{"colon_in_path_then_spaces", "https://example.com/a:8 bob@example.org my pw",
			[]string{"bob@example.org=my pw"}},
		{"ipv6", "http://[::1]:443/x:user:pw", []string{"user=pw"}},
		{"userinfo", "https://user:pw@example.com/", []string{"user=pw"}},
		{"userinfo_of_an_address_in_digits", "ftp://user:pw@10.0.0.5", []string{"user=pw"}},
		{"userinfo_and_login", "https://user:pw@example.com/in:alice@example.com:pw2",
			[]string{"alice@example.com=pw2", "alice@example.com=pw@example.com/in",
				"pw@example.com/in=alice@example.com:pw2", "pw@example.com/in=alice@example.com",
				"pw@example.com/in=pw2", "user=pw"}},
		{"url_pass_login", "https://example.com/in:pw:alice@example.com",
			[]string{"alice@example.com=pw", "pw=alice@example.com"}},
		{"password_is_an_address", "https://example.com/in:carol:bob@example.org",
			[]string{"bob@example.org=carol", "carol=bob@example.org"}},
		{"other_scheme", "moz-proxy://proxy.example.com:8080:carol:pw",
			[]string{"carol=pw", "8080=carol:pw"}},
		{"quoted_password", `https://example.com/:alice@example.com:"p""w"`,
			[]string{`alice@example.com="p""w"`, `alice@example.com=p"w`}},
		{"leading_space", "  https://example.com/:alice:pw", []string{"alice=pw"}},
		{"no_password", "https://example.com/in:alice@example.com", []string{"alice@example.com!"}},
		{"no_password_of_name", "https://example.com/in:carol", []string{"carol!"}},
		{"no_password_nor_path", "https://example.net:alice@example.com",
			[]string{"alice@example.com!", "example.net=alice"}},
		{"no_login", "https://example.com/::pw", []string{"reject: no_identifier"}},
		{"only_a_port", "https://example.com:8443", []string{"reject: no_identifier"}},
		{"only_a_url", "https://example.com/in", []string{"reject: no_separator"}},
		{"only_a_url_with_port", "https://example.com:8443/in", []string{"reject: no_separator"}},
		{"no_scheme", "://example.com:alice@example.com:pw", []string{"alice@example.com=pw", "..."}},
	} {
		t.Run(test.name, func(t *testing.T) { dumptest.WantCuts(t, cutLine(test.line), test.want) })
	}
}

func TestHostOf(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{
		"https://portal.example.com:8443/login?a=b": "portal.example.com",
		"portal.example.org/path":                   "portal.example.org",
		"https://user:pw@example.net":               "example.net",
		"android://AAAA==@com.example.app/":         "com.example.app",
		"http://[::1]:443/x":                        "[::1]", "example.com.": "example.com", "": "", "https://": "",
	} {
		if got := string(cut.HostOf([]byte(url))); got != want {
			t.Errorf("the host of %q is %q, want %q", url, got, want)
		}
	}
}
