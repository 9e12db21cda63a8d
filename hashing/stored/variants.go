package stored

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/unicode/norm"
)

// Variant names what some products do to the password of a login before they hash it, where it shows in nothing but
// the passwords that have such characters. A rule of hash steps names variants of its store, and some schemes have
// variants of their own.
type Variant string

// The variants beside the code pages.
const (
	VariantTrim     Variant = "trim"     // blanks around it dropped, as PHP's trim
	VariantLower    Variant = "lower"    // in small letters
	VariantUpper    Variant = "upper"    // in capital letters
	VariantSlashes  Variant = "slashes"  // PHP's addslashes: a \ before ' " \ and NUL
	VariantEntities Variant = "entities" // PHP's htmlspecialchars: &amp; &lt; &gt; &quot;
	VariantQuotes   Variant = "quotes"   // the same with ENT_QUOTES: ' too
	VariantIPB      Variant = "ipb"      // what Invision Power Board 3 cleans input by
	VariantIPB2     Variant = "ipb2"     // the same of its release 2, which writes $ in three digits
	VariantNumbers  Variant = "numbers"  // &#1078; for letters beyond Latin-1, which are themselves in it
	VariantNFKC     Variant = "nfkc"
	VariantNFKD     Variant = "nfkd"
	VariantSASLprep Variant = "saslprep" // RFC 4013
)

// variants are all but code pages; each returns nil where it does not apply.
var variants = []struct {
	name  Variant
	apply func(password []byte) []byte
}{
	{VariantTrim, trimPassword},
	{VariantLower, bytes.ToLower},
	{VariantUpper, bytes.ToUpper},
	{VariantSlashes, replacing("'", `\'`, `"`, `\"`, `\`, `\\`, "\x00", `\0`)},
	{VariantEntities, replacing("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")},
	{VariantQuotes, replacing("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#039;")},
	{VariantIPB, replacing("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;", "!", "&#33;",
		"$", "&#36;", "\r", "")},
	{VariantIPB2, replacing("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;", "!", "&#33;",
		"$", "&#036;", "\r", "")},
	{VariantNumbers, numbersBeyondLatin1},
	{VariantNFKC, ifText(norm.NFKC.Bytes)},
	{VariantNFKD, ifText(norm.NFKD.Bytes)},
	{VariantSASLprep, ifText(saslPrep)},
}

// codePages are the encodings of stores that are older than UTF-8, the likeliest first.
var codePages = []struct {
	name Variant
	enc  encoding.Encoding
}{
	{"windows-1252", charmap.Windows1252}, {"windows-1251", charmap.Windows1251},
	{"windows-1250", charmap.Windows1250}, {"windows-1253", charmap.Windows1253},
	{"windows-1254", charmap.Windows1254}, {"windows-1255", charmap.Windows1255},
	{"windows-1256", charmap.Windows1256}, {"windows-1257", charmap.Windows1257},
	{"windows-1258", charmap.Windows1258}, {"windows-874", charmap.Windows874},
	{"iso-8859-1", charmap.ISO8859_1}, {"iso-8859-2", charmap.ISO8859_2}, {"iso-8859-3", charmap.ISO8859_3},
	{"iso-8859-4", charmap.ISO8859_4}, {"iso-8859-5", charmap.ISO8859_5}, {"iso-8859-6", charmap.ISO8859_6},
	{"iso-8859-7", charmap.ISO8859_7}, {"iso-8859-8", charmap.ISO8859_8}, {"iso-8859-9", charmap.ISO8859_9},
	{"iso-8859-10", charmap.ISO8859_10}, {"iso-8859-13", charmap.ISO8859_13}, {"iso-8859-14", charmap.ISO8859_14},
	{"iso-8859-15", charmap.ISO8859_15}, {"iso-8859-16", charmap.ISO8859_16},
	{"koi8-r", charmap.KOI8R}, {"koi8-u", charmap.KOI8U},
	{"cp437", charmap.CodePage437}, {"cp850", charmap.CodePage850}, {"cp852", charmap.CodePage852},
	{"cp866", charmap.CodePage866}, {"macintosh", charmap.Macintosh},
	{"gbk", simplifiedchinese.GBK}, {"gb18030", simplifiedchinese.GB18030}, {"big5", traditionalchinese.Big5},
	{"shift_jis", japanese.ShiftJIS}, {"euc-jp", japanese.EUCJP}, {"euc-kr", korean.EUCKR},
}

// Variants are the names that a rule may give, in the order in which they are tried.
func Variants() []Variant {
	var names []Variant
	for i := range variants {
		names = append(names, variants[i].name)
	}
	for i := range codePages {
		names = append(names, codePages[i].name)
	}
	return names
}

// Plain reports whether a password is one that no product changes: ASCII without blanks around it and without the signs
// that forms escape.
func Plain(password []byte) bool {
	return isASCII(password) && !bytes.ContainsAny(password, "'\"\\\x00&<>!$\r") &&
		len(trimPassword(password)) == len(password)
}

// ProductVariants are those that FormsOf may add without a rule, whatever the stored hash is. None of them changes a
// password of ASCII letters and digits.
func ProductVariants() []Variant {
	return slices.DeleteFunc(Variants(), func(v Variant) bool { return v == VariantLower || v == VariantUpper })
}

// Apply returns the password as the variant leaves it, nil where there is no such thing or no change.
func (v Variant) Apply(password []byte) []byte {
	form := v.apply(password)
	if bytes.Equal(form, password) || len(form) == 0 {
		return nil
	}
	return form
}

func (v Variant) apply(password []byte) []byte {
	for i := range variants {
		if variants[i].name == v {
			return variants[i].apply(password)
		}
	}
	for i := range codePages {
		if codePages[i].name == v {
			return inPage(codePages[i].enc, password)
		}
	}
	return nil
}

// inPage returns the bytes of a text in a code page, nil where that lacks a letter.
func inPage(page encoding.Encoding, text []byte) []byte {
	if isASCII(text) || !utf8.Valid(text) {
		return nil
	}
	raw, err := page.NewEncoder().Bytes(norm.NFC.Bytes(text)) // an encoder of its own, because one keeps state
	if err != nil {
		return nil
	}
	return raw
}

func replacing(pairs ...string) func([]byte) []byte {
	replacer := strings.NewReplacer(pairs...)
	return func(password []byte) []byte { return []byte(replacer.Replace(string(password))) }
}

func ifText(form func([]byte) []byte) func([]byte) []byte {
	return func(password []byte) []byte {
		if isASCII(password) || !utf8.Valid(password) {
			return nil
		}
		return form(password)
	}
}

func numbersBeyondLatin1(password []byte) []byte {
	if isASCII(password) || !utf8.Valid(password) {
		return nil
	}
	var form []byte
	for _, r := range string(norm.NFC.Bytes(password)) {
		if r <= 0xff {
			form = append(form, byte(r))
			continue
		}
		form = append(strconv.AppendInt(append(form, "&#"...), int64(r), 10), ';')
	}
	return form
}

const (
	// MaxVariants bounds those of one rule: each is a verification for the passwords that it changes.
	MaxVariants = 8
	// MaxForms is the most that FormsOf returns.
	MaxForms = 64
)

// FormsOf appends the byte forms in which a password is held against a stored hash: those of PasswordForms, those
// that products which write such strings make, and those that its rule names. A scheme that costs microseconds is
// given the text in every code page that has all of its letters. Each form comes once, in this order, and there are
// at most MaxForms.
func FormsOf(dst [][]byte, h Hash, password []byte, told []Variant) [][]byte {
	from := len(dst)
	dst = PasswordForms(dst, password)
	if len(password) > maxFormed {
		return dst
	}
	add := func(form []byte) {
		if form == nil || len(dst)-from >= MaxForms {
			return
		}
		for _, have := range dst[from:] {
			if bytes.Equal(have, form) {
				return
			}
		}
		dst = append(dst, form)
	}
	if !Plain(password) { // most are, and to look for signs in each once more would cost the same again
		for _, v := range ownVariants(h) {
			add(v.Apply(password))
		}
	}
	for _, v := range told {
		add(v.Apply(password))
	}
	if cheap(h) && !isASCII(password) {
		for i := range codePages {
			add(inPage(codePages[i].enc, password))
		}
	}
	return dst
}

// phpDefaults are the costs of password_hash in PHP, with which its products write argon2.
var phpDefaults = Argon2Params{Memory: 65536, Time: 4}

// Products of PHP change what a form sends: WordPress adds slashes, phpBB and OpenCart put entities in, Drupal and
// phpBB trim. Their strings are those of password_hash, whose bcrypt alone begins with $2y$.
var (
	phpVariants       = []Variant{VariantTrim, VariantEntities, VariantSlashes}
	wordPressVariants = []Variant{VariantSlashes}
	phpBBVariants     = []Variant{VariantTrim, VariantEntities}
	forumVariants     = []Variant{VariantTrim, VariantIPB, VariantIPB2, VariantEntities, VariantNumbers}
)

// ownVariants are those of the products that are known to write strings like that of h. None of them changes a
// password of letters, digits and most signs.
func ownVariants(h Hash) []Variant {
	switch h := h.(type) {
	case *wrappedHash:
		return ownVariants(h.Hash)
	case *severalHashes:
		var all []Variant // one that is there twice adds no form
		for _, one := range h.hashes {
			all = append(all, ownVariants(one)...)
		}
		return all
	case *bcryptHash:
		if bytes.HasPrefix(h.encoded, []byte("$2y$")) {
			return phpVariants
		}
	case *prehashedBcrypt:
		if h.scheme == SchemeWordPressBcrypt {
			return wordPressVariants
		}
	case *argon2Hash:
		if h.params.Memory == phpDefaults.Memory && h.params.Time == phpDefaults.Time {
			return phpVariants
		}
	case *computed:
		switch h.scheme {
		case SchemePHPass:
			if h.mark == phpBBMark {
				return phpBBVariants
			}
			return wordPressVariants
		case SchemeDrupal7:
			return []Variant{VariantTrim}
		case SchemeMyBB, SchemeVBulletin:
			return forumVariants
		case SchemeOpenCart:
			return []Variant{VariantEntities}
		}
	}
	return nil
}

// cheap reports whether a verification costs no more than a digest of a short text.
func cheap(h Hash) bool {
	if w, ok := h.(*wrappedHash); ok {
		return cheap(w.Hash)
	}
	c, ok := h.(*computed)
	return ok && c.digest
}

// ValidVariant reports whether a rule may name it.
func ValidVariant(v Variant) bool { return slices.Contains(Variants(), v) }
