package stored

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// vectorsVariable names a folder with vectors that generate.sh has just made, to be used instead of
// the committed ones.
const vectorsVariable = "CREDSIEVE_VECTORS"

// vector is one string of testdata/vectors, made by a program that shares no code with this one.
type vector struct {
	Generator, Version, Scheme, Encoded, Password, Wrong string
	Cause                                                Cause
}

func readVectors(t testing.TB, name string) []vector {
	t.Helper()
	dir := filepath.Join("..", "..", "testdata", "vectors")
	if fresh := os.Getenv(vectorsVariable); fresh != "" {
		dir = fresh
	}
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	var vectors []vector
	if err := json.Unmarshal(text, &vectors); err != nil {
		t.Fatal(err)
	}
	if len(vectors) == 0 {
		t.Fatalf("%s holds no vectors", name)
	}
	return vectors
}

func TestVerifyHashesOfOtherPrograms(t *testing.T) {
	t.Parallel()
	for name, least := range map[string]int{
		"argon2.json": 50, "bcrypt.json": 50, "scrypt.json": 30, "pbkdf2.json": 80, "wrapped.json": 90,
	} {
		vectors := readVectors(t, name)
		if len(vectors) < least {
			t.Errorf("%s holds %d vectors, want %d", name, len(vectors), least)
		}
		for _, v := range vectors {
			t.Run(v.Generator+"_"+v.Scheme, func(t *testing.T) {
				hash, err := Parse(v.Encoded, DefaultLimits())
				if err != nil {
					t.Fatalf("%s: %v", v.Encoded, err)
				}
				cut := hash.Scheme() == SchemeBcrypt && len(v.Password) > bcryptMaxPassword
				if got := hash.Verify([]byte(v.Password)); got != (Result{Outcome: Match, Truncated: cut}) {
					t.Errorf("%s: right password %q: %+v", v.Encoded, v.Password, got)
				}
				if got := hash.Verify([]byte(v.Wrong)); got != (Result{Outcome: NoMatch, Truncated: cut}) {
					t.Errorf("%s: wrong password %q: %+v", v.Encoded, v.Wrong, got)
				}
			})
		}
	}
}

func TestParse_refusesOtherSchemes(t *testing.T) {
	t.Parallel()
	for _, v := range readVectors(t, "refused.json") {
		t.Run(v.Generator+"_"+v.Scheme, func(t *testing.T) {
			wantCause(t, v.Encoded, DefaultLimits(), v.Cause)
		})
	}
}

func TestVerifyBcryptSeesTheFirst72Bytes(t *testing.T) {
	t.Parallel()
	met := 0
	for _, v := range readVectors(t, "bcrypt.json") {
		if len(v.Password) < 72 {
			continue
		}
		met++
		hash, err := Parse(v.Encoded, DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		for _, same := range []string{v.Password[:72], v.Password + "x", v.Password[:72] + "other"} {
			if got := hash.Verify([]byte(same)); got.Outcome != Match {
				t.Errorf("%s: %d bytes: %+v", v.Encoded, len(same), got)
			}
		}
		if got := hash.Verify([]byte(v.Password[:71])); got.Outcome != NoMatch {
			t.Errorf("%s: 71 bytes: %+v", v.Encoded, got)
		}
	}
	if met == 0 {
		t.Error("no vector has a password of 72 bytes")
	}
}
