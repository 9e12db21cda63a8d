package stored

import (
	"errors"
	"strings"
	"testing"
)

func TestParseAs_ReadsDeclaredDigests(t *testing.T) {
	t.Parallel()
	met := map[string]bool{}
	for _, v := range readVectors(t, declaredFile) {
		met[v.Scheme] = true
		t.Run(v.Generator+"_"+v.Scheme, func(t *testing.T) {
			wantVerdicts(t, parseVector(t, declaredFile, v, DefaultLimits()), v)
			if v.Scheme == "postgres-md5" || strings.Contains(v.Encoded, "=") {
				return
			}
			wantCause(t, v.Encoded, DefaultLimits(), CauseAmbiguous)
			digits, salt, found := strings.Cut(v.Encoded, ":")
			if found {
				salt = ":" + salt
			}
			v.Encoded = strings.ToUpper(digits) + salt
			wantVerdicts(t, parseVector(t, declaredFile, v, DefaultLimits()), v)
		})
	}
	if len(met) != 25 {
		t.Errorf("%d declared schemes have vectors: %v", len(met), met)
	}
}

// The schemes without a vector differ from one that has one by the digest alone.
func TestParseAs_ReadsWhatItPlants(t *testing.T) {
	t.Parallel()
	for _, scheme := range DeclaredSchemes() {
		h := &computed{recipe: recipe{alphabet: alphanumerics}}
		for size := 16; size <= 64; size++ {
			digits := strings.Repeat("0", 2*size)
			for _, text := range []string{digits, digits + ":madeup", "md5" + digits + ":user"} {
				if parsed, err := ParseAs(scheme, text, DefaultLimits()); err == nil {
					h = parsed.(*computed)
				}
			}
		}
		encoded, err := h.Plant([]byte("Made-Up-2"))
		if err != nil {
			t.Fatalf("%s: %v", scheme, err)
		}
		again, err := ParseAs(scheme, encoded, DefaultLimits())
		if err != nil {
			t.Fatalf("%s: %q: %v", scheme, encoded, err)
		}
		wantVerdicts(t, again, vector{Encoded: encoded, Password: "Made-Up-2", Wrong: "Made-Up-3"})
	}
}

func TestParseAs_Refuses(t *testing.T) {
	t.Parallel()
	md5Hex := strings.Repeat("0a", 16)
	for _, tt := range []struct {
		scheme  Scheme
		encoded string
		want    Cause
	}{
		{"md6", md5Hex, CauseAmbiguous},
		{SchemeBcrypt, "$argon2id$v=19$m=64,t=1,p=1$" + salt16 + "$" + tag32, CauseMalformed},
		{"md5", "", CauseMalformed},
		{"md5", md5Hex + "0", CauseMalformed},
		{"md5", md5Hex + ":salt", CauseMalformed},
		{"md5", strings.Repeat("0aA", 11)[:32], CauseMalformed},
		{"md5", strings.Repeat("0", 30) + "\r\n", CauseMalformed},
		{"md5", strings.Repeat("A", 22) + "=\n", CauseMalformed},
		{"md5", strings.Repeat("A", 21) + "B==", CauseMalformed},
		{"md5-salt-password", md5Hex, CauseMalformed},
		{"md5-salt-password", md5Hex + ":", CauseMalformed},
		{"md5-hmac-salt", md5Hex + ":sa\x00", CauseMalformed},
		{"md5-salt-password", md5Hex + ":" + strings.Repeat("s", 257), CauseOverLimit},
		{"sha512", strings.Repeat("0", 2048), CauseOverLimit},
		{"vbulletin", md5Hex, CauseMalformed},
		{"postgres-md5", "md5" + md5Hex, CauseNeedsUsername},
		{"postgres-md5", md5Hex + ":user", CauseMalformed},
	} {
		hash, err := ParseAs(tt.scheme, tt.encoded, DefaultLimits())
		var refusal *Error
		if !errors.As(err, &refusal) || refusal.Cause != tt.want || hash != nil {
			t.Errorf("%s %q: %v, %v, want %s", tt.scheme, tt.encoded, hash, err, tt.want)
		}
	}
	if _, err := ParseAs(SchemeBcrypt, "$2b$04$"+body53, DefaultLimits()); err != nil {
		t.Errorf("a scheme that the string tells: %v", err)
	}
}
