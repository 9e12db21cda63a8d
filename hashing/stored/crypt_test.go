package stored

import (
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
)

// declaredFile holds the vectors of bare digests, which only ParseAs reads.
const declaredFile = "declared/digest.json"

// cryptFiles hold the vectors of crypt(3), of phpass, and of digests that name themselves.
var cryptFiles = []string{"crypt.json", "digest.json"}

func parseVector(t testing.TB, file string, v vector, lim Limits) Hash {
	t.Helper()
	hash, err := parseAs(file, v.Scheme, v.Encoded, lim)
	if err != nil {
		t.Fatalf("%q: %v", v.Encoded, err)
	}
	if string(hash.Scheme()) != v.Scheme {
		t.Errorf("%q is %s, want %s", v.Encoded, hash.Scheme(), v.Scheme)
	}
	return hash
}

// parseAs reads a string of a file of vectors, whose scheme has to be told for the declared ones.
func parseAs(file, scheme, encoded string, lim Limits) (Hash, error) {
	if strings.HasPrefix(file, "declared/") {
		return ParseAs(Scheme(scheme), encoded, lim)
	}
	return Parse(encoded, lim)
}

// isDear tells the vectors that cost as much as a login: another of the same scheme is looked at.
func (h *computed) isDear() bool {
	var n int
	if _, err := fmt.Sscanf(h.params, "rounds=%d", &n); err == nil {
		return n > 4200
	}
	_, err := fmt.Sscanf(h.params, "cost=%d", &n)
	return err == nil && n > 9
}

func wantVerdicts(t *testing.T, hash Hash, v vector) {
	t.Helper()
	if got := hash.Verify([]byte(v.Password)); got != (Result{Outcome: Match}) {
		t.Errorf("%q: right password %q: %+v", v.Encoded, v.Password, got)
	}
	if got := hash.Verify([]byte(v.Wrong)); got != (Result{Outcome: NoMatch}) {
		t.Errorf("%q: wrong password %q: %+v", v.Encoded, v.Wrong, got)
	}
}

func TestVerifyCryptAndDigestsOfOtherPrograms(t *testing.T) {
	t.Parallel()
	want := map[string]int{
		"yescrypt": 12, "sha256crypt": 21, "sha512crypt": 29, "md5crypt": 21, "apr1": 13, "sha1crypt": 12,
		"sunmd5": 13, "phpass": 9, "drupal7": 9,
		"ldap-md5": 8, "ldap-smd5": 8, "ldap-sha": 13, "ldap-ssha": 13, "ldap-sha256": 4, "ldap-ssha256": 9,
		"ldap-sha384": 4, "ldap-ssha384": 4, "ldap-sha512": 4, "ldap-ssha512": 9,
		"web-md5": 12, "web-sha1": 17, "web-sha224": 4, "web-sha256": 4, "web-sha384": 4, "web-sha512": 4,
		"ntlm": 9, "mysql-native": 5, "mysql-caching-sha2": 1, "mssql-2005": 5, "mssql-2012": 5,
		"mediawiki-a": 1, "mediawiki-b": 5, "oracle-11g": 5,
	}
	met := map[string]int{}
	for _, file := range cryptFiles {
		for _, v := range readVectors(t, file) {
			met[v.Scheme]++
			t.Run(v.Generator+"_"+v.Scheme, func(t *testing.T) {
				wantVerdicts(t, parseVector(t, file, v, DefaultLimits()), v)
			})
		}
	}
	if !reflect.DeepEqual(met, want) {
		t.Errorf("vectors of each scheme: %v, want %v", met, want)
	}
}

func TestPlantCryptAndDigests(t *testing.T) {
	t.Parallel()
	for _, file := range append(cryptFiles, declaredFile) {
		for _, v := range readVectors(t, file) {
			hash := parseVector(t, file, v, DefaultLimits())
			if file == "crypt.json" && hash.(*computed).isDear() {
				continue
			}
			first, err := hash.(Planter).Plant([]byte("Made-Up-2"))
			if err != nil {
				t.Fatalf("%q: %v", v.Encoded, err)
			}
			second, err := hash.(Planter).Plant([]byte("Made-Up-2"))
			if err != nil || (first != second) != Salted(hash) {
				t.Errorf("%q: planted %q and %q, %v", v.Encoded, first, second, err)
			}
			planted := v
			planted.Encoded, planted.Password, planted.Wrong = first, "Made-Up-2", "Made-Up-3"
			again := parseVector(t, file, planted, DefaultLimits())
			wantVerdicts(t, again, planted)
			if len(first) != len(v.Encoded) || again.Params() != hash.Params() {
				t.Errorf("%q became %q, %s", v.Encoded, first, again)
			}
		}
	}
}

func TestSalted(t *testing.T) {
	t.Parallel()
	digits := strings.Repeat("0", 40)
	for encoded, want := range map[string]bool{
		"$2b$04$" + body53:                       true,
		argon2Text("m=64,t=1,p=1"):               true,
		"$1$salt$" + strings.Repeat(".", 22):     true,
		"$1$$" + strings.Repeat(".", 22):         false,
		"{SHA}uRKyk4CuuNxAsF+ZpZ8TaVsyr/s=":      false,
		"{SSHA}XTHwQZY+4Ku5Dpo8lANvf7OCL2/PmdNa": true,
		"sha1$$" + digits:                        false,
		"sha1$salt$" + digits:                    true,
		"$NT$" + digits[:32]:                     false,
		"*" + digits:                             false,
		"0x0100" + digits + digits[:8]:           true,
		":A:" + digits[:32]:                      false,
	} {
		hash, err := Parse(encoded, DefaultLimits())
		if err != nil {
			t.Fatalf("%q: %v", encoded, err)
		}
		if Salted(hash) != want {
			t.Errorf("%q: salted is %v", encoded, !want)
		}
	}
}

func mustParse(t *testing.T, encoded string) Hash {
	t.Helper()
	hash, err := Parse(encoded, DefaultLimits())
	if err != nil {
		t.Fatalf("%q: %v", encoded, err)
	}
	return hash
}

func TestVerifyWhatWordPressTrims(t *testing.T) {
	t.Parallel()
	plant := func(head string) Hash {
		encoded, err := mustParse(t, head+strings.Repeat(".", 22)).(Planter).Plant([]byte("Made Up"))
		if err != nil {
			t.Fatal(err)
		}
		return mustParse(t, encoded)
	}
	wordpress, phpbb := plant("$P$5abcdefgh"), plant("$H$5abcdefgh")
	for _, password := range []string{"Made Up", " Made Up", "Made Up \t\r\n", "\x00Made Up\x0b"} {
		if got := wordpress.Verify([]byte(password)).Outcome; got != Match {
			t.Errorf("$P$ and %q: %v", password, got)
		}
		if got := phpbb.Verify([]byte(password)).Outcome; (got == Match) != (password == "Made Up") {
			t.Errorf("$H$ and %q: %v", password, got)
		}
	}
	if got := wordpress.Verify([]byte("MadeUp")).Outcome; got != NoMatch {
		t.Errorf("another password: %v", got)
	}
}

func TestVerifyContainsAPanic(t *testing.T) {
	t.Parallel()
	hash, err := newComputed(recipe{
		scheme: "made-up",
		sums:   []sumFunc{func([]byte, []byte) []byte { panic("Made-Up-1") }},
		encode: func(_, tag []byte) string { return string(tag) },
	}, nil, []byte("tag"))
	if err != nil {
		t.Fatal(err)
	}
	if got := hash.Verify(nil); got != (Result{Outcome: CannotVerify, Cause: CausePanicked}) {
		t.Errorf("%+v", got)
	}
	if text, err := hash.(Planter).Plant(nil); err == nil || strings.Contains(err.Error(), "Made-Up-1") {
		t.Errorf("%q, %v", text, err)
	}
	if _, err := newComputed(recipe{scheme: "made-up"}, nil, nil); err == nil {
		t.Error("a hash without a tag was made")
	}
}

func TestComputedHashesPrintNoSecret(t *testing.T) {
	t.Parallel()
	for _, file := range cryptFiles {
		for _, v := range readVectors(t, file) {
			hash := parseVector(t, file, v, DefaultLimits())
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%q"} {
				if got, want := fmt.Sprintf(verb, hash), v.Scheme+"("+hash.Params()+")"; got != want {
					t.Fatalf("printed with %s it is %q, want %q", verb, got, want)
				}
			}
			if hash.Memory() < digestMemory {
				t.Errorf("%s: memory %d", v.Scheme, hash.Memory())
			}
		}
	}
	if got := mustParse(t, "$y$j9T$LjiuhFHvIR4skJQX4VU2P/$"+strings.Repeat(".", 43)); got.Memory() != 16<<20 {
		t.Errorf("yescrypt of Debian's default needs %d bytes", got.Memory())
	}
}

func TestVerifyCryptFromManyGoroutines(t *testing.T) {
	t.Parallel()
	vectors := readVectors(t, "crypt.json")
	var wg sync.WaitGroup
	for _, v := range vectors[:20] {
		hash := parseVector(t, "crypt.json", v, DefaultLimits())
		for range 4 {
			wg.Go(func() { wantVerdicts(t, hash, v) })
		}
	}
	wg.Wait()
}

// TestMutationLimits: a fresh vector has whatever number of rounds mkpasswd drew.
func TestMutationLimits(t *testing.T) {
	t.Parallel()
	const encoded = "$md5,rounds=98303$bzauRSCX$$2MwcybJUbWPV8GS.tTxPP."
	lim, dear := mutationLimits("crypt.json", vector{Scheme: "sunmd5", Encoded: encoded})
	if _, err := parseAs("crypt.json", "sunmd5", encoded, lim); err != nil || !dear {
		t.Errorf("dear is %v, %v", dear, err)
	}
}
