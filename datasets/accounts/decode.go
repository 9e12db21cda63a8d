package accounts

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/credsieve/credsieve/hashing"
)

// maxUnixSeconds is the end of the year 9999. A larger number is most likely milliseconds, which
// would put every password change into the far future.
const maxUnixSeconds = 253402300799

var (
	errNotText = errors.New("is a list, not a single value")
	errNotBool = errors.New("is not true or false")
	errNotTime = errors.New("is neither an RFC 3339 time nor Unix seconds")
)

// decodeRow turns the fields of one row into an account.
func decodeRow(row *[roleCount]field, bindings []binding, a *Account) error {
	*a = Account{
		Identifiers: a.Identifiers[:0], Privilege: PrivilegeUser, Status: StatusActive,
	}
	for i := range row {
		// Most columns of most exports are missing or empty, which is what the account says already.
		if row[i].empty() && role(i) != roleAccountID {
			continue
		}
		if err := decodeField(role(i), &row[i], a); err != nil {
			return fmt.Errorf("column %q %w", bindings[i].name(), err)
		}
	}
	return nil
}

func decodeField(r role, f *field, a *Account) (err error) {
	if f.isList && r != roleIdentifiers {
		return errNotText
	}
	if !f.at.IsZero() && r != rolePasswordChangedAt && r != roleLastActiveAt {
		return errors.New("is a time")
	}
	switch r {
	case roleAccountID:
		a.ID, err = accountID(f.text)
	case roleEmail:
		a.identify(hashing.KindEmail, f.text)
	case roleUsername:
		a.identify(hashing.KindUsername, f.text)
	case rolePhone:
		a.identify(hashing.KindPhone, f.text)
	case roleIdentifiers:
		a.identifyAll(f)
	case rolePasswordHash:
		a.PasswordHash = f.text
	case rolePasswordChangedAt:
		a.PasswordChangedAt, err = parseTime(f)
	case roleLastActiveAt:
		a.LastActiveAt, err = parseTime(f)
	case roleMFAEnabled:
		a.MFA, err = parseMFA(f.text)
	case roleCanary:
		a.Canary, _, err = parseBool(f.text)
	case rolePrivilege:
		a.Privilege, err = parseWord(f.text, PrivilegeUser, PrivilegeStaff, PrivilegeAdmin)
	case roleCredentialTag:
		a.CredentialTag = strings.TrimSpace(f.text)
	case rolePasswordSalt:
		a.PasswordSalt = f.text
	case roleStatus:
		a.Status, err = parseWord(f.text, StatusActive, StatusDisabled, StatusLocked)
	}
	return err
}

func accountID(text string) (string, error) {
	if strings.TrimSpace(text) == "" {
		return "", errors.New("is empty")
	}
	// Readers of CSV fold line breaks, and a list would name an account that does not exist.
	if strings.ContainsFunc(text, unicode.IsControl) {
		return "", errors.New("holds a control character")
	}
	// It travels into CSV and Parquet lists that other programs read as UTF-8.
	if !utf8.ValidString(text) {
		return "", errors.New("is not valid UTF-8")
	}
	return text, nil
}

func (a *Account) identify(kind hashing.Kind, text string) {
	if text = strings.TrimSpace(text); text != "" {
		a.Identifiers = append(a.Identifiers, Identifier{Kind: kind, Text: text})
	}
}

// identifyAll takes the column of further identifiers, whose kind only their shape tells.
func (a *Account) identifyAll(f *field) {
	all := f.list
	if !f.isList {
		all = strings.Fields(f.text)
	}
	for _, text := range all {
		text = strings.TrimSpace(text)
		switch {
		case strings.Contains(text, "@"):
			a.identify(hashing.KindEmail, text)
		case strings.HasPrefix(text, "+"):
			a.identify(hashing.KindPhone, text)
		default:
			a.identify(hashing.KindUsername, text)
		}
	}
}

// timeLayouts: RFC 3339, and the way in which PostgreSQL prints a timestamptz.
var timeLayouts = [...]string{
	time.RFC3339,
	"2006-01-02 15:04:05Z07:00",
	"2006-01-02 15:04:05Z07",
	"2006-01-02T15:04:05Z07",
}

func parseTime(f *field) (time.Time, error) {
	if !f.at.IsZero() {
		return f.at.UTC(), nil
	}
	text := strings.TrimSpace(f.text)
	if text == "" {
		return time.Time{}, nil
	}
	// A date has a minus sign there; to let it fail as a number would make an error for each row.
	date := len(text) > 4 && text[4] == '-'
	if !date {
		if s, err := strconv.ParseInt(text, 10, 64); err == nil {
			switch {
			case s == 0:
				return time.Time{}, nil
			case s < 0 || s > maxUnixSeconds:
				return time.Time{}, errors.New("is outside the range of Unix seconds")
			}
			return time.Unix(s, 0).UTC(), nil
		}
	}
	for _, layout := range timeLayouts {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, errNotTime
}

func parseMFA(text string) (MFA, error) {
	enabled, known, err := parseBool(text)
	switch {
	case err != nil || !known:
		return MFAUnknown, err
	case enabled:
		return MFAEnabled, nil
	}
	return MFADisabled, nil
}

func parseBool(text string) (value, known bool, err error) {
	switch text { // as nearly all exports write it
	case "true":
		return true, true, nil
	case "false":
		return false, true, nil
	}
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "":
		return false, false, nil
	case "true", "t", "yes", "1":
		return true, true, nil
	case "false", "f", "no", "0":
		return false, true, nil
	}
	return false, false, errNotBool
}

// parseWord reads one of a few words; the first is what an empty field means.
func parseWord[T ~string](text string, words ...T) (T, error) {
	for _, w := range words {
		if text == string(w) { // as nearly all exports write it
			return w, nil
		}
	}
	text = strings.ToLower(strings.TrimSpace(text))
	if text == "" {
		return words[0], nil
	}
	for _, w := range words {
		if text == string(w) {
			return w, nil
		}
	}
	names := make([]string, len(words))
	for i, w := range words {
		names[i] = string(w)
	}
	return "", fmt.Errorf("is not one of %s", strings.Join(names, ", "))
}
