package accounts

import (
	"fmt"
	"slices"
	"strings"
)

// role is what a column means to us.
type role int

const (
	roleAccountID role = iota
	roleEmail
	roleUsername
	rolePhone
	roleIdentifiers
	rolePasswordHash
	rolePasswordChangedAt
	roleLastActiveAt
	roleMFAEnabled
	roleCanary
	rolePrivilege
	roleStatus
	roleCredentialTag
	rolePasswordSalt
	rolePasswordLogin
	roleCount // of those that a user names

	// What a recipe needs besides is read as if it had roles, too.
	slotCount = roleCount + maxParts
)

// maxParts is how many further columns a recipe may need.
const maxParts = 8

var roleNames = [roleCount]string{
	"account_id", "email", "username", "phone", "identifiers", "password_hash",
	"password_changed_at", "last_active_at", "mfa_enabled", "canary", "privilege", "status",
	"credential_tag", "password_salt", "password_login",
}

// binding joins a role with the column that plays it.
type binding struct {
	role   role
	column string // empty: the export has no such column
}

// name is what an error calls the column.
func (b binding) name() string {
	if b.column == "" && b.role < roleCount {
		return roleNames[b.role]
	}
	return b.column
}

// ColumnError says that an export lacks a column.
type ColumnError struct {
	Column     string   // the name looked for, or several with "or" between
	Role       string   // the role that it, or the suggestion, would play; empty when several would do
	Suggestion string   // the column that is there and looks most like it, if any does
	Columns    []string // all that are there
	named      bool     // the columns have names for certain: the source is a database
}

// maxColumnsShown keeps the sentence readable for an export with hundreds of columns.
const maxColumnsShown = 20

func (e *ColumnError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "no column %s", e.Column)
	if !e.named && !areNames(e.Columns) {
		// A row of data: its values must not stand in a log.
		b.WriteString("; its first row looks like data, not like the names of columns")
		return b.String()
	}
	if e.Suggestion != "" {
		fmt.Fprintf(&b, "; did you mean %q?", e.Suggestion)
	}
	shown := e.Columns[:min(len(e.Columns), maxColumnsShown)]
	fmt.Fprintf(&b, " (columns there: %s", strings.Join(shown, ", "))
	if n := len(e.Columns) - len(shown); n > 0 {
		fmt.Fprintf(&b, " and %d more", n)
	}
	b.WriteString(")")
	return b.String()
}

// areNames reports whether all could be names of columns. An address or a stored hash could not.
func areNames(columns []string) bool {
	const longest = 64
	return !slices.ContainsFunc(columns, func(name string) bool {
		return len(name) > longest || strings.ContainsAny(name, "@$:;{}\x00")
	})
}

// Hint says how to name the right column.
func (e *ColumnError) Hint() string {
	if !e.named && !areNames(e.Columns) {
		return "the export needs a header row"
	}
	role, column := e.Role, e.Suggestion
	if role == "" {
		role = "ROLE"
	}
	if column == "" {
		column = "COLUMN"
	}
	return fmt.Sprintf("name the column with --map %s=%s", role, column)
}

// checkRoles refuses a column map with roles that nothing has.
func checkRoles(renamed map[string]string) error {
	for name := range renamed {
		if !slices.Contains(roleNames[:], name) {
			return fmt.Errorf("unknown role %q in the column map; the roles are %s",
				name, strings.Join(roleNames[:], ", "))
		}
	}
	return nil
}

// pathTable is a table whose columns may have values within them.
type pathTable interface{ has(path string) bool }

// resolveColumns finds a column for every role.
func resolveColumns(t table, renamed map[string]string) ([]binding, error) {
	header := t.header()
	paths, _ := t.(pathTable)
	bindings := make([]binding, roleCount)
	for i, name := range roleNames {
		wanted, mapped := renamed[name]
		if !mapped {
			wanted = name
		}
		column, err := findColumn(header, wanted)
		if err != nil {
			return nil, err
		}
		if column == "" && mapped && paths != nil && paths.has(wanted) {
			column = wanted
		}
		required := mapped || role(i) == roleAccountID || role(i) == rolePasswordHash
		if column == "" && required {
			return nil, missingColumn(header, wanted, role(i), mapped, bindings)
		}
		bindings[i] = binding{role: role(i), column: column}
	}
	for i := roleEmail; i <= roleIdentifiers; i++ {
		if bindings[i].column != "" {
			return bindings, nil
		}
	}
	return nil, noIdentifier(header, bindings)
}

// findColumn matches exactly, then without regard to case. Two columns that match equally well are
// an error: to take the first would be to guess which one holds the truth.
func findColumn(header []string, wanted string) (string, error) {
	same := func(a, b string) bool { return a == b }
	for _, match := range []func(a, b string) bool{same, strings.EqualFold} {
		var found []string
		for _, h := range header {
			if match(h, wanted) {
				found = append(found, h)
			}
		}
		switch len(found) {
		case 0:
		case 1:
			return found[0], nil
		default:
			return "", fmt.Errorf("%d columns are named %q", len(found), wanted)
		}
	}
	return "", nil
}

func missingColumn(header []string, wanted string, of role, mapped bool, bound []binding) error {
	e := &ColumnError{Column: fmt.Sprintf("%q", wanted), Role: roleNames[of], Columns: header}
	var others []string
	if !mapped { // who maps a role has a name in mind, and mistyped it
		others = otherNames[of]
	}
	e.Suggestion = mostLike(header, wanted, others, boundColumns(bound), worstSpelling(wanted))
	return e
}

// noIdentifier suggests the first column that looks like one.
func noIdentifier(header []string, bound []binding) error {
	e := &ColumnError{Column: `"email", "username", "phone" or "identifiers"`, Columns: header}
	for r := roleEmail; r <= roleIdentifiers && e.Suggestion == ""; r++ {
		like := mostLike(header, roleNames[r], otherNames[r], boundColumns(bound), worstSpelling(roleNames[r]))
		if like != "" {
			e.Role, e.Suggestion = roleNames[r], like
		}
	}
	return e
}
