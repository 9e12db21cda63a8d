package verify

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/accounts"
	"github.com/credsieve/credsieve/datasets/index"
	"github.com/credsieve/credsieve/hashing"
	"github.com/credsieve/credsieve/hashing/stored"
)

var lowCosts = stored.Argon2Params{Memory: 8, Time: 1, Threads: 1}

// storedHash is what a store keeps that does steps before argon2id.
func storedHash(t *testing.T, steps stored.Steps, password string) string {
	t.Helper()
	text, cause := steps.Apply([]byte(password))
	if cause != "" {
		t.Fatal(cause)
	}
	return stored.FormatArgon2id(text, []byte("made-up salt"), lowCosts)
}

func digest(algorithm, encoding string) stored.Step {
	return stored.Step{Kind: stored.StepDigest, Algorithm: algorithm, Encoding: encoding}
}

func keyed(kind stored.StepKind, algorithm, encoding, key string) stored.Step {
	return stored.Step{
		Kind: kind, Algorithm: algorithm, Encoding: encoding, Key: hashing.NewSecret([]byte(key)), KeyName: "k",
	}
}

// rowsOf is an export in memory.
type rowsOf struct {
	rows []accounts.Account
	next int
}

func (r *rowsOf) Read(a *accounts.Account) error {
	if r.next == len(r.rows) {
		return io.EOF
	}
	*a = r.rows[r.next]
	r.next++
	a.Row = int64(r.next)
	return nil
}

func (r *rowsOf) Close() error { return nil }

func testRecipes(t *testing.T, rules ...Rule) *Recipes {
	t.Helper()
	key, err := hashing.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	r, err := New(key, rules, Options{Limits: stored.DefaultLimits()})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// proveAll reads an export through a prover and returns its first error but the end.
func proveAll(t *testing.T, r *Recipes, answers map[string]string, rows ...accounts.Account) error {
	t.Helper()
	var known []KnownAnswer
	for id, password := range answers {
		known = append(known, KnownAnswer{AccountID: id, Password: hashing.NewSecret([]byte(password))})
	}
	p := NewProver(context.Background(), &rowsOf{rows: rows}, r, known)
	var a accounts.Account
	for {
		if err := p.Read(&a); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func user(encoded string) accounts.Account {
	return accounts.Account{
		ID: "u1", PasswordHash: encoded,
		Identifiers: []accounts.Identifier{{Kind: hashing.KindEmail, Text: "u1@example.com"}},
	}
}

func indexAccount(encoded string) *index.Account {
	return &index.Account{ID: "u1", StoredHash: encoded}
}

// TestProver_names_the_wrong_step tells a prover other steps than the store does and wants the difference
// named.
func TestProver_names_the_wrong_step(t *testing.T) {
	t.Parallel()
	const password = "Made-Up probe"
	hmac := keyed(stored.StepHMAC, "sha256", "base64", "0123abcd")
	for _, test := range []struct {
		name       string
		told, does stored.Steps
		want       string
	}{
		{"wrong key", stored.Steps{hmac}, stored.Steps{keyed(stored.StepHMAC, "sha256", "base64", "other")},
			"the key of step 1 (k) is probably wrong, or the known password is"},
		{"two keys", stored.Steps{hmac, keyed(stored.StepAppend, "", "", "p")}, stored.Steps{digest("md5", "hex")},
			"the key of step 1 (k) or the key of step 2 (k) is probably wrong"},
		{"encoding", stored.Steps{digest("md5", "hex"), hmac},
			stored.Steps{digest("md5", "HEX"), hmac}, "the encoding of step 1 (md5 as hex) is HEX"},
		{"algorithm", stored.Steps{digest("md5", "hex")}, stored.Steps{digest("sha1", "hex")},
			"the algorithm of step 1 (md5 as hex) is sha1"},
		{"order", stored.Steps{digest("md5", "hex"), keyed(stored.StepAppend, "", "", "p")},
			stored.Steps{keyed(stored.StepAppend, "", "", "p"), digest("md5", "hex")},
			"step 2 (append k) comes before step 1 (md5 as hex)"},
		{"a step too many", stored.Steps{{Kind: stored.StepUTF16LE}, hmac}, stored.Steps{hmac},
			"it does without step 1 (utf16le)"},
		{"all too many", stored.Steps{digest("md5", "hex"), hmac}, nil, "it does without any step"},
		{"no key", stored.Steps{hmac}, stored.Steps{digest("sha256", "base64")}, "it is a digest without a key"},
		{"hex key", stored.Steps{hmac}, stored.Steps{keyed(stored.StepHMAC, "sha256", "base64", "\x01\x23\xab\xcd")},
			"the key is written in hexadecimal; its file must hold the bytes themselves"},
		{"base64 key", stored.Steps{hmac},
			stored.Steps{keyed(stored.StepHMAC, "sha256", "base64", "\xd3\x5d\xb7\x69\xb7\x1d")},
			"the key is written in base64; its file must hold the bytes themselves"},
		{"newline", stored.Steps{hmac}, stored.Steps{keyed(stored.StepHMAC, "sha256", "base64", "0123abcd\n")},
			"the key ends with a newline; its file must end with two"},
		{"blank", stored.Steps{keyed(stored.StepAppend, "", "", "p ")}, stored.Steps{keyed(stored.StepAppend, "", "", "p")},
			"the key is without the blanks around it"},
		{"place", stored.Steps{keyed(stored.StepAppend, "", "", "p")},
			stored.Steps{keyed(stored.StepPrepend, "", "", "p")}, "the key comes before the password"},
		{"other place", stored.Steps{keyed(stored.StepPrepend, "", "", "p")},
			stored.Steps{keyed(stored.StepAppend, "", "", "p")}, "the key comes after the password"},
		{"nothing told", nil, stored.Steps{digest("sha256", "hex")}, "the store wraps sha256 as hex"},
		{"nothing found", stored.Steps{digest("md5", "hex")},
			stored.Steps{digest("sha1", "hex"), digest("sha1", "hex")}, "the known password is probably wrong"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if err := test.told.Check(); err != nil {
				t.Fatal(err)
			}
			r := testRecipes(t, Rule{Name: "told", Steps: test.told})
			row := user(storedHash(t, test.does, password))
			err := proveAll(t, r, map[string]string{"u1": password}, row)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("got %v, want %s", err, test.want)
			}
			for _, secret := range []string{"Made-Up", "0123abcd", "$argon2"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("the sentence shows a secret: %v", err)
				}
			}
			row.PasswordHash = storedHash(t, test.told, password)
			if err := proveAll(t, r, map[string]string{"u1": password}, row); err != nil {
				t.Errorf("the right steps are refused: %v", err)
			}
		})
	}
}

func TestProver_refuses(t *testing.T) {
	t.Parallel()
	md5 := Rule{Name: "md5", Steps: stored.Steps{digest("md5", "hex")}}
	raw := Rule{Name: "raw", Steps: stored.Steps{digest("sha256", "raw")}}
	const bcrypt = "$2b$04$ItZ2RInU8Jz8FdY9zmWYA.4TGpuHk2uxs72BG/ncC4mIjQ1TNn9qS"
	tagged := user(storedHash(t, nil, "a"))
	tagged.CredentialTag = "12:000"
	for _, test := range []struct {
		name    string
		rules   []Rule
		answers map[string]string
		row     accounts.Account
		want    string
	}{
		{"an unproven rule", []Rule{md5}, nil, user("$argon2id$x"),
			`rule "md5" of the hash steps has a scheme, a key or a digest and no known answer for its 1 account`},
		{"an unknown account", nil, map[string]string{"u2": "a", "u3": "a"}, user("x"),
			`known answer of account "u2": the export has no such account (2 of`},
		{"no stored hash", nil, map[string]string{"u1": "a"}, user(""), "the account has no stored hash"},
		{"an unknown hash", nil, map[string]string{"u1": "a"}, user("$9$x"),
			"its stored hash cannot be verified: unknown scheme"},
		{"raw bytes into bcrypt", []Rule{raw}, nil, user(bcrypt),
			`row 1: refusing the index: rule "raw" gives raw bytes to bcrypt`},
		{"a NUL into bcrypt", nil, map[string]string{"u1": "a\x00"}, user(bcrypt),
			"its password cannot be verified: nul in password"},
		{"a password that bcrypt cuts", nil, map[string]string{"u1": strings.Repeat("Made-Up-", 9) + "x"},
			user("$2b$04$Ye/2/WolSlHt4sDquD3gfOx/Bpqsz2AuvwwZkCfc4ZJiX4.I3qgr2"),
			"what reaches bcrypt is longer than it looks at"},
		{"another tag", nil, map[string]string{"u1": "a"}, tagged, "its credential tag is not that of the known password"},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := proveAll(t, testRecipes(t, test.rules...), test.answers, test.row)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
	unused := Rule{Name: "unused", StoredPrefix: "$2y$", Steps: stored.Steps{digest("md5", "hex")}}
	if err := proveAll(t, testRecipes(t, unused), nil, user("x")); err != nil {
		t.Errorf("a rule without accounts has nothing to prove, but %v", err)
	}
}
