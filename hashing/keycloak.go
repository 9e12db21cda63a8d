package hashing

import (
	"encoding/base64"
	"encoding/json"
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
	"type", "secretData", "credentialData", "id", "userLabel", "createdDate", "priority",
}

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

func keycloakSecret(text string) (salt, tag []byte, err error) {
	o, err := parseJSONObject(text, "value", "salt", "additionalParameters")
	if err != nil {
		return nil, nil, err
	}
	if _, err := o.object("additionalParameters"); err != nil {
		return nil, nil, err
	}
	saltText, err := o.text("salt", "")
	if err != nil {
		return nil, nil, err
	}
	tagText, err := o.text("value", "")
	if err != nil {
		return nil, nil, err
	}
	if salt, err = decodeAs(base64.StdEncoding, saltText, "salt", leastSalt, maxSaltSize); err != nil {
		return nil, nil, err
	}
	tag, err = decodeAs(base64.StdEncoding, tagText, "value", minTagSize, maxTagSize)
	return salt, tag, err
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
	switch algorithm, err := o.text("algorithm", ""); {
	case err != nil:
		return recipe{}, err
	case algorithm == "argon2":
		return keycloakArgon2(o, iterations, size, lim)
	case algorithm == "pbkdf2" || strings.HasPrefix(algorithm, "pbkdf2-"):
		if _, err := o.object("additionalParameters"); err != nil {
			return recipe{}, err
		}
		digest := strings.TrimPrefix(strings.TrimPrefix(algorithm, "pbkdf2"), "-")
		if algorithm == "pbkdf2" {
			digest = "sha1"
		}
		costs, err := checkPBKDF2(digest, iterations, lim)
		return costs.recipe(SchemeKeycloakPBKDF2, size, nil), err
	}
	return recipe{}, refuse(CauseUnsupportedVersion, "an algorithm that is not Keycloak's own")
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
