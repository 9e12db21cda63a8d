package stored

import (
	"errors"
	"testing"
)

func FuzzParse(f *testing.F) {
	for _, file := range vectorFiles(f) {
		for _, v := range readVectors(f, file) {
			f.Add(v.Encoded)
		}
	}
	for _, params := range []string{
		"m=64,m=64,t=1,p=1", "m=4294967296,t=1,p=1", "m=64,t=0,p=1",
		"m=64,t=1,p=1,keyid=Zm9v", "m=15,t=1,p=2",
	} {
		f.Add(argon2Text(params))
	}
	f.Add("$2b$-4$" + body53)
	lim := DefaultLimits()
	f.Fuzz(func(t *testing.T, encoded string) {
		hash, err := Parse(encoded, lim)
		if err != nil {
			var refusal *Error
			if !errors.As(err, &refusal) || refusal.Cause == "" || hash != nil {
				t.Fatalf("refused with %v, %v", hash, err)
			}
			return
		}
		switch h := hash.(type) {
		case *argon2Hash:
			p := h.params
			if p.Memory > lim.Argon2Memory || p.Time < 1 || p.Time > lim.Argon2Time || p.Threads < 1 ||
				p.Threads > lim.Argon2Threads || p.Memory < 8*p.Threads || len(h.salt) < minSaltSize ||
				len(h.salt) > maxSaltSize || len(h.tag) < minTagSize || len(h.tag) > maxTagSize {
				t.Fatalf("%q is outside the limits", encoded)
			}
		case *bcryptHash:
			if h.cost < lim.BcryptMinCost || h.cost > lim.BcryptMaxCost || len(encoded) != bcryptSize {
				t.Fatalf("%q is outside the limits", encoded)
			}
		case *computed:
			if len(h.tag) == 0 || len(h.sums) == 0 || h.encode == nil {
				t.Fatalf("%q is outside the limits", encoded)
			}
		default:
			if hash.Scheme() == "" || hash.Params() == "" || hash.Memory() <= 0 {
				t.Fatalf("%q is a %T of %q, %q, %d bytes", encoded, hash, hash.Scheme(), hash.Params(),
					hash.Memory())
			}
		}
		// What a limit does not name is bounded by two of them: the table of scrypt and its blocks.
		if hash.Memory() > 2<<30 {
			t.Fatalf("%q needs %d bytes", encoded, hash.Memory())
		}
		if len(encoded) > lim.EncodedLength {
			t.Fatalf("%d bytes were accepted", len(encoded))
		}
	})
}

func FuzzParseExported(f *testing.F) {
	for _, file := range vectorFiles(f) {
		for i, v := range readVectors(f, file) {
			f.Add([]string{" ", "'", `\x`, "0x", "$"}[i%5]+v.Encoded, v.Password)
		}
	}
	f.Add(`\x243279243035`, "it's")
	f.Add("'$2y$'", "Gr\u00f6\u00dfe & <co>")
	lim := DefaultLimits()
	f.Fuzz(func(t *testing.T, encoded, password string) {
		for _, scheme := range []Scheme{"", "md5", SchemeRabbitMQSHA256} {
			hash, err := ParseExported(scheme, encoded, lim)
			var refusal *Error
			if err != nil && (!errors.As(err, &refusal) || refusal.Cause == "" || hash != nil) {
				t.Fatalf("refused with %v, %v", hash, err)
			}
			if err != nil {
				continue
			}
			forms := FormsOf(nil, hash, []byte(password), []Variant{VariantQuotes, "gbk"})
			if len(forms) > MaxForms || string(forms[0]) != password {
				t.Fatalf("%d forms, the first %q", len(forms), forms[0])
			}
		}
	})
}
