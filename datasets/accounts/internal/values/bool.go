// Package values reads times, flags and phone numbers as user stores write them. An error says what is wrong with a
// value and never quotes it, because a column that is mapped wrongly may hold password hashes.
package values

import (
	"errors"
	"strings"
)

var errNotBool = errors.New("is not true or false, nor a word known to mean one")

// ParseBool reads a flag. known is false when there is none.
func ParseBool(text string) (value, known bool, err error) {
	switch text { // as nearly all exports write it
	case "true":
		return true, true, nil
	case "false":
		return false, true, nil
	}
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "", "null", "none", "nil", "nan", "(null)", "n/a", "unknown":
		return false, false, nil
	case "true", "t", "yes", "y", "on", "1", "b'1'", "\x01", "enabled", "enable":
		return true, true, nil
	case "false", "f", "no", "n", "off", "0", "b'0'", "\x00", "disabled", "disable":
		return false, true, nil
	}
	return false, false, errNotBool
}
