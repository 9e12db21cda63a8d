package synth

import "math/rand/v2"

// syllables is a table of 64 two-letter syllables, one after the other: six random bits choose
// one without a division, which matters in the loop over noise.
const syllables = "babebibobudadedidodugagegigogukakekikokulalelilolumamemimomu" +
	"naneninonurarerirorusasesisosutatetitotuvavevivovuabalanaraselinorul"

// Domains that nobody can receive mail at. The last two spell the same one.
const (
	idnDomain = "bücher.test"
	idnASCII  = "xn--bcher-kva.test"
)

var (
	commonDomains = []string{"example.com", "example.com", "example.org", "example.net"}
	rareDomains   = []string{"staff.test", "mail.test", "post.example.com", idnDomain}
	noiseDomains  = []string{"example.com", "example.org", "example.net", "mail.test"}

	tags = []string{"shop", "news", "forum"}

	// Each is unchanged by upper-casing and then lower-casing it.
	foreignNames = []string{"jürgen", "žofie", "søren", "łucja", "añil", "дарья"}

	foreignWords = []string{"Grüße", "żółw", "naïve", "ñandú", "Ærø", "смородина", "桜の木"}
)

func appendSyllable(dst []byte, bits uint64) []byte {
	i := 2 * (bits & 63)
	return append(dst, syllables[i], syllables[i+1])
}

// word is two or three syllables long.
func word(r *rand.Rand) string {
	dst := make([]byte, 0, 6)
	for range 2 + r.IntN(2) {
		dst = appendSyllable(dst, r.Uint64())
	}
	return string(dst)
}

func capitalized(w string) string { return string(w[0]-'a'+'A') + w[1:] }
