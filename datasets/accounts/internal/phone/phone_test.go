package phone_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/nyaruka/phonenumbers"

	"github.com/credsieve/credsieve/datasets/accounts/internal/phone"
)

// reading is what both sides say of a text.
type reading struct {
	possible, extended bool
	e164, dialled      string
}

func ours(text, region string) reading {
	n, ok := phone.Parse(text, region)
	if !ok {
		return reading{}
	}
	return reading{true, n.Extended, n.E164(), digits(n.Dialled())}
}

func theirs(text, region string) reading {
	n, err := phonenumbers.Parse(text, region)
	if err != nil || !phonenumbers.IsPossibleNumber(n) {
		return reading{}
	}
	extended := n.GetExtension() != ""
	n.Extension = nil
	return reading{true, extended, phonenumbers.Format(n, phonenumbers.E164), digits(phonenumbers.Format(n, phonenumbers.NATIONAL))}
}

func digits(text string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
}

func compare(t *testing.T, text, region string) {
	t.Helper()
	want := theirs(text, region)
	if hasOddDigits(text) {
		want = reading{} // digits that the library keeps and cannot count with
	}
	if got := ours(text, region); got != want {
		t.Errorf("%q in %q: %+v, the library says %+v", text, region, got, want)
	}
}

// hasOddDigits reports whether a text has digits that are neither of ASCII nor Arabic nor of full width.
func hasOddDigits(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool {
		plain := r <= '9' || r >= '\u0660' && r <= '\u0669' || r >= '\u06f0' && r <= '\u06f9' || r >= '\uff10' && r <= '\uff19'
		return unicode.IsDigit(r) && !plain
	})
}

func regions() []string { return slices.Sorted(maps.Keys(phonenumbers.GetSupportedRegions())) }

// TestParse_as_the_library compares numbers of all kinds and regions, each as people write it; with -short, which the race
// detector gets, those of one region in eight.
func TestParse_as_the_library(t *testing.T) {
	t.Parallel()
	for i, region := range regions() {
		if testing.Short() && i%8 != 0 {
			continue
		}
		t.Run(region, func(t *testing.T) {
			t.Parallel()
			for kind := phonenumbers.FIXED_LINE; kind <= phonenumbers.VOICEMAIL; kind++ {
				example := phonenumbers.GetExampleNumberForType(region, kind)
				if example == nil {
					continue
				}
				for _, text := range spellings(example) {
					compare(t, text, region)
					compare(t, text, "")
				}
			}
		})
	}
}

// spellings are ways to write a number, right and wrong ones.
func spellings(n *phonenumbers.PhoneNumber) []string {
	national := phonenumbers.Format(n, phonenumbers.NATIONAL)
	abroad := phonenumbers.Format(n, phonenumbers.INTERNATIONAL)
	plain := phonenumbers.GetNationalSignificantNumber(n)
	code := fmt.Sprint(n.GetCountryCode())
	return []string{
		national, abroad, plain, code + plain, "0" + plain, "00" + code + plain, "011" + code + plain,
		"+" + code + "0" + plain, "+" + code + " (0) " + plain, plain[1:], plain + "1", plain[:len(plain)/2],
		"tel:" + national + ";ext=12", abroad + " x7", "+" + plain, "\uff0b" + code + plain, national + "/" + national,
	}
}

// oddTexts are what stands in columns of phone numbers.
var oddTexts = []string{
	"", "0", "12", "nobody", "n/a", "+", "++", "+1", "+44", "+999123456", "4.47701E+11", "07700 900123", "07700\u00a0900\u2011123",
	"(0)7700 900123", "00 44 7700 900123", "1-800-FLOWERS", "0800 GO FEDEX", "+1 212 555 0100 ext. 5", "212-555-0100 #5",
	"212-555-0100,,5", "212-555-0100;5#", "(530) 583-6985 x302/x2303", "tel:+44-7700-900123;isub=12", "7700900123;phone-context=+44",
	"tel:863-1234;phone-context=+1-914-555", "7700900123;phone-context=example.com", "7700900123;phone-context=", ";phone-context=+44",
	"7700900123;phone-context=+44;x=1", "\u0660\u0667\u0667\u0660\u0660 \u0669\u0660\u0660\u0661\u0662\u0663", "\uff10\uff17\uff17\uff10\uff10900123",
	"\u0967\u0968\u0969\u096a\u096b\u096c\u096d", "0044 0 7700 900123", "+44+7700900123", "123+4567890", "+ 44 7700 900123", "+0 7700 900123",
	"  07700 900123  ", "phone: 07700 900123", "07700 900123 (home)", "07700-900123 anexo 3", "0039 06 1234 5678", "+39 000", "00000000",
	"\u017fss 07700 900123", "555 abcd", "555-\u0131\u0131\u0131", "+80012345678", "+883510000000091", "+878 10 1234567890", "*100#", "**21*07700900123#",
	"07700 900123\n", "07700\n900123", strings.Repeat("1", 251), strings.Repeat("0", 17), "+" + strings.Repeat("4", 18), "0 11 15 2345-6789",
	"9 11 2345 6789", "11 15 2345 6789", "0 15 21 98765432", "55 11 98765-4321", "8 (912) 345-67-89", "1 212 555 0100", "2125550100 x", "\xff07700900123",
}

func TestParse_odd_texts(t *testing.T) {
	t.Parallel()
	for _, text := range oddTexts {
		for _, region := range []string{"", "GB", "US", "IT", "AR", "BR", "RU", "DE", "JE", "MX", "IN", "SG", "CA", "HU", "AU", "KZ"} {
			compare(t, text, region)
		}
	}
}

func TestRegions(t *testing.T) {
	t.Parallel()
	for _, region := range append(regions(), "", "XX", "001", "gb") {
		if got, want := phone.CodeOf(region), phonenumbers.GetCountryCodeForRegion(region); got != want {
			t.Errorf("code of %q is %d, want %d", region, got, want)
		}
		if got, want := phone.TrunkOf(region), phonenumbers.GetNddPrefixForRegion(region, true); got != want {
			t.Errorf("trunk prefix of %q is %q, want %q", region, got, want)
		}
	}
	for code := range 1000 {
		want := phonenumbers.GetRegionCodeForCountryCode(code)
		if want == phonenumbers.UNKNOWN_REGION || want == phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY {
			want = ""
		}
		if got := phone.RegionOf(code); got != want {
			t.Errorf("region of %d is %q, want %q", code, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range oddTexts {
		f.Add(text, "GB")
		f.Add(text, "")
		f.Add(text, "AR")
	}
	all := append(regions(), "")
	f.Fuzz(func(t *testing.T, text, region string) {
		if !slices.Contains(all, region) {
			region = all[len(region)%len(all)]
		}
		compare(t, text, region)
	})
}
