package stored

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// What the way out of a database does to a stored hash. None of it is part of any scheme, so that it is undone only
// where a string is no hash as it stands, and what comes out must be one to the last character.

// ParseExported is Parse, or ParseAs for a scheme that is not empty, for a string out of an export: what exports put
// around or into a hash is undone where the string is no hash without. That is blanks and NULs around it, quotes,
// the hexadecimal digits of a binary column, and escapes of $ and /. A salt that its source declares is taken to the
// byte all the same.
func ParseExported(scheme Scheme, encoded string, lim Limits) (Hash, error) {
	parse := func(encoded string) (Hash, error) {
		if scheme == "" {
			return Parse(encoded, lim)
		}
		return ParseAs(scheme, encoded, lim)
	}
	h, err := parse(encoded)
	if err == nil || len(encoded) > lim.EncodedLength {
		return h, err
	}
	plain, differs := respell(encoded)
	if digits := hexDigest(plain); scheme != "" && digits != "" {
		plain, differs = digits, true
	}
	if !differs {
		return h, err
	}
	return parse(plain)
}

// blanks surround values of columns of a fixed width (CHAR, with spaces or NULs), of copies and of the first line
// of a file.
const blanks = " \t\r\n\v\f\x00\u00a0\u200b\u2060\ufeff"

// respell returns the string as its store had it; ok says that it differs.
func respell(encoded string) (plain string, ok bool) {
	plain = strings.Trim(encoded, blanks)
	if len(plain) > 2 && strings.ContainsAny(plain[:1], "bBnN") && strings.ContainsAny(plain[1:2], `'"`) {
		plain = plain[1:] // bytes of Python, which programs store by mistake, and NCHAR
	}
	for _, quote := range []string{"'", `"`, "`"} {
		if inner, found := strings.CutPrefix(plain, quote); found && len(inner) > 1 {
			if inner, found = strings.CutSuffix(inner, quote); found {
				plain = strings.Trim(inner, blanks)
			}
		}
	}
	if text, found := fromHex(plain); found {
		plain = strings.Trim(text, blanks)
	} else if text, found := fromDigits(plain); found {
		plain = text
	}
	plain = unescape(plain)
	return plain, plain != encoded && plain != ""
}

// fromHex decodes what PostgreSQL writes of a column of bytea (\x24…), and MySQL with --hex-blob (0x24…), where it
// is text. \\x24… is the former in a file of COPY.
func fromHex(text string) (plain string, ok bool) {
	digits := ""
	for _, head := range []string{`\\x`, `\x`, "0x", "0X", "x'", "X'"} {
		if digits, ok = strings.CutPrefix(text, head); ok {
			break
		}
	}
	if strings.HasSuffix(digits, "'") && (text[0]|0x20) == 'x' {
		digits = digits[:len(digits)-1] // X'24…' of SQLite and of standard SQL
	}
	if !ok || digits == "" {
		return "", false
	}
	raw, err := hex.DecodeString(digits)
	if err != nil || !isPrintable(raw) {
		return "", false
	}
	return string(raw), true
}

// shortestEncoded is shorter than any stored hash of a named scheme, in hexadecimal or base64.
const shortestEncoded = 40

// fromDigits decodes the hexadecimal digits or the base64 of a text that begins as stored hashes do: Home Assistant keeps
// its bcrypt so. No digest is printable by chance.
func fromDigits(text string) (plain string, ok bool) {
	if len(text) < shortestEncoded {
		return "", false
	}
	raw, err := hex.DecodeString(text)
	if err != nil {
		raw, err = base64.StdEncoding.Strict().DecodeString(text)
	}
	if err != nil || !isPrintable(raw) || raw[0] != '$' && raw[0] != '{' {
		return "", false
	}
	return string(raw), true
}

func isPrintable(text []byte) bool {
	for _, b := range text {
		if b != 0 && b < ' ' || b > '~' {
			return false
		}
	}
	return true
}

// unescape undoes what shells, PHP's json_encode and URLs put before or in the place of $ and /. A $ that is doubled
// throughout is that of a file of docker compose.
func unescape(text string) string {
	if strings.Contains(text, `\`) {
		text = strings.NewReplacer(`\u0024`, "$", `\$`, "$", `\/`, "/", `\.`, ".", `\"`, `"`).Replace(text)
	}
	if strings.HasPrefix(text, "%24") || strings.HasPrefix(text, "%7B") {
		text = strings.NewReplacer("%24", "$", "%2F", "/", "%2f", "/", "%3D", "=", "%3d", "=", "%2B", "+", "%2b", "+",
			"%2C", ",", "%2c", ",", "%7B", "{", "%7b", "{", "%7D", "}", "%7d", "}").Replace(text)
	}
	if strings.HasPrefix(text, "&#36;") {
		text = strings.ReplaceAll(text, "&#36;", "$")
	}
	if strings.HasPrefix(text, "$$") && strings.Count(text, "$") == 2*strings.Count(text, "$$") {
		text = strings.ReplaceAll(text, "$$", "$")
	}
	return text
}

// hexDigest returns the digits of a digest that a database writes after \x or 0x, empty when it is no such thing.
func hexDigest(text string) string {
	for _, head := range []string{`\\x`, `\x`, "0x", "0X"} {
		if digits, ok := strings.CutPrefix(text, head); ok && isHex(digits, hexEither) {
			return digits
		}
	}
	return ""
}
