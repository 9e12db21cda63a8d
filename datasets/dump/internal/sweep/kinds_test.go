package sweep_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump/internal/sweep"
)

func TestKinds(t *testing.T) {
	t.Parallel()
	const digest = "5f4dcc3b5aa765d61d8327deb882cf99"
	for name, c := range map[string]struct {
		text   string
		kind   sweep.Kind
		hashes bool
	}{
		"a text beside it":            {"ann@example.com | Tulip-7", sweep.KindTried, false},
		"a text and a hash":           {"ann@example.com | Tulip-7 | " + digest, sweep.KindTried, true},
		"a digest":                    {"(1,'ann@example.com','" + digest + "',NULL)", sweep.KindHashOnly, true},
		"a stored hash":               {`{"e": "ann@example.com", "p": "$2y$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"}`, sweep.KindHashOnly, true},
		"a hash of LDAP":              {"ann@example.com:{SSHA}W6ph5Mm5Pz8GgiULbPgzG37mj9gAAAAAAAA=", sweep.KindHashOnly, true},
		"a hash of MySQL":             {"ann@example.com\t*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19", sweep.KindHashOnly, true},
		"nothing":                     {"ann@example.com\n", sweep.KindUntried, false},
		"nothing that is a value":     {"ann@example.com,NULL,,true,\n", sweep.KindUntried, false},
		"only the next line's":        {"ann@example.com\nbob@example.com:Tulip-7\n", sweep.KindUntried, false},
		"only the next row's":         {"[['ann@example.com'], ['bob@example.com', 'Tulip-7']]", sweep.KindUntried, false},
		"only other addresses' texts": {`{"ann@example.com": [], "bob@example.com": "b-22", "x": ["a-11", "b-22"]}`, sweep.KindUntried, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, counts := sweepAll(sweep.Input{Text: []byte(c.text)}, only("ann@example.com"), sweep.Options{})
			if len(got) != 1 || got[0].kind != c.kind || (len(got[0].hashes) > 0) != c.hashes {
				t.Errorf("got %+v, want kind %d with hashes %t", got, c.kind, c.hashes)
			}
			wantBalance(t, counts)
		})
	}
}

// TestLikeliestFirst says which text comes first, for layouts in which another stands nearer or in which
// more than one reading is possible.
func TestLikeliestFirst(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"ann@example.com:Tulip:7":                                                          "Tulip",
		"ann@example.com:Tulip 7 | Plan = Basic":                                           "Tulip",
		"Mail: ann@example.com | Name: Ann | Password: Tulip 7 x":                          "Tulip 7 x",
		"Ann\tann@example.com\tTulip-7\t1999":                                              "Tulip-7",
		"Tulip-7:ann@example.com":                                                          "Tulip-7",
		"mail=ann%40example.com&pass=Tulip%26+7":                                           "Tulip&+7",
		"ann&#64;example.com:Tulip&amp;7":                                                  "Tulip&7",
		"ann=40example.com:Tulip=3D7":                                                      "Tulip=7",
		`{"mail": "ann@example.com", "age": "3", "pw": "Tul\"ip"}`:                         `Tul"ip`,
		"(1,'ann@example.com','Ann','O''Neil-7')":                                          "O'Neil-7",
		"Логин: ann@example.com\nИмя: Анна\nПароль: Тюльпан-7\n":                           "Тюльпан-7",
		"ログイン: ann@example.com\nパスワード: Tulip-7\n":                                          "Tulip-7",
		"Email\n  ann@example.com\nPassword\n  Tulip-7\n":                                  "Tulip-7",
		"(1,0x616e6e406578616d706c652e636f6d,0x54756c69702d37)":                            "Tulip-7",
		"row YW5uQGV4YW1wbGUuY29tAVR1bGlwLTcBREU=":                                         "Tulip-7",
		"row VHVsaXAtNwFhbm5AZXhhbXBsZS5jb20BREU=":                                         "Tulip-7",
		"row 54756c69702d371f616e6e406578616d706c652e636f6d1f4445":                         "Tulip-7",
		"E-mail\tann@example.com\nClave\tTulip-7\",DE\n":                                   "Tulip-7",
		"7,\"Tulip-7\nann@example.com\n":                                                   "Tulip-7",
		"ann (at) example [dot] com: Tulip-7":                                              "Tulip-7",
		"\"row\";\"'ann@example.com\";\"'Tulip-7\"":                                        "Tulip-7",
		"mysql -uann@example.com -pTulip-7 shop":                                           "Tulip-7",
		"mysql -uann@example.com -p'Tulip-7' shop":                                         "Tulip-7",
		"ldapsearch -x -D ann@example.com -wTulip-7":                                       "Tulip-7",
		"000017ann@example.com     Tulip-7     20240101":                                   "Tulip-7",
		"ann at example.com:Tulip-7":                                                       "Tulip-7",
		"Email: ann AT example DOT com\nPassword: Tulip-7\n":                               "Tulip-7",
		"ann{at}example{dot}com:Tulip-7":                                                   "Tulip-7",
		"ann<at>example<dot>com:Tulip-7":                                                   "Tulip-7",
		"ann_at_example_dot_com:Tulip-7":                                                   "Tulip-7",
		"ann-at-example.com:Tulip-7":                                                       "Tulip-7",
		"7,ann -at- example -dot- com,Tulip-7":                                             "Tulip-7",
		"ann*at*example.com : Tulip-7":                                                     "Tulip-7",
		"ann @ example.com : Tulip-7":                                                      "Tulip-7",
		"ann (\xc3\xa4t) example (punkt) com: Tulip-7":                                     "Tulip-7",
		"ann[arroba]example.com:Tulip-7":                                                   "Tulip-7",
		"Look at ann@example.com : Tulip-7":                                                "Tulip-7",
		"ann[at]example.com:Tulip-7":                                                       "Tulip-7",
		"User ann(AT)example[dot]com\tTulip-7":                                             "Tulip-7",
		`{"mail": "ann[@]example[.]com", "pw": "Tulip-7"}`:                                 "Tulip-7",
		"mail: ann@example.com\nunicodePwd:: IgBUAHUAbAAiAA==\n":                           "Tul",
		`<u mail="ann@example.com" n="Ann Lee" password="Tu&lt;7"/>`:                       "Tu<7",
		`{"name":"email","value":"ann@example.com"},{"name":"password","value":"Tulip-7"}`: "Tulip-7",
	} {
		got, _ := sweepAll(sweep.Input{Text: []byte(text)}, only("ann@example.com"), sweep.Options{})
		const near = 3
		if len(got) != 1 || index(got[0].texts[:min(near, len(got[0].texts))], want) < 0 {
			t.Errorf("%s: got %q, want %q among the first %d", text, got, want, near)
		}
	}
}

// TestNoTextOfAnother says whose texts are not taken.
func TestNoTextOfAnother(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"ann@example.com\nbob@example.com:Tulip-7\n",
		"bob@example.com:Tulip-7\nann@example.com\n",
		"bob@example.com:Tulip-7 ann@example.com:x",
		"{'bob@example.com': 'Tulip-7', 'ann@example.com': ''}",
		`{"a": {"mail": "bob@example.com", "pw": "Tulip-7"}, "b": {"mail": "ann@example.com"}}`,
		"Mail: ann@example.com\nMail: bob@example.com\nPass: Tulip-7\n",
		"<r><m>ann@example.com</m></r><r><m>bob@example.com</m><p>Tulip-7</p></r>",
		"(1,'ann@example.com',NULL),(2,'bob@example.com','Tulip-7')",
		`{"_id": 1, "line": "bob@example.com:Tulip-7"}` + "\n" + `{"_id": 2, "line": "ann@example.com:"}`,
		"ann@example.com\nxx-9\n\nbob@example.com\nTulip-7\n",
	} {
		got, _ := sweepAll(sweep.Input{Text: []byte(text)}, only("ann@example.com"), sweep.Options{})
		if len(got) != 1 || strings.Contains(strings.Join(got[0].texts, " "), "Tulip") {
			t.Errorf("%s: got %+v, want nothing of bob's", text, got)
		}
	}
}

// TestNoTextOfAnother_with_words_between has lines of a password and an address, with lines of words between them. The
// passwords could be labels: two have the same letters, or two users have the same one.
func TestNoTextOfAnother_with_words_between(t *testing.T) {
	t.Parallel()
	addresses := []string{"ann@example.com", "bob@example.com", "c.d@example.com", "e@example.com"}
	for name, format := range map[string][2]string{
		"commas":   {"=> \"%s\",,\"%s\"\n", "# next\n"},
		"angles":   {"+ <%s##%s>;\n", "# next\n"},
		"brackets": {"['%s':'%s'],\n", "HIT\n"},
		"columns":  {"%s\t%s\n", "HIT\n"},
		"wide":     {"+ (7：%s：%s),\n", "~ more at the shop ~\n"},
	} {
		for _, passwords := range [][]string{
			{"velvet-Tulip7283", "Zk_SYRUP5053", "velvet$Tulip193", "maple6757"}, {"sunshine", "rosebud", "sunshine", "lavender"},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				var lines []string
				for i, address := range addresses {
					lines = append(lines, fmt.Sprintf(format[0], passwords[i], address))
				}
				text := strings.Join(lines, format[1])
				got, _ := sweepAll(sweep.Input{Text: []byte(text)}, only(addresses...), sweep.Options{})
				if len(got) != len(addresses) {
					t.Fatalf("%d mentions", len(got))
				}
				for i, m := range got {
					for _, password := range passwords {
						if found := strings.Contains(strings.Join(m.texts, " "), password); found != (password == passwords[i]) {
							t.Errorf("%s: %q\n%s", m.address, m.texts, text)
						}
					}
				}
			})
		}
	}
}

// TestNoTextOfAnother_in_cells_of_lines has cells of labelled lines. What stands before the first of them hides the
// label of the password, so that the label of the address looks like the first of a record.
func TestNoTextOfAnother_in_cells_of_lines(t *testing.T) {
	t.Parallel()
	addresses := []string{"ann@example.com", "bob@example.com", "c.d@example.com", "e@example.com"}
	passwords := []string{"velvet-Tulip7283", "Zk_SYRUP5053", "maple6757", "Harbour.Lamp1"}
	text := ""
	for i, address := range addresses {
		text += fmt.Sprintf("%d,\" * 비밀번호\t%s\r\n * Mail\t%s\r\n----------\",DE\r\n", 7+i, passwords[i], address)
	}
	wantOwnTexts(t, text, addresses, passwords)
}

// TestTextsOfSigns has rows whose signs could be read as something else: angle brackets as tags, an asterisk as what
// parts fields, arrows as keys with their values.
func TestTextsOfSigns(t *testing.T) {
	t.Parallel()
	addresses := []string{"ann@example.com", "bob@example.com", "c.d@example.com", "e@example.com"}
	passwords := []string{"velvet*Tulip7283", "Zk_SYRUP5053", "maple6757", "Harbour.Lamp1"}
	for name, format := range map[string]string{
		"angles":  "[12:01] <blue\tyes\t%s\thttps://example.net/in\ttrue\t%s>,\n",
		"dashes":  "[12:01] {blue----%s----DE----%s},\n",
		"tabs":    "• Clef: 7\n• Identifiant:\t%s\n• URL:\thttps://example.net/\n• Mot de passe:\t%s\n",
		"arrows":  "'true' => '%[2]s' => '192.0.2.7' => '%[1]s'\n~ more at https://example.net ~\n",
		"reverse": "• Mot de passe:\t%[2]s\n• Identifiant:\t%[1]s\n• Country:\tDE\n• URL:\thttps://example.net/\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := ""
			for i, address := range addresses {
				text += fmt.Sprintf(format, address, passwords[i])
			}
			wantOwnTexts(t, text, addresses, passwords)
			got, _ := sweepAll(sweep.Input{Text: []byte(text)}, only(addresses...), sweep.Options{})
			for i, m := range got {
				if index(m.texts, passwords[i]) < 0 {
					t.Errorf("%s: %q\n%s", m.address, m.texts, text)
				}
			}
		})
	}
}

// wantOwnTexts fails when an address gets the password of another.
func wantOwnTexts(t *testing.T, text string, addresses, passwords []string) {
	t.Helper()
	got, _ := sweepAll(sweep.Input{Text: []byte(text)}, only(addresses...), sweep.Options{})
	if len(got) != len(addresses) {
		t.Fatalf("%d mentions", len(got))
	}
	for i, m := range got {
		for k, password := range passwords {
			if k != i && strings.Contains(strings.Join(m.texts, " "), password) {
				t.Errorf("%s: %q\n%s", m.address, m.texts, text)
			}
		}
	}
}
