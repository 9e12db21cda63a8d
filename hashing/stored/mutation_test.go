package stored

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
)

// vectorFiles are all files of vectors.
func vectorFiles(t testing.TB) []string {
	t.Helper()
	dir := filepath.Join("..", "..", "testdata", "vectors")
	if fresh := os.Getenv(vectorsVariable); fresh != "" {
		dir = fresh
	}
	paths, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, path := range paths {
		names = append(names, filepath.Base(path))
	}
	if len(names) < 6 {
		t.Fatalf("only %d files of vectors: %q", len(names), names)
	}
	return names
}

// equivalences are the pairs of spellings that are one hash by the definition of their scheme, so that
// a change of one character may leave the password right. Nothing else may.
var equivalences = []struct {
	reason string
	same   func(a, b string) bool
}{
	{"$2a$, $2b$ and $2y$ name one computation for every password that is accepted here",
		sameAfter(regexp.MustCompile(`\$2[aby]([$,])`), "$$2?$1")},
	{"names in braces are compared without regard to case by LDAP servers (RFC 4512)", sameName},
	{"white space between the tokens of JSON means nothing (RFC 8259)", sameJSON},
	{"passlib and OpenLDAP write . where others leave the + of base64",
		sameAfter(regexp.MustCompile(`^((?:\$pbkdf2|(?i)\{PBKDF2)[^.+]*)[.+](.*)$`), "$1+$2")},
	{"Azure AD Connect ends its string with a semicolon, other tools drop it", sameAfter(
		regexp.MustCompile(`^(v1;.*[0-9a-f]);$`), "$1")},
	{"{CRYPT} takes whatever crypt(3) knows, and so bcrypt as {BCRYPT} does", sameAfter(
		regexp.MustCompile(`(?i)^\{b?crypt\}(\$2)`), "{}$1")},
	{"LDAP servers take the base64 of a digest without its padding", sameAfter(
		regexp.MustCompile(`^(\{(?i:S?SHA\d*|S?MD5|LDAP-MD5)(?i:\.b64)?\}.*[^=])=*$`), "$1")},
	{"389 Directory Server pads the base64 that passlib leaves bare", sameAfter(
		regexp.MustCompile(`^(\{(?i:PBKDF2-SHA\d+)\}.*[^=])=$`), "$1")},
	{"Spring's {SHA-256} and Dovecot's {SHA256} in hexadecimal are one digest without salt", sameAfter(
		regexp.MustCompile(`^\{SHA-?(1|256|512)\}([0-9a-f])`), "{$1}$2")},
	{"389 Directory Server and ApacheDS write the name of one scheme in two ways", sameAfter(
		regexp.MustCompile(`(?i)^\{CRYPT-SHA-?(256|512)\}`), "{CRYPT-$1}")},
	{"Magento gives argon2id the first sixteen characters of its salt alone", sameAfter(
		regexp.MustCompile(`^([0-9a-f]{64}:[^:]{16})[^:]*(:3_[0-9_]+)$`), "$1$2")},
	{"HMAC fills a short key with NULs", sameHMACKey},
	{"a provider's value in a credential of Keycloak says all about the hash", sameProvider},
	{"Zope writes the URL-safe alphabet of base64 after the names of LDAP", sameURLSafe},
	{"passlib keeps the keys of several digests in one string, and the longest is verified",
		sameAfter(regexp.MustCompile(`sha-(1|256)=[^,]*,`), "")},
	{"Keycloak keeps facts beside a hash that are not about it", sameAfter(regexp.MustCompile(
		`"(counter|digits|period|createdDate)":\s*[-.\d]+\s*`), "")},
	{"Firebase writes the standard or the URL-safe alphabet of base64", sameAlphabet},
	{"hexadecimal digits mean the same in small and in capital letters, if all are of one case", sameHex},
}

func sameAfter(pattern *regexp.Regexp, replacement string) func(a, b string) bool {
	return func(a, b string) bool {
		return pattern.ReplaceAllString(a, replacement) == pattern.ReplaceAllString(b, replacement)
	}
}

// sameName leaves JSON alone, whose first object ends with a brace, too.
func sameName(a, b string) bool {
	end := strings.IndexByte(a, '}') + 1
	return strings.HasPrefix(a, "{") && !strings.Contains(a[:end], `"`) && len(a) == len(b) &&
		strings.EqualFold(a[:end], b[:end]) && a[end:] == b[end:]
}

func sameJSON(a, b string) bool {
	var left, right bytes.Buffer
	return strings.HasPrefix(a, "{") && json.Compact(&left, []byte(a)) == nil &&
		json.Compact(&right, []byte(b)) == nil && left.String() == right.String()
}

func sameAlphabet(a, b string) bool {
	standard := strings.NewReplacer("-", "+", "_", "/")
	return strings.Contains(a, "passwordHash") && standard.Replace(a) == standard.Replace(b) &&
		strings.Count(a, "_")-strings.Count(b, "_") <= 1
}

func sameHMACKey(a, b string) bool {
	cut := func(text string) string {
		at := strings.LastIndexByte(text, '$') + 1
		key, err := base64.StdEncoding.DecodeString(text[at:])
		if err != nil {
			return text
		}
		return text[:at] + strings.TrimRight(string(key), "\x00")
	}
	return strings.HasPrefix(a, kratosHMAC) && strings.HasPrefix(b, kratosHMAC) && cut(a) == cut(b)
}

func sameProvider(a, b string) bool {
	value := func(text string) string {
		var outer struct{ SecretData, CredentialData string }
		var secret struct{ Value string }
		var data struct{ Algorithm string }
		if json.Unmarshal([]byte(text), &outer) != nil || json.Unmarshal([]byte(outer.SecretData), &secret) != nil ||
			json.Unmarshal([]byte(outer.CredentialData), &data) != nil {
			return text
		}
		return data.Algorithm + secret.Value
	}
	return strings.HasPrefix(a, "{") && value(a) == value(b)
}

func sameURLSafe(a, b string) bool {
	standard := strings.NewReplacer("-", "+", "_", "/")
	end := strings.IndexByte(a, '}')
	return end > 0 && strings.HasPrefix(b, a[:end]) && standard.Replace(a[end:]) == standard.Replace(b[end:])
}

// hexDigits are those of an Auth0 field, and those that are all there is after the prefixes of schemes
// that take both cases.
var hexDigits = regexp.MustCompile(`"value":\s*"([0-9a-fA-F]+)",\s*"encoding":\s*"hex"` +
	`|^(?:\{[A-Z0-9-]+\}|\$NT\$|0x0[12]00)?([0-9a-fA-F]{32,})(?:$|:)`)

// sameHex is for digits with one letter: they stay of one case when that is changed. Few digits have so
// few letters; salts of 29 bytes that are letters of text themselves do.
func sameHex(a, b string) bool {
	if len(a) != len(b) || !strings.EqualFold(a, b) {
		return false
	}
	left, right := hexDigits.FindAllStringSubmatchIndex(a, -1), hexDigits.FindAllStringSubmatchIndex(b, -1)
	if len(left) == 0 || !slices.EqualFunc(left, right, slices.Equal[[]int]) {
		return false
	}
	rest := 0 // up to here they are the same
	for _, at := range left {
		from, to := max(at[2], at[4]), max(at[3], at[5])
		one := isHex(a[from:to], hexEither) && isHex(b[from:to], hexEither)
		if !one || a[rest:from] != b[rest:from] {
			return false
		}
		rest = to
	}
	return a[rest:] == b[rest:]
}

func equivalent(a, b string) bool {
	for _, e := range equivalences {
		if e.same(a, b) {
			return true
		}
	}
	return false
}

// mostSunMD5 is what mkpasswd writes at most: 32,768 rounds and 16 random bits, and those of the scheme.
const mostSunMD5 = 1<<15 + 1<<16 - 1 + sunMD5BasicRounds

// mutationLimits let each vector through and little more, so that no mutant of a cost takes long. dear
// says that one computation takes milliseconds.
func mutationLimits(file string, v vector) (lim Limits, dear bool) {
	lim = DefaultLimits()
	lim.Argon2Memory, lim.Argon2Time, lim.Argon2Threads = 1024, 9, 9
	lim.BcryptMaxCost, lim.ScryptMemory, lim.ScryptParallel = 5, 1<<17, 9
	lim.PBKDF2Iterations, lim.CryptRounds, lim.PHPassCost = 1000, 2000, 9
	if hash, err := parseAs(file, v.Scheme, v.Encoded, lim); err == nil {
		return lim, strings.Contains(string(hash.Scheme()), "bcrypt")
	}
	lim.Argon2Memory, lim.BcryptMaxCost, lim.ScryptMemory = 1<<16, 10, 1<<25
	lim.PBKDF2Iterations, lim.CryptRounds, lim.PHPassCost = 310_000, mostSunMD5, 16
	return lim, true
}

// rounds is how often a test does what it could do for long: few times; all with CREDSIEVE_ROUNDS=full, as "make rounds" has it, and
// with -short, for which tests have measures of their own.
func rounds(few, all int) int {
	if os.Getenv("CREDSIEVE_ROUNDS") == "full" || testing.Short() {
		return all
	}
	return few
}

// TestVerifyNoMutantMatches damages every vector at every place. All mutants are parsed, and computed are
// all that could match. The others cannot, and only a sample of them is computed:
//
//   - A tag of the same length over the same scheme, costs and salt: one computation gives one tag, and
//     the comparison is over all of it. (A tag of another length could be the beginning of the right one.)
//   - Another salt: its digest would have to collide. (A salt that is the beginning of the right one, or
//     only has NULs more, could be the same key to an HMAC or be cut to the right one.)
//   - Another scheme or other costs: the same. Whether a computation heeds its costs the cheap vectors of
//     a scheme show, of which these are all computed.
//
// The first vector of each kind is damaged at every place, the others at one place in four, and at every one with
// CREDSIEVE_ROUNDS=full. With -short, which the race detector gets, one vector of each scheme is damaged; every run
// without it damages them all.
func TestVerifyNoMutantMatches(t *testing.T) {
	t.Parallel()
	stride := rounds(4, 1)
	met := map[string]bool{}
	var parsed, computed atomic.Int64
	t.Run("all", func(t *testing.T) {
		for _, file := range append(vectorFiles(t), declaredFile, declaredProducts) {
			for i, v := range readVectors(t, file) {
				if v.Wrong == "" {
					continue // refused: there is nothing that could match
				}
				kind := v.Scheme + v.Encoded[:min(4, len(v.Encoded))]
				if testing.Short() {
					kind = v.Scheme
				}
				first := !met[kind]
				met[kind] = true
				if testing.Short() && !first {
					continue
				}
				t.Run(fmt.Sprintf("%s_%d_%s", file, i, v.Scheme), func(t *testing.T) {
					t.Parallel()
					from := places{i % stride, stride}
					if first {
						from = everyPlace
					}
					tried := tryMutants(t, file, v, first, from)
					parsed.Add(tried.parsed)
					computed.Add(tried.computed)
				})
			}
		}
	})
	t.Logf("%d mutants could be parsed, %d of them were computed", parsed.Load(), computed.Load())
	if computed.Load() < int64(len(met)) || parsed.Load() < 10*computed.Load()/9 {
		t.Errorf("%d mutants could be parsed, %d of them were computed", parsed.Load(), computed.Load())
	}
}

// TestMutantOfOneLetter damages digits with one letter, as fresh vectors have now and then.
func TestMutantOfOneLetter(t *testing.T) {
	t.Parallel()
	const password, salt = "Made-Up-1", "$2b$04$1O23"
	sum := sha256.Sum256([]byte(password + salt))
	encoded := fmt.Sprintf(`{"algorithm": "sha256", "hash": {"value": "%s", "encoding": "base64"}, `+
		`"salt": {"value": "%x", "encoding": "hex", "position": "suffix"}}`,
		base64.StdEncoding.EncodeToString(sum[:]), salt)
	if strings.Count(encoded, "4f") != 1 {
		t.Fatalf("not the digits that this is about: %s", encoded)
	}
	v := vector{Scheme: "auth0-digest", Encoded: encoded, Password: password}
	tryMutants(t, "wrapped.json", v, true, everyPlace)
}

type triedMutants struct{ parsed, computed int64 }

// tryMutants tries more of the first vector of a kind than of the others.
func tryMutants(t *testing.T, file string, v vector, first bool, at places) (tried triedMutants) {
	lim, dear := mutationLimits(file, v)
	original, err := parseAs(file, v.Scheme, v.Encoded, lim)
	if err != nil {
		t.Fatalf("%s: %v", v.Encoded, err)
	}
	every := sampleOf(first, dear)
	own := sketchOf(t, original)
	for mutant := range mutants(v.Encoded, first, at) {
		hash, err := parseAs(file, v.Scheme, mutant, lim)
		if err != nil || mutant == v.Encoded {
			continue
		}
		tried.parsed++
		if tried.parsed%every != 0 && !mayMatch(own, sketchOf(t, hash), dear) || equivalent(v.Encoded, mutant) {
			continue
		}
		tried.computed++
		if got := hash.Verify([]byte(v.Password)).Outcome; got != NoMatch && got != CannotVerify {
			t.Errorf("%q of %q: %v", mutant, v.Encoded, got)
		}
	}
	if tried.parsed == 0 {
		t.Errorf("%s: no mutant got past the parser", v.Encoded)
	}
	return tried
}

// sampleOf tells one in how many of the mutants that cannot match is computed.
func sampleOf(first, dear bool) (every int64) {
	switch {
	case dear:
		every = 499
	case first:
		every = 19
	default:
		every = 97
	}
	if testing.Short() {
		every *= 11
	}
	return every
}

// sketch is what a computation is made of, as far as a type shows it. What it does not show (a U before
// a phpass, the signer key of Firebase) leaves two sketches equal, and so is computed.
type sketch struct{ scheme, params, salt, tag string }

func sketchOf(t *testing.T, hash Hash) sketch {
	split := func(scheme Scheme, h *bcryptHash) sketch {
		text := string(h.encoded)
		return sketch{string(scheme), h.Params(), text[bcryptSaltStart:bcryptHashStart], text[bcryptHashStart:]}
	}
	switch h := hash.(type) {
	case *computed:
		return sketch{string(h.scheme), h.params, string(h.salt), string(h.tag)}
	case *bcryptHash:
		return split(h.Scheme(), h)
	case *prehashedBcrypt:
		return split(h.Scheme(), h.bcryptHash)
	case *eitherBcrypt:
		return split(h.scheme, h.bcryptHash)
	case *doubleBcrypt:
		return split(h.Scheme(), h.bcryptHash)
	case *argon2Hash:
		return sketch{string(h.scheme), h.Params(), string(h.salt), string(h.tag)}
	case *wrappedHash:
		return sketchOf(t, h.Hash)
	}
	t.Fatalf("what a %T is computed of is not known here", hash)
	return sketch{}
}

// mayMatch reports whether the password of one may open the other, as TestVerifyNoMutantMatches explains.
func mayMatch(own, other sketch, dear bool) bool {
	overlap := func(a, b string) bool {
		a, b = strings.TrimRight(a, "\x00"), strings.TrimRight(b, "\x00")
		return strings.HasPrefix(a, b) || strings.HasPrefix(b, a)
	}
	switch {
	case own == other:
		return !dear || own.scheme != string(SchemeFirebaseScrypt)
	case own.scheme != other.scheme || own.params != other.params:
		return !dear && overlap(own.tag, other.tag)
	}
	return overlap(own.salt, other.salt) && overlap(own.tag, other.tag)
}

// replacements are what the character at a place is changed to, beside its neighbours: bytes that mean
// something somewhere. The first vector of a kind meets all of them at each place, the others some of
// them by turns.
func replacements(first bool, place int) []byte {
	const some = "0A./=$\n"
	switch {
	case !first:
		return []byte{some[place%len(some)], some[(place+3)%len(some)]}
	case testing.Short():
		return []byte(some)
	}
	return []byte("019aAbByZ./+=$,:;-_{}\" \n\x00\xff")
}

// places are those at which an encoded hash is damaged.
type places struct{ first, stride int }

var everyPlace = places{0, 1}

// mutants are encoded with one character missing, twice, in the other case, changed to a neighbour, in
// which base64 has its spare bits, or to one of the replacements.
func mutants(encoded string, first bool, at places) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := at.first; i < len(encoded); i += at.stride {
			before, after := encoded[:i], encoded[i+1:]
			if !yield(before+after) || !yield(encoded[:i+1]+encoded[i:]) {
				return
			}
			b := encoded[i]
			all := append([]byte{b - 1, b + 1, b ^ ' '}, replacements(first, i)...)
			slices.Sort(all)
			for _, other := range slices.Compact(all) {
				if other != b && !yield(before+string([]byte{other})+after) {
					return
				}
			}
		}
	}
}

func TestEquivalencesAreUsed(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]string{
		{"bcrypt$$2a$04$x", "bcrypt$$2y$04$x"}, {"{CRYPT}x", "{Crypt}x"}, {`{"a":1}`, `{"a": 1}`},
		{"$pbkdf2$1$a.$b", "$pbkdf2$1$a+$b"}, {"v1;PPH1_MD4,00,1,00;", "v1;PPH1_MD4,00,1,00"},
		{`{"passwordHash":"+"}`, `{"passwordHash":"-"}`}, {"{SHA-256}0", "{SHA256}0"},
		{`{"createdDate": 12}`, `{"createdDate": 1}`},
		{`{"value": "24f0", "encoding": "hex"}`, `{"value": "24F0", "encoding": "hex"}`},
		{strings.Repeat("0", 31) + "a:Salt", strings.Repeat("0", 31) + "A:Salt"},
	} {
		if !equivalent(pair[0], pair[1]) {
			t.Errorf("%q and %q are not equivalent", pair[0], pair[1])
		}
	}
	for _, pair := range [][2]string{
		{"$2a$04$x", "$2x$04$x"}, {"{CRYPT}x", "{CRYPT}X"}, {`{"a":"1"}`, `{"a":" 1"}`},
		{"$pbkdf2$1$a.$b", "$pbkdf2$1$a.$c"}, {"$argon2id$a+", "$argon2id$a."},
		{`{"value": "24ff", "encoding": "hex"}`, `{"value": "24fF", "encoding": "hex"}`},
		{`{"value": "24f0", "encoding": "utf8"}`, `{"value": "24F0", "encoding": "utf8"}`},
		{`{"value": "24f0", "encoding": "hex"}`, `{"Value": "24f0", "encoding": "hex"}`},
		{strings.Repeat("0", 31) + "a:Salt", strings.Repeat("0", 31) + "a:salt"},
		{"sha1$abc$" + strings.Repeat("0", 40), "sha1$Abc$" + strings.Repeat("0", 40)},
	} {
		if equivalent(pair[0], pair[1]) {
			t.Errorf("%q and %q are equivalent", pair[0], pair[1])
		}
	}
}
