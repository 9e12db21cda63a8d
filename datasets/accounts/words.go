package accounts

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/credsieve/credsieve/datasets/accounts/internal/values"
)

var (
	errNotStatus = errors.New("is not one of active, disabled, locked, nor a word known to mean one; " +
		"say what it means with --status-map WORD=active")
	errNotPrivilege = errors.New("is not one of user, staff, admin, nor a word known to mean one")
)

func parseMFA(text string) (MFA, error) {
	enabled, known, err := values.ParseBool(text)
	switch {
	case err != nil || !known:
		return MFAUnknown, err
	case enabled:
		return MFAEnabled, nil
	}
	return MFADisabled, nil
}

// statusWords are what stores call the states of an account. Whether one that waits to be confirmed can sign
// in differs from store to store; it counts as active, since its password is as real.
var statusWords = map[Status][]string{
	StatusActive: {"active", "activated", "enabled", "enable", "ok", "normal", "live", "valid", "verified",
		"confirmed", "registered", "approved", "current", "open", "good", "unconfirmed", "unverified", "pending",
		"provisioned", "staged", "invited", "recovery", "passwordexpired", "a"},
	StatusDisabled: {"disabled", "disable", "inactive", "deactivated", "suspended", "deleted", "removed", "banned",
		"blocked", "archived", "terminated", "closed", "expired", "deprovisioned", "revoked", "ldapblocked",
		"blockedpendingapproval", "softdeleted", "cancelled", "canceled", "trashed", "spam", "left"},
	StatusLocked: {"locked", "lockedout", "temporarilylocked", "lock"},
}

// statusReader reads the column that says whether an account can be used.
type statusReader struct {
	words map[string]Status // squeezed
	// yes and no are what a flag means, by the name of its column; empty: a digit means nothing.
	yes, no Status
	// dated: a time in the column says that the account has been in state yes since.
	dated bool
	since Status // of whatever is not empty, false or 0; empty: words count
}

// statusOfFlag are the endings of names of columns that hold a flag, or the time since when.
var statusOfFlag = []struct {
	end     string
	yes, no Status
}{
	{"inactive", StatusDisabled, StatusActive}, {"active", StatusActive, StatusDisabled},
	{"disabled", StatusDisabled, StatusActive}, {"enabled", StatusActive, StatusDisabled},
	{"deleted", StatusDisabled, StatusActive}, {"suspended", StatusDisabled, StatusActive},
	{"banned", StatusDisabled, StatusActive}, {"blocked", StatusDisabled, StatusActive},
	{"deactivated", StatusDisabled, StatusActive}, {"archived", StatusDisabled, StatusActive},
	{"locked", StatusLocked, StatusActive},
}

func newStatusReader(column string, mapped map[string]Status) statusReader {
	s := statusReader{words: map[string]Status{}}
	for status, words := range statusWords {
		for _, word := range words {
			s.words[word] = status
		}
	}
	name, dated := squeeze(column), false
	for _, end := range []string{"at", "on", "date"} {
		if rest, ok := strings.CutSuffix(name, end); ok && !dated {
			name, dated = rest, true
		}
	}
	for _, flag := range statusOfFlag {
		if strings.HasSuffix(name, flag.end) {
			s.yes, s.no, s.dated = flag.yes, flag.no, dated
			break
		}
	}
	for word, status := range mapped {
		s.words[squeeze(strings.TrimSpace(word))] = status
	}
	return s
}

func (s *statusReader) read(text string, at time.Time) (Status, error) {
	switch text { // as nearly all exports write it
	case "", "active":
		if !at.IsZero() && s.dated {
			return s.yes, nil
		}
		return StatusActive, nil
	}
	if s.since != "" {
		if yes, known, err := values.ParseBool(text); err == nil && (!known || !yes) {
			return StatusActive, nil
		}
		return s.since, nil
	}
	word := squeeze(strings.TrimSpace(text))
	if status, ok := s.words[word]; ok {
		return status, nil
	}
	yes, known, err := values.ParseBool(text)
	digit := strings.ContainsAny(text, "01\x00\x01")
	switch {
	case err == nil && !known:
		return StatusActive, nil
	case err == nil && s.yes == "" && digit:
		return "", errNotStatus // 0 is "active" in some stores and "disabled" in others
	case err == nil && s.yes == "" && yes:
		return StatusActive, nil
	case err == nil && s.yes == "":
		return StatusDisabled, nil
	case err == nil && yes:
		return s.yes, nil
	case err == nil:
		return s.no, nil
	}
	if s.dated {
		switch since, _, err := values.ParseTime(text, time.UTC); {
		case err == nil && since.IsZero():
			return s.no, nil
		case err == nil:
			return s.yes, nil
		}
	}
	return "", errNotStatus
}

// ParseStatusMap reads what words of a store mean: "frozen" -> "locked".
func ParseStatusMap(words map[string]string) (map[string]Status, error) {
	all := map[string]Status{}
	for _, word := range slices.Sorted(maps.Keys(words)) {
		switch status := Status(strings.ToLower(words[word])); status {
		case StatusActive, StatusDisabled, StatusLocked:
			all[word] = status
		default:
			return nil, fmt.Errorf("%s=%s: a status is one of active, disabled, locked", word, words[word])
		}
		if squeeze(word) == "" {
			return nil, fmt.Errorf("a status needs a word before its equals sign")
		}
	}
	return all, nil
}

// privilegeWords are what stores call the roles of their users. A role of an account that cannot be told is
// that of a user: the score of an admin must not rest on a guess.
var privilegeWords = map[string]Privilege{
	"user": PrivilegeUser, "users": PrivilegeUser, "member": PrivilegeUser, "customer": PrivilegeUser,
	"subscriber": PrivilegeUser, "authenticated": PrivilegeUser, "registered": PrivilegeUser, "guest": PrivilegeUser,
	"student": PrivilegeUser, "reader": PrivilegeUser, "anon": PrivilegeUser, "none": PrivilegeUser,
	"null": PrivilegeUser, "systemuser": PrivilegeUser, "client": PrivilegeUser, "default": PrivilegeUser,
	"staff": PrivilegeStaff, "moderator": PrivilegeStaff, "editor": PrivilegeStaff, "author": PrivilegeStaff,
	"manager": PrivilegeStaff, "support": PrivilegeStaff, "employee": PrivilegeStaff, "operator": PrivilegeStaff,
	"teacher": PrivilegeStaff, "agent": PrivilegeStaff, "contributor": PrivilegeStaff, "shopmanager": PrivilegeStaff,
	"admin": PrivilegeAdmin, "administrator": PrivilegeAdmin, "superuser": PrivilegeAdmin, "superadmin": PrivilegeAdmin,
	"root": PrivilegeAdmin, "owner": PrivilegeAdmin, "sysadmin": PrivilegeAdmin, "systemadmin": PrivilegeAdmin,
}

// readPrivilege reads a role, or a flag whose column says of what.
func readPrivilege(text, column string) (Privilege, error) {
	switch text { // as nearly all exports write it
	case "", "user":
		return PrivilegeUser, nil
	}
	if privilege, ok := privilegeWords[squeeze(strings.TrimSpace(text))]; ok {
		return privilege, nil
	}
	yes, known, err := values.ParseBool(text)
	name := squeeze(column)
	switch {
	case err != nil:
		return PrivilegeUser, errNotPrivilege
	case !known, !yes && (strings.Contains(name, "admin") || strings.Contains(name, "super") || strings.Contains(name, "staff")):
		return PrivilegeUser, nil
	case strings.Contains(name, "admin"), strings.Contains(name, "super"):
		return PrivilegeAdmin, nil
	case strings.Contains(name, "staff"):
		return PrivilegeStaff, nil
	}
	return PrivilegeUser, errNotPrivilege
}
