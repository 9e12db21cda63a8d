package stored

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
)

const (
	salt16 = "bWFkZS11cC1zYWx0LTE2LQ"                      // 16 bytes
	tag32  = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8" // 32 bytes
	body53 = "abcdefghijklmnopqrstuu" + "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdO"
)

func argon2Text(params string) string {
	return "$argon2id$v=19$" + params + "$" + salt16 + "$" + tag32
}

func wantCause(t *testing.T, encoded string, lim Limits, want Cause) {
	t.Helper()
	hash, err := Parse(encoded, lim)
	var refusal *Error
	if !errors.As(err, &refusal) {
		t.Fatalf("%q: got %v, %v, want cause %q", encoded, hash, err, want)
	}
	if refusal.Cause != want || hash != nil {
		t.Errorf("%q: got cause %q (%v), want %q", encoded, refusal.Cause, err, want)
	}
}

func TestParse_refusesHostileStrings(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, encoded string
		want          Cause
	}{
		{"empty", "", CauseMalformed},
		{"two_KiB", argon2Text("m=64,t=1,p=1") + strings.Repeat("A", 2048), CauseOverLimit},
		{"two_KiB_of_anything", strings.Repeat("x", 2048), CauseOverLimit},

		{"lanes_2_to_30", argon2Text("m=65536,t=1,p=1073741824"), CauseOverLimit},
		{"lanes_256_are_not_0", argon2Text("m=65536,t=1,p=256"), CauseOverLimit},
		{"lanes_65", argon2Text("m=65536,t=1,p=65"), CauseOverLimit},
		{"lanes_0", argon2Text("m=64,t=1,p=0"), CauseMalformed},
		{"passes_0", argon2Text("m=64,t=0,p=1"), CauseMalformed},
		{"passes_33", argon2Text("m=64,t=33,p=1"), CauseOverLimit},
		{"memory_0", argon2Text("m=0,t=1,p=1"), CauseMalformed},
		{"memory_below_8_a_lane", argon2Text("m=15,t=1,p=2"), CauseMalformed},
		{"memory_above_1_GiB", argon2Text("m=1048577,t=1,p=1"), CauseOverLimit},
		{"memory_4_TiB_less_1", argon2Text("m=4294967295,t=1,p=1"), CauseOverLimit},
		{"memory_4_TiB", argon2Text("m=4294967296,t=1,p=1"), CauseOverLimit},
		{"memory_2_to_64", argon2Text("m=18446744073709551616,t=1,p=1"), CauseOverLimit},
		{"memory_2_to_64_and_64", argon2Text("m=18446744073709551680,t=1,p=1"), CauseOverLimit},
		{"memory_of_99_digits", argon2Text("m=9" + strings.Repeat("0", 98) + ",t=1,p=1"),
			CauseOverLimit},
		{"memory_negative", argon2Text("m=-64,t=1,p=1"), CauseMalformed},
		{"memory_with_plus", argon2Text("m=+64,t=1,p=1"), CauseMalformed},
		{"memory_with_zero_in_front", argon2Text("m=064,t=1,p=1"), CauseMalformed},
		{"memory_hexadecimal", argon2Text("m=0x40,t=1,p=1"), CauseMalformed},
		{"memory_in_other_digits", argon2Text("m=\u0666\u0664,t=1,p=1"), CauseMalformed},
		{"memory_missing", argon2Text("m=,t=1,p=1"), CauseMalformed},

		{"parameter_twice", argon2Text("m=64,m=64,t=1,p=1"), CauseMalformed},
		{"last_parameter_twice", argon2Text("m=64,t=1,p=1,p=1"), CauseMalformed},
		{"other_order", argon2Text("t=1,m=64,p=1"), CauseMalformed},
		{"parameter_missing", argon2Text("m=64,t=1"), CauseMalformed},
		{"unknown_parameter", argon2Text("m=64,t=1,p=1,x=1"), CauseMalformed},
		{"space_between", argon2Text("m=64, t=1,p=1"), CauseMalformed},
		{"comma_at_the_end", argon2Text("m=64,t=1,p=1,"), CauseMalformed},
		{"no_parameters", argon2Text(""), CauseMalformed},
		{"keyid", argon2Text("m=64,t=1,p=1,keyid=Zm9v"), CauseKeyed},
		{"data", argon2Text("m=64,t=1,p=1,data=Zm9v"), CauseKeyed},
		{"keyid_and_data", argon2Text("m=64,t=1,p=1,keyid=Zm9v,data=Zm9v"), CauseKeyed},

		{"version_16", "$argon2id$v=16$m=64,t=1,p=1$" + salt16 + "$" + tag32, CauseUnsupportedVersion},
		{"version_20", "$argon2id$v=20$m=64,t=1,p=1$" + salt16 + "$" + tag32, CauseUnsupportedVersion},
		{"no_version", "$argon2id$m=64,t=1,p=1$" + salt16 + "$" + tag32, CauseUnsupportedVersion},
		{"version_empty", "$argon2id$v=$m=64,t=1,p=1$" + salt16 + "$" + tag32, CauseMalformed},
		{"version_019", "$argon2id$v=019$m=64,t=1,p=1$" + salt16 + "$" + tag32, CauseMalformed},
		{"version_hexadecimal", "$argon2id$v=0x13$m=64,t=1,p=1$" + salt16 + "$" + tag32, CauseMalformed},
		{"version_misnamed", "$argon2id$V=19$m=64,t=1,p=1$" + salt16 + "$" + tag32, CauseMalformed},

		{"one_dollar_more", argon2Text("m=64,t=1,p=1") + "$", CauseMalformed},
		{"one_dollar_in_between", argon2Text("m=64,t=1,p=1$"), CauseMalformed},
		{"tag_missing", "$argon2id$v=19$m=64,t=1,p=1$" + salt16, CauseMalformed},
		{"scheme_alone", "$argon2id", CauseMalformed},
		{"scheme_and_dollar", "$argon2id$", CauseMalformed},
		{"text_in_front", " " + argon2Text("m=64,t=1,p=1"), CauseUnknownScheme},
		{"line_end_behind", argon2Text("m=64,t=1,p=1") + "\n", CauseMalformed},

		{"tag_with_line_end_inside", argon2Text("m=64,t=1,p=1")[:60] + "\n" + tag32, CauseMalformed},
		{"salt_with_line_end_inside", "$argon2id$v=19$m=64,t=1,p=1$\r\n" + salt16 + "$" + tag32,
			CauseMalformed},
		{"tag_with_padding", argon2Text("m=64,t=1,p=1") + "=", CauseMalformed},
		{"salt_with_padding", "$argon2id$v=19$m=64,t=1,p=1$" + salt16 + "==$" + tag32, CauseMalformed},
		{"tag_with_spare_bits", strings.TrimSuffix(argon2Text("m=64,t=1,p=1"), "8") + "9",
			CauseMalformed},
		{"salt_with_spare_bits", "$argon2id$v=19$m=64,t=1,p=1$bWFkZS11cC1zYWx0LTE2LR$" + tag32,
			CauseMalformed},
		{"tag_in_url_alphabet", strings.Replace(argon2Text("m=64,t=1,p=1"), "AAEC", "AA-_", 1),
			CauseMalformed},
		{"tag_empty", "$argon2id$v=19$m=64,t=1,p=1$" + salt16 + "$", CauseMalformed},
		{"salt_empty", "$argon2id$v=19$m=64,t=1,p=1$$" + tag32, CauseMalformed},
		{"tag_of_9_bytes", "$argon2id$v=19$m=64,t=1,p=1$" + salt16 + "$AAECAwQFBgcI", CauseOverLimit},
		{"tag_of_66_bytes", argon2Text("m=64,t=1,p=1")[:51] + strings.Repeat("AAEC", 22), CauseOverLimit},
		{"salt_of_6_bytes", "$argon2id$v=19$m=64,t=1,p=1$AAECAwQF$" + tag32, CauseOverLimit},
		{"salt_of_66_bytes", "$argon2id$v=19$m=64,t=1,p=1$" + strings.Repeat("AAEC", 22) + "$" + tag32,
			CauseOverLimit},

		{"argon2_in_capitals", strings.ToUpper(argon2Text("m=64,t=1,p=1")), CauseUnknownScheme},
		{"plaintext", "Made-Up-1", CauseUnknownScheme},
		{"plaintext_with_dollars", "$Made$Up$1", CauseUnknownScheme},
		{"one_dollar", "$", CauseUnknownScheme},
		{"two_dollars", "$$", CauseUnknownScheme},
		{"yescrypt", "$y$j9T$made$up", CauseMalformed},

		{"bcrypt_cost_3", "$2b$03$" + body53, CauseOverLimit},
		{"bcrypt_cost_0", "$2b$00$" + body53, CauseOverLimit},
		{"bcrypt_cost_17", "$2b$17$" + body53, CauseOverLimit},
		{"bcrypt_cost_31", "$2b$31$" + body53, CauseOverLimit},
		{"bcrypt_cost_99", "$2b$99$" + body53, CauseOverLimit},
		{"bcrypt_cost_negative", "$2b$-4$" + body53, CauseMalformed},
		{"bcrypt_cost_with_plus", "$2b$+4$" + body53, CauseMalformed},
		{"bcrypt_cost_of_one_digit", "$2b$4$" + body53, CauseMalformed},
		{"bcrypt_cost_with_space", "$2b$ 4$" + body53, CauseMalformed},
		{"bcrypt_no_dollar_after_cost", "$2b$044" + body53, CauseMalformed},
		{"bcrypt_one_short", "$2b$04$" + body53[1:], CauseMalformed},
		{"bcrypt_one_long", "$2b$04$" + body53 + "O", CauseMalformed},
		{"bcrypt_plus_in_salt", "$2b$04$+" + body53[1:], CauseMalformed},
		{"bcrypt_line_end_in_hash", "$2b$04$" + body53[:52] + "\n", CauseMalformed},
		{"bcrypt_NUL_in_hash", "$2b$04$" + body53[:52] + "\x00", CauseMalformed},
		{"bcrypt_spare_bits_in_salt", "$2b$04$" + body53[:21] + "v" + body53[22:], CauseMalformed},
		{"bcrypt_spare_bits_in_hash", "$2b$04$" + body53[:52] + "P", CauseMalformed},
		{"bcrypt_2x", "$2x$04$" + body53, CauseUnsupportedVersion},
		{"bcrypt_2", "$2$04$" + body53, CauseUnsupportedVersion},
		{"bcrypt_2z", "$2z$04$" + body53, CauseUnknownScheme},
		{"bcrypt_alone", "$2b$", CauseMalformed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { wantCause(t, tt.encoded, DefaultLimits(), tt.want) })
	}
	t.Run("and_their_unharmed_forms_parse", func(t *testing.T) {
		for _, encoded := range []string{argon2Text("m=64,t=1,p=1"), "$2b$04$" + body53} {
			if _, err := Parse(encoded, DefaultLimits()); err != nil {
				t.Errorf("%q: %v", encoded, err)
			}
		}
	})
}

func TestParse_aZeroLimitAllowsNothing(t *testing.T) {
	t.Parallel()
	fields := reflect.TypeFor[Limits]()
	for i := range fields.NumField() {
		t.Run(fields.Field(i).Name, func(t *testing.T) {
			lim := DefaultLimits()
			reflect.ValueOf(&lim).Elem().Field(i).SetZero()
			wantCause(t, argon2Text("m=64,t=1,p=1"), lim, CauseOverLimit)
			wantCause(t, "$2b$04$"+body53, lim, CauseOverLimit)
		})
	}
}

func TestParse_limitsAreInclusive(t *testing.T) {
	t.Parallel()
	lim := DefaultLimits()
	for _, encoded := range []string{
		argon2Text("m=1048576,t=32,p=64"), argon2Text("m=8,t=1,p=1"), argon2Text("m=16,t=1,p=2"),
		"$2a$04$" + body53, "$2y$16$" + body53,
	} {
		if _, err := Parse(encoded, lim); err != nil {
			t.Errorf("%q: %v", encoded, err)
		}
	}
	// What the libraries cannot compute stays refused, however wide the limits are set.
	lim.Argon2Memory, lim.Argon2Threads, lim.BcryptMinCost, lim.BcryptMaxCost = 1<<30, 1<<20, 1, 99
	wantCause(t, argon2Text("m=65536,t=1,p=256"), lim, CauseOverLimit)
	wantCause(t, "$2b$03$"+body53, lim, CauseOverLimit)
	wantCause(t, "$2b$32$"+body53, lim, CauseOverLimit)
	lim.EncodedLength = 59
	wantCause(t, "$2b$04$"+body53, lim, CauseOverLimit)
}

func TestHashDescribesItself(t *testing.T) {
	t.Parallel()
	tests := []struct {
		encoded string
		scheme  Scheme
		params  string
		memory  int64
	}{
		{argon2Text("m=19456,t=2,p=1"), SchemeArgon2id, "m=19456,t=2,p=1", 19456 << 10},
		{"$argon2i$v=19$m=64,t=3,p=4$" + salt16 + "$" + tag32, SchemeArgon2i, "m=64,t=3,p=4", 65536},
		{argon2Text("m=1048576,t=1,p=1"), SchemeArgon2id, "m=1048576,t=1,p=1", 1 << 30},
		{"$2y$12$" + body53, SchemeBcrypt, "cost=12", 4096},
	}
	for _, tt := range tests {
		hash, err := Parse(tt.encoded, DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		if hash.Scheme() != tt.scheme || hash.Params() != tt.params || hash.Memory() != tt.memory {
			t.Errorf("%q: %s %s %d", tt.encoded, hash.Scheme(), hash.Params(), hash.Memory())
		}
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
			if got, want := fmt.Sprintf(verb, hash), string(tt.scheme)+"("+tt.params+")"; got != want {
				t.Errorf("printed with %s it is %q, want %q", verb, got, want)
			}
		}
	}
}

func TestError_holdsNothingOfTheHash(t *testing.T) {
	t.Parallel()
	const mark = "MadeUpSecret"
	refused := 0
	for i := range 64 {
		for _, valid := range []string{
			argon2Text("m=64,t=1,p=1"), "$2b$04$" + body53, "$" + body53, body53,
		} {
			at := min(i, len(valid))
			_, err := Parse(valid[:at]+mark+valid[at:], DefaultLimits())
			if err == nil {
				continue
			}
			refused++
			if strings.Contains(err.Error(), mark) || strings.Contains(err.Error(), "abcdef") {
				t.Errorf("error holds the hash: %v", err)
			}
		}
	}
	if refused < 100 {
		t.Errorf("only %d were refused", refused)
	}
	if got := (&Error{Cause: CauseOverLimit}).Error(); got != "over limit" {
		t.Errorf("without detail: %q", got)
	}
}

func TestVerifyNULInPassword(t *testing.T) {
	t.Parallel()
	password, salt := []byte("a\x00a"), []byte("made-up-salt")
	tests := []struct {
		encoded string
		want    Result
	}{
		// Go's bcrypt gives "a" and "a\x00a" one hash; for argon2 a NUL is a byte like others.
		{"$2b$04$" + body53, Result{Outcome: CannotVerify, Cause: CauseNULInPassword}},
		{FormatArgon2id(password, salt, Argon2Params{64, 1, 1}), Result{Outcome: Match}},
		{FormatArgon2id([]byte("a"), salt, Argon2Params{64, 1, 1}), Result{Outcome: NoMatch}},
	}
	for _, tt := range tests {
		hash, err := Parse(tt.encoded, DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		if got := hash.Verify(password); got != tt.want {
			t.Errorf("%s: got %+v, want %+v", tt.encoded, got, tt.want)
		}
	}
}

func TestVerifyContainsPanics(t *testing.T) {
	t.Parallel()
	want := Result{Outcome: CannotVerify, Cause: CausePanicked}
	if got := contain(func() Result { panic("password") }); got != want {
		t.Errorf("a panic became %+v", got)
	}
	// No parser lets this through; the library divides by the number of lanes.
	hash := &argon2Hash{scheme: SchemeArgon2id, params: Argon2Params{64, 1, 0}, tag: make([]byte, 32)}
	if got := hash.Verify([]byte("x")); got != want {
		t.Errorf("zero lanes became %+v", got)
	}
	damaged := &bcryptHash{encoded: []byte("$2b$04$" + body53[:10])}
	if got := damaged.Verify([]byte("x")); got.Outcome != CannotVerify {
		t.Errorf("a short bcrypt hash became %+v", got)
	}
}

func TestVerifyIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	for _, encoded := range []string{
		FormatArgon2id([]byte("Made-Up-1"), []byte("made-up-salt"), Argon2Params{64, 1, 2}),
		readVectors(t, "bcrypt.json")[0].Encoded,
	} {
		hash, err := Parse(encoded, DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		var group sync.WaitGroup
		for i := range 8 {
			password, want := "Made-Up-1", Match
			if i%2 == 1 {
				password, want = "Made-Up-2", NoMatch
			}
			group.Go(func() {
				if got := hash.Verify([]byte(password)); got.Outcome != want {
					t.Errorf("%s: %v, want %v", password, got.Outcome, want)
				}
			})
		}
		group.Wait()
	}
}

func TestFormatArgon2(t *testing.T) {
	t.Parallel()
	salt := []byte("made-up-salt")
	// Made with: printf Made-Up-1 | argon2 made-up-salt -id -t 1 -k 64 -p 1 -l 32 -e, and with -i.
	tests := []struct{ got, want string }{
		{FormatArgon2id([]byte("Made-Up-1"), salt, Argon2Params{64, 1, 1}), wantArgon2id},
		{FormatArgon2i([]byte("Made-Up-1"), salt, Argon2Params{64, 1, 1}), wantArgon2i},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("got  %s\nwant %s", tt.got, tt.want)
		}
	}
	for _, p := range []Argon2Params{
		{}, {64, 0, 1}, {64, 1, 0}, {64, 1, 16}, {1 << 21, 1, 1}, {1 << 20, 1, 256},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%v was formatted", p)
				}
			}()
			FormatArgon2id(nil, salt, p)
		}()
	}
}

const (
	wantArgon2id = "$argon2id$v=19$m=64,t=1,p=1$bWFkZS11cC1zYWx0$" +
		"Ue02iV2kJ90ceGe3TOWbqoYYTt7OyOMuN5kJzdEuemg"
	wantArgon2i = "$argon2i$v=19$m=64,t=1,p=1$bWFkZS11cC1zYWx0$" +
		"Z1wVRDRKcYKLka7qX3yyWRdjPW7f1F6PLNnTn8qbGMM"
)

func TestOutcome_String(t *testing.T) {
	t.Parallel()
	got := fmt.Sprint(OutcomeUnspecified, Match, NoMatch, CannotVerify, Result{}.Outcome)
	if want := "unspecified match no_match cannot_verify unspecified"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
