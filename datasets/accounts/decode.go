package accounts

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/credsieve/credsieve/datasets/accounts/internal/delimited"
	"github.com/credsieve/credsieve/datasets/accounts/internal/values"
	"github.com/credsieve/credsieve/datasets/shown"
)

var errNotText = errors.New("is a list, not a single value")

// decodeRow turns the fields of one row into an account.
func (r *rowReader) decodeRow(row *[slotCount]field, a *Account) error {
	*a = Account{
		Identifiers: a.Identifiers[:0], Privilege: PrivilegeUser, Status: StatusActive,
	}
	for i := range row[:roleCount] {
		// Most columns of most exports are missing or empty, which is what the account says already.
		if row[i].empty() && role(i) != roleAccountID {
			continue
		}
		if err := r.decodeField(role(i), &row[i], a); err != nil {
			return err
		}
	}
	return nil
}

func (r *rowReader) decodeField(of role, f *field, a *Account) (err error) {
	if strings.HasPrefix(f.text, `="`) && strings.HasSuffix(f.text, `"`) && len(f.text) > len(`=""`) {
		f.text = strings.ReplaceAll(f.text[2:len(f.text)-1], `""`, `"`) // text as a spreadsheet keeps it
	}
	if f.isList && of != roleIdentifiers && (of < roleEmail || of > rolePhone) {
		return r.columnError(of, errNotText)
	}
	isTime := of == rolePasswordChangedAt || of == roleLastActiveAt || of == roleStatus && r.status.dated
	if !f.at.IsZero() && !isTime {
		return r.columnError(of, errors.New("is a time"))
	}
	if f.more > 0 {
		r.report.note(r.name(of), "is the first of several; the others are not read", r.row)
	}
	switch of {
	case roleAccountID:
		a.ID, err = accountID(f.text)
	case roleEmail, roleUsername, rolePhone:
		if of == roleUsername && !f.isList {
			a.username = strings.TrimSpace(f.text)
		}
		r.identifyField(a, of, f)
	case roleIdentifiers:
		r.identifyAll(a, f)
	case rolePasswordHash:
		a.PasswordHash = storedHash(f.text)
	case roleCanary:
		a.Canary, _, err = values.ParseBool(f.text)
	case roleCredentialTag:
		a.CredentialTag = strings.TrimSpace(f.text)
	case rolePasswordSalt:
		a.PasswordSalt = f.text
	default:
		return r.decodeValue(of, f, a)
	}
	if err != nil {
		return r.columnError(of, err)
	}
	return nil
}

// decodeValue reads what an account can do without: a value that cannot be read is noted and left out. A
// status or password_login that cannot be read is more than that: who cannot sign in must not be listed, and who can
// must be.
func (r *rowReader) decodeValue(of role, f *field, a *Account) (err error) {
	switch of {
	case rolePasswordChangedAt:
		a.PasswordChangedAt, err = r.time(of, f)
	case roleLastActiveAt:
		a.LastActiveAt, err = r.time(of, f)
	case roleMFAEnabled:
		a.MFA, err = parseMFA(f.text)
	case rolePrivilege:
		if privilege, ok := r.privileges[strings.TrimSpace(f.text)]; ok {
			a.Privilege = privilege
			break
		}
		a.Privilege, err = readPrivilege(f.text, r.name(of))
	case roleStatus:
		if a.Status, err = r.status.read(f.text, f.at); err != nil {
			return delimited.Rejectf("column %q %s", r.name(of), err)
		}
	case rolePasswordLogin:
		can, known, err := values.ParseBool(f.text)
		if err != nil {
			return delimited.Rejectf("column %q %s", r.name(of), err)
		}
		if known && !can && a.Status == StatusActive {
			a.Status = StatusNoPasswordLogin
		}
	}
	if err != nil {
		return r.report.value(of, r.name(of), r.row, err)
	}
	r.report.good[of]++
	return nil
}

// time reads a time, or takes the one of a format that has a type for it.
func (r *rowReader) time(of role, f *field) (at time.Time, err error) {
	wall := f.wall
	if at = f.at; at.IsZero() {
		if r.days {
			at, err = values.ParseDays(f.text)
		} else {
			at, wall, err = values.ParseTime(f.text, r.location)
		}
	} else if wall {
		y, m, d := at.Date()
		at = time.Date(y, m, d, at.Hour(), at.Minute(), at.Second(), at.Nanosecond(), r.location)
	}
	if wall && !r.zoned {
		r.report.note(r.name(of), withoutZone, r.row)
	}
	if at.Year() <= 1601 { // where FILETIME begins: none
		at = time.Time{}
	}
	return at.UTC(), err
}

const withoutZone = "is a time without a zone, read as UTC; say the zone with --timezone"

func (r *rowReader) columnError(of role, err error) error {
	return fmt.Errorf("column %q %w", r.name(of), err)
}

// name is what messages call the column of a role.
func (r *rowReader) name(of role) string { return r.bindings[of].name() }

func accountID(text string) (string, error) {
	if strings.TrimSpace(text) == "" {
		return "", errors.New("is empty")
	}
	// A writer that quotes so is not one that is read here, and 'u1' would be an account that does not exist.
	if quoted := strings.TrimSpace(text); len(quoted) > 1 && quoted[0] == '\'' && quoted[len(quoted)-1] == '\'' {
		return "", errors.New("stands within single quotes; export without quotes, or with double ones")
	}
	// Readers of CSV fold line breaks, and a list would name an account that does not exist.
	if strings.ContainsFunc(text, unicode.IsControl) {
		return "", errors.New("holds a control character")
	}
	// It travels into CSV and Parquet lists that other programs read as UTF-8.
	if !utf8.ValidString(text) {
		return "", errors.New("is not valid UTF-8")
	}
	// Whoever reads the list must see which account it names: a format or private character hides or turns what is there.
	if !shown.Can(text) {
		return "", errors.New("holds a character that cannot be shown")
	}
	return text, nil
}

// storedHash takes off blanks, which a column of a fixed width or a spreadsheet leaves, and words for nothing.
func storedHash(text string) string {
	trimmed := strings.TrimSpace(text)
	switch strings.ToLower(trimmed) {
	case "null", `\n`, "none", "nil", "nan", "(null)", "<null>", "[null]", "undefined":
		return ""
	}
	if plainPrefix(trimmed) {
		return text
	}
	return trimmed
}

// plainPrefix reports whether what follows is the password itself, to which a blank may belong.
func plainPrefix(text string) bool {
	name, _, found := strings.Cut(strings.ToLower(text), "}")
	return found && (strings.HasPrefix(name, "{plain") || strings.HasPrefix(name, "{clear"))
}

// identifyField adds the identifiers of a field, which some formats have several of.
func (r *rowReader) identifyField(a *Account, of role, f *field) {
	if !f.isList {
		r.identify(a, of, f.text)
		return
	}
	for _, text := range f.list {
		r.identify(a, of, text)
	}
}
