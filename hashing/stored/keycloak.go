package stored

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// The schemes of Keycloak's credentials.
const (
	SchemeKeycloakPBKDF2 Scheme = "keycloak-pbkdf2"
	SchemeKeycloakArgon2 Scheme = "keycloak-argon2"
)

// keycloakFields are those of one credential of a realm export. What is not about the hash is read
// over.
var keycloakFields = []string{
	"type", "secretData", "credentialData", "id", "userLabel", "createdDate", "priority", "temporary",
	"federationLink",
}

// keycloakOldFields are those of exports of before Keycloak 8, which had no objects inside.
var keycloakOldFields = append([]string{
	"hashedSaltedValue", "salt", "hashIterations", "algorithm", "counter", "digits", "period", "device",
	"config",
}, keycloakFields...)

// parseKeycloak reads one password credential as a realm export has it, or as a query puts it together
// from the columns secret_data and credential_data: an object whose secretData and credentialData are
// texts that hold objects.
func parseKeycloak(encoded string, lim Limits) (Hash, error) {
	o, err := parseJSONObject(encoded, keycloakFields...)
	if err != nil {
		return nil, err
	}
	if kind, err := o.text("type", "password"); err != nil || kind != "password" {
		return nil, refuse(CauseMalformed, "not a credential of type password")
	}
	secretText, err := o.text("secretData", "")
	if err != nil {
		return nil, err
	}
	if inner, err := parseKeycloakProvider(o, secretText, lim); inner != nil || err != nil {
		return inner, err
	}
	salt, tag, err := keycloakSecret(secretText)
	if err != nil {
		return nil, err
	}
	data, err := o.text("credentialData", "")
	if err != nil {
		return nil, err
	}
	r, err := keycloakRecipe(data, len(tag), lim)
	if err != nil {
		return nil, err
	}
	r.encode = func(salt, tag []byte) string {
		secret := map[string]any{"additionalParameters": struct{}{}, "salt": salt, "value": tag}
		return encodeJSON(map[string]string{
			"type": "password", "secretData": encodeJSON(secret), "credentialData": data,
		})
	}
	return newComputed(r, salt, tag)
}

// parseOldKeycloak reads a credential whose value is hashedSaltedValue. "pbkdf2" is that of SHA-1.
func parseOldKeycloak(encoded string, lim Limits) (Hash, error) {
	o, err := parseJSONObject(encoded, keycloakOldFields...)
	if err != nil {
		return nil, err
	}
	if kind, err := o.text("type", ""); err != nil || kind != "password" {
		return nil, refuse(CauseMalformed, "not a credential of type password")
	}
	salt, tag, err := keycloakValues(o, "hashedSaltedValue")
	if err != nil {
		return nil, err
	}
	iterations, err := o.number("hashIterations", 0)
	if err != nil {
		return nil, err
	}
	algorithm, err := o.text("algorithm", "")
	if err != nil {
		return nil, err
	}
	r, err := keycloakPBKDF2(algorithm, iterations, len(tag), lim)
	if err != nil {
		return nil, err
	}
	r.encode = func(salt, tag []byte) string {
		return encodeJSON(map[string]any{
			"type": "password", "hashedSaltedValue": tag, "salt": salt, "hashIterations": iterations,
			"algorithm": algorithm,
		})
	}
	return newComputed(r, salt, tag)
}

// keycloakProviders are algorithms of providers that people add to Keycloak, whose value is a string of another
// scheme, with the salt inside
// (https://github.com/leroyguillaume/keycloak-bcrypt, https://github.com/dreezey/argon2-password-hash-provider).
var keycloakProviders = []string{"bcrypt", "argon2", "argon2id", "argon2i", "argon2d", "scrypt"}

// parseKeycloakProvider reads the credential of such a provider; nil without an error: it is none.
func parseKeycloakProvider(o jsonObject, secretText string, lim Limits) (Hash, error) {
	data, err := o.text("credentialData", "")
	if err != nil {
		return nil, err
	}
	inside, err := parseJSONObject(data, "hashIterations", "algorithm", "additionalParameters")
	if err != nil {
		return nil, err
	}
	algorithm, err := inside.text("algorithm", "")
	if err != nil {
		return nil, err
	}
	secret, err := parseJSONObject(secretText, "value", "salt", "additionalParameters")
	if err != nil {
		return nil, err
	}
	value, err := secret.text("value", "")
	switch {
	case err != nil:
		return nil, err
	case !strings.HasPrefix(value, "$"):
		return nil, nil
	case !slices.Contains(keycloakProviders, algorithm):
		return nil, refuse(CauseUnknownScheme, "a credential of a provider that was added to Keycloak")
	}
	hash, err := parseInner(value, lim)
	if err != nil {
		return nil, err
	}
	return &wrappedHash{Hash: hash, wrap: func(hash string) string {
		return encodeJSON(map[string]string{
			"type": "password", "credentialData": data,
			"secretData": encodeJSON(map[string]string{"value": hash, "salt": ""}),
		})
	}}, nil
}

func keycloakSecret(text string) (salt, tag []byte, err error) {
	o, err := parseJSONObject(text, "value", "salt", "additionalParameters")
	if err != nil {
		return nil, nil, err
	}
	if _, err := o.object("additionalParameters"); err != nil {
		return nil, nil, err
	}
	return keycloakValues(o, "value")
}

// keycloakValues reads the salt, and the tag in the field of that name.
func keycloakValues(o jsonObject, name string) (salt, tag []byte, err error) {
	saltText, err := o.text("salt", "")
	if err != nil {
		return nil, nil, err
	}
	tagText, err := o.text(name, "")
	if err != nil {
		return nil, nil, err
	}
	if salt, err = decodeAs(base64.StdEncoding, saltText, "salt", leastSalt, maxSaltSize); err != nil {
		return nil, nil, err
	}
	if tag, err = decodeAs(base64.StdEncoding, tagText, "value", minTagSize, maxTagSize); err != nil {
		return nil, nil, err
	}
	return salt, tag, checkWhole(tag)
}

func keycloakRecipe(text string, size int, lim Limits) (recipe, error) {
	o, err := parseJSONObject(text, "hashIterations", "algorithm", "additionalParameters")
	if err != nil {
		return recipe{}, err
	}
	iterations, err := o.number("hashIterations", 0)
	if err != nil {
		return recipe{}, err
	}
	algorithm, err := o.text("algorithm", "")
	switch {
	case err != nil:
		return recipe{}, err
	case algorithm == "argon2":
		return keycloakArgon2(o, iterations, size, lim)
	}
	r, err := keycloakPBKDF2(algorithm, iterations, size, lim)
	if err == nil {
		_, err = o.object("additionalParameters")
	}
	return r, err
}

func keycloakPBKDF2(algorithm string, iterations uint64, size int, lim Limits) (recipe, error) {
	digest, ok := strings.CutPrefix(algorithm, "pbkdf2-")
	if algorithm == "pbkdf2" {
		digest, ok = "sha1", true
	}
	if !ok {
		return recipe{}, refuse(CauseUnknownScheme, "a credential of an algorithm that is not Keycloak's own")
	}
	costs, err := checkPBKDF2(digest, iterations, lim)
	return costs.recipe(SchemeKeycloakPBKDF2, size, nil), err
}

// keycloakArgon2 reads the costs, which are arrays of one text each.
func keycloakArgon2(o jsonObject, passes uint64, size int, lim Limits) (recipe, error) {
	names := []string{"type", "version", "hashLength", "memory", "parallelism"}
	parameters, err := o.object("additionalParameters", names...)
	if err != nil {
		return recipe{}, err
	}
	values := map[string]string{}
	for _, name := range names {
		var list []string
		if json.Unmarshal(parameters[name], &list) != nil || len(list) != 1 {
			return recipe{}, refuse(CauseMalformed, "parameter %s is not a list of one text", name)
		}
		values[name] = list[0]
	}
	memory, isNumber := parseDecimal(values["memory"])
	lanes, isNumberToo := parseDecimal(values["parallelism"])
	scheme := Scheme("argon2" + values["type"])
	switch {
	case values["version"] != "1.3":
		return recipe{}, refuse(CauseUnsupportedVersion, "argon2 of a version other than 1.3")
	case scheme != SchemeArgon2id && scheme != SchemeArgon2i && scheme != SchemeArgon2d:
		return recipe{}, refuse(CauseMalformed, "not of a known variant of argon2")
	case values["hashLength"] != strconv.Itoa(size) || !isNumber || !isNumberToo:
		return recipe{}, refuse(CauseMalformed, "a cost or length of argon2 is wrong")
	}
	costs, err := checkArgon2(memory, passes, lanes, lim)
	return recipe{
		scheme: SchemeKeycloakArgon2, params: string(scheme) + "," + costs.String(),
		memory: int64(costs.Memory) << 10,
		sums: []func(password, salt []byte) []byte{func(password, salt []byte) []byte {
			return argon2Tag(scheme, password, salt, costs, uint32(size))
		}},
	}, err
}
