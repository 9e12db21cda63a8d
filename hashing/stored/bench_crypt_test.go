package stored

import (
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"strings"
	"testing"

	"github.com/go-crypt/x/crypt"
	"github.com/go-crypt/x/yescrypt"
)

// BenchmarkVerifyCrypt sets the verification of a stored string beside the bare call of the library
// that computes it; where there is none, beside the standard library's digest of the same bytes.
func BenchmarkVerifyCrypt(b *testing.B) {
	password, salt := []byte("Made-Up-1"), []byte("madeup78")
	tag22, tag43, tag86 := strings.Repeat(".", 22), strings.Repeat(".", 43), strings.Repeat(".", 86)
	for _, bb := range []struct {
		encoded string
		bare    func()
	}{
		{"$y$j9T$LjiuhFHvIR4skJQX4VU2P/$" + tag43, func() {
			_, _ = yescrypt.Key(password, salt, 1<<12, 32, 1, 32)
		}},
		{"$6$madeup78$" + tag86, func() { crypt.KeySHACrypt(sha512.New, password, salt, 5000) }},
		{"$5$madeup78$" + tag43, func() { crypt.KeySHACrypt(sha256.New, password, salt, 5000) }},
		{"$1$madeup78$" + tag22, func() { crypt.KeyMD5Crypt(password, salt) }},
		{"$apr1$madeup78$" + tag22, func() { crypt.KeyMD5Crypt(password, salt) }},
		{"$sha1$20000$madeup78$" + tag22 + "......", func() {
			crypt.KeySHA1Crypt(password, salt, 20000)
		}},
		{"$md5$madeup78$$" + tag22, func() { crypt.KeyMD5CryptSun(password, salt, 0) }},
		{"$P$Bmadeup78" + tag22, nil},
		{"$S$Dmadeup78" + tag43, nil},
		{"$A$005$madeup78madeup78made" + tag43, func() {
			crypt.KeySHACrypt(sha256.New, password, []byte("madeup78madeup78made"), 5000)
		}},
		{"$NT$" + strings.Repeat("0", 32), func() { md4Sum(utf16LE(password)) }},
		{"{SSHA}YTHwQZY+4Ku5Dpo8lANvf7OCL2/PmdNa", func() { sha1.Sum(password) }},
	} {
		hash, err := Parse(bb.encoded, DefaultLimits())
		if err != nil {
			b.Fatal(err)
		}
		b.Run(string(hash.Scheme())+"/verify", func(b *testing.B) {
			for b.Loop() {
				if hash.Verify(password).Outcome != NoMatch {
					b.Fatal("a made-up tag matches")
				}
			}
		})
		if bb.bare == nil {
			continue
		}
		b.Run(string(hash.Scheme())+"/bare", func(b *testing.B) {
			for b.Loop() {
				bb.bare()
			}
		})
	}
}
