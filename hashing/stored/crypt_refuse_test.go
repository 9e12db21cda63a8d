package stored

import (
	"errors"
	"strings"
	"testing"
)

func TestParse_recognisesWhatItCannotVerify(t *testing.T) {
	t.Parallel()
	for _, v := range readVectors(t, "refused_crypt.json") {
		t.Run(v.Scheme, func(t *testing.T) { wantCause(t, v.Encoded, DefaultLimits(), v.Cause) })
	}
	for _, encoded := range []string{"*", "*0", "*LK*", "!", "!!", "!$6$salt$x", "x"} {
		wantCause(t, encoded, DefaultLimits(), CauseNoUsablePassword)
	}
	for _, encoded := range []string{"{CLEARTEXT}Made-Up-1", "{clear}", "{PLAIN}x", "plain$$Made-Up-1"} {
		wantCause(t, encoded, DefaultLimits(), CausePlaintext)
	}
}

func TestParse_refusesHostileCryptStrings(t *testing.T) {
	t.Parallel()
	tag22, tag43, tag86 := strings.Repeat(".", 22), strings.Repeat(".", 43), strings.Repeat(".", 86)
	for _, tt := range []struct {
		encoded string
		want    Cause
	}{
		{"$6$rounds=999$salt$" + tag86, CauseMalformed},
		{"$6$rounds=0$salt$" + tag86, CauseMalformed},
		{"$6$rounds=-1$salt$" + tag86, CauseMalformed},
		{"$6$rounds=+5000$salt$" + tag86, CauseMalformed},
		{"$6$rounds=05000$salt$" + tag86, CauseMalformed},
		{"$6$rounds=$salt$" + tag86, CauseMalformed},
		{"$6$rounds=10000001$salt$" + tag86, CauseOverLimit},
		{"$6$rounds=1000000000$salt$" + tag86, CauseOverLimit},
		{"$6$rounds=4294972296$salt$" + tag86, CauseOverLimit},
		{"$6$rounds=18446744073709556616$salt$" + tag86, CauseOverLimit},
		{"$6$rounds=5000$rounds=5000$salt$" + tag86, CauseMalformed},
		{"$6$seventeen-letters$" + tag86, CauseMalformed},
		{"$6$sa:lt$" + tag86, CauseMalformed},
		{"$6$sa\nlt$" + tag86, CauseMalformed},
		{"$6$salt$" + tag86[1:], CauseMalformed},
		{"$6$salt$" + tag86 + ".", CauseMalformed},
		{"$6$salt$" + tag86[1:] + "2", CauseMalformed}, // spare bits
		{"$6$salt$" + tag86[1:] + "+", CauseMalformed},
		{"$6$salt$$" + tag86, CauseMalformed},
		{"$6$", CauseMalformed},
		{"$5$salt$" + tag86, CauseMalformed},
		{"$5$salt$" + tag43[1:] + "E", CauseMalformed},
		{"$1$nine-char$" + tag22, CauseMalformed},
		{"$1$salt$" + tag22[1:] + "2", CauseMalformed},
		{"$apr1$salt", CauseMalformed},
		{"$apr1", CauseMalformed},
		{"$sha1$0$salt$" + tag22 + "......", CauseMalformed},
		{"$sha1$4294967295$salt$" + tag22 + "......", CauseOverLimit},
		{"$sha1$4294967297$salt$" + tag22 + "......", CauseOverLimit},
		{"$sha1$7$vz84O9Eg$zf.Rd8QPFSl7fsuZzj8c2zuEpl8Y", CauseMalformed}, // first byte not repeated
		{"$sha1$1$" + strings.Repeat("s", 65) + "$" + tag22 + "......", CauseMalformed},
		{"$md5,rounds=4294967295$salt$$" + tag22, CauseOverLimit},
		{"$md5,rounds=9995905$salt$$" + tag22, CauseOverLimit},
		{"$md5,rounds=0$salt$$" + tag22, CauseMalformed},
		{"$md5,round=1$salt$$" + tag22, CauseMalformed},
		{"$md5$salt$" + tag22, CauseUnsupportedVersion},
		{"$md5$salt$$$" + tag22, CauseMalformed},

		{"$y$j.T$LjiuhFHvIR4skJQX4VU2P/$" + tag43, CauseUnsupportedVersion},
		{"$y$jzT$LjiuhFHvIR4skJQX4VU2P/$" + tag43, CauseOverLimit},
		{"$y$jfT$LjiuhFHvIR4skJQX4VU2P/$" + tag43, CauseOverLimit}, // 2^44
		{"$y$jI5$LjiuhFHvIR4skJQX4VU2P/$" + tag43, CauseOverLimit}, // 2 GiB
		{"$y$j7z$LjiuhFHvIR4skJQX4VU2P/$" + tag43, CauseOverLimit},
		{"$y$j7!$LjiuhFHvIR4skJQX4VU2P/$" + tag43, CauseMalformed},
		{"$y$k75$LjiuhFHvIR4skJQX4VU2P/$" + tag43, CauseUnsupportedVersion},
		{"$y$j750$LjiuhFHvIR4skJQX4VU2P/$" + tag43, CauseUnsupportedVersion},
		{"$y$j75$LjiuhFHvIR4skJQX4VU2P+$" + tag43, CauseMalformed}, // the library's empty salt
		{"$y$j75$!!!!$" + tag43, CauseMalformed},
		{"$y$j75$$" + tag43, CauseMalformed},
		{"$y$j75$a$" + tag43, CauseMalformed},
		{"$y$j75$ab$" + tag43, CauseMalformed}, // spare bits
		{"$y$j75$" + strings.Repeat("a", 120) + "$" + tag43, CauseMalformed},
		{"$y$j75$LjiuhFHvIR4skJQX4VU2P/$" + tag22, CauseMalformed},

		{"$P$L12345678" + tag22, CauseOverLimit}, // 2^23
		{"$P$z12345678" + tag22, CauseOverLimit},
		{"$P$412345678" + tag22, CauseMalformed},
		{"$P$!12345678" + tag22, CauseMalformed},
		{"$P$51234567!" + tag22, CauseMalformed},
		{"$P$512345678" + tag22[1:] + "2", CauseMalformed},
		{"$P$5", CauseMalformed},
		{"$S$z12345678" + tag43, CauseOverLimit},
		{"$S$D12345678" + tag86, CauseMalformed},

		{"{SSHA}", CauseMalformed},
		{"{SSHA}uRKyk4CuuNxAsF+ZpZ8TaVsyr/s=", CauseMalformed},  // no salt
		{"{SHA}uRKyk4CuuNxAsF+ZpZ8TaVsyr/s==", CauseMalformed},  // too much padding
		{"{SHA}uRKyk4CuuNxAsF+ZpZ8TaVsyr/t=", CauseMalformed},   // spare bits
		{"{SHA}uRKyk4CuuNxAsF+\nZpZ8TaVsyr/s=", CauseMalformed}, // line end
		{"{SHA} uRKyk4CuuNxAsF+ZpZ8TaVsyr/s=", CauseMalformed},
		{"{MD5}uRKyk4CuuNxAsF+ZpZ8TaVsyr/s=", CauseMalformed},
		{"{SSHA}" + strings.Repeat("AAAA", 150), CauseOverLimit},
		{"{SHA3}uRKyk4CuuNxAsF+ZpZ8TaVsyr/s=", CauseUnknownScheme},

		{"sha1$salt$" + strings.Repeat("A", 40), CauseMalformed},
		{"sha1$salt$" + strings.Repeat("a", 39), CauseMalformed},
		{"sha1$sa lt$" + strings.Repeat("a", 40), CauseMalformed},
		{"md5$" + strings.Repeat("a", 32), CauseMalformed},
		{"$NT$" + strings.Repeat("aA", 16), CauseMalformed},
		{"*" + strings.Repeat("a", 40), CauseMalformed},
		{"*" + strings.Repeat("A", 41), CauseMalformed},
		{"$A$004$" + strings.Repeat("s", 20) + tag43, CauseMalformed},
		{"$A$00a$" + strings.Repeat("s", 20) + tag43, CauseMalformed},
		{"$A$+05$" + strings.Repeat("s", 20) + tag43, CauseMalformed},
		{"$A$005$" + strings.Repeat("s", 19) + tag43, CauseMalformed},
		{"$A$005$" + strings.Repeat("s", 20) + tag43[1:] + "E", CauseMalformed},
		{"0x244124", CauseMalformed},
		{"0x0100", CauseMalformed},
		{"0x0200" + strings.Repeat("A", 135) + "a", CauseMalformed},
		{":B::" + strings.Repeat("a", 32), CauseMalformed},
		{":B:s:a:" + strings.Repeat("a", 32), CauseMalformed},
		{"S:" + strings.Repeat("a", 60), CauseMalformed},
		{"$LM$299bd128c1101fd6", CauseUnsupportedVersion},
	} {
		t.Run(tt.encoded, func(t *testing.T) { wantCause(t, tt.encoded, DefaultLimits(), tt.want) })
	}
	lim := DefaultLimits()
	lim.PHPassCost = 99 // what cannot be counted stays refused, however wide the limit
	wantCause(t, "$P$z12345678"+tag22, lim, CauseOverLimit)
	wantCause(t, "$P$T12345678"+tag22, lim, CauseOverLimit) // 2^31
	lim.CryptRounds = 999
	for _, encoded := range []string{"$6$salt$" + tag86, "$1$salt$" + tag22, "$md5$salt$$" + tag22,
		"$A$005$" + strings.Repeat("s", 20) + tag43} {
		wantCause(t, encoded, lim, CauseOverLimit)
	}
}

func TestVerifyRefusesPasswordsThatASchemeCannotRead(t *testing.T) {
	t.Parallel()
	tag22 := strings.Repeat(".", 22)
	for _, tt := range []struct {
		encoded, password string
		want              Cause
	}{
		{"$1$salt$" + tag22, "a\x00b", CauseNULInPassword},
		{"$6$salt$" + strings.Repeat(".", 86), "\x00", CauseNULInPassword},
		{"$y$j75$LjiuhFHvIR4skJQX4VU2P/$" + strings.Repeat(".", 43), "a\x00", CauseNULInPassword},
		{"$NT$" + strings.Repeat("0", 32), "p\xe4ss", CausePasswordNotText},
		{"0x0100" + strings.Repeat("0", 48), "\xff", CausePasswordNotText},
		{"$1$salt$" + tag22, strings.Repeat("a", 4097), CauseOverLimit},
		{"*" + strings.Repeat("0", 40), strings.Repeat("a", 4097), CauseOverLimit},
	} {
		hash := mustParse(t, tt.encoded)
		want := Result{Outcome: CannotVerify, Cause: tt.want}
		if got := hash.Verify([]byte(tt.password)); got != want {
			t.Errorf("%q and %q: %+v", tt.encoded, tt.password, got)
		}
		_, err := hash.(Planter).Plant([]byte(tt.password))
		var refusal *Error
		if !errors.As(err, &refusal) || refusal.Cause != tt.want {
			t.Errorf("%q planted for %q: %v", tt.encoded, tt.password, err)
		}
	}
	// libxcrypt makes two bytes of each byte, whatever character it belongs to.
	if got := mustParse(t, "$3$$"+strings.Repeat("0", 32)).Verify([]byte("\xff")); got.Outcome != NoMatch {
		t.Errorf("no text and $3$$: %+v", got)
	}
	// NUL is a byte like others for a digest.
	if got := mustParse(t, "*"+strings.Repeat("0", 40)).Verify([]byte("a\x00b")); got.Outcome != NoMatch {
		t.Errorf("NUL and a digest: %+v", got)
	}
}
