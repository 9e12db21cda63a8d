package values

import (
	"slices"
	"strings"
	"testing"
)

func TestPhones(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ region, text, want string }{
		{"", "+447700900123", "+447700900123"},
		{"GB", "+447700900123", "+447700900123 07700900123 +4407700900123"},
		{"GB", "07700 900123", "+447700900123 07700900123 +4407700900123"},
		{"GB", "+44 (0)7700 900123", "+447700900123 07700900123 +4407700900123 +4407700900123"},
		{"", "+44 (0)7700 900123", "+447700900123 +4407700900123"},
		{"GB", "447700900123", "+447700900123 07700900123 +4407700900123"},
		{"GB", "+49 30 901820", "+4930901820"},
		{"US", "(212) 555-0100", "+12125550100 2125550100"},
		{"US", "+1 212 555 0100 ext. 5", "+12125550100 2125550100"},
		{"IT", "06 1234 5678", "+390612345678 0612345678 +390612345678"},
		{"", "tel:+447700900123", "+447700900123"},
		{"", "+44 7700\u2011900123", "+447700900123"},
		{"", "07700 900123", ""},
		{"GB", "12", ""},
		{"GB", "4.47701E+11", ""},
		{"GB", "nobody", ""},
		{"GB", "", ""},
	} {
		got := NewPhones(tt.region).Forms(tt.text)
		if unique := slices.Compact(slices.Sorted(slices.Values(got))); !slices.Equal(unique,
			slices.Compact(slices.Sorted(slices.Values(strings.Fields(tt.want))))) {
			t.Errorf("%q in %q: %q, want %q", tt.text, tt.region, got, tt.want)
		}
		if len(got) > 0 && got[0] != strings.Fields(tt.want)[0] {
			t.Errorf("%q in %q: %q comes first", tt.text, tt.region, got[0])
		}
	}
}

func TestRegionOf(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"+447700900123,07700900123": "GB", "00447700900123": "GB", "+447700900123,+4930901820": "", "07700900123": "", "": "",
		"+12125550100": "US", "+1": "", "+883510000000091": "",
	} {
		if got := RegionOf(strings.Split(text, ",")); got != want {
			t.Errorf("RegionOf(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestParseRegion(t *testing.T) {
	t.Parallel()
	if got, err := ParseRegion("de"); err != nil || got != "DE" {
		t.Errorf("got %q, %v", got, err)
	}
	for _, text := range []string{"", "XX", "Germany", "49"} {
		if got, err := ParseRegion(text); err == nil {
			t.Errorf("ParseRegion(%q) = %q", text, got)
		}
	}
}
