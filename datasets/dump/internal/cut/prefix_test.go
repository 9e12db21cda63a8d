package cut_test

import (
	"testing"

	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
)

func TestPrefixes(t *testing.T) {
	t.Parallel()
	for line, want := range map[string][]string{
		"[HIT] alice@example.com:pw":                              {"alice@example.com=pw"},
		"[2024-01-02 10:11:01] alice@example.com:pw":              {"alice@example.com=pw"},
		"2024-01-02T10:11:01Z alice@example.com:pw":               {"alice@example.com=pw"},
		"02.01.2024, 10:11 alice@example.com:pw":                  {"alice@example.com=pw"},
		"12. alice@example.com:pw":                                {"alice@example.com=pw"},
		"#12 alice@example.com:pw":                                {"alice@example.com=pw"},
		"=> alice@example.com:pw":                                 {"alice@example.com=pw"},
		"• alice@example.com:pw":                                  {"alice@example.com=pw"},
		"[1/20] [VALID] alice@example.com pw":                     {"alice@example.com=pw"},
		"[HIT] https://example.com/in:carol:pw":                   {"carol=pw"},
		"[HIT] carol:pw":                                          {"carol=pw", "pw=carol"},
		"\x1b[32malice@example.com:pw\x1b[0m":                     {"alice@example.com=pw"},
		"\x1b[1;32m[+]\x1b[0m alice@example.com:pw":               {"alice@example.com=pw"},
		"alice@example.com:\x1b[33mpw\x1b[0m":                     {"alice@example.com=\x1b[33mpw\x1b[0m", "alice@example.com=pw"},
		"alice@example.com:p4ss [Premium]":                        {"alice@example.com=p4ss [Premium]", "alice@example.com=p4ss"},
		"alice@example.com:p4ss[Premium]":                         {"alice@example.com=p4ss[Premium]", "alice@example.com=p4ss"},
		"alice@example.com:p4ss - Premium":                        {"alice@example.com=p4ss - Premium", "alice@example.com=p4ss"},
		"alice@example.com:p4ss with spaces":                      {"alice@example.com=p4ss with spaces"},
		`SMB 192.0.2.1 445 DC01 [+] corp.example.test\carol:pw`:   {"carol=pw", `corp.example.test\carol=pw`, "..."},
		`WINRM 192.0.2.1 5985 DC01 [+] CORP\carol:p4 ss (Pwn3d!)`: {"carol=p4 ss (Pwn3d!)", "carol=p4 ss", "..."},
		`corp.example.test\carol:CLEARTEXT:p:w`:                   {"carol=p:w", "..."},
		`CORP\carol:plain_password_hex:700077002100`:              {"carol=pw!", `CORP\carol=pw!`},
		`https://example.com/in:CORP\carol:pw`:                    {"carol=pw", `CORP\carol=pw`},
		"carol:pw:alice@example.com":                              {"alice@example.com=carol:pw", "alice@example.com=pw", "alice@example.com=carol", "carol=pw", "..."},
	} {
		dumptest.WantCuts(t, cutLine(line), want)
	}
}

func TestEmbedded(t *testing.T) {
	t.Parallel()
	for line, want := range map[string][]string{
		"alice@example.com~pw":                         {"alice@example.com=pw"},
		"alice@example.com----pw":                      {"alice@example.com=pw", "..."},
		"1\x01alice@example.com\x01pw":                 {"alice@example.com=pw"},
		"alice@example.com\uff1apw":                    {"alice@example.com=pw"},
		"alice@example.com -> pw":                      {"alice@example.com=-> pw", "..."},
		"<alice@example.com> pw":                       {"alice@example.com=pw"},
		"Alice Archer <alice@example.com> pw":          {"alice@example.com=pw"},
		"Alice Archer <alice@example.com>:pw":          {"alice@example.com=pw"},
		"(alice@example.com):pw":                       {"alice@example.com=pw"},
		"p4ss~alice@example.com":                       {"alice@example.com=p4ss"},
		"alice@example.com~pw~Alice":                   {"alice@example.com=pw~Alice", "alice@example.com=pw", "alice@example.com=Alice"},
		"a=<row mail=\"alice@example.com\" pw=\"x\"/>": {"reject: no_separator"},
		"ask alice@example.com, for more":              {"reject: no_separator"},
		"mail=alice@example.com":                       {"reject: no_separator"},
	} {
		dumptest.WantCuts(t, cutLine(line), want)
	}
}
