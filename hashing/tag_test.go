package hashing

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"math"
	"testing"
)

func tagForm(t testing.TB, identifier string) Form {
	t.Helper()
	f, ok := TagForm(NewCanonicalizer(), []byte(identifier))
	if !ok {
		t.Fatalf("%q has no form", identifier)
	}
	return f
}

func TestTag_is_the_first_bits_of_the_documented_HMAC(t *testing.T) {
	t.Parallel()
	key := testKey(t)
	mac := hmac.New(sha256.New, key.Derive("credential-tag", nil, 32))
	mac.Write([]byte("e\x00\x00\x00\x11alice@example.com" + "made-up"))
	sum := mac.Sum(nil)
	for bits := 1; bits <= MaxTagBits; bits++ {
		tagger, err := NewTagger(key, bits)
		if err != nil {
			t.Fatal(err)
		}
		tag := tagger.Tag(tagForm(t, " Alice@EXAMPLE.com"), []byte("made-up"))
		first := (uint(sum[0])<<8 | uint(sum[1])) >> (16 - bits) << (16 - bits)
		want := fmt.Sprintf("%d:%s", bits, fmt.Sprintf("%04x", first)[:(bits+3)/4])
		if tag.String() != want {
			t.Errorf("%d bits: got %s, want %s", bits, tag, want)
		}
		parsed, err := ParseTag(tag.String())
		if err != nil || parsed != tag {
			t.Errorf("%s reads back as %s, %v", tag, parsed, err)
		}
		if !tagger.Fits(parsed, tagForm(t, "alice@example.com"), []byte("made-up")) {
			t.Errorf("%s does not fit its own password", tag)
		}
	}
}

func TestTagger_refuses_other_lengths(t *testing.T) {
	t.Parallel()
	for _, bits := range []int{-1, 0, 13, 256} {
		if _, err := NewTagger(testKey(t), bits); err == nil {
			t.Errorf("%d bits are taken", bits)
		}
	}
}

func TestParseTag_is_strict(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"8:a3", "1:8", "1:0", "4:f", "5:f8", "12:fff", "9:008"} {
		if tag, err := ParseTag(text); err != nil {
			t.Errorf("%q: %v", text, err)
		} else if tag.String() != text {
			t.Errorf("%q is written as %s", text, tag)
		}
	}
	for _, text := range []string{
		"", ":", "8", "8:", "8:a", "8:a33", "8:A3", "8:g3", "08:a3", "+8:a3", " 8:a3", "8:a3 ", "8:a3\n",
		"0:", "0:0", "13:fff8", "16:ffff", "1:1", "5:f4", "9:004", "12:fff0", "99999999999999999999:a", "8:0xa3",
	} {
		if tag, err := ParseTag(text); err == nil {
			t.Errorf("%q is taken as %s", text, tag)
		}
	}
}

// A wrong password has the tag of a right one once in 2^b times.
func TestTag_lets_one_in_256_pass(t *testing.T) {
	t.Parallel()
	tagger, _ := NewTagger(testKey(t), 8)
	form := tagForm(t, "alice@example.com")
	tag := tagger.Tag(form, []byte("right"))
	const n = 200_000
	passed := 0
	for i := range n {
		if tagger.Fits(tag, form, fmt.Appendf(nil, "wrong-%d", i)) {
			passed++
		}
	}
	if ratio := n / float64(passed); math.Abs(ratio-256) > 40 {
		t.Errorf("one in %.0f passes", ratio)
	}
}

func TestTag_keeps_identifier_and_password_apart(t *testing.T) {
	t.Parallel()
	tagger, _ := NewTagger(testKey(t), MaxTagBits)
	tags := make(map[Tag]bool)
	for _, pair := range [][2]string{
		{"alice@example.com", "made-up"}, {"alice@example.co", "mmade-up"}, {"bob", "made-up"},
		{"alice@example.com", "made-u"},
	} {
		tags[tagger.Tag(tagForm(t, pair[0]), []byte(pair[1]))] = true
	}
	if len(tags) != 4 {
		t.Errorf("%d different tags", len(tags))
	}
}

func TestTagForm(t *testing.T) {
	t.Parallel()
	for identifier, want := range map[string]Kind{
		"Alice.B+x@gmail.com": KindEmail, "alice": KindUsername, "+49 151 x": KindUsername,
		"0049 151 23456": KindPhone, "+49-151-23456": KindPhone,
	} {
		if f := tagForm(t, identifier); f.Kind != want || f.Attribution != AttributionExact {
			t.Errorf("%s is %s, %s", identifier, f.Kind, f.Attribution)
		}
	}
	if tagForm(t, "Alice.B+x@gmail.com").Attribution != AttributionExact {
		t.Error("an alias is tagged")
	}
	if _, ok := TagForm(NewCanonicalizer(), []byte("\x01")); ok {
		t.Error("what is not an identifier has a form")
	}
}
