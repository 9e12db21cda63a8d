package stored

import (
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/scrypt"
)

const (
	hex64  = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
	tagB64 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
)

func TestParse_refusesHostileCostsOfKDFs(t *testing.T) {
	t.Parallel()
	phc := func(costs string) string { return "$scrypt$" + costs + "$" + salt16 + "$" + tag32 }
	pbkdf2 := func(costs string) string { return "$pbkdf2-sha256$" + costs + "$" + salt16 + "$" + tag32 }
	tests := []struct {
		name, encoded string
		want          Cause
	}{
		{"ln_negative", phc("ln=-1,r=8,p=1"), CauseMalformed},
		{"ln_0", phc("ln=0,r=8,p=1"), CauseMalformed},
		{"ln_40", phc("ln=40,r=8,p=1"), CauseOverLimit},
		{"ln_64", phc("ln=64,r=8,p=1"), CauseOverLimit},
		{"ln_2_to_64", phc("ln=18446744073709551616,r=8,p=1"), CauseOverLimit},
		{"ln_leading_zero", phc("ln=04,r=8,p=1"), CauseMalformed},
		{"r_0", phc("ln=4,r=0,p=1"), CauseMalformed},
		{"p_0", phc("ln=4,r=8,p=0"), CauseMalformed},
		{"p_65", phc("ln=4,r=8,p=65"), CauseOverLimit},
		{"p_2_to_30", phc("ln=4,r=8,p=1073741824"), CauseOverLimit},
		{"r_2_to_63", phc("ln=4,r=9223372036854775808,p=1"), CauseOverLimit},
		{"blocks_of_8_GiB", phc("ln=1,r=1048576,p=64"), CauseOverLimit},
		{"scrypt_parameter_twice", phc("ln=4,ln=4,r=8,p=1"), CauseMalformed},
		{"scrypt_unknown_parameter", phc("ln=4,r=8,p=1,x=1"), CauseMalformed},
		{"scrypt_line_end", phc("ln=4,r=8,p=1") + "\n", CauseMalformed},
		{"scrypt_salt_missing", "$scrypt$ln=4,r=8,p=1$" + tag32, CauseMalformed},
		{"scrypt_alone", "$scrypt", CauseMalformed},
		{"scrypt_salt_not_base64", "$scrypt$ln=4,r=8,p=1$!!!!$" + tag32, CauseMalformed},
		{"scrypt_key_of_8_bytes", "$scrypt$ln=4,r=8,p=1$" + salt16 + "$AAAAAAAAAAA", CauseOverLimit},
		{"django_scrypt_key_of_8_bytes", "scrypt$16$salt$8$1$AAAAAAAAAAA=", CauseOverLimit},
		{"scrypt_7_r_of_30_bits", "$7$6zzzzz1....salt$" + strings.Repeat(".", 43), CauseOverLimit},
		{"scrypt_7_N_0", "$7$.6....1....salt$" + strings.Repeat(".", 43), CauseMalformed},
		{"scrypt_7_N_63", "$7$z6....1....salt$" + strings.Repeat(".", 43), CauseOverLimit},
		{"django_scrypt_N_3", "scrypt$3$salt$8$1$" + tagB64, CauseMalformed},
		{"django_scrypt_N_huge", "scrypt$1099511627776$salt$8$1$" + tagB64, CauseOverLimit},
		{"django_scrypt_plus", "scrypt$+16$salt$8$1$" + tagB64, CauseMalformed},
		{"werkzeug_scrypt_p", "scrypt:16:8:9999$salt$" + hex64 + hex64, CauseOverLimit},
		{"spring_scrypt_ln_255", "{scrypt}$ff0801$" + tagB64 + "$" + tagB64, CauseOverLimit},
		{"spring_scrypt_leading_zero", "{scrypt}$0e0801$" + tagB64 + "$" + tagB64, CauseMalformed},

		{"iterations_0", pbkdf2("0"), CauseMalformed},
		{"iterations_negative", pbkdf2("-5"), CauseMalformed},
		{"iterations_above_limit", pbkdf2("10000001"), CauseOverLimit},
		{"iterations_2_to_64", pbkdf2("18446744073709551617"), CauseOverLimit},
		{"phc_length_of_another_key", pbkdf2("i=10,l=33"), CauseMalformed},
		{"phc_without_length", pbkdf2("i=10"), CauseMalformed},
		{"key_of_another_digest", "$pbkdf2-sha512$10$" + salt16 + "$" + tag32, CauseOverLimit},
		{"both_alphabets", "$pbkdf2-sha256$10$a.+" + salt16[3:] + "$" + tag32, CauseMalformed},
		{"werkzeug_without_iterations", "pbkdf2:sha256$salt$" + hex64, CauseUnsupportedVersion},
		{"werkzeug_md5", "pbkdf2:md5:10$salt$" + hex64[:32], CauseUnsupportedVersion},
		{"werkzeug_capital_digits", "pbkdf2:sha256:10$salt$" + strings.ToUpper(hex64), CauseMalformed},
		{"django_empty_salt", "pbkdf2_sha256$10$$" + tagB64, CauseMalformed},
		{"django_padding_missing", "pbkdf2_sha256$10$salt$" + tag32, CauseMalformed},
		{"scram_iterations", "SCRAM-SHA-256$4294967296:AAAA$" + tagB64 + ":" + tagB64, CauseOverLimit},
		{"azure_iterations", "v1;PPH1_MD4,00,99999999," + hex64 + ";", CauseOverLimit},
		// 1, SHA-256, 2^32-1 iterations; then a salt longer than the blob.
		{"aspnet_iterations", "AQAAAAH/////AAAAEAABAgMEBQYHCAkKCwwNDg8AAQIDBAUGBwgJCgsMDQ4P",
			CauseOverLimit},
		{"aspnet_salt_of_4_GiB", "AQAAAAEAAAPo/////wABAgMEBQYHCAkKCwwNDg8AAQIDBAUGBwgJCgsMDQ4P",
			CauseMalformed},
		{"aspnet_digest_9", "AQAAAAkAAAPoAAAAEAABAgMEBQYHCAkKCwwNDg8AAQIDBAUGBwgJCgsMDQ4P",
			CauseUnsupportedVersion},

		{"noop", "{noop}Made-Up-1", CausePlaintext},
		{"wrapper_in_wrapper", "{CRYPT}{CRYPT}$2b$04$" + body53, CauseUnknownScheme},
		{"django_bcrypt_of_2x", "bcrypt$$2x$04$" + body53, CauseMalformed},
		{"nextcloud_2_of_argon2id", "2|" + argon2Text("m=64,t=1,p=1"), CauseMalformed},
		{"bcrypt_sha256_cost_03", "$bcrypt-sha256$v=2,t=2b,r=3$" + body53[:22] + "$" + body53[22:],
			CauseOverLimit},
		{"bcrypt_sha256_cost_0r", "$bcrypt-sha256$v=2,t=2b,r=04$" + body53[:22] + "$" + body53[22:],
			CauseMalformed},
		{"bcrypt_sha256_version_3", "$bcrypt-sha256$v=3,t=2b,r=4$" + body53[:22] + "$" + body53[22:],
			CauseMalformed},
		{"wordpress_of_2b", "$wp$2b$04$" + body53, CauseMalformed},
		{"firebase_without_project", `{"passwordHash":"` + tagB64 + `","salt":"AAAA"}`, CauseKeyed},
		{"firebase_with_version", `{"passwordHash":"` + tagB64 + `","salt":"AAAA","version":0}`, CauseKeyed},
		{"json_name_in_capitals", `{"PasswordHash":"` + tagB64 + `","salt":"AAAA"}`, CauseMalformed},
		{"json_name_twice", `{"algorithm":"bcrypt","algorithm":"bcrypt"}`, CauseMalformed},
		{"json_cut_off", `{"algorithm":"bcrypt"`, CauseMalformed},
		{"json_and_more", `{"algorithm":"bcrypt"} x`, CauseMalformed},
		{"json_of_nobody", `{"type":"otp"}`, CauseUnknownScheme},
		{"pbkdf2_salt_cut", "$pbkdf2-sha256$i=10$" + salt16[1:] + "$" + tag32, CauseMalformed},
		{"keycloak_without_secret", `{"credentialData":"{}"}`, CauseMalformed},
		{"auth0_hmac", `{"algorithm":"hmac","hash":{"value":"00"}}`, CauseUnsupportedVersion},
		{"auth0_hmac_whole", `{"algorithm":"hmac","hash":{"value":"00","encoding":"hex","digest":"sha256",` +
			`"key":{"value":"k","encoding":"utf8"}}}`, CauseUnsupportedVersion},
		{"auth0_md4", `{"algorithm":"md4","hash":{"value":"00"},"password":{"encoding":"utf16le"}}`,
			CauseUnsupportedVersion},
		{"auth0_key_of_no_hmac", `{"algorithm":"sha1","hash":{"value":"` + strings.Repeat("00", 20) +
			`","encoding":"hex","key":{"value":"k"}}}`, CauseMalformed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { wantCause(t, tt.encoded, DefaultLimits(), tt.want) })
	}
	for _, encoded := range []string{
		phc("ln=4,r=8,p=1"), phc("ln=20,r=8,p=64"), pbkdf2("10"), pbkdf2("i=10,l=32"),
		"scrypt$16$salt$8$1$" + tagB64, "pbkdf2:sha256:10$salt$" + hex64,
		"AQAAAAEAAAPoAAAAEAABAgMEBQYHCAkKCwwNDg8AAQIDBAUGBwgJCgsMDQ4P",
		"$bcrypt-sha256$v=2,t=2b,r=4$" + body53[:22] + "$" + body53[22:], "$wp$2y$04$" + body53,
	} {
		if _, err := Parse(encoded, DefaultLimits()); err != nil {
			t.Errorf("unharmed %q: %v", encoded, err)
		}
	}
}

// TestPlant makes a hash for another password out of each vector that is cheap.
func TestPlant(t *testing.T) {
	t.Parallel()
	planted, seen := map[Scheme]bool{}, map[string]bool{}
	for _, file := range []string{
		"argon2.json", "bcrypt.json", "scrypt.json", "pbkdf2.json", "wrapped.json",
	} {
		for _, v := range readVectors(t, file) {
			kind := v.Scheme + v.Generator + v.Encoded[:4]
			if seen[kind] {
				continue
			}
			seen[kind] = true
			hash, err := Parse(v.Encoded, DefaultLimits())
			if err != nil {
				t.Fatal(err)
			}
			planted[hash.Scheme()] = true
			if err := checkPlant(hash, v); err != nil {
				t.Errorf("%s: %s: %v", file, v.Encoded, err)
			}
		}
	}
	if len(planted) < 25 {
		t.Errorf("only %d schemes were planted: %v", len(planted), planted)
	}
}

func checkPlant(hash Hash, v vector) error {
	planter, ok := hash.(Planter)
	if !ok {
		return fmt.Errorf("a %T is not a Planter", hash)
	}
	encoded, err := planter.Plant([]byte("Planted-1"))
	if err != nil {
		return err
	}
	again, err := planter.Plant([]byte("Planted-1"))
	if err != nil || (again == encoded) == Salted(hash) {
		return fmt.Errorf("planted again: equal is %v, %w", again == encoded, err)
	}
	made, err := Parse(encoded, DefaultLimits())
	if err != nil {
		return fmt.Errorf("%q: %w", encoded, err)
	}
	switch {
	case made.Scheme() != hash.Scheme() || made.Params() != hash.Params():
		return fmt.Errorf("%v became %v", hash, made)
	case made.Memory() != hash.Memory() || Salted(made) != Salted(hash):
		return fmt.Errorf("%v needs other memory, or no salt", made)
	case made.Verify([]byte("Planted-1")).Outcome != Match:
		return fmt.Errorf("%q does not match its password", encoded)
	case made.Verify([]byte(v.Password)).Outcome != NoMatch:
		return fmt.Errorf("%q matches another password", encoded)
	}
	return nil
}

func TestVerifyMarksTruncatedPasswords(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("long-pw-", 10)
	for encoded, want := range map[string]bool{
		"$2b$04$" + body53: true, "{CRYPT}$2b$04$" + body53: true, "bcrypt$$2b$04$" + body53: true,
		"bcrypt_sha256$$2b$04$" + body53: false, "$wp$2y$04$" + body53: false,
		argon2Text("m=64,t=1,p=1"): false,
	} {
		hash, err := Parse(encoded, DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		if got := hash.Verify([]byte(long)).Truncated; got != want {
			t.Errorf("%s: truncated %v, want %v", encoded, got, want)
		}
		if hash.Verify([]byte(long[:72])).Truncated {
			t.Errorf("%s: 72 bytes are truncated", encoded)
		}
	}
}

func TestSASLprep(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Made Up": "Made Up", "\u2168": "IX", "so\u00adft": "soft", "a\u00a0b": "a b",
		"\u00aa": "a", "\xff": "\xff", "a\x07": "a\x07", // RFC 4013, 3, and PostgreSQL's way out
	} {
		if got := string(saslPrep([]byte(in))); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func TestWordPressTakes4096Bytes(t *testing.T) {
	t.Parallel()
	hash, err := Parse("$wp$2y$04$"+body53, DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	long := []byte(strings.Repeat("x", wordPressMost+1))
	if got := hash.Verify(long); got != (Result{Outcome: NoMatch}) {
		t.Errorf("a password that the login refuses: %+v", got)
	}
	if _, err := hash.(Planter).Plant(long); err == nil {
		t.Error("a hash was made that no login accepts")
	}
}

// TestParse_refusesKeysThatLostTheirEnd is about keys whose base64 can be read one byte shorter after
// a single character was changed: the beginning of a derived key is itself a derived key.
func TestParse_refusesKeysThatLostTheirEnd(t *testing.T) {
	t.Parallel()
	const password = "made-up"
	salt := []byte("sixteen byte now")
	b64 := base64.StdEncoding.EncodeToString
	key, err := scrypt.Key([]byte(password), salt, 16, 8, 1, 32)
	if err != nil {
		t.Fatal(err)
	}
	derived, err := pbkdf2.Key(sha256.New, password, salt, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	keycloak := func(key []byte) string {
		return fmt.Sprintf(`{"secretData":"{\"value\":\"%s\",\"salt\":\"%s\",\"additionalParameters\":{}}",`+
			`"credentialData":"{\"hashIterations\":10,\"algorithm\":\"pbkdf2-sha256\",\"additionalParameters\":{}}"}`,
			b64(key), b64(salt))
	}
	aspnet := func(key []byte) string {
		return b64(slices.Concat([]byte{1, 0, 0, 0, 1, 0, 0, 0, 10, 0, 0, 0, 16}, salt, key))
	}
	for name, write := range map[string]func(whole bool) string{
		"phc_scrypt": func(whole bool) string {
			return "$scrypt$ln=4,r=8,p=1$" + strings.TrimRight(b64(salt), "=") + "$" +
				strings.TrimRight(b64(cutKey(key, whole)), "=")
		},
		"spring_scrypt": func(whole bool) string {
			return "{scrypt}$40801$" + b64(salt) + "$" + b64(cutKey(key, whole))
		},
		"django_scrypt": func(whole bool) string {
			return "scrypt$16$sixteenbytenow16$8$1$" + b64(cutKey(key, whole))
		},
		"keycloak": func(whole bool) string { return keycloak(cutKey(derived, whole)) },
		"aspnet":   func(whole bool) string { return aspnet(cutKey(derived, whole)) },
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Parse(write(true), DefaultLimits()); err != nil {
				t.Fatalf("the whole one: %v", err)
			}
			var refused *Error
			if _, err := Parse(write(false), DefaultLimits()); !errors.As(err, &refused) ||
				refused.Cause != CauseMalformed {
				t.Errorf("one byte less: %v", err)
			}
		})
	}
}

func cutKey(key []byte, whole bool) []byte {
	if whole {
		return key
	}
	return key[:len(key)-1]
}
