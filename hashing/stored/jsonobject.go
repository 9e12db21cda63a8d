package stored

import (
	"encoding/json"
	"slices"
	"strings"
)

// jsonObject is a JSON object of known names. Go's own decoder takes a name in any case and the last
// of two that are equal: both would make several strings one hash.
type jsonObject map[string]json.RawMessage

func parseJSONObject(text string, known ...string) (jsonObject, error) {
	if !json.Valid([]byte(text)) {
		return nil, refuse(CauseMalformed, "not JSON")
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	if open, err := decoder.Token(); err != nil || open != json.Delim('{') {
		return nil, refuse(CauseMalformed, "not a JSON object")
	}
	o := jsonObject{}
	for decoder.More() {
		token, err := decoder.Token()
		name, ok := token.(string)
		switch {
		case err != nil || !ok:
			return nil, refuse(CauseMalformed, "a field without a name")
		case slices.ContainsFunc(known, func(k string) bool { return k != name && strings.EqualFold(k, name) }):
			return nil, refuse(CauseMalformed, "a field whose name is written in other letters")
		case !slices.Contains(known, name):
			return nil, refuse(CauseUnknownScheme, "JSON with a field that no product known here writes")
		}
		var value json.RawMessage
		if decoder.Decode(&value) != nil || o[name] != nil {
			return nil, refuse(CauseMalformed, "field %s is there twice", name)
		}
		o[name] = value
	}
	return o, nil
}

// object returns an object inside. known are names of its fields; one that is not there is empty.
func (o jsonObject) object(name string, known ...string) (jsonObject, error) {
	if o[name] == nil {
		return jsonObject{}, nil
	}
	return parseJSONObject(string(o[name]), known...)
}

// text returns a string, or otherwise where there is no such field.
func (o jsonObject) text(name, otherwise string) (string, error) {
	if o[name] == nil {
		return otherwise, nil
	}
	var text string
	if o[name][0] != '"' || json.Unmarshal(o[name], &text) != nil {
		return "", refuse(CauseMalformed, "field %s is not a string", name)
	}
	return text, nil
}

// number returns a number without sign, fraction or exponent, or otherwise.
func (o jsonObject) number(name string, otherwise uint64) (uint64, error) {
	if o[name] == nil {
		return otherwise, nil
	}
	value, ok := parseDecimal(string(o[name]))
	if !ok {
		return 0, refuse(CauseMalformed, "field %s is not a number without a sign", name)
	}
	return value, nil
}

// claimsJSON claims a JSON object, and parseJSON tells whose it is by the names of its fields.
func claimsJSON(encoded string) bool {
	body, ok := strings.CutPrefix(encoded, "{")
	return ok && strings.HasPrefix(strings.TrimLeft(body, " \t\r\n"), `"`)
}

func parseJSON(encoded string, lim Limits) (Hash, error) {
	known := slices.Concat(keycloakOldFields, firebaseFields, auth0Fields, couchFields, []string{"hashFunc"})
	o, err := parseJSONObject(encoded, known...)
	switch {
	case err != nil:
		return nil, err
	case o["credentialData"] != nil || o["secretData"] != nil:
		return parseKeycloak(encoded, lim)
	case o["hashedSaltedValue"] != nil:
		return parseOldKeycloak(encoded, lim)
	case o["passwordHash"] != nil:
		return parseFirebase(encoded, lim)
	case o["algorithm"] != nil:
		return parseAuth0(encoded, lim)
	case o["password_scheme"] != nil:
		return parseCouchDBDocument(encoded, lim)
	case o["hash"] != nil:
		return parseXenForoJSON(o, lim)
	}
	return nil, refuse(CauseUnknownScheme, "JSON of an unknown kind")
}

// encodeJSON cannot fail for what this package gives it: maps and strings.
func encodeJSON(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic("stored: " + err.Error())
	}
	return string(text)
}
