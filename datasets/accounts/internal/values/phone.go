package values

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/credsieve/credsieve/datasets/accounts/internal/phone"
)

// Phones turns phone numbers, as people type them, into the forms that dumps may have. The rules of countries
// are those of libphonenumber. A dump says of no number which country it is of, so the forms are made here, of
// the account's number, and a scan needs no rules.
type Phones struct {
	Region string // ISO 3166 code of the country that numbers without a country code are of; empty: unknown
	code   string // its country code: 44
	trunk  string // what is dialled before a number within it: 0
}

// ParseRegion checks the code of a country: GB.
func ParseRegion(region string) (string, error) {
	region = strings.ToUpper(region)
	if phone.CodeOf(region) == 0 {
		return "", fmt.Errorf("%q is not the code of a country (want two letters, e.g. GB or US)", region)
	}
	return region, nil
}

// NewPhones returns the forms by the rules of a region; empty: none is known.
func NewPhones(region string) Phones {
	if region == "" {
		return Phones{}
	}
	return Phones{
		Region: region, code: strconv.Itoa(phone.CodeOf(region)), trunk: phone.TrunkOf(region),
	}
}

// Forms returns how dumps may write a number, the one with the country code first, if it is known; none when
// text is not a phone number.
func (p Phones) Forms(text string) []string {
	if p.plainInternational(text) {
		return p.spelled(text, p.national(text))
	}
	number, ok := phone.Parse(text, p.Region)
	if !ok {
		return nil
	}
	international, national := number.E164(), ""
	if p.Region != "" && strconv.Itoa(number.Code) == p.code {
		national = digits(number.Dialled())
	}
	forms := p.spelled(international, national)
	// "+44 (0)7700 900123" is what a dump of the same store has.
	if raw := "+" + digits(text); strings.HasPrefix(strings.TrimSpace(text), "+") && raw != international &&
		!number.Extended {
		forms = append(forms, raw)
	}
	return forms
}

// spelled lists the forms of a number. With the trunk prefix between country code and number it is what
// careless people write.
func (p Phones) spelled(international, national string) []string {
	forms := []string{international}
	if national != "" {
		forms = append(forms, national)
		if strings.HasPrefix(national, "0") {
			forms = append(forms, "+"+p.code+national)
		}
	}
	return forms
}

// national returns how a number is dialled in the region; empty for numbers of other countries.
func (p Phones) national(international string) string {
	rest, ok := strings.CutPrefix(international[1:], p.code)
	switch {
	case p.Region == "" || !ok:
		return ""
	case p.trunk == "1": // nobody writes it within the country
		return rest
	}
	return p.trunk + rest
}

// plainInternational takes +447700900123 for what it is. To look each up in the rules would take longer than
// all else of a row. A zero early on may be a trunk prefix, which is for the rules.
func (p Phones) plainInternational(text string) bool {
	const shortest, longest = 8, 16
	if len(text) < shortest || len(text) > longest || text[0] != '+' {
		return false
	}
	for i := 1; i < len(text); i++ {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	if p.Region != "" && strings.HasPrefix(text[1:], p.code) {
		return text[1+len(p.code)] != '0'
	}
	const longestCode = 3
	return strings.IndexByte(text[1:2+longestCode], '0') < 0
}

func digits(text string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
}

// RegionOf returns the country of the numbers that say theirs, if all of them are of one.
func RegionOf(numbers []string) string {
	code := 0
	for _, text := range numbers {
		text = strings.TrimSpace(text)
		if rest, ok := strings.CutPrefix(text, "00"); ok {
			text = "+" + rest
		}
		if !strings.HasPrefix(text, "+") {
			continue
		}
		number, ok := phone.Parse(text, "")
		switch {
		case !ok:
		case code == 0:
			code = number.Code
		case code != number.Code:
			return ""
		}
	}
	return phone.RegionOf(code)
}
