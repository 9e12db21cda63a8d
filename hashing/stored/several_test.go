package stored

import (
	"encoding/json"
	"testing"
)

func TestSeveral(t *testing.T) {
	t.Parallel()
	ldap, bcrypt := readVectors(t, "digest.json"), readVectors(t, "bcrypt.json")[0]
	ssha := ldap[0]
	for _, v := range ldap {
		if v.Scheme == "ldap-ssha" {
			ssha = v
		}
	}
	list := func(all ...string) string {
		text, err := json.Marshal(all)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	noMatch := Result{Outcome: NoMatch}
	for _, tt := range []struct {
		name, encoded string
		wrong         Result
	}{
		{"first", list("{CRYPT}"+bcrypt.Encoded, "{SSHA}AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), noMatch},
		{"last", list("{SSHA}AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", bcrypt.Encoded), noMatch},
		{"beside a mark", list("!", bcrypt.Encoded), noMatch},
		{"beside another product's", list("{SASL}x@EXAMPLE.COM", bcrypt.Encoded), Result{Outcome: CannotVerify, Cause: CauseUnknownScheme}},
	} {
		h, err := Parse(tt.encoded, DefaultLimits())
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if h.Scheme() != SchemeSeveral {
			t.Errorf("%s: scheme %s", tt.name, h.Scheme())
		}
		if got := h.Verify([]byte(bcrypt.Password)); got.Outcome != Match {
			t.Errorf("%s: the password: %+v", tt.name, got)
		}
		if got := h.Verify([]byte("another")); got != tt.wrong {
			t.Errorf("%s: another password: %+v, want %+v", tt.name, got, tt.wrong)
		}
		planted, err := h.(Planter).Plant([]byte("Made-Up-2"))
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		again, err := Parse(planted, DefaultLimits())
		if err != nil || again.Verify([]byte("Made-Up-2")).Outcome != Match || again.Verify([]byte("Made-Up-3")).Outcome != NoMatch {
			t.Errorf("%s: its own %q: %v", tt.name, planted, err)
		}
	}
	h, err := Parse(list(ssha.Encoded, bcrypt.Encoded), DefaultLimits())
	if err != nil || h.Verify([]byte(ssha.Password)).Outcome != Match || h.Verify([]byte(bcrypt.Password)).Outcome != Match ||
		h.Params() == "" || h.Memory() <= 0 {
		t.Errorf("two passwords: %v, %v", h, err)
	}
	for encoded, want := range map[string]Cause{
		list("!", "*"): CauseNoUsablePassword, list("{SASL}x@EXAMPLE.COM", "!"): CauseUnknownScheme, `["`: CauseMalformed,
		`["a", 1]`: CauseMalformed, list(list(bcrypt.Encoded)): CauseMalformed,
		list("a", "b", "c", "d", "e", "f", "g", "h", "i"): CauseOverLimit,
	} {
		_, err := Parse(encoded, DefaultLimits())
		if why, ok := err.(*Error); !ok || why.Cause != want { //nolint:errorlint // Parse returns no other
			t.Errorf("%q: %v, want %s", encoded, err, want)
		}
	}
}
