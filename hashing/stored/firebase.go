package stored

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"strings"
)

// SchemeFirebaseScrypt is Firebase Authentication's variant of scrypt.
const SchemeFirebaseScrypt Scheme = "firebase-scrypt"

const (
	firebaseMostMemory = 14 // log2 N, the most that Firebase allows
	firebaseKey        = 32 // bytes that scrypt gives, an AES-256 key
	maxFirebaseSigner  = 128
)

// firebaseFields are those of one object; version, which exports may have, says nothing of the computation.
var firebaseFields = []string{"passwordHash", "salt", "hash_config", "version"}

// parseFirebase reads one exported user and the project's parameters in one object:
//
//	{"passwordHash":"...","salt":"...","hash_config":{"algorithm":"SCRYPT",
//	 "base64_signer_key":"...","base64_salt_separator":"Bw==","rounds":8,"mem_cost":14}}
//
// passwordHash and salt are as "firebase auth:export" (base64) or the Admin SDK (URL-safe) writes
// them, hash_config is as the console shows it. Without hash_config nothing can be computed. The hash
// is the signer key, encrypted under a key that scrypt makes from the password
// (https://github.com/firebase/scrypt).
func parseFirebase(encoded string, lim Limits) (Hash, error) {
	o, err := parseJSONObject(encoded, firebaseFields...)
	if err != nil {
		return nil, err
	}
	if o["hash_config"] == nil {
		return nil, refuse(CauseKeyed, "needs the project's hash_config")
	}
	config, err := o.object("hash_config",
		"algorithm", "base64_signer_key", "base64_salt_separator", "rounds", "mem_cost")
	if err != nil {
		return nil, err
	}
	costs, err := firebaseCosts(config, lim)
	if err != nil {
		return nil, err
	}
	signer, err := decodeField(config, "base64_signer_key", minTagSize, maxFirebaseSigner)
	if err != nil {
		return nil, err
	}
	separator, err := decodeField(config, "base64_salt_separator", 0, maxSaltSize)
	if err != nil {
		return nil, err
	}
	salt, err := decodeField(o, "salt", leastSalt, maxSaltSize)
	if err != nil {
		return nil, err
	}
	tag, err := decodeField(o, "passwordHash", len(signer), len(signer))
	if err != nil {
		return nil, err
	}
	recipe := costs.recipe(SchemeFirebaseScrypt, firebaseKey, func(salt, tag []byte) string {
		return encodeJSON(map[string]any{
			"passwordHash": tag, "salt": salt, "hash_config": o["hash_config"],
		})
	})
	recipe.sums = []func(password, salt []byte) []byte{func(password, salt []byte) []byte {
		salt = append(append([]byte(nil), salt...), separator...)
		return encryptSigner(costs.sum(firebaseKey)(password, salt), signer)
	}}
	return newComputed(recipe, salt, tag)
}

func firebaseCosts(config jsonObject, lim Limits) (scryptCosts, error) {
	algorithm, err := config.text("algorithm", "")
	if err != nil {
		return scryptCosts{}, err
	}
	if algorithm != "SCRYPT" {
		return scryptCosts{}, refuse(CauseUnsupportedVersion, "hash_config is not of SCRYPT")
	}
	rounds, err := config.number("rounds", 0)
	if err != nil {
		return scryptCosts{}, err
	}
	memory, err := config.number("mem_cost", 0)
	if err != nil {
		return scryptCosts{}, err
	}
	if memory > firebaseMostMemory {
		return scryptCosts{}, refuse(CauseOverLimit, "mem_cost is above %d", firebaseMostMemory)
	}
	return checkScrypt(scryptN(memory), rounds, 1, lim)
}

// encryptSigner is AES-256 in counter mode from zero, which is safe because a key is used once.
func encryptSigner(key, signer []byte) []byte {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic("stored: " + err.Error()) // the key is of 32 bytes
	}
	out := make([]byte, len(signer))
	cipher.NewCTR(block, make([]byte, aes.BlockSize)).XORKeyStream(out, signer)
	return out
}

// decodeField decodes a field of base64 with padding, in the standard or the URL-safe alphabet.
func decodeField(o jsonObject, name string, least, most int) ([]byte, error) {
	text, err := o.text(name, "")
	if err != nil {
		return nil, err
	}
	if strings.ContainsAny(text, "-_") {
		return decodeAs(base64.URLEncoding, text, name, least, most)
	}
	return decodeAs(base64.StdEncoding, text, name, least, most)
}
