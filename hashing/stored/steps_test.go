package stored

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/hashing"
)

func keyed(kind StepKind, algorithm, encoding, key string) Step {
	return Step{
		Kind: kind, Algorithm: algorithm, Encoding: encoding,
		Key: hashing.NewSecret([]byte(key)), KeyName: "pepper.key",
	}
}

func digestStep(algorithm, encoding string) Step {
	return Step{Kind: StepDigest, Algorithm: algorithm, Encoding: encoding}
}

// The wanted values were computed by openssl 3.0 and iconv, for example
//
//	printf 'Made-Up é' | openssl dgst -sha256 -mac HMAC -macopt key:pepper -binary | base64
func TestSteps_Apply(t *testing.T) {
	t.Parallel()
	const password = "Made-Up é"
	for _, test := range []struct {
		name  string
		steps Steps
		want  string
	}{
		{"none", nil, password},
		{"md5 hex", Steps{digestStep("md5", "hex")}, vectorMD5},
		{"md5 HEX", Steps{digestStep("md5", "HEX")}, strings.ToUpper(vectorMD5)},
		{"md5 raw, sha1", Steps{digestStep("md5", "raw"), digestStep("sha1", "hex")}, vectorMD5SHA1},
		{"sha256 base64", Steps{digestStep("sha256", "base64")}, vectorSHA256Base64},
		{"sha384 hex", Steps{digestStep("sha384", "hex")}, vectorSHA384},
		{"sha512 hex", Steps{digestStep("sha512", "hex")}, vectorSHA512},
		{"hmac-sha256", Steps{keyed(StepHMAC, "sha256", "base64", "pepper")}, vectorHMAC},
		{"append", Steps{keyed(StepAppend, "", "", "pepper")}, password + "pepper"},
		{"prepend", Steps{keyed(StepPrepend, "", "", "pepper")}, "pepper" + password},
		{"utf16le, md5", Steps{{Kind: StepUTF16LE}, digestStep("md5", "hex")}, vectorUTF16MD5},
	} {
		t.Run(test.name, func(t *testing.T) {
			if err := test.steps.Check(); err != nil {
				t.Fatal(err)
			}
			if got, cause := test.steps.Apply([]byte(password)); string(got) != test.want || cause != "" {
				t.Errorf("got %q, %q, want %q", got, cause, test.want)
			}
		})
	}
	trim := Steps{{Kind: StepTrim}}
	if got, _ := trim.Apply([]byte(" \t\x00a b\r\n\v")); string(got) != "a b" {
		t.Errorf("trimmed to %q", got)
	}
	if _, cause := (Steps{{Kind: StepUTF16LE}}).Apply([]byte("a\xff")); cause != CausePasswordNotText {
		t.Errorf("what is not UTF-8 has cause %q", cause)
	}
}

func TestSteps_Check(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		step Step
		want string
	}{
		{Step{}, `step 2: unknown step ""`},
		{digestStep("md6", "hex"), `unknown digest "md6"`},
		{digestStep("md5", ""), `unknown encoding "" of a digest`},
		{digestStep("md5", "Hex"), `unknown encoding "Hex"`},
		{keyed(StepHMAC, "sha256", "hex", ""), "hmac has no key"},
		{keyed(StepAppend, "", "", ""), "append has no key"},
	} {
		err := Steps{{Kind: StepTrim}, test.step}.Check()
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v: got %v, want %s", test.step, err, test.want)
		}
	}
}

func TestSteps_MayGiveNUL(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		steps Steps
		want  bool
	}{
		{nil, false},
		{Steps{digestStep("md5", "hex")}, false},
		{Steps{digestStep("md5", "raw")}, true},
		{Steps{digestStep("md5", "raw"), digestStep("sha1", "base64")}, false},
		{Steps{digestStep("md5", "raw"), keyed(StepAppend, "", "", "p")}, true},
		{Steps{keyed(StepAppend, "", "", "p")}, false},
		{Steps{keyed(StepPrepend, "", "", "p\x00")}, true},
		{Steps{{Kind: StepUTF16LE}}, true},
		{Steps{{Kind: StepUTF16LE}, keyed(StepHMAC, "md5", "hex", "p")}, false},
	} {
		if got := test.steps.MayGiveNUL(); got != test.want {
			t.Errorf("%s: got %v", test.steps, got)
		}
	}
}

func TestSteps_ApplyDigest_goes_on_after_the_digest(t *testing.T) {
	t.Parallel()
	password := []byte("made-up")
	for _, encoding := range []string{"hex", "HEX", "base64", "raw"} {
		steps := Steps{digestStep("sha1", encoding), keyed(StepHMAC, "sha256", "hex", "pepper")}
		want, _ := steps.Apply(password)
		sum, _ := Steps{digestStep("sha1", "hex")}.Apply(password)
		for _, text := range []string{string(sum), strings.ToUpper(string(sum))} {
			if got, cause := steps.ApplyDigest([]byte(text)); string(got) != string(want) || cause != "" {
				t.Errorf("%s: got %q, %q, want %q", encoding, got, cause, want)
			}
		}
	}
	for name, steps := range map[string]Steps{
		"no steps":      nil,
		"keyed":         {keyed(StepHMAC, "md5", "hex", "pepper")},
		"salted":        {keyed(StepPrepend, "", "", "salt"), digestStep("md5", "hex")},
		"trimmed":       {{Kind: StepTrim}, digestStep("md5", "hex")},
		"other length":  {digestStep("sha1", "hex")},
		"not hex":       {digestStep("md5", "hex")},
		"of characters": {{Kind: StepUTF16LE}, digestStep("md5", "hex")},
	} {
		digest := []byte(vectorMD5)
		if name == "not hex" {
			digest[3] = 'g'
		}
		if _, cause := steps.ApplyDigest(digest); cause == "" || steps.WrapsDigest(digest) {
			t.Errorf("%s: a digest is taken", name)
		}
	}
}

func TestSecret_does_not_show(t *testing.T) {
	t.Parallel()
	const text = "Made-Up-Pepper"
	step := keyed(StepHMAC, "sha256", "hex", text)
	rule := struct {
		steps Steps
		inner *Step
		named hashing.Secret
	}{Steps{step}, &step, step.Key}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%q", "%d"} {
		for _, value := range []any{step, &step, step.Key, Steps{step}, rule, &rule} {
			got := fmt.Sprintf(verb, value)
			for _, form := range []string{text, hex.EncodeToString([]byte(text)), fmt.Sprintf("%v", []byte(text))} {
				if strings.Contains(got, strings.Trim(form, "[]")) {
					t.Errorf("%s of %T shows the key", verb, value)
				}
			}
		}
	}
	if (hashing.Secret{}).Bytes() != nil {
		t.Error("the zero secret holds something")
	}
}

const (
	vectorMD5          = "cc1986ed45190f5828bf8a63626b388e"
	vectorMD5SHA1      = "a912997af3a1e08546877e18cbc55132ffe37615"
	vectorSHA256Base64 = "8SlOmi47ZaPwQKpqFMTls85PZSmHpOcGP/kHef7eHsU="
	vectorSHA384       = "de1269eeb552ef0d6e8578945e736e76c7c8108b9b7146c4837ffc751997fd28459a9cd4a2f01bb39f9cde90c5af67c8"
	vectorSHA512       = "f1b64b75a4e8ec67274d5ca770d6daeb7ae319fb4b6c1a72bddd8efab0f8640a" +
		"fe149963777036a16ec3097928a9fd42cc998192e262182866964a62bb0e6e86"
	vectorHMAC     = "OujVnQyznWeZw8rWaq/kR5HuMofUJwGUyknuncooy9s="
	vectorUTF16MD5 = "2019b260361856e0d2828e4df71cf67e"
)
