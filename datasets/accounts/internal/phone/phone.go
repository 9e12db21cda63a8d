// Package phone reads phone numbers as people type them, as Google's libphonenumber does.
//
//	Parse     a number out of a text, given the region that it may be of
//	CodeOf    the country code of a region, RegionOf the region of a country code
//	TrunkOf   what is dialled before a number within a region
//
// The rules of regions (rules.jsonl) are those of github.com/nyaruka/phonenumbers, with which the tests compare what comes out.
// The program does not link that module: to read its rules takes 17 ms, at every start of every command. A newer version of it
// is followed by: go test ./datasets/accounts/internal/phone -run TestRules -update
//
// Not guaranteed: that a number is anybody's. Only its length is checked.
package phone

import (
	"strconv"
	"strings"
	"unicode"
)

const (
	longestText   = 250 // bytes; longer ones are not looked at
	shortestCode  = 1
	longestCode   = 3
	shortest      = 2 // digits of a number within a region
	longest       = 17
	plusSigns     = "+\uff0b"
	contextMark   = ";phone-context="
	subaddress    = ";isub="
	telephoneMark = "tel:"
)

// Number is a phone number.
type Number struct {
	Code     int    // of its country
	National string // its digits after that
	Extended bool   // the text named an extension, which is not kept
}

// CodeOf returns the country code of a region, 0 for none.
func CodeOf(region string) int {
	if r := rules().byRegion[region]; r != nil {
		return r.Code
	}
	return 0
}

// TrunkOf returns what is dialled before a number within a region; empty: nothing.
func TrunkOf(region string) string {
	if r := rules().byRegion[region]; r != nil {
		return r.Trunk
	}
	return ""
}

// RegionOf returns the main region of a country code, empty for none and for codes of no country.
func RegionOf(code int) string {
	if r := rules().byCode[code]; r != nil && r.Region != ofNoCountry {
		return r.Region
	}
	return ""
}

// E164 is the number as it can be dialled from anywhere: +447700900123.
func (n Number) E164() string { return "+" + strconv.Itoa(n.Code) + n.National }

// Dialled is the number as people write it within its country, with signs between the digits.
func (n Number) Dialled() string {
	r := rules().byCode[n.Code]
	if r == nil {
		return n.National
	}
	for _, f := range r.Formats {
		if (f.Leading == "" || pattern("^(?:"+f.Leading+")").MatchString(n.National)) && whole(f.Pattern, n.National) {
			return pattern(f.Pattern).ReplaceAllString(n.National, f.Write)
		}
	}
	return n.National
}

// Parse reads a number that is of a region if it does not say another; an empty region: of none. It reports false for what is
// not a number, or has a length that no number of its country has.
func Parse(text, region string) (Number, bool) {
	if text == "" || len(text) > longestText {
		return Number{}, false
	}
	text, ok := candidate(text)
	own := rules().byRegion[region]
	if !ok || !viable(text) || own == nil && !strings.ContainsAny(text, plusSigns) {
		return Number{}, false
	}
	text, extended := stripExtension(text)
	code, national, ok := splitCode(text, own)
	if !ok {
		return Number{}, false
	}
	of := own
	if main := rules().byCode[code]; code != 0 && main != nil && (own == nil || main.Region != own.Region) {
		of = main
	} else if code == 0 {
		national = normalize(text)
		if own != nil {
			code = own.Code
		}
	}
	if of != nil && len(national) >= shortest {
		switch stripped := of.stripTrunk(national); of.fit(stripped) {
		case fits, tooLong:
			national = stripped
		}
	}
	n := Number{Code: code, National: national, Extended: extended}
	return n, n.possible()
}

// possible reports whether there are numbers of such a length.
func (n Number) possible() bool {
	r := rules().byCode[n.Code]
	if r == nil || len(n.National) < shortest || len(n.National) > longest || strings.Trim(n.National, "0123456789") != "" {
		return false
	}
	if r.General == "" {
		return true
	}
	fit := r.fit(n.National)
	return fit == fits || fit == fitsNearby
}

// candidate cuts a text down to what may be a number.
func candidate(text string) (string, bool) {
	if at := strings.Index(text, contextMark); at >= 0 {
		context, _, _ := strings.Cut(text[at+len(contextMark):], ";")
		if !isContext(context) {
			return "", false
		}
		if at > 0 {
			if from := strings.Index(text[:at], telephoneMark); from >= 0 {
				text, at = text[from+len(telephoneMark):], at-from-len(telephoneMark)
			}
			text = text[:at]
			if context[0] == '+' {
				text = context + text
			}
			return beforeSubaddress(text), true
		}
	}
	return beforeSubaddress(possible(text)), true
}

func beforeSubaddress(text string) string {
	if at := strings.Index(text, subaddress); at > 0 {
		return text[:at]
	}
	return text
}

// possible cuts away what stands before the first digit or plus sign, signs at the end, and a second number.
func possible(text string) string {
	start := strings.IndexFunc(text, func(r rune) bool { return strings.ContainsRune(plusSigns, r) || unicode.IsDigit(r) })
	if start < 0 {
		return ""
	}
	text = text[start:]
	if end := pattern(unwantedEnd).FindStringIndex(text); end != nil {
		text = text[:end[0]]
	}
	if second := pattern(secondNumber).FindStringIndex(text); second != nil {
		text = text[:second[0]]
	}
	return text
}

func viable(text string) bool {
	return len(text) >= shortest && pattern(viableNumber).MatchString(text)
}

// stripExtension takes an extension off a number.
func stripExtension(text string) (rest string, extended bool) {
	found := pattern(extension).FindStringSubmatchIndex(text)
	if found == nil || !viable(text[:found[0]]) {
		return text, false
	}
	for group := 2; group < len(found); group += 2 {
		if found[group] < found[group+1] {
			return text[:found[0]], true
		}
	}
	return text, false
}

// splitCode splits a country code off a number: 0 when it has none. It reports false when it has one that there is not.
func splitCode(text string, own *Rules) (code int, national string, ok bool) {
	code, national, err := tryCode(text, own)
	if plus := pattern("[" + plusSigns + "]+").FindStringIndex(text); err == unknownCode && plus != nil {
		code, national, err = tryCode(text[plus[1]:], own)
		if code == 0 {
			return 0, "", false
		}
	}
	return code, national, err == noFault
}

// codeFault is why no country code could be split off.
type codeFault int

const (
	noFault codeFault = iota
	unknownCode
	nothingAfter
)

func tryCode(text string, own *Rules) (code int, national string, fault codeFault) {
	if text == "" {
		return 0, "", noFault
	}
	digits, abroad := stripAbroad(text, own)
	if abroad {
		if len(digits) <= shortest {
			return 0, "", nothingAfter
		}
		for n := shortestCode; n <= min(longestCode, len(digits)) && digits[0] != '0'; n++ {
			if code, err := strconv.Atoi(digits[:n]); err == nil && rules().byCode[code] != nil {
				return code, digits[n:], noFault
			}
		}
		return 0, "", unknownCode
	}
	if own == nil {
		return 0, "", noFault
	}
	rest, has := strings.CutPrefix(digits, strconv.Itoa(own.Code))
	if !has {
		return 0, "", noFault
	}
	rest = own.stripTrunk(rest)
	if !whole(own.General, digits) && whole(own.General, rest) || own.fit(digits) == tooLong {
		return own.Code, rest, noFault
	}
	return 0, "", noFault
}

// stripAbroad takes away a plus sign, or what is dialled before the code of another country, and normalises the rest.
func stripAbroad(text string, own *Rules) (digits string, abroad bool) {
	if rest := strings.TrimLeft(text, plusSigns); rest != text {
		return normalize(rest), true
	}
	digits = normalize(text)
	if own == nil {
		return digits, false
	}
	found := pattern("^(?:" + own.Abroad + ")").FindStringIndex(digits)
	if found == nil || strings.HasPrefix(digits[found[1]:], "0") { // no code begins with 0
		return digits, false
	}
	return digits[found[1]:], true
}

// normalize keeps the digits. Of texts with three letters or more, these are those of a telephone's keys.
func normalize(text string) string {
	letters := strings.IndexFunc(text, isLetter)
	for range 2 {
		if letters >= 0 {
			if next := strings.IndexFunc(text[letters+1:], isLetter); next >= 0 {
				letters += 1 + next
			} else {
				letters = -1
			}
		}
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return r
		case letters >= 0:
			return onKeys(unicode.ToUpper(r))
		case unicode.IsDigit(r):
			return plainDigit(r)
		}
		return -1
	}, text)
}

func isLetter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }

func onKeys(r rune) rune {
	if r < 'A' || r > 'Z' {
		return -1
	}
	return rune("22233344455566677778889999"[r-'A'])
}

// plainDigit turns Arabic digits and those of full width into those of ASCII. Others stay, and make the text no number.
func plainDigit(r rune) rune {
	for _, zero := range []rune{'\u0660', '\u06f0', '\uff10'} {
		if r >= zero && r <= zero+9 {
			return '0' + r - zero
		}
	}
	return r
}
