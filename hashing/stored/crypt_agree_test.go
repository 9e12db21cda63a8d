package stored

import (
	"crypto/md5"
	"strings"
	"testing"

	"github.com/go-crypt/crypt/algorithm"
	gcmd5crypt "github.com/go-crypt/crypt/algorithm/md5crypt"
	gcsha1crypt "github.com/go-crypt/crypt/algorithm/sha1crypt"
	gcshacrypt "github.com/go-crypt/crypt/algorithm/shacrypt"
	"github.com/go-crypt/x/crypt"
	"github.com/go-crypt/x/yescrypt"
)

// A second implementation must say the same, and about passwords that the vectors do not have.
func TestCryptAgreesWithGoCrypt(t *testing.T) {
	t.Parallel()
	decoders := map[Scheme]func(string) (algorithm.Digest, error){
		SchemeMD5Crypt: gcmd5crypt.Decode, SchemeSunMD5: gcmd5crypt.Decode,
		SchemeSHA1Crypt:   gcsha1crypt.Decode,
		SchemeSHA256Crypt: gcshacrypt.Decode, SchemeSHA512Crypt: gcshacrypt.Decode,
	}
	compared := map[Scheme]int{}
	for _, v := range readVectors(t, "crypt.json") {
		decode, ok := decoders[Scheme(v.Scheme)]
		// It does not read an empty salt, and 90,000 rounds more prove nothing new.
		if !ok || strings.Contains(v.Encoded, "$$") && v.Scheme != "sunmd5" || len(v.Encoded) > 110+len(v.Scheme) {
			continue
		}
		digest, err := decode(v.Encoded)
		if err != nil {
			continue
		}
		compared[Scheme(v.Scheme)]++
		for _, password := range []string{v.Password, v.Wrong, ""} {
			theirs, err := digest.MatchBytesAdvanced([]byte(password))
			if err != nil {
				t.Fatal(err)
			}
			if ours := mustParse(t, v.Encoded).Verify([]byte(password)).Outcome == Match; ours != theirs {
				t.Errorf("%q and %q: %v here, %v there", v.Encoded, password, ours, theirs)
			}
		}
	}
	for scheme := range decoders {
		if compared[scheme] == 0 {
			t.Errorf("nothing was compared of %s", scheme)
		}
	}
	for length := range 70 {
		password := []byte(strings.Repeat("p\xc3\xa4-", 30)[:length])
		for _, salt := range []string{"", "a", "madeup78"} {
			ours, theirs := md5Crypt("$1$", password, []byte(salt)), crypt.KeyMD5Crypt(password, []byte(salt))
			if string(ours) != string(theirs) {
				t.Errorf("%d bytes of password, %q: %s here, %s there", length, salt, ours, theirs)
			}
		}
	}
}

func TestYescryptAgreesWithTheWholeStringOfTheLibrary(t *testing.T) {
	t.Parallel()
	compared := 0
	for _, v := range readVectors(t, "crypt.json") {
		if v.Scheme != string(SchemeYescrypt) {
			continue
		}
		compared++
		for _, password := range []string{v.Password, v.Wrong} {
			whole, err := yescrypt.Hash([]byte(password), []byte(v.Encoded))
			if err != nil {
				t.Fatal(err)
			}
			if ours := mustParse(t, v.Encoded).Verify([]byte(password)).Outcome == Match; ours != (string(whole) == v.Encoded) {
				t.Errorf("%q and %q: %v here", v.Encoded, password, ours)
			}
		}
	}
	if compared == 0 {
		t.Error("no vector of yescrypt")
	}
}

func TestCryptTextIsTheTextOfTheLibrary(t *testing.T) {
	t.Parallel()
	for size := range 70 {
		bytes := []byte(strings.Repeat("\xf0\x9f\x01\x80", 20)[:size])
		if ours, theirs := cryptText(bytes), yescrypt.Encode64(bytes); string(ours) != string(theirs) {
			t.Errorf("%d bytes: %s here, %s there", size, ours, theirs)
		}
	}
	if err := checkCryptTag(string(cryptText(make([]byte, md5.Size))), md5.Size); err != nil {
		t.Error(err)
	}
}
