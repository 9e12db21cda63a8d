package dump

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func allCuts(got outcome) []string {
	var all []string
	for _, r := range got.records {
		all = append(all, r.cuts...)
	}
	return all
}

func TestStealerLog(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       []string // all cuts
		rejects    []string
	}{
		{"at_most_one_space_goes", "Login:  a\t\nPassword:   p: w  \n", []string{"a=  p: w  ", "a=p: w"}, nil},
		{"tabs", "Login:\ta\nPassword:\tpw \n", []string{"a=\tpw ", "a=pw ", "a=pw"}, nil},
		{"no_space_at_all", "Login:alice\nPassword:pw\n", []string{"alice=pw"}, nil},
		{"keys_in_the_middle_of_a_line", "Login: a\nPassword: my pass: word\nmy login: x\n",
			[]string{"a=my pass: word", "a=my pass: word\nmy login: x"}, nil},
		{"spaces_before_the_colon", "USER LOGIN  : a\nuser password : pw\n", []string{"a=pw"}, nil},
		{"next_url_ends_a_block", "URL: x\nUSER: a\nPASS: 1\nURL: y\nUSER: b\nPASS: 2\n", []string{"a=1", "b=2"}, nil},
		{"next_login_ends_a_block", "USER: a\nPASS: 1\nUSER: b\nPASS: 2\n", []string{"a=1", "b=2"}, nil},
		{"next_software_ends_a_block", "SOFT: x\nUSER: a\nPASS: 1\nSOFT: x\nUSER: b\nPASS: 2\n",
			[]string{"a=1", "b=2"}, nil},
		{"password_before_login", "PASS: 1\nUSER: a\nPASS: 2\nUSER: b\n", []string{"a=1", "b=2"}, nil},
		{"several_passwords", "USER: a\nPASS: 1\nPASS: 2\n", []string{"a=1", "a=2"}, nil},
		{"nothing_saved", "USER: a\nPASS: UNKNOWN\n\nUSER: b\nPASS: n/a\n\nUSER: c\nPASS:\n\nUSER: NULL\nPASS: x\n",
			[]string{"a!", "b!", "c!"}, []string{"no_identifier"}},
		{"no_login", "URL: https://example.com\nPASS: x\n", nil, []string{"no_identifier"}},
		{"no_password", "URL: https://example.com\nUSER: a\n\nURL: y\n", []string{"a!"}, []string{"no_identifier"}},
		{"lines_of_a_password", "USER: a\r\nPASS: 1\r\n2\r\n3\r\n====\r\n",
			[]string{"a=1", "a=1\r\n2\r\n3", "a=1\n2\n3"}, nil},
		{"adverts_between", "USER: a\nPASS: 1\n\njoin t.me/example\n~ banner ~\n----\nUSER: b\nPASS: 2\n",
			[]string{"a=1", "b=2"}, []string{"not_a_record", "not_a_record"}},
		{"hex", "USER: a\nPASS: $HEX[613a62]\n", []string{"a=$HEX[613a62]", "a=a:b"}, nil},
		{"hash", "USER: a\nPASS: " + bcryptHash + "\n", []string{"a!" + bcryptHash}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, size := range []int{0, 1, 16} {
				got := read(t, []byte(test.text), Options{Format: "stealer_log", BlockSize: size})
				got.wantReport(t, StatusRead, "stealer_log", "")
				wantCuts(t, allCuts(got), test.want)
				if !slices.Equal(got.reasons(), test.rejects) {
					t.Errorf("got rejects %q, want %q", got.reasons(), test.rejects)
				}
			}
		})
	}
}

func TestStealerLog_every_key_is_known(t *testing.T) {
	for key, role := range logKeys {
		if len(key) > longestLogKey {
			t.Errorf("the key %q is longer than any that is looked for", key)
		}
		if got, _ := logLine([]byte(strings.ToUpper(key) + " : x")); got != role {
			t.Errorf("the key %q has role %d, want %d", key, got, role)
		}
	}
}

func TestStealerLog_is_recognised(t *testing.T) {
	for text, want := range map[string]string{
		"*****\n* advert\n*****\nURL: https://example.com/\nUsername: alice@example.com\n" +
			"Password: Made-Up-1\n=====\n": "stealer_log",
		"SOFT: Chrome\nURL: https://example.org/\nUSER: bob@example.org\nPASS: x\n": "stealer_log",
		"[\"Chrome\" = \"Default\"]\nurl: x\nlogin: bob\npassword: x\n":             "stealer_log",
		"PASS : x\nUSER : bob\n":                       "stealer_log",
		"URL:\tx\nUSER:\tbob\nPASS:\tx\n":              "stealer_log",
		"URL:https://example.com/\nUSER:bob\nPASS:x\n": "stealer_log",
		"USER:bob\nPASS:x\n":                           "combo",
		"user:password\nadmin:admin\npassword:user\n":  "combo",
		"alice@example.com: x\nlogin: y\n":             "combo",
	} {
		if got := read(t, []byte(text), Options{}); got.Format != want {
			t.Errorf("%q is read as %s, want %s", text, got.Format, want)
		}
	}
}

func TestHosts(t *testing.T) {
	for url, want := range map[string]string{
		"https://portal.example.com:8443/login?a=b": "portal.example.com",
		"portal.example.org/path":                   "portal.example.org",
		"https://user:pw@example.net":               "example.net",
		"android://AAAA==@com.example.app/":         "com.example.app",
		"http://[::1]:443/x":                        "[::1]", "example.com.": "example.com", "": "", "https://": "",
	} {
		if got := string(hostOf([]byte(url))); got != want {
			t.Errorf("the host of %q is %q, want %q", url, got, want)
		}
	}
	var hosts []string
	text := "https://a.example.com:8443/x:bob:pw\nhttps://b.example.com|bob|pw\nbob:pw\n"
	_, err := Read(t.Context(), Input{Path: "-"}, Options{Format: "ulp", Stdin: strings.NewReader(text)},
		func(b *Block) error {
			b.Parse(func(r *Record) { hosts = append(hosts, string(r.Cuts[0].Host)) }, func(Reject) {})
			return nil
		})
	if want := []string{"a.example.com", "b.example.com", ""}; err != nil || !slices.Equal(hosts, want) {
		t.Errorf("got hosts %q, %v, want %q", hosts, err, want)
	}
}

// TestStealerLog_comes_back_to_the_byte writes blocks as the families do.
func TestStealerLog_comes_back_to_the_byte(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		end := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(rt, "end")
		layout := rapid.SampledFrom([]string{
			"URL: https://example.com/\nUsername: {id}\nPassword: {pw}\nApplication: x\n===============\n",
			"SOFT: Chrome\nURL: https://example.com\nUSER: {id}\nPASS: {pw}\n\n",
			"UR1 : x\nU53RN4M3 : {id}\nP455W0RD : {pw}\n", "Login: {id}\nPassword: {pw}\n",
		}).Draw(rt, "layout")
		var out strings.Builder
		var want []string
		for i := range rapid.IntRange(1, 20).Draw(rt, "users") {
			id := fmt.Sprintf("user%d@example.com", i)
			secret := string(passwords(rt, "\r\n"))
			if isLogNothing([]byte(secret)) {
				secret = "x" + secret
			}
			out.WriteString(strings.NewReplacer("\n", end, "{id}", id, "{pw}", secret).Replace(layout))
			want = append(want, id+"="+secret)
		}
		got := read(t, []byte(out.String()), Options{Format: "stealer_log",
			BlockSize: rapid.IntRange(0, 100).Draw(rt, "block")})
		if first := got.firstCuts(); !slices.Equal(first, markStored(want, first)) || len(got.rejects) > 0 {
			rt.Fatalf("\n got %q\nwant %q\nrejects %v", first, want, got.rejects)
		}
	})
}

// passwords draws any bytes but those that the format cannot carry.
func passwords(rt *rapid.T, without string) []byte {
	return slices.DeleteFunc(append(rapid.SliceOfN(rapid.Byte(), 0, 30).Draw(rt, "password"), 'x'),
		func(b byte) bool { return strings.IndexByte(without, b) >= 0 })
}

func TestLDIF(t *testing.T) {
	dn := "dn: cn=x,dc=example,dc=com\n"
	for _, test := range []struct {
		name, text string
		want       []string // all cuts
		rejects    []string
	}{
		{"no_scheme", dn + "mail: a@example.com\nuserPassword: p w\n", []string{"a@example.com=p w"}, nil},
		{"cleartext", dn + "uid: a\nuserPassword: {cleartext}pw\n", []string{"a=pw"}, nil},
		{"other_schemes", dn + "uid: a\nuserPassword: {SSHA}x\nuserPassword: {x-y}z\n", []string{"a!{SSHA}x", "a!{x-y}z"}, nil},
		{"a_brace_is_no_scheme", dn + "uid: a\nuserPassword: {a b}\nuserPassword: {}\n", []string{"a={a b}", "a={}"}, nil},
		{"several", dn + "uid: a\nmail: a@example.com\nuserPassword: 1\nuserPassword: 2\n",
			[]string{"a=1", "a=2", "a@example.com=1", "a@example.com=2"}, nil},
		{"base64_and_folded", dn + "mail:: YUBleGFt\n cGxlLmNvbQ==\nuserPassword:: IHA=\n", []string{"a@example.com= p"}, nil},
		{"options_and_case", "DN: cn=x\nMAIL;lang-en: a@example.com\nUSERPASSWORD: x\n", []string{"a@example.com=x"}, nil},
		{"urls_are_not_followed", dn + "uid: a\nuserPassword:< file:///etc/hostname\n", []string{"a!"}, nil},
		{"uid_of_the_name", "dn: uid=a,dc=example\nuserPassword: x\n", []string{"a=x"}, nil},
		{"bad_lines", dn + "what\n:\nuid: a\nmail:: %%%\nuserPassword: x\n", []string{"a=x"}, nil},
		{"folded_comment", "# folded\n comment\n\n" + dn + "uid: a\nuserPassword: x\n", []string{"a=x"}, []string{"no_identifier"}},
		{"change", dn + "changetype: modify\nreplace: userPassword\nuid: a\nuserPassword: x\n-\n", []string{"a=x"}, nil},
		{"no_blank_line_between", dn + "uid: a\nuserPassword: x\n" + dn + "uid: b\nuserPassword: y\n", []string{"a=x", "b=y"}, nil},
		{"nobody", dn + "ou: people\n\nversion: 1\n\n" + dn, nil, []string{"no_identifier", "no_identifier"}},
		{"hash_attributes", dn + "uid: a\nsambaNTPassword: 0123456789abcdef0123456789abcdef\n",
			[]string{"a!0123456789abcdef0123456789abcdef"}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, size := range []int{0, 1, 16} {
				got := read(t, []byte(test.text), Options{Format: "ldif", BlockSize: size})
				got.wantReport(t, StatusRead, "ldif", "")
				wantCuts(t, allCuts(got), test.want)
				if !slices.Equal(got.reasons(), test.rejects) {
					t.Errorf("got rejects %q, want %q", got.reasons(), test.rejects)
				}
			}
		})
	}
}

// TestLDIF_comes_back_to_the_byte writes values by the rules of RFC 2849: what is not safe as base64,
// and lines folded anywhere.
func TestLDIF_comes_back_to_the_byte(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		width := rapid.IntRange(2, 80).Draw(rt, "width")
		var out strings.Builder
		line := func(text string) {
			for len(text) > width {
				out.WriteString(text[:width] + "\n ")
				text = text[width:]
			}
			out.WriteString(text + "\n")
		}
		var want []string
		for i := range rapid.IntRange(1, 10).Draw(rt, "users") {
			id, secret := fmt.Sprintf("user%d@example.com", i), string(passwords(rt, ""))
			out.WriteString("dn: cn=x\n")
			line("mail: " + id)
			if safe := strings.IndexFunc(secret, func(r rune) bool { return r < ' ' || r > '~' }) < 0 &&
				strings.IndexByte(" :<", secret[0]) < 0; safe {
				line("userPassword: " + secret)
			} else {
				line("userPassword:: " + base64.StdEncoding.EncodeToString([]byte(secret)))
			}
			if rapid.Bool().Draw(rt, "blank") {
				out.WriteString("\n")
			}
			if strings.HasPrefix(secret, "{") {
				continue
			}
			want = append(want, id+"="+secret)
		}
		got := read(t, []byte(out.String()), Options{Format: "ldif",
			BlockSize: rapid.IntRange(0, 100).Draw(rt, "block")})
		first := slices.DeleteFunc(got.firstCuts(), func(c string) bool {
			_, secret, _ := strings.Cut(c, ".com")
			return strings.HasPrefix(secret[1:], "{")
		})
		if !slices.Equal(first, markStored(want, first)) || len(got.rejects) > 0 {
			rt.Fatalf("\n got %q\nwant %q\nrejects %v", first, want, got.rejects)
		}
	})
}

func TestPasswd(t *testing.T) {
	const nt, lm = "0123456789abcdef0123456789abcdef", "aad3b435b51404eeaad3b435b51404ee"
	sha := "$6$saltsalt$" + strings.Repeat("abcdefgh", 11)[:86]
	for line, want := range map[string][]string{
		"alice:" + sha + ":19000:0:99999:7:::":                      {"alice!" + sha},
		"alice:!" + sha + ":19000:0:99999:7:::":                     {"alice!!" + sha},
		"daemon:*:19000:0:99999:7:::":                               {"daemon!*"},
		"alice:x:1001:1001:Alice,,,:/home/alice:/bin/sh":            {"alice!x"},
		`EXAMPLE\alice:1001:` + lm + ":" + nt + ":::":               {"alice!" + nt, `EXAMPLE\alice!` + nt},
		"alice:1001:NO PASSWORD*********************:" + nt + ":::": {"alice!" + nt},
		"alice:$apr1$abcdefgh$0123456789abcdefghijkl":               {"alice!$apr1$abcdefgh$0123456789abcdefghijkl"},
		"alice@example.com:a:b:c:d:e:f":                             {"alice@example.com=a:b:c:d:e:f", "..."},
	} {
		wantCuts(t, cutLine(line), want)
	}
}

func TestHashPlain(t *testing.T) {
	const md5 = "0123456789abcdef0123456789abcdef"
	for line, want := range map[string][]string{
		"a@example.com:$HEX[70c3a47373]": {"a@example.com=$HEX[70c3a47373]", "a@example.com=päss"},
		"a@example.com:$HEX[613]":        {"a@example.com=$HEX[613]", "a@example.com=a"},
		"a@example.com:$HEX[]":           {"a@example.com=$HEX[]"},
		"a@example.com:$HEX[6G]":         {"a@example.com=$HEX[6G]"},
		"a@example.com:$HEX[00C3]":       {"a@example.com=$HEX[00C3]", "a@example.com=\x00\xc3"},
		"a@example.com:$HEX[244845585b36315d]": {"a@example.com=$HEX[244845585b36315d]", "a@example.com=$HEX[61]",
			"a@example.com=a"},
		"a@example.com:" + md5 + ":pw": {"a@example.com=" + md5 + ":pw", "a@example.com=pw",
			"a@example.com=" + md5},
		"a@example.com:" + md5 + ":salt:p:w": {"a@example.com=" + md5 + ":salt:p:w", "a@example.com=salt:p:w",
			"a@example.com=p:w", "a@example.com=w", "a@example.com=" + md5, "a@example.com=salt",
			"a@example.com=p"},
		"a@example.com:" + md5 + ":$HEX[613a62]": {"a@example.com=" + md5 + ":$HEX[613a62]",
			"a@example.com=$HEX[613a62]", "a@example.com=a:b", "a@example.com=" + md5},
	} {
		if got := cutLine(line); !slices.Equal(got, want) {
			t.Errorf("%q\n got %q\nwant %q", line, got, want)
		}
	}
}

func TestHashPlain_without_names_is_refused(t *testing.T) {
	const md5 = "0123456789abcdef0123456789abcdef"
	for _, line := range []string{
		md5 + ":pw", md5 + ":salt:pw", bcryptHash + ":pw", "MD5x01 " + md5 + ":pw", "$NT$" + md5 + ":pw",
		"$dynamic_0$" + md5 + ":pw", md5 + ":$HEX[613a62]", "{SSHA}" + md5 + ":pw",
	} {
		text := strings.Repeat(line+"\n", 20)
		read(t, []byte(text), Options{}).wantReport(t, StatusSkipped, "hash_plain",
			"join it with its email:hash file first")
		named := strings.Repeat("alice@example.com:"+line+"\n", 20)
		if got := read(t, []byte(named), Options{}); got.Status != StatusRead {
			t.Errorf("with addresses %q is %s: %v", line, got.Status, got.Err)
		}
	}
}

// TestHex_comes_back_to_the_byte writes any password as cracking tools do.
func TestHex_comes_back_to_the_byte(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		secret := passwords(rt, "")
		text := "$HEX[" + hex.EncodeToString(secret) + "]"
		if rapid.Bool().Draw(rt, "upper") {
			text = "$HEX[" + strings.ToUpper(hex.EncodeToString(secret)) + "]"
		}
		got := read(t, []byte("alice@example.com:"+text+"\n"), Options{Format: "combo"})
		if want := "alice@example.com=" + string(secret); !slices.Contains(got.records[0].cuts, want) {
			rt.Fatalf("\n got %q\nwant %q", got.records[0].cuts, want)
		}
	})
}
