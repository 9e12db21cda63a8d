package stored

import (
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"testing"
)

const declaredProducts = "declared/products.json"

// TestVerifyHashesOfProducts opens each string that a product writes with its password, and no other password.
func TestVerifyHashesOfProducts(t *testing.T) {
	t.Parallel()
	met := map[string]bool{}
	for _, file := range []string{"products.json", declaredProducts} {
		for _, v := range readVectors(t, file) {
			met[v.Scheme] = true
			t.Run(v.Scheme, func(t *testing.T) {
				t.Parallel()
				hash, err := parseAs(file, v.Scheme, v.Encoded, DefaultLimits())
				if err != nil {
					t.Fatalf("%s: %v", v.Encoded, err)
				}
				if got := string(hash.Scheme()); got != v.Scheme {
					t.Errorf("%s: scheme %s, want %s", v.Encoded, got, v.Scheme)
				}
				if got := hash.Verify([]byte(v.Password)); got.Outcome != Match {
					t.Errorf("%s: right password %q: %+v", v.Encoded, v.Password, got)
				}
				want := Result{Outcome: NoMatch}
				if file != declaredProducts && slices.Contains(LikelySchemes(), hash.Scheme()) {
					want = Result{Outcome: CannotVerify, Cause: CauseAmbiguous}
				}
				if got := hash.Verify([]byte(v.Wrong)); got != want {
					t.Errorf("%s: wrong password: %+v, want %+v", v.Encoded, got, want)
				}
				plantAgain(t, file, v.Scheme, hash)
			})
		}
	}
	if len(met) < 45 {
		t.Errorf("%d schemes have vectors: %v", len(met), met)
	}
}

// plantAgain makes a hash like one, as the positive control of a scan does, and opens it.
func plantAgain(t *testing.T, file, scheme string, hash Hash) {
	t.Helper()
	planted, err := hash.(Planter).Plant([]byte("Made-Up-2"))
	if err != nil {
		t.Fatalf("%s: %v", scheme, err)
	}
	again, err := parseAs(file, scheme, planted, DefaultLimits())
	if err != nil {
		t.Fatalf("%s: its own %q: %v", scheme, planted, err)
	}
	if got := again.Verify([]byte("Made-Up-2")); got.Outcome != Match {
		t.Errorf("%s: its own %q: %+v", scheme, planted, got)
	}
}

// A string of another product is not a damaged one of a known scheme, and the operator is told whose it looks like.
func TestParse_namesProducts(t *testing.T) {
	t.Parallel()
	digits64 := strings.Repeat("0a", 32)
	for _, tt := range []struct {
		encoded, says string
		want          Cause
	}{
		{"$firescrypt$ln=14,r=8,p=1$c2FsdA==$aGFzaA==$Bw==$c2lnbmVy", "Firebase", CauseUnknownScheme},
		{"$CP$$2y$05$2w.cdtGqLcQHYZoBB02klepYnfAZeTiIDJ5XqBdCfVfWJiLcP0qEq", "phpBB", CauseUnknownScheme},
		{`$H\2y$9abcdefgh$10\abcdefghijklmnopqrstuv`, "phpBB", CauseUnknownScheme},
		{":pbkdf2-legacyB:!sha512:30000:64!5d41402a:c2FsdA==:a2V5", "MediaWiki", CauseUnknownScheme},
		{"1000:saltsaltsaltsalt:" + digits64, "Shopware 5", CauseUnknownScheme},
		{"{SASL}user@EXAMPLE.COM", "another server", CauseUnknownScheme},
		{"{CRAM-MD5}" + digits64, "Dovecot", CauseUnknownScheme},
		{"{SSHA256-Hash}8WSnu3VVGa4JYsils508mCl4p7b4FZOLuNFhvTwUEaRTyj9G8OXLeg==", "Tine", CauseUnknownScheme},
		{"$generic$abcdefghijklmnop", "WordPress", CauseUnknownScheme},
		{"{NEWSCHEME}abcdef", "name in braces", CauseUnknownScheme},
		{"$newscheme$abc$def", "between $ signs", CauseUnknownScheme},
		{"PBKDF2$sha512$100000$c2FsdA==$a2V5", "mosquitto", CauseUnknownScheme},
		{"vault:v1:abcdef", "Vault", CauseUnknownScheme},
		{"argon2:$argon2id$v=19$m=64,t=2,p=1$bWFkZXVwIQ$bWFkZXVwbWFkZXVw", "Jupyter", CauseUnknownScheme},
		{"sha1:0a1b2c3d4e5f:" + digits64[:40], "Jupyter", CauseUnknownScheme},
		{"bcrypt:$2y$04$jbDm6zW2AeHM98cQytkmYuGjEc9cRKat3UL8rKaLl10VT612Kmm6K", "Phabricator", CauseUnknownScheme},
		{"bcrypt:4:MDEyMzQ1Njc4OWFiY2RlZg==:MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA=", "Gerrit", CauseUnknownScheme},
		{"wbb3:" + digits64[:40] + ":abc", "imported", CauseUnknownScheme},
		{"M$P$5abcdefghijklmnopqrstuvwxyz0123456", "TYPO3", CauseUnknownScheme},
		{"phpass:!2a!04!abcdefghijklmnopqrstuv", "YOURLS", CauseUnknownScheme},
		{"MODE2:" + digits64, "Tiny Tiny RSS", CauseUnknownScheme},
		{"Zk3u9Qx1wB3mZ0{SHA-256}", "Bugzilla", CauseUnknownScheme},
		{"#" + digits64, "Redis", CauseUnknownScheme},
		{"s2:abcdef0123456789:" + digits64 + digits64, "Lucia", CauseUnknownScheme},
		{"{x-issha, 1024}c2FsdHNhbHRzYWx0c2FsdA==", "SAP", CauseUnknownScheme},
		{"$shiro2$argon2id$v=19$t=1,m=65536,p=4$abc$def", "Shiro 2", CauseUnknownScheme},
		{`{"type":"password","secretData":"{\"value\":\"$x$1\"}","credentialData":"{\"algorithm\":\"own\"}"}`,
			"provider", CauseUnknownScheme},
		{`{"login":"x","pw":"y"}`, "no product", CauseUnknownScheme},
		{`a:1:{s:4:"pass";s:1:"x";}`, "without hash", CauseUnknownScheme},
		{digits64, "Discourse", CauseAmbiguous},
		{strings.Repeat("0a", 50), "Grafana", CauseAmbiguous},
		{strings.Repeat("0a", 20) + ":abcdefghi", "OpenCart", CauseAmbiguous},
	} {
		_, err := Parse(tt.encoded, DefaultLimits())
		if err == nil {
			t.Errorf("%q is parsed", tt.encoded)
			continue
		}
		var got *Error
		if !errors.As(err, &got) || got.Cause != tt.want || !strings.Contains(got.Detail, tt.says) {
			t.Errorf("%q: %v, want %s with %q", tt.encoded, err, tt.want, tt.says)
		}
		if strings.Contains(err.Error(), tt.encoded) {
			t.Errorf("the error quotes the hash: %v", err)
		}
	}
}

// Costs of products stand in their strings as well, and are bounded before anything is computed.
func TestParse_refusesHostileProducts(t *testing.T) {
	t.Parallel()
	b64 := strings.Repeat("A", 43) + "="
	digest64 := strings.Repeat("0a", 32)
	for _, tt := range []struct {
		encoded string
		want    Cause
	}{
		{"{PBKDF2}4294967296$" + b64 + "$" + b64, CauseOverLimit},
		{"{PBKDF2}0$" + b64 + "$" + b64, CauseMalformed},
		{"{PBKDF2}-1$" + b64 + "$" + b64, CauseMalformed},
		{"{PBKDF2-SHA512}10000$" + b64 + "$" + b64, CauseOverLimit}, // a key of a wrong length
		{"{PBKDF2-HMAC-SHA256}99999999:" + b64, CauseOverLimit},
		{"{PBKDF2}$1$salt$99999999$" + strings.Repeat("0a", 20), CauseOverLimit},
		{"$pbkdf2$f=SHA256,w=99999999,l=32$c2FsdHNhbHQ$" + b64[:43], CauseOverLimit},
		{"$pbkdf2$f=MD4,w=10,l=32$c2FsdHNhbHQ$" + b64[:43], CauseUnsupportedVersion},
		{"-pbkdf2-" + strings.Repeat("0a", 20) + ",salt,99999999", CauseOverLimit},
		{"-pbkdf2:sha256-" + strings.Repeat("0a", 20) + ",salt,10", CauseMalformed},
		{"AAAAoAP/////AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", CauseOverLimit},
		{"AAAAoAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", CauseMalformed},
		{"$7$99999999$" + b64 + "$" + strings.Repeat("A", 86) + "==", CauseOverLimit},
		{"$scrypt$ln=1073741824,r=8,p=1$c2FsdHNhbHQ=$" + b64, CauseOverLimit},
		{"$scrypt$ln=1025,r=8,p=1$c2FsdHNhbHQ=$" + b64, CauseOverLimit},
		{"ffffffff$8$1$0a0a$" + digest64, CauseMalformed},
		{"80000000$8$1$0a0a$" + digest64, CauseOverLimit},
		{"400$ffff$1$0a0a$" + digest64, CauseOverLimit},
		{"scrypt$1073741824$8$1$c2FsdA==$" + b64, CauseOverLimit},
		{digest64 + ":saltsaltsaltsalt:3_32_2_10239999998976", CauseOverLimit},
		{digest64 + ":saltsaltsaltsalt:3_32_99_8388608", CauseOverLimit},
		{digest64 + ":short:3_32_2_8388608", CauseUnsupportedVersion},
		{digest64 + ":saltsaltsaltsalt:3_32_2", CauseMalformed},
		{digest64 + "::1", CauseMalformed},
		{"0a0a$99999999$" + digest64, CauseOverLimit},
		{"0a0a$0$" + digest64, CauseMalformed},
		{"$shiro1$SHA-256$99999999$c2FsdA==$" + b64, CauseOverLimit},
		{"$shiro1$ROT13$1$c2FsdA==$" + b64, CauseUnsupportedVersion},
		{"{FSHP1|16|99999999}" + b64, CauseOverLimit},
		{"{FSHP1|9999999999|16}" + b64, CauseOverLimit},
		{"{ssha256}31$saltsalt$" + strings.Repeat("a", 43), CauseOverLimit},
		{"{ssha256}99$saltsalt$" + strings.Repeat("a", 43), CauseMalformed},
		{"$p5k2$ffffffff$c2FsdA==$AAAAAAAAAAAAAAAAAAAAAAAAAAA=", CauseOverLimit},
		{"$scram$99999999$c2FsdA$sha-1=AAAAAAAAAAAAAAAAAAAAAAAAAAA", CauseOverLimit},
		{"$scram$1$c2FsdA$rot-13=AAAA", CauseUnsupportedVersion},
		{"{SCRAM-SHA-256}99999999,c2FsdA==," + b64 + "," + b64, CauseOverLimit},
		{"!bcrypt!31!" + strings.Repeat(".", 53), CauseOverLimit},
		{"BCRYPT:31:" + strings.Repeat(".", 22) + ":" + strings.Repeat(".", 31), CauseOverLimit},
		{"{bcrypt}$2a$04$" + strings.Repeat(".", 53) + "{salt}$2a$04$" + strings.Repeat("a", 22), CauseMalformed},
		{"sha1:99999999:18:c2FsdA==:" + strings.Repeat("A", 24), CauseOverLimit},
		{"sha1:1:17:c2FsdA==:" + strings.Repeat("A", 24), CauseMalformed},
		{"$md5$pf=e1NBTFR9$c2FsdA==$" + strings.Repeat("A", 22) + "==", CauseOverLimit}, // no {PASSWORD}
		{"$md5$pf=e1BBU1NXT1JEfXtQQVNTV09SRH0=$c2FsdA==$" + strings.Repeat("A", 22) + "==", CauseMalformed},
		{`a:9:{s:4:"hash";s:1:"x";}`, CauseMalformed},
		{`a:1:{s:4:"hash";s:99:"x";}`, CauseMalformed},
		{`a:1:{s:4:"hash";s:1:"x";}x`, CauseMalformed},
		{"S:" + strings.Repeat("0A", 30) + ";S:" + strings.Repeat("0A", 30), CauseMalformed},
		{"S:" + strings.Repeat("0A", 30) + ";T:0A", CauseMalformed},
		{"H:" + strings.Repeat("0A", 16), CauseNeedsUsername},
		{"$PBKDF2$HMACSHA512:99999999:0a0a$" + digest64 + digest64, CauseOverLimit},
	} {
		wantCause(t, tt.encoded, DefaultLimits(), tt.want)
	}
}

// What exports put around a hash is undone by ParseExported and by nothing else.
func TestParseExported(t *testing.T) {
	t.Parallel()
	v := readVectors(t, "bcrypt.json")[0]
	doubled := strings.ReplaceAll(v.Encoded, "$", "$$")
	var digits strings.Builder
	for i := range len(v.Encoded) {
		digits.WriteByte(hexLower[v.Encoded[i]>>4])
		digits.WriteByte(hexLower[v.Encoded[i]&15])
	}
	for _, encoded := range []string{
		v.Encoded + "   ", "\t" + v.Encoded + "\r\n", v.Encoded + strings.Repeat("\x00", 68), "\ufeff" + v.Encoded,
		"\u00a0" + v.Encoded, "'" + v.Encoded + "'", `"` + v.Encoded + `"`, doubled,
		`\x` + digits.String(), `\\x` + digits.String(), "0x" + strings.ToUpper(digits.String()),
		strings.ReplaceAll(v.Encoded, "$", `\$`), strings.ReplaceAll(v.Encoded, "/", `\/`) + " ",
		strings.NewReplacer("$", "%24", "/", "%2F").Replace(v.Encoded), strings.ReplaceAll(v.Encoded, "$", "&#36;"),
		"b'" + v.Encoded + "'", `b"` + v.Encoded + `"`, "N'" + v.Encoded + "'", "X'" + strings.ToUpper(digits.String()) + "'",
		digits.String(), base64.StdEncoding.EncodeToString([]byte(v.Encoded)), strings.ReplaceAll(v.Encoded, "$", `\u0024`),
	} {
		hash, err := ParseExported("", encoded, DefaultLimits())
		if err != nil {
			t.Errorf("%q: %v", encoded, err)
			continue
		}
		if got := hash.Verify([]byte(v.Password)); got.Outcome != Match {
			t.Errorf("%q: %+v", encoded, got)
		}
		if _, err := Parse(encoded, DefaultLimits()); err == nil {
			t.Errorf("%q: Parse takes it, too", encoded)
		}
	}
	digest := "5f4dcc3b5aa765d61d8327deb882cf99"
	for _, encoded := range []string{digest + " ", `\x` + digest, "0X" + strings.ToUpper(digest), "'" + digest + "'"} {
		hash, err := ParseExported("md5", encoded, DefaultLimits())
		if err != nil || hash.Verify([]byte("password")).Outcome != Match {
			t.Errorf("%q: %v", encoded, err)
		}
	}
	// A salt is taken to the byte, blanks and all.
	salted, err := ParseExported("md5-password-salt", digest+":a ", DefaultLimits())
	if err != nil || string(salted.(*computed).salt) != "a " {
		t.Errorf("salt with a blank: %v", err)
	}
	for _, encoded := range []string{"'", "''", "\\x", "0x", "   ", "b'", "b''", "x'", "X''", "N\"", digits.String()[1:], `\x2432`, strings.Repeat(" ", 2000)} {
		if _, err := ParseExported("", encoded, DefaultLimits()); err == nil {
			t.Errorf("%q is parsed", encoded)
		}
	}
}

// Symfony hashes a password that bcrypt would cut; a longer one must not match by its beginning alone then.
func TestVerifyBcryptOfSymfony(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("correct horse ", 7)
	hash, err := Parse(readVectors(t, "bcrypt.json")[0].Encoded, DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	planted, err := hash.(*bcryptHash).plantKey(bcryptLong([]byte(long)))
	if err != nil {
		t.Fatal(err)
	}
	again, err := Parse(planted, DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	if got := again.Verify([]byte(long)); got != (Result{Outcome: Match}) {
		t.Errorf("the password: %+v", got)
	}
	if got := again.Verify([]byte(long + "x")); got.Outcome != NoMatch {
		t.Errorf("another with the same beginning: %+v", got)
	}
	withNUL, err := hash.(*bcryptHash).plantKey(bcryptLong([]byte("a\x00b")))
	if err != nil {
		t.Fatal(err)
	}
	if again, err = Parse(withNUL, DefaultLimits()); err != nil {
		t.Fatal(err)
	}
	if got := again.Verify([]byte("a\x00b")); got.Outcome != Match {
		t.Errorf("a password with a NUL: %+v", got)
	}
	if got := again.Verify([]byte("a\x00c")); got.Outcome != CannotVerify {
		t.Errorf("another with a NUL: %+v", got)
	}
}
