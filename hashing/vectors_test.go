package hashing

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
	dir := filepath.Join("..", "testdata", "vectors")
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
	for name, least := range map[string]int{"argon2.json": 50, "bcrypt.json": 50} {
		vectors := readVectors(t, name)
		if len(vectors) < least {
			t.Errorf("%s holds %d vectors, want %d", name, len(vectors), least)
		}
		for _, v := range vectors {
			t.Run(v.Generator+"_"+v.Scheme, func(t *testing.T) {
				hash, err := ParseHash(v.Encoded, DefaultLimits())
				if err != nil {
					t.Fatalf("%s: %v", v.Encoded, err)
				}
				if got := hash.Verify([]byte(v.Password)); got != (Result{Outcome: Match}) {
					t.Errorf("%s: right password %q: %+v", v.Encoded, v.Password, got)
				}
				if got := hash.Verify([]byte(v.Wrong)); got != (Result{Outcome: NoMatch}) {
					t.Errorf("%s: wrong password %q: %+v", v.Encoded, v.Wrong, got)
				}
			})
		}
	}
}

func TestParseHashRefusesOtherSchemes(t *testing.T) {
	for _, v := range readVectors(t, "refused.json") {
		t.Run(v.Generator+"_"+v.Scheme, func(t *testing.T) {
			wantCause(t, v.Encoded, DefaultLimits(), v.Cause)
		})
	}
}

func TestVerifyBcryptSeesTheFirst72Bytes(t *testing.T) {
	met := 0
	for _, v := range readVectors(t, "bcrypt.json") {
		if len(v.Password) < 72 {
			continue
		}
		met++
		hash, err := ParseHash(v.Encoded, DefaultLimits())
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

// cheapLimits keep the mutants of a cost from taking longer than the whole test.
func cheapLimits() Limits {
	lim := DefaultLimits()
	lim.Argon2Memory, lim.Argon2Time, lim.BcryptMaxCost = 1024, 9, 5
	return lim
}

// bcryptMinor is where a and b and y stand for one and the same computation: only there may a
// mutant of the string still match.
const bcryptMinor = 2

func TestVerifyNoMutantMatches(t *testing.T) {
	for _, file := range []string{"argon2.json", "bcrypt.json"} {
		v := readVectors(t, file)[0]
		hash, err := ParseHash(v.Encoded, cheapLimits())
		if err != nil {
			t.Fatal(err)
		}
		if hash.Verify([]byte(v.Password)).Outcome != Match {
			t.Fatalf("%s: the vector itself does not match", file)
		}
		computed := 0
		for _, mutant := range mutants(v.Encoded, hash.Scheme() == SchemeBcrypt) {
			hash, err := ParseHash(mutant, cheapLimits())
			if err != nil {
				continue
			}
			computed++
			got := hash.Verify([]byte(v.Password)).Outcome
			if got != NoMatch && got != CannotVerify {
				t.Errorf("%q of %q: %v", mutant, v.Encoded, got)
			}
		}
		if computed == 0 {
			t.Errorf("%s: no mutant got as far as a computation", file)
		}
	}
}

func mutants(encoded string, bcrypt bool) []string {
	var all []string
	for i := range len(encoded) {
		before, after := encoded[:i], encoded[i+1:]
		all = append(all, before+after, encoded[:i+1]+encoded[i:])
		for _, b := range []byte("0159aAbByYzZ./+=$,- \n\r\x00\x7f\xff") {
			same := bcrypt && i == bcryptMinor && (b == 'a' || b == 'b' || b == 'y')
			if b != encoded[i] && !same {
				all = append(all, before+string([]byte{b})+after)
			}
		}
		// The neighbours differ in the lowest bits, where base64 has its spare ones.
		for _, b := range []byte{encoded[i] - 1, encoded[i] + 1} {
			if !bcrypt || i != bcryptMinor {
				all = append(all, before+string([]byte{b})+after)
			}
		}
	}
	return all
}
