package hashing

import (
	"fmt"
	"strings"
	"testing"
)

func TestVerifyNoMutantOfCryptAndDigestsMatches(t *testing.T) {
	lim := DefaultLimits()
	lim.CryptRounds, lim.PHPassCost, lim.ScryptMemory = 9000, 9, 4<<20
	for _, file := range append(cryptFiles, declaredFile) {
		seen := map[string]bool{}
		for _, v := range readVectors(t, file) {
			key := v.Scheme + fmt.Sprint(len(v.Encoded), strings.Count(v.Encoded, "="))
			if seen[key] {
				continue
			}
			seen[key] = true
			t.Run(key, func(t *testing.T) {
				t.Parallel()
				if file == "crypt.json" && parseVector(t, file, v, DefaultLimits()).(*computed).isDear() {
					return
				}
				checkMutants(t, file, v, lim)
			})
		}
	}
}

// isDear tells the vectors whose every mutant would cost as much as a login: another of the same
// scheme is looked at.
func (h *computed) isDear() bool {
	var n int
	if _, err := fmt.Sscanf(h.params, "rounds=%d", &n); err == nil {
		return n > 4200
	}
	_, err := fmt.Sscanf(h.params, "cost=%d", &n)
	return err == nil && n > 9
}

func checkMutants(t *testing.T, file string, v vector, lim Limits) {
	computedMutants := 0
	for _, mutant := range cryptMutants(v.Encoded) {
		if mutant == v.Encoded || sameByDefinition(v, mutant) {
			continue
		}
		parse := ParseHash
		if file == declaredFile {
			parse = func(e string, lim Limits) (Hash, error) { return ParseHashAs(Scheme(v.Scheme), e, lim) }
		}
		hash, err := parse(mutant, lim)
		if err != nil {
			continue
		}
		computedMutants++
		if got := hash.Verify([]byte(v.Password)).Outcome; got != NoMatch && got != CannotVerify {
			t.Errorf("%q of %q: %v", mutant, v.Encoded, got)
		}
	}
	if computedMutants == 0 {
		t.Errorf("%q: no mutant got as far as a computation", v.Encoded)
	}
}

// sameByDefinition are the spellings that a scheme's own servers take for the same hash: the name
// of an LDAP scheme in other letters, and its base64 without the padding.
func sameByDefinition(v vector, mutant string) bool {
	if strings.HasPrefix(v.Scheme, "ldap-") {
		name, rest, _ := cutLDAP(v.Encoded)
		mutantName, mutantRest, _ := cutLDAP(mutant)
		return name == mutantName && strings.TrimRight(rest, "=") == strings.TrimRight(mutantRest, "=")
	}
	return false
}

func cryptMutants(encoded string) []string {
	var all []string
	for i := range len(encoded) {
		before, b, after := encoded[:i], encoded[i], encoded[i+1:]
		all = append(all, before+after, encoded[:i+1]+encoded[i:])
		for _, other := range []byte{b - 1, b + 1, b ^ 0x20, '.', '0', '$', '\n', 0, 0xff} {
			all = append(all, before+string([]byte{other})+after)
		}
	}
	return all
}
