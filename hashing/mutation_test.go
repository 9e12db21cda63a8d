package hashing

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// vectorFiles are all files of vectors.
func vectorFiles(t testing.TB) []string {
	t.Helper()
	dir := filepath.Join("..", "testdata", "vectors")
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
		regexp.MustCompile(`^(\{(?i:S?SHA\d*|S?MD5)\}.*[^=])=*$`), "$1")},
	{"Firebase writes the standard or the URL-safe alphabet of base64", sameAlphabet},
}

func sameAfter(pattern *regexp.Regexp, replacement string) func(a, b string) bool {
	return func(a, b string) bool {
		return pattern.ReplaceAllString(a, replacement) == pattern.ReplaceAllString(b, replacement)
	}
}

func sameName(a, b string) bool {
	end := strings.IndexByte(a, '}') + 1
	return strings.HasPrefix(a, "{") && len(a) == len(b) && strings.EqualFold(a[:end], b[:end]) &&
		a[end:] == b[end:]
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

func equivalent(a, b string) bool {
	for _, e := range equivalences {
		if e.same(a, b) {
			return true
		}
	}
	return false
}

// mutationLimits let each vector through and little more, so that no mutant of a cost takes long. dear
// says that one computation takes milliseconds.
func mutationLimits(encoded string) (lim Limits, dear bool) {
	lim = DefaultLimits()
	lim.Argon2Memory, lim.Argon2Time, lim.Argon2Threads = 1024, 9, 9
	lim.BcryptMaxCost, lim.ScryptMemory, lim.ScryptParallel = 5, 1<<17, 9
	lim.PBKDF2Iterations, lim.CryptRounds, lim.PHPassCost = 1000, 2000, 9
	if hash, err := ParseHash(encoded, lim); err == nil {
		return lim, strings.Contains(string(hash.Scheme()), "bcrypt")
	}
	lim.Argon2Memory, lim.BcryptMaxCost, lim.ScryptMemory = 1<<16, 10, 1<<24
	lim.PBKDF2Iterations, lim.CryptRounds, lim.PHPassCost = 310_000, 100_000, 16
	return lim, true
}

// TestVerifyNoMutantMatches damages every vector at every place. All mutants are parsed. What parses is
// computed, where that is cheap; for the dear schemes, for one vector of each generator and otherwise
// for one mutant in so many, and always where the mutant is the same hash by its parts.
func TestVerifyNoMutantMatches(t *testing.T) {
	met := map[string]bool{}
	for _, file := range vectorFiles(t) {
		for i, v := range readVectors(t, file) {
			if v.Wrong == "" {
				continue // refused.json: there is nothing that could match
			}
			kind := v.Generator + v.Scheme + v.Encoded[:min(4, len(v.Encoded))]
			first := !met[kind]
			met[kind] = true
			t.Run(fmt.Sprintf("%s_%d_%s", file, i, v.Scheme), func(t *testing.T) {
				t.Parallel()
				tryMutants(t, v, first)
			})
		}
	}
}

func tryMutants(t *testing.T, v vector, first bool) {
	lim, dear := mutationLimits(v.Encoded)
	original, err := ParseHash(v.Encoded, lim)
	if err != nil {
		t.Fatalf("%s: %v", v.Encoded, err)
	}
	password, own := []byte(v.Password), parts(original)
	every, computed, parsed := 1, 0, 0
	switch {
	case dear && first && lim.PBKDF2Iterations <= 1000:
		every = 29
	case dear:
		every = 499
	case !first:
		every = 11
	}
	for _, mutant := range mutants(v.Encoded) {
		hash, err := ParseHash(mutant, lim)
		if err != nil || mutant == v.Encoded || equivalent(v.Encoded, mutant) {
			continue
		}
		parsed++
		// The signer key of Firebase is no part: cheap vectors of that scheme are computed all the same.
		looksEqual := parts(hash) == own && hash.Scheme() != SchemeFirebaseScrypt
		if parsed%every != 0 && !looksEqual {
			continue
		}
		computed++
		if got := hash.Verify(password).Outcome; got != NoMatch && got != CannotVerify {
			t.Errorf("%q of %q: %v", mutant, v.Encoded, got)
		}
	}
	if parsed == 0 || every == 1 && computed == 0 {
		t.Errorf("%s: no mutant got as far as a computation", v.Encoded)
	}
}

// parts are what a computation is made of, as far as a type shows it.
func parts(hash Hash) string {
	switch h := hash.(type) {
	case *computed:
		return fmt.Sprintf("%s %s %x %x", h.scheme, h.params, h.salt, h.tag)
	case *bcryptHash:
		return string(h.encoded[bcryptCostStart:])
	case *prehashedBcrypt:
		return string(h.scheme) + string(h.encoded[bcryptCostStart:])
	case *argon2Hash:
		return fmt.Sprintf("%s %s %x %x", h.scheme, h.params, h.salt, h.tag)
	case *wrappedHash:
		return parts(h.Hash)
	}
	return ""
}

// mutants are encoded with one character missing, twice, in the other case, changed to a neighbour, in
// which base64 has its spare bits, or to one that means something somewhere.
func mutants(encoded string) []string {
	var all []string
	for i := range len(encoded) {
		before, after := encoded[:i], encoded[i+1:]
		all = append(all, before+after, encoded[:i+1]+encoded[i:])
		replacements := []byte("019aAbByZ./+=$,:;-_{}\" \n\x00\xff")
		replacements = append(replacements, encoded[i]-1, encoded[i]+1, encoded[i]^' ')
		slices.Sort(replacements)
		for _, b := range slices.Compact(replacements) {
			if b != encoded[i] {
				all = append(all, before+string([]byte{b})+after)
			}
		}
	}
	return all
}

func TestEquivalencesAreUsed(t *testing.T) {
	for _, pair := range [][2]string{
		{"bcrypt$$2a$04$x", "bcrypt$$2y$04$x"}, {"{CRYPT}x", "{Crypt}x"}, {`{"a":1}`, `{"a": 1}`},
		{"$pbkdf2$1$a.$b", "$pbkdf2$1$a+$b"}, {"v1;PPH1_MD4,00,1,00;", "v1;PPH1_MD4,00,1,00"},
		{`{"passwordHash":"+"}`, `{"passwordHash":"-"}`},
	} {
		if !equivalent(pair[0], pair[1]) {
			t.Errorf("%q and %q are not equivalent", pair[0], pair[1])
		}
	}
	for _, pair := range [][2]string{
		{"$2a$04$x", "$2x$04$x"}, {"{CRYPT}x", "{CRYPT}X"}, {`{"a":"1"}`, `{"a":" 1"}`},
		{"$pbkdf2$1$a.$b", "$pbkdf2$1$a.$c"}, {"$argon2id$a+", "$argon2id$a."},
	} {
		if equivalent(pair[0], pair[1]) {
			t.Errorf("%q and %q are equivalent", pair[0], pair[1])
		}
	}
}
