package values

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// What cannot be read as a time, in words that say why: a time read as another one would change who is
// listed first, without anybody noticing.
var (
	ErrNotTime   = errors.New("is neither an RFC 3339 time nor Unix seconds, nor another time that can be read")
	errDays      = errors.New("looks like a count of days (/etc/shadow, or a date of a spreadsheet), not like a time; export it as a date")
	errEarly     = errors.New("is too small a number for Unix seconds and would be a time of the 1970s")
	errOddNumber = errors.New("is outside the range of Unix seconds, milliseconds, microseconds and FILETIME")
	errSlashes   = errors.New("is a date whose day and month cannot be told apart; export it as 2006-01-02")
	errZoneName  = errors.New("is a time with the name of a zone, which is not unique; export it with an offset or in UTC")
)

// unknownTimes are how stores write that there is none.
var unknownTimes = []string{"never", "infinity", "-infinity", "none", "null", "nil", "nan", "nat", "(null)", "n/a", "-"}

// ParseTime reads a time of an export. One without a zone is of loc, and wall says that it was one. What
// stores write for "never" and "unknown", such as 0 and the first second of 1970, is the zero time.
func ParseTime(text string, loc *time.Location) (at time.Time, wall bool, err error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return time.Time{}, false, nil
	case len(text) > 4 && text[4] == '-':
		at, wall, err = ParseDate(text, loc)
	case len(text) > 2 && text[2] == '-' || text[0] >= 'A' && text[0] <= 'Z':
		if at, err = parseNamedMonth(text, loc); err == nil {
			wall = true
			break
		}
		at, err = parseWords(text)
	case strings.HasPrefix(text, "/Date(") && strings.HasSuffix(text, ")/"): // .NET's JSON
		millis, _, _ := strings.Cut(text[len("/Date("):len(text)-len(")/")], "+") // the zone is for people
		at, wall, err = parseNumber(millis, loc)
	case text[0] >= '0' && text[0] <= '9':
		at, wall, err = parseNumber(text, loc)
	default:
		at, err = parseWords(text)
	}
	// 1601 is where FILETIME begins, 1 where .NET does.
	if err != nil || at.Unix() == 0 || at.Year() <= 1601 {
		return time.Time{}, false, err
	}
	return at.UTC(), wall, nil
}

// ParseDate reads what begins with a year and a minus sign: RFC 3339 and what databases print.
func ParseDate(text string, loc *time.Location) (at time.Time, wall bool, err error) {
	if plain, _, found := strings.Cut(text, "["); found && strings.HasSuffix(text, "]") && len(plain) > len(time.DateOnly) && strings.ContainsAny(plain[len(time.DateOnly):], "Z+-") {
		text = plain // Java adds the name of the zone to its offset
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, false, nil
	}
	if strings.HasPrefix(text, "0000-00-00") || strings.HasPrefix(text, "0001-01-01") {
		return time.Time{}, false, nil
	}
	if len(text) == len(time.DateOnly) {
		text += " 00:00:00"
	}
	if len(text) < len("2006-01-02 15:04") || text[10] != ' ' && text[10] != 'T' && text[10] != 't' {
		return time.Time{}, false, ErrNotTime
	}
	date, clock, zone := text[:10], text[11:], ""
	if end := strings.IndexAny(clock, "Zz+- "); end >= 0 {
		clock, zone = clock[:end], strings.TrimSpace(clock[end:])
	}
	if strings.Count(clock, ":") == 1 {
		clock += ":00"
	}
	clock = strings.Replace(clock, ",", ".", 1)
	if zone == "" {
		at, err = time.ParseInLocation("2006-01-02 15:04:05", date+" "+clock, loc)
	} else {
		var offset string
		if offset, err = parseZone(zone); err != nil {
			return time.Time{}, false, err
		}
		at, err = time.Parse(time.RFC3339, date+"T"+clock+offset)
	}
	if err != nil {
		return time.Time{}, false, ErrNotTime
	}
	return at, zone == "", nil
}

// parseZone turns +00, +0000, " UTC" and the like into what RFC 3339 has.
func parseZone(zone string) (string, error) {
	zone, name, _ := strings.Cut(zone, " ") // Go prints "+0000 UTC"
	switch strings.ToUpper(zone) {
	case "Z", "UTC", "GMT":
		return "Z", nil
	}
	digits := strings.ReplaceAll(strings.TrimLeft(zone, "+-"), ":", "")
	if zone[0] != '+' && zone[0] != '-' || name != "" && strings.ContainsAny(name, "0123456789") {
		return "", errZoneName
	}
	switch len(digits) {
	case 2:
		return zone[:1] + digits + ":00", nil
	case 4:
		return zone[:1] + digits[:2] + ":" + digits[2:], nil
	}
	return "", ErrNotTime
}

// Ranges of numbers in which a time is certain. They do not touch: a value of a user store is later than the
// beginning of 1973 and earlier than 2100, whatever its unit.
const (
	minUnix, maxUnix = 94694400, 4102444800 // 1973, 2100
	// epochFileTime is 1601-01-01, from which Windows counts 100 ns, and WebKit microseconds.
	epochFileTime = -11644473600
	// epochTicks is the year 1, from which .NET counts 100 ns.
	epochTicks = -62135596800
)

var units = []struct {
	perSecond, epoch, earliest int64
}{
	{1, 0, minUnix}, {1e3, 0, minUnix}, {1e6, 0, minUnix}, {1e6, epochFileTime, minUnix}, {1e7, epochFileTime, minUnix},
	{1e7, epochTicks, minUnix}, {1e9, 0, 1e9}, // before 2001 they would be numbers of FILETIME
}

func parseNumber(text string, loc *time.Location) (at time.Time, wall bool, err error) {
	if strings.ContainsAny(text, "/") {
		if at, err := time.ParseInLocation("2006/01/02 15:04:05", text, loc); err == nil {
			return at, true, nil
		}
		return time.Time{}, false, errSlashes
	}
	whole, fraction, _ := strings.Cut(text, ".")
	if n := len(whole); n == 8 || n >= 14 && (n == 14 || strings.ContainsAny(whole, "TZ+-")) {
		if at, wall, ok := parseCompact(text, loc); ok {
			return at, wall, nil
		}
	}
	v, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || strings.Trim(fraction, "0123456789") != "" {
		return time.Time{}, false, ErrNotTime
	}
	switch {
	case v == 0, v == 1<<63-1: // Active Directory's "never"
		return time.Time{}, false, nil
	case v < 1e5:
		return time.Time{}, false, errDays
	case v < minUnix:
		return time.Time{}, false, errEarly
	}
	for _, u := range units {
		seconds := v/u.perSecond + u.epoch
		if seconds >= u.earliest && seconds <= maxUnix {
			return time.Unix(seconds, v%u.perSecond*(1e9/u.perSecond)), false, nil
		}
	}
	return time.Time{}, false, errOddNumber
}

// parseCompact reads times of LDAP (RFC 4517, 3.3.13), the basic form of ISO 8601, and dates without signs.
func parseCompact(text string, loc *time.Location) (at time.Time, wall, ok bool) {
	text = strings.Replace(text, "T", "", 1)
	for _, layout := range []string{"20060102150405Z0700", "20060102150405", "20060102"} {
		at, err := time.ParseInLocation(layout, text, loc)
		if err == nil && at.Unix() >= minUnix && at.Unix() <= maxUnix {
			return at, !strings.HasSuffix(layout, "Z0700"), true
		}
	}
	return time.Time{}, false, false
}

// parseNamedMonth reads dates whose month has its English name, and which say no zone: of C, Oracle and Java.
func parseNamedMonth(text string, loc *time.Location) (at time.Time, err error) {
	for _, layout := range []string{
		time.ANSIC, "02-Jan-2006", "02-Jan-2006 15:04:05", "Jan 2, 2006 3:04:05 PM", "Jan 2, 2006, 3:04:05 PM", "Jan 2, 2006",
		"January 2, 2006", "January 2, 2006 3:04:05 PM",
	} {
		if at, err = time.ParseInLocation(layout, text, loc); err == nil {
			return at, nil
		}
	}
	return time.Time{}, ErrNotTime
}

// parseWords reads dates of e-mail and of logs, and words for "never".
func parseWords(text string) (time.Time, error) {
	for _, word := range unknownTimes {
		if strings.EqualFold(text, word) {
			return time.Time{}, nil
		}
	}
	if text == "-1" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC1123Z, time.RFC1123, time.UnixDate, time.RubyDate} {
		at, err := time.Parse(layout, text)
		if err != nil {
			continue
		}
		// A zone that is not known by its name gets an offset of 0.
		if name, offset := at.Zone(); offset == 0 && name != "UTC" && name != "GMT" && name != "" {
			return time.Time{}, errZoneName
		}
		return at, nil
	}
	return time.Time{}, ErrNotTime
}

// ParseTimezone reads the name of a zone, such as Europe/Berlin or UTC.
func ParseTimezone(name string) (*time.Location, error) {
	if name == "" || strings.EqualFold(name, "local") {
		return nil, fmt.Errorf("%q is not the name of a time zone (want e.g. UTC or Europe/Berlin)", name)
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("%q is not the name of a time zone that is known (want e.g. UTC or Europe/Berlin)", name)
	}
	return loc, nil
}

const secondsOfDay = 24 * 60 * 60

// ParseDays reads a count of days since 1970.
func ParseDays(text string) (time.Time, error) {
	var n int64
	if _, err := fmt.Sscanf(strings.TrimSpace(text), "%d", &n); err != nil || n*secondsOfDay > maxUnix {
		return time.Time{}, ErrNotTime
	}
	if n <= 0 { // to be changed at the next login
		return time.Time{}, nil
	}
	return time.Unix(n*secondsOfDay, 0), nil
}
