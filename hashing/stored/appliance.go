package stored

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
)

// The schemes of single products that have PBKDF2 or scrypt inside.
const (
	SchemeAzureAD   Scheme = "azure-ad-connect"
	SchemeAtlassian Scheme = "atlassian-pbkdf2"
	SchemeCisco8    Scheme = "cisco-8"
	SchemeCisco9    Scheme = "cisco-9"
	SchemeGRUB      Scheme = "grub-pbkdf2"
)

const (
	azurePrefix     = "v1;PPH1_MD4,"
	atlassianPrefix = "{PKCS5S2}"
	ciscoSalt       = 14
	grubPrefix      = "grub.pbkdf2.sha512."
)

// parseAzureAD reads v1;PPH1_MD4,salt,1000,key; as Azure AD Connect makes it: PBKDF2 of the NT hash, as
// upper-case hexadecimal in UTF-16LE
// (https://learn.microsoft.com/en-us/entra/identity/hybrid/connect/how-to-connect-password-hash-synchronization).
func parseAzureAD(encoded string, lim Limits) (Hash, error) {
	body, end := strings.TrimPrefix(encoded, azurePrefix), ""
	if strings.HasSuffix(body, ";") {
		end = ";"
	}
	fields, err := cutFields(strings.TrimSuffix(body, ";"), ",", 3)
	if err != nil {
		return nil, err
	}
	costs, err := newPBKDF2("sha256", fields[1], lim)
	if err != nil {
		return nil, err
	}
	salt, err := decodeHexOf(fields[0], "salt", hexLower, leastSalt, maxSaltSize)
	if err != nil {
		return nil, err
	}
	key, err := decodeHex(fields[2], "key", hexLower, 32)
	if err != nil {
		return nil, err
	}
	r := costs.recipe(SchemeAzureAD, len(key), func(salt, key []byte) string {
		return fmt.Sprintf("%s%x,%d,%x%s", azurePrefix, salt, costs.iterations, key, end)
	})
	derive := costs.sum(len(key))
	r.refuses = refusesNonText
	r.sums = []func(password, salt []byte) []byte{func(password, salt []byte) []byte {
		nt := hex.EncodeToString(md4Sum(utf16LE(password)))
		return derive(utf16LE([]byte(strings.ToUpper(nt))), salt)
	}}
	return newExact(encoded, r, salt, key)
}

// parseAtlassian reads {PKCS5S2} and the base64 of salt and key.
func parseAtlassian(encoded string, lim Limits) (Hash, error) {
	const salt, key = 16, 32
	costs, err := checkPBKDF2("sha1", 10_000, lim)
	if err != nil {
		return nil, err
	}
	value, err := decodeAs(base64.StdEncoding, strings.TrimPrefix(encoded, atlassianPrefix), "value",
		salt+key, salt+key)
	if err != nil {
		return nil, err
	}
	return newExact(encoded, costs.recipe(SchemeAtlassian, key, func(salt, key []byte) string {
		return atlassianPrefix + joinBase64(salt, key)
	}), value[:salt], value[salt:])
}

// claimsCisco claims $8$ and $9$ by their length too: Juniper writes a reversible $9$.
func claimsCisco(encoded string) bool {
	const size = len("$8$") + ciscoSalt + 1 + 43
	return begins("$8$", "$9$")(encoded) && len(encoded) == size
}

// parseCisco reads IOS secrets of type 8, PBKDF2, and 9, scrypt, both with costs that are fixed.
func parseCisco(encoded string, lim Limits) (Hash, error) {
	fields, err := cutFields(encoded, "$", 4)
	if err != nil {
		return nil, err
	}
	alphabet := base64.NewEncoding(cryptAlphabet).WithPadding(base64.NoPadding)
	key, err := decodeAs(alphabet, fields[3], "key", 32, 32)
	if err != nil {
		return nil, err
	}
	if len(fields[2]) != ciscoSalt || !consistsOf(fields[2], cryptAlphabet) {
		return nil, refuse(CauseMalformed, "salt is not of %d characters", ciscoSalt)
	}
	encode := func(salt, key []byte) string {
		return fmt.Sprintf("$%s$%s$%s", fields[1], salt, alphabet.EncodeToString(key))
	}
	var r recipe
	if fields[1] == "8" {
		costs, err := checkPBKDF2("sha256", 20_000, lim)
		if err != nil {
			return nil, err
		}
		r = costs.recipe(SchemeCisco8, len(key), encode)
	} else {
		costs, err := checkScrypt(16384, 1, 1, lim)
		if err != nil {
			return nil, err
		}
		r = costs.recipe(SchemeCisco9, len(key), encode)
	}
	r.alphabet = cryptAlphabet
	return newExact(encoded, r, []byte(fields[2]), key)
}

// parseGRUB reads grub.pbkdf2.sha512.10000.salt.key. GRUB writes upper-case hexadecimal, other tools
// lower; which one, the whole string says.
func parseGRUB(encoded string, lim Limits) (Hash, error) {
	fields, err := cutFields(strings.TrimPrefix(encoded, grubPrefix), ".", 3)
	if err != nil {
		return nil, err
	}
	costs, err := newPBKDF2("sha512", fields[0], lim)
	if err != nil {
		return nil, err
	}
	letters, format := hexUpper, "%s%d.%X.%X"
	if strings.ContainsAny(fields[1]+fields[2], "abcdef") {
		letters, format = hexLower, "%s%d.%x.%x"
	}
	salt, err := decodeHexOf(fields[1], "salt", letters, leastSalt, maxSaltSize)
	if err != nil {
		return nil, err
	}
	key, err := decodeHexOf(fields[2], "key", letters, minTagSize, maxTagSize)
	if err != nil {
		return nil, err
	}
	return newExact(encoded, costs.recipe(SchemeGRUB, len(key), func(salt, key []byte) string {
		return fmt.Sprintf(format, grubPrefix, costs.iterations, salt, key)
	}), salt, key)
}
