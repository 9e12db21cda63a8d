package phone_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"flag"
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/nyaruka/phonenumbers"

	"github.com/credsieve/credsieve/datasets/accounts/internal/phone"
)

var update = flag.Bool("update", false, "write rules.jsonl again")

// TestRules_are_those_of_the_library, of the version that go.mod names.
func TestRules_are_those_of_the_library(t *testing.T) {
	t.Parallel()
	known, err := phonenumbers.MetadataCollection()
	if err != nil {
		t.Fatal(err)
	}
	var all []phone.Rules
	for _, m := range known.GetMetadata() {
		all = append(all, rulesOf(m))
	}
	slices.SortFunc(all, func(a, b phone.Rules) int {
		return cmp.Or(cmp.Compare(a.Region, b.Region), cmp.Compare(a.Code, b.Code))
	})
	var want bytes.Buffer
	encoder := json.NewEncoder(&want)
	encoder.SetEscapeHTML(false)
	for _, r := range all {
		if err := encoder.Encode(r); err != nil {
			t.Fatal(err)
		}
	}
	if *update {
		if err := os.WriteFile("rules.jsonl", want.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile("rules.jsonl"); err != nil || !bytes.Equal(got, want.Bytes()) {
		t.Errorf("rules.jsonl is not of the library that go.mod names; -update writes it (%v)", err)
	}
}

func rulesOf(m *phonenumbers.PhoneMetadata) phone.Rules {
	general := m.GetGeneralDesc()
	r := phone.Rules{
		Region: m.GetId(), Code: int(m.GetCountryCode()), Abroad: m.GetInternationalPrefix(),
		Trunk: phonenumbers.GetNddPrefixForRegion(m.GetId(), true),
		Strip: m.GetNationalPrefixForParsing(), Rewrite: m.GetNationalPrefixTransformRule(),
		General: general.GetNationalNumberPattern(),
		Lengths: lengths(general.GetPossibleLength()), Local: lengths(general.GetPossibleLengthLocalOnly()),
		Main: phonenumbers.GetRegionCodeForCountryCode(int(m.GetCountryCode())) == m.GetId(),
	}
	if !r.Main { // a number is written by the rules of its country code's main region
		return r
	}
	group := regexp.MustCompile(`\$\d`)
	for _, f := range m.GetNumberFormat() {
		format := phone.Format{Pattern: f.GetPattern(), Write: f.GetFormat()}
		if leading := f.GetLeadingDigitsPattern(); len(leading) > 0 {
			format.Leading = leading[len(leading)-1] // the most detailed
		}
		if first, rule := group.FindStringIndex(format.Write), f.GetNationalPrefixFormattingRule(); first != nil && rule != "" {
			format.Write = format.Write[:first[0]] + rule + format.Write[first[1]:]
		}
		r.Formats = append(r.Formats, format)
	}
	return r
}

func lengths(of []int32) (list []int) {
	for _, n := range of {
		list = append(list, int(n))
	}
	return list
}
