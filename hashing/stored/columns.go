package stored

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	bcryptsalt "github.com/go-crypt/x/bcrypt"

	"github.com/credsieve/credsieve/hashing"
)

// Template is a text with columns of the account's row in braces: "{username:lower}", "{salt:hex}",
// "{id}:{realm}". What stands between is what stores put there: a separator of a few characters.
type Template string

// Columns that a template may name.
const (
	ColumnID       = "id"
	ColumnUsername = "username"
	ColumnEmail    = "email"
	ColumnSalt     = "salt"
)

// The ways to take a column.
const (
	takeLower  = "lower"  // in small letters
	takeUpper  = "upper"  // in capital letters
	takeHex    = "hex"    // the bytes that its digits stand for
	takeBase64 = "base64" // likewise
)

const (
	maxTemplate  = 128
	maxSeparator = 32 // bytes beside columns; a longer text is a pepper, which belongs into a file of its own
)

// String shows the template: it holds no value of any row.
func (t Template) String() string { return string(t) }

// templatePart is text, or a column and how it is taken.
type templatePart struct{ text, column, take string }

func (t Template) parts() (parts []templatePart, err error) {
	rest := string(t)
	for rest != "" {
		before, after, ok := strings.Cut(rest, "{")
		if before != "" {
			parts = append(parts, templatePart{text: before})
		}
		if !ok {
			break
		}
		name, next, ok := strings.Cut(after, "}")
		if !ok {
			return nil, errors.New("a brace is not closed")
		}
		column, take, _ := strings.Cut(name, ":")
		if !slices.Contains([]string{ColumnID, ColumnUsername, ColumnEmail, ColumnSalt}, column) {
			return nil, errors.New("a column that is none of {id}, {username}, {email}, {salt}")
		}
		if !slices.Contains([]string{"", takeLower, takeUpper, takeHex, takeBase64}, take) {
			return nil, errors.New("a column is taken by none of :lower, :upper, :hex, :base64")
		}
		parts = append(parts, templatePart{column: column, take: take})
		rest = next
	}
	return parts, nil
}

func (t Template) check() error {
	if len(t) > maxTemplate {
		return fmt.Errorf("columns are named in more than %d bytes", maxTemplate)
	}
	parts, err := t.parts()
	if err != nil {
		return err
	}
	between, columns := 0, 0
	for _, p := range parts {
		between += len(p.text)
		if p.column != "" {
			columns++
		}
	}
	switch {
	case columns == 0:
		return errors.New("no column in braces, such as {username}")
	case between > maxSeparator:
		return fmt.Errorf("more than %d bytes beside columns: what is the same for all rows is a key", maxSeparator)
	}
	return nil
}

func (t Template) mayBeBinary() bool {
	return strings.Contains(string(t), ":"+takeHex+"}") || strings.Contains(string(t), ":"+takeBase64+"}")
}

// fill returns the text of a row; cause says what is missing.
func (t Template) fill(row map[string]string) ([]byte, Cause) {
	parts, err := t.parts()
	if err != nil {
		return nil, CauseMalformed
	}
	var text []byte
	for _, p := range parts {
		if p.column == "" {
			text = append(text, p.text...)
			continue
		}
		value, ok := row[p.column]
		if !ok || value == "" {
			return nil, CauseNeedsColumn
		}
		taken, err := takeColumn(value, p.take)
		if err != nil {
			return nil, CauseMalformed
		}
		text = append(text, taken...)
	}
	return text, ""
}

func takeColumn(value, take string) ([]byte, error) {
	switch take {
	case takeLower:
		return []byte(strings.ToLower(value)), nil
	case takeUpper:
		return []byte(strings.ToUpper(value)), nil
	case takeHex:
		return hex.DecodeString(hexOr(value))
	case takeBase64:
		return base64.RawStdEncoding.DecodeString(strings.TrimRight(value, "="))
	}
	return []byte(value), nil
}

// hexOr takes off what databases write before digits.
func hexOr(value string) string {
	if digits := hexDigest(value); digits != "" {
		return digits
	}
	return value
}

// Columns are the names of the columns that the steps need, sorted; none: the steps are those of every row.
func (s Steps) Columns() (names []string) {
	for i := range s {
		parts, err := s[i].Column.parts()
		if err != nil {
			continue // Check refuses it
		}
		for _, p := range parts {
			if p.column != "" && !slices.Contains(names, p.column) {
				names = append(names, p.column)
			}
		}
	}
	slices.Sort(names)
	return names
}

// Bind returns the steps of one row, whose columns are row. The cause is CauseNeedsColumn where one is missing: the
// hash of that row cannot be verified, and nothing is refuted.
func (s Steps) Bind(row map[string]string) (Steps, Cause) {
	bound := s
	for i := range s {
		if s[i].Column == "" {
			continue
		}
		text, cause := s[i].Column.fill(row)
		if cause != "" {
			return nil, cause
		}
		if s[i].Kind == StepBcrypt && !isBcryptSetting(string(text)) {
			return nil, CauseMalformed
		}
		if &bound[0] == &s[0] {
			bound = slices.Clone(s)
		}
		bound[i].Key, bound[i].KeyName, bound[i].Column = hashing.NewSecret(text), s[i].Column.String(), ""
	}
	return bound, ""
}

// EndsInDigest reports whether what reaches the outer hash is nothing but a digest of all that went before: then a
// hash that looks at its first 72 bytes still looks at the whole password and at every step.
func (s Steps) EndsInDigest() bool {
	if len(s) == 0 {
		return false
	}
	last := s[len(s)-1]
	return (last.Kind == StepDigest || last.Kind == StepHMAC) && last.Longer == 0
}

func (s *Step) fold(text []byte) ([]byte, Cause) {
	switch {
	case !utf8.Valid(text):
		return nil, CausePasswordNotText
	case s.Kind == StepUpper:
		return bytes.ToUpper(text), ""
	}
	return bytes.ToLower(text), ""
}

// isBcryptSetting claims the beginning of a bcrypt string, up to its salt, and the whole of one.
func isBcryptSetting(text string) bool {
	if len(text) != bcryptHashStart && len(text) != bcryptSize {
		return false
	}
	// A hash of zero bits: the string is one of bcrypt when its beginning is.
	_, err := parseBcryptText(text[:bcryptHashStart]+strings.Repeat(".", bcryptSize-bcryptHashStart), DefaultLimits())
	return err == nil
}

// bcryptStep hashes text under a setting, as crypt(3) does.
func bcryptStep(text, setting []byte) ([]byte, Cause) {
	if bytes.IndexByte(text, 0) >= 0 {
		return nil, CauseNULInPassword
	}
	cost := int(setting[bcryptCostStart]-'0')*10 + int(setting[bcryptCostStart+1]-'0')
	// The decoder pads what it is given, in place where there is room behind it.
	salt, err := bcryptsalt.Base64Decode(setting[bcryptSaltStart:bcryptHashStart:bcryptHashStart])
	if err != nil {
		return nil, CauseMalformed
	}
	text = text[:min(len(text), bcryptMaxPassword)]
	encoded, err := bcryptsalt.GenerateFromPasswordSalt(text, salt, cost)
	if err != nil {
		return nil, CauseMalformed
	}
	return slices.Concat(setting[:bcryptSaltStart], encoded[bcryptSaltStart:]), ""
}
