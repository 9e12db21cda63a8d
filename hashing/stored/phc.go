package stored

import (
	"encoding/base64"
	"math"
	"strings"
)

// phcString is a PHC string cut at its $ signs:
// https://github.com/P-H-C/phc-string-format/blob/master/phc-sf-spec.md
type phcString struct{ version, params, salt, tag string }

// splitPHC cuts $id$v=19$params$salt$tag. The caller has looked at id.
func splitPHC(encoded string) (phcString, error) {
	var parts [6]string // on the stack: a build of an index parses each account's
	n := strings.Count(encoded, "$") + 1
	for i, rest := 0, encoded; i < len(parts); i++ {
		parts[i], rest, _ = strings.Cut(rest, "$")
	}
	if n == 5 && !strings.HasPrefix(parts[2], "v=") {
		// Strings of before 2016 have no version segment and mean 16.
		return phcString{}, refuse(CauseUnsupportedVersion, "no version, which means 16")
	}
	if n != len(parts) {
		return phcString{}, refuse(CauseMalformed, "not five segments")
	}
	version, ok := strings.CutPrefix(parts[2], "v=")
	if !ok {
		return phcString{}, refuse(CauseMalformed, "second segment is not a version")
	}
	return phcString{version: version, params: parts[3], salt: parts[4], tag: parts[5]}, nil
}

// splitParams returns the values of exactly the parameters names, in that order, each once.
func splitParams(text string, names ...string) ([]uint64, error) {
	values := make([]uint64, len(names))
	next, more := text, true // what is left, and whether anything is, which may be empty
	for i, name := range names {
		if !more {
			return nil, refuse(CauseMalformed, "parameter %s is missing", name)
		}
		var field string
		field, next, more = strings.Cut(next, ",")
		value, ok := strings.CutPrefix(field, name)
		if ok {
			value, ok = strings.CutPrefix(value, "=")
		}
		if !ok {
			return nil, refuse(CauseMalformed, "parameter %d is not %s", i+1, name)
		}
		if values[i], ok = parseDecimal(value); !ok {
			return nil, refuse(CauseMalformed, "parameter %s is not a decimal number", name)
		}
	}
	if !more {
		return values, nil
	}
	if strings.HasPrefix(next, "keyid=") || strings.HasPrefix(next, "data=") {
		return nil, refuse(CauseKeyed, "needs a secret or data that the string does not hold")
	}
	return nil, refuse(CauseMalformed, "more parameters than %s", strings.Join(names, ", "))
}

// parseDecimal reads digits without sign, space or leading zero. A number too large for any limit
// becomes the largest there is, so that it is refused as a cost and not as a shape.
func parseDecimal(text string) (uint64, bool) {
	if text == "" || (text[0] == '0' && text != "0") {
		return 0, false
	}
	var value uint64
	for _, b := range []byte(text) {
		if b < '0' || b > '9' {
			return 0, false
		}
		digit := uint64(b - '0')
		if value > (math.MaxUint64-digit)/10 {
			value = math.MaxUint64
			continue
		}
		value = value*10 + digit
	}
	return value, true
}

// strictBase64 is made once: Strict copies its tables.
var strictBase64 = base64.RawStdEncoding.Strict()

// decodeBase64 accepts one text for each value, of a salt or a tag, whose most bytes are the same: no padding, no spare bits, and no line ends, which
// Go's decoder skips.
func decodeBase64(text, what string, least int) ([]byte, error) {
	if text == "" {
		return nil, refuse(CauseMalformed, "%s is empty", what)
	}
	if strings.ContainsAny(text, "\r\n") {
		return nil, refuse(CauseMalformed, "%s has a line end inside", what)
	}
	decoded, err := strictBase64.DecodeString(text)
	if err != nil {
		return nil, refuse(CauseMalformed, "%s is not unpadded base64", what)
	}
	if len(decoded) < least || len(decoded) > maxTagSize {
		return nil, refuse(CauseOverLimit, "%s is not of %d to %d bytes", what, least, maxTagSize)
	}
	return decoded, nil
}
