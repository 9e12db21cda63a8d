package hashing

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// testKeyLine holds the bytes 00 01 .. 1f.
const testKeyLine = "CREDSIEVE-KEY-1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

func testKey(t testing.TB) *Key {
	t.Helper()
	key, err := ParseKey([]byte(testKeyLine + "\n"))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestKeyTextComesBack(t *testing.T) {
	t.Parallel()
	key, err := NewKey()
	if err != nil {
		t.Fatal(err)
	}
	again, err := ParseKey(key.Text())
	if err != nil {
		t.Fatal(err)
	}
	if *again.master.reveal() != *key.master.reveal() {
		t.Error("another key came back")
	}
	other, err := NewKey()
	if err != nil {
		t.Fatal(err)
	}
	if *other.master.reveal() == *key.master.reveal() {
		t.Error("two new keys are the same")
	}
	lines := strings.Split(string(key.Text()), "\n")
	if len(lines) != 3 || !strings.HasPrefix(lines[0], "#") || !strings.Contains(lines[0], key.ID()) ||
		!strings.HasPrefix(lines[1], "CREDSIEVE-KEY-1 ") || lines[2] != "" {
		t.Error("text is not a comment with the id and a key line")
	}
}

func TestParseKey(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, err string }{
		{"one_line", testKeyLine, ""},
		{"comments_and_blank_lines", "# a\n\n" + testKeyLine + "\n#b\n\n", ""},
		{"windows_line_ends", "# a\r\n" + testKeyLine + "\r\n", ""},
		{"as_long_as_is_allowed", testKeyLine + "\n" + strings.Repeat("\n", maxKeyText-len(testKeyLine)-1), ""},
		{"one_byte_longer", testKeyLine + "\n" + strings.Repeat("\n", maxKeyText-len(testKeyLine)), "too long"},
		{"empty", "", "no key line"},
		{"only_comments", "# a\n# b\n", "no key line"},
		{"two_keys", testKeyLine + "\n" + testKeyLine + "\n", "line 2: more than one key"},
		{"another_version", strings.Replace(testKeyLine, "KEY-1", "KEY-2", 1),
			"line 1: not a credsieve key"},
		{"indented", " " + testKeyLine, "not a credsieve key"},
		{"bare_secret", testKeyLine[16:], "not a credsieve key"},
		{"all_zero", "CREDSIEVE-KEY-1 " + strings.Repeat("A", 43) + "=", "all zero"},
		{"too_short", strings.Replace(testKeyLine, "AAEC", "", 1), "wrong length"},
		{"too_long", strings.Replace(testKeyLine, "AAEC", "AAECAAEC", 1), "wrong length"},
		{"33_bytes", strings.TrimSuffix(testKeyLine, "=") + "A", "wrong length"},
		{"no_padding", strings.TrimSuffix(testKeyLine, "="), "wrong length"},
		{"trailing_space", testKeyLine + " ", "wrong length"},
		{"url_alphabet", strings.Replace(testKeyLine, "AAEC", "--EC", 1), "not base64"},
		{"spare_bits", strings.TrimSuffix(testKeyLine, "8=") + "9=", "not base64"},
		{"carriage_return_inside", strings.Replace(testKeyLine, "AAEC", "AAE\r", 1), "wrong length"},
		{"binary_file", string(make([]byte, 5000)), "too long"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			key, err := ParseKey([]byte(tt.text))
			if tt.err == "" {
				if err != nil || *key.master.reveal() != *testKey(t).master.reveal() {
					t.Errorf("got %v, %v", key, err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), tt.err) {
				t.Fatalf("got error %v, want %q", err, tt.err)
			}
			if strings.Contains(err.Error(), "AgMEBQ") || strings.Contains(err.Error(), "AwQFBg") {
				t.Errorf("error holds the key: %v", err)
			}
		})
	}
}

// Made with: openssl kdf -keylen 32 -kdfopt digest:SHA256 -kdfopt hexkey:0001..1f
// -kdfopt info:credsieve/v1/PURPOSE HKDF (OpenSSL 3.0.19).
func TestDeriveAgreesWithOpenSSL(t *testing.T) {
	t.Parallel()
	tests := []struct {
		purpose, salt, want string
	}{
		{PurposeToken, "", "aa75f448f827926eda7fd3c7bd065974e29c83cee70b49fdafe7b0fc055d3c39"},
		{PurposeVault, "", "bd069bee4bb6e23d814de822ae1f496202f1972c4719ef6ed0ef2a1d0c18a972"},
		{PurposeFinding, "", "9028d448284294d783d835531dd0227eda94d4ce4cc1905876ada269ae46977a"},
		{PurposeHashTag, "", "19486fcc426da8c45a0ec054c8a9c93d62f40d022797efe6c583866920cc4b73"},
		{PurposeIndexSeal, "", "0687aa9c085b13b449412935d6fdcdd631e0aa219c7545c1b7c5da4f2fe87d9c"},
		{PurposeVault, "salt", "2e07c7a69a5be557dc240e16a51a8590d0eb39c72b832b87ae8f6a98e5d847fa" +
			"ebaa255178bf07b8a0f3ecf94df97a49"},
	}
	key := testKey(t)
	for _, tt := range tests {
		got := key.Derive(tt.purpose, []byte(tt.salt), len(tt.want)/2)
		if hex.EncodeToString(got) != tt.want {
			t.Errorf("Derive(%q, %q) = %x, want %s", tt.purpose, tt.salt, got, tt.want)
		}
	}
	if want := "c29e8d94408951a8"; key.ID() != want {
		t.Errorf("ID() = %s, want %s", key.ID(), want)
	}
}

func TestDerivePanicsOnALengthThatHKDFHasNot(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 8160} {
		if got := len(testKey(t).Derive(PurposeToken, nil, n)); got != n {
			t.Errorf("%d bytes of %d", got, n)
		}
	}
	for _, n := range []int{-1, 0, 8161} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("Derive of %d bytes returned", n)
				}
			}()
			testKey(t).Derive(PurposeToken, nil, n)
		}()
	}
}

func TestKeyIsRedactedWhereverItIsPrinted(t *testing.T) {
	t.Parallel()
	key := testKey(t)
	tokenizer := NewTokenizer(key)
	nested := struct {
		key       *Key
		value     Key
		tokenizer Tokenizer
		Exported  Key
	}{key, *key, tokenizer, *key}

	var out bytes.Buffer
	for _, v := range []any{key, *key, tokenizer, &tokenizer, nested, &nested, []Key{*key}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%b"} {
			fmt.Fprintf(&out, verb+"\n", v)
		}
		for _, h := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
			slog.New(h).Info("key", "key", v)
		}
	}
	if !strings.Contains(out.String(), redacted) {
		t.Error("nothing says that something was redacted")
	}
	sub := key.Derive(PurposeToken, nil, 16)
	for _, secret := range []string{
		"AAECAw", "00010203", "0 1 2 3", "0x0, 0x1, 0x2", "0, 1, 2, 3", `\x01\x02`,
		hex.EncodeToString(sub), fmt.Sprint(tokenizer.sub.reveal()[0]),
		fmt.Sprintf("%x", tokenizer.sub.reveal()[0]),
	} {
		if strings.Contains(strings.ToLower(out.String()), strings.ToLower(secret)) {
			t.Errorf("output holds %q", secret)
		}
	}
}

func FuzzParseKey(f *testing.F) {
	for _, seed := range []string{
		testKeyLine, "# comment\r\n\n" + testKeyLine + "\n", testKeyLine + "\n" + testKeyLine,
		"CREDSIEVE-KEY-1 ", "",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		key, err := ParseKey(text)
		if err != nil {
			return
		}
		again, err := ParseKey(key.Text())
		if err != nil {
			t.Fatal(err)
		}
		if again.ID() != key.ID() || *key.master.reveal() == ([KeySize]byte{}) {
			t.Fatal("another key came back")
		}
	})
}
