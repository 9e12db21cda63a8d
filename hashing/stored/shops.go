package stored

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// The schemes of shops and forums whose strings name their parts.
const (
	SchemeMagento  Scheme = "magento"
	SchemeXenForo  Scheme = "xenforo"  // of its first release
	SchemeOpenCart Scheme = "opencart" // declared only
)

const (
	// An upgraded hash lists what it was made of, the oldest first; there are four kinds.
	maxMagentoVersions = 4

	magentoArgon       = "2" // argon2id with libsodium's costs for interactive use
	magentoAgnostic    = "3_"
	magentoSeed        = 32
	magentoOps         = 2
	magentoMemory      = 64 << 20
	magentoArgonSalt   = 16
	magentoLeastMemory = 8 << 10
)

// claimsMagento claims digits, a salt and the numbers of versions, between colons.
func claimsMagento(encoded string) bool {
	fields := strings.Split(encoded, ":")
	if n := len(fields); n < 3 || n > 2+maxMagentoVersions {
		return false
	}
	if size := len(fields[0]); size != 2*md5.Size && size != 2*sha256.Size || !isHex(fields[0], hexLower) {
		return false
	}
	for _, version := range fields[2:] {
		known := version == "0" || version == "1" || version == magentoArgon ||
			strings.HasPrefix(version, magentoAgnostic)
		if !known {
			return false
		}
	}
	return true
}

// magentoStep makes the digits of one version from the text that the version before left.
type magentoStep func(text, salt []byte) []byte

// parseMagento reads hash:salt:1 and hash:salt:0:3_32_2_67108864 of Magento 2 and Adobe Commerce: salt and password in
// MD5, in SHA-256, or password in argon2id with the first sixteen characters of the salt
// (https://github.com/magento/magento2, class Encryptor).
func parseMagento(encoded string, lim Limits) (Hash, error) {
	fields := strings.Split(encoded, ":")
	if err := checkTextSalt(fields[1]); err != nil {
		return nil, err
	}
	var steps []magentoStep
	var memory int64
	size := 0
	for _, version := range fields[2:] {
		step, n, need, err := magentoVersion(version, fields[1], lim)
		if err != nil {
			return nil, err
		}
		steps, size, memory = append(steps, step), n, max(memory, need)
	}
	tag, err := decodeHex(fields[0], "hash", hexLower, size)
	if err != nil {
		return nil, err
	}
	versions := strings.Join(fields[2:], ":")
	return newExact(encoded, recipe{
		scheme: SchemeMagento, params: "versions=" + versions, memory: memory, alphabet: alphanumerics,
		sums: []sumFunc{func(password, salt []byte) []byte {
			text := password
			for _, step := range steps {
				text = step(text, salt)
			}
			sum := make([]byte, hex.DecodedLen(len(text)))
			if _, err := hex.Decode(sum, text); err != nil {
				panic("stored: " + err.Error()) // a step gives digits
			}
			return sum
		}},
		encode: func(salt, tag []byte) string { return fmt.Sprintf("%x:%s:%s", tag, salt, versions) },
	}, []byte(fields[1]), tag)
}

// magentoVersion returns the step of a version, how many bytes it makes, and the memory it needs.
func magentoVersion(version, salt string, lim Limits) (step magentoStep, size int, memory int64, err error) {
	switch version {
	case "0":
		return func(text, salt []byte) []byte { return hexSum(md5Of(salt, text)) }, md5.Size, 0, nil
	case "1":
		return func(text, salt []byte) []byte {
			return hexSum(digest{new: sha256.New, salt: saltBefore}.sum(text, salt))
		}, sha256.Size, 0, nil
	}
	seed, ops, bytes := uint64(magentoSeed), uint64(magentoOps), uint64(magentoMemory)
	if version != magentoArgon {
		numbers := strings.Split(strings.TrimPrefix(version, magentoAgnostic), "_")
		if len(numbers) != 3 {
			return nil, 0, 0, refuse(CauseMalformed, "version is not of the shape 3_32_2_67108864")
		}
		for i, into := range []*uint64{&seed, &ops, &bytes} {
			value, ok := parseDecimal(numbers[i])
			if !ok {
				return nil, 0, 0, refuse(CauseMalformed, "a number of the version is not decimal")
			}
			*into = value
		}
	}
	if seed < minTagSize || seed > maxTagSize || bytes < magentoLeastMemory || bytes%(1<<10) != 0 {
		return nil, 0, 0, refuse(CauseMalformed, "lengths or memory of the version are not libsodium's")
	}
	if len(salt) < magentoArgonSalt {
		return nil, 0, 0, refuse(CauseUnsupportedVersion, "salt is shorter than %d characters", magentoArgonSalt)
	}
	costs, err := checkArgon2(bytes>>10, ops, 1, lim)
	return func(text, salt []byte) []byte {
		return hexSum(argon2Tag(SchemeArgon2id, text, salt[:magentoArgonSalt], costs, uint32(seed)))
	}, int(seed), int64(costs.Memory) << 10, err
}

// phpArrayPrefix begins what PHP's serialize makes of an array.
const phpArrayPrefix = "a:"

// parseXenForo reads what xf_user_authenticate.data holds: a serialized array with hash, and in release 1 also salt
// and hashFunc (https://xenforo.com/docs/dev/).
func parseXenForo(encoded string, lim Limits) (Hash, error) {
	fields, err := parsePHPStrings(encoded)
	if err != nil {
		return nil, err
	}
	return newXenForo(fields, lim, func(hash, salt string) string {
		parts := []string{"hash", hash}
		if salt != "" {
			parts = append(parts, "salt", salt, "hashFunc", fields["hashFunc"])
		}
		return serializePHP(parts)
	})
}

// parseXenForoJSON reads the same as JSON, which release 2.1 and later write.
func parseXenForoJSON(o jsonObject, lim Limits) (Hash, error) {
	fields := map[string]string{}
	for _, name := range []string{"hash", "salt", "hashFunc"} {
		text, err := o.text(name, "")
		if err != nil {
			return nil, err
		}
		if text != "" {
			fields[name] = text
		}
	}
	return newXenForo(fields, lim, func(hash, salt string) string {
		o := map[string]string{"hash": hash}
		if salt != "" {
			o["salt"], o["hashFunc"] = salt, fields["hashFunc"]
		}
		return encodeJSON(o)
	})
}

func newXenForo(fields map[string]string, lim Limits, encode func(hash, salt string) string) (Hash, error) {
	hash, salt := fields["hash"], fields["salt"]
	switch {
	case hash == "":
		return nil, refuse(CauseUnknownScheme, "a serialized array without hash, perhaps of XenForo's import")
	case salt == "" && strings.HasPrefix(hash, "$"):
		inner, err := parseInner(hash, lim)
		if err != nil {
			return nil, err
		}
		return &wrappedHash{Hash: inner, wrap: func(inner string) string { return encode(inner, "") }}, nil
	case fields["hashFunc"] == "":
		return nil, refuse(CauseUnknownScheme,
			"a hash that XenForo took over from another forum: its column scheme_class says which")
	}
	newHash, ok := digestNamed(fields["hashFunc"])
	if !ok {
		return nil, refuse(CauseUnsupportedVersion, "hashFunc is an unknown digest")
	}
	if err := checkTextSalt(salt); err != nil {
		return nil, err
	}
	tag, err := decodeHex(hash, "hash", hexLower, newHash().Size())
	if err != nil {
		return nil, err
	}
	return newComputed(recipe{
		scheme: SchemeXenForo, params: "digest=" + fields["hashFunc"], digest: true, alphabet: hexLower,
		sums: []sumFunc{func(password, salt []byte) []byte {
			d := digest{new: newHash, salt: saltAfter}
			return d.sum(hexSum(digest{new: newHash}.sum(password, nil)), salt)
		}},
		encode: func(salt, tag []byte) string { return encode(hex.EncodeToString(tag), string(salt)) },
	}, []byte(salt), tag)
}

// maxPHPStrings bounds the pairs of an array; a hash needs three.
const maxPHPStrings = 4

// parsePHPStrings reads a:N:{s:L:"name";s:L:"value";…} of strings alone, each name once, and nothing after it.
func parsePHPStrings(text string) (map[string]string, error) {
	wrong := refuse(CauseMalformed, "not a serialized array of strings")
	head, rest, ok := strings.Cut(strings.TrimPrefix(text, phpArrayPrefix), ":{")
	n, isNumber := parseDecimal(head)
	if !ok || !isNumber || n > maxPHPStrings {
		return nil, wrong
	}
	fields := map[string]string{}
	for range n {
		var pair [2]string
		for i := range pair {
			rest, ok = strings.CutPrefix(rest, "s:")
			number, after, found := strings.Cut(rest, `:"`)
			size, isNumber := parseDecimal(number)
			if !ok || !found || !isNumber || size > uint64(len(after)) {
				return nil, wrong
			}
			pair[i] = after[:size]
			if rest, ok = strings.CutPrefix(after[size:], `";`); !ok {
				return nil, wrong
			}
		}
		if _, twice := fields[pair[0]]; twice {
			return nil, wrong
		}
		fields[pair[0]] = pair[1]
	}
	if rest != "}" {
		return nil, wrong
	}
	return fields, nil
}

func serializePHP(parts []string) string {
	text := phpArrayPrefix + strconv.Itoa(len(parts)/2) + ":{"
	for _, part := range parts {
		text += fmt.Sprintf(`s:%d:"%s";`, len(part), part)
	}
	return text + "}"
}

// openCartSum is sha1(salt sha1(salt sha1(password))), each as digits
// (https://github.com/opencart/opencart, before release 4).
func openCartSum(password, salt []byte) []byte {
	d := digest{new: sha1.New, salt: saltBefore}
	inner := hexSum(digest{new: sha1.New}.sum(password, nil))
	return d.sum(hexSum(d.sum(inner, salt)), salt)
}
