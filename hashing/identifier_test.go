package hashing

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// render writes forms as "kind:text", an alias with its attribution.
func render(forms []Form) string {
	var out []string
	for _, f := range forms {
		text := f.Kind.String() + ":" + string(f.Text)
		if f.Attribution == AttributionAlias {
			text = "alias-" + text
		}
		out = append(out, text)
	}
	return strings.Join(out, " | ")
}

type formsTest struct {
	name string
	kind Kind
	raw  string
	want string // as render writes it; empty: no form
}

func runForms(t *testing.T, tests []formsTest) {
	t.Helper()
	c := NewCanonicalizer()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := render(c.Forms(tt.kind, []byte(tt.raw))); got != tt.want {
				t.Errorf("Forms(%v, %q)\n got %q\nwant %q", tt.kind, tt.raw, got, tt.want)
			}
		})
	}
}

func TestFormsOfEmail(t *testing.T) {
	t.Parallel()
	local300 := strings.Repeat("a", 300)
	runForms(t, []formsTest{
		{"as_it_is", KindEmail, "alice@example.com", "email:alice@example.com"},
		{"upper_case", KindEmail, "Alice.Archer@EXAMPLE.Com", "email:alice.archer@example.com"},
		{"white_space_around", KindEmail, "\t alice@example.com \r\n", "email:alice@example.com"},
		{"no_break_space_around", KindEmail, "\u00a0alice@example.com\u2003", "email:alice@example.com"},
		{"last_at_splits", KindEmail, `"a@b"@example.com`, `email:"a@b"@example.com`},
		{"trailing_dot", KindEmail, "alice@example.com.", "email:alice@example.com"},
		{"two_trailing_dots", KindEmail, "alice@example.com..", ""},
		{"only_a_dot", KindEmail, "alice@.", ""},
		{"plus_and_dots_stay_elsewhere", KindEmail, "a.b+c@example.com", "email:a.b+c@example.com"},
		{"no_local_part", KindEmail, "@example.com", ""},
		{"no_domain", KindEmail, "alice@", ""},
		{"no_at", KindEmail, "alice", ""},
		{"space_in_domain", KindEmail, "alice@example .com", ""},
		{"space_before_trailing_dot", KindEmail, "alice@example.com .", ""},
		{"local_part_composed", KindEmail, "Zoe\u0308@example.com", "email:zo\u00eb@example.com"},
		{"kelvin_sign_is_k", KindEmail, "\u212aim@example.com", "email:kim@example.com"},
		{"idn", KindEmail, "alice@b\u00fccher.example", "email:alice@xn--bcher-kva.example"},
		{"idn_decomposed_upper", KindEmail, "alice@BU\u0308CHER.example",
			"email:alice@xn--bcher-kva.example"},
		{"idn_as_a_label", KindEmail, "alice@XN--BCHER-KVA.example", "email:alice@xn--bcher-kva.example"},
		{"idn_with_trailing_dot", KindEmail, "alice@b\u00fccher.example.",
			"email:alice@xn--bcher-kva.example"},
		{"ideographic_full_stops", KindEmail, "alice@b\u00fccher\u3002example\u3002",
			"email:alice@xn--bcher-kva.example"},
		{"full_width_domain", KindEmail, "alice@\uff45xample.com", "email:alice@example.com"},
		{"idna_refuses", KindEmail, "alice@b\u00fccher_x.example", ""},
		{"full_width_at_is_no_at", KindEmail, "alice\uff20example.com", ""},
		{"control_character_inside", KindEmail, "ali\x00ce@example.com", ""},
		{"delete_character_inside", KindEmail, "ali\x7fce@example.com", ""},
		{"next_line_inside", KindEmail, "ali\u0085ce@example.com", ""},
		{"invalid_utf8", KindEmail, "ali\xffce@example.com", ""},
		{"surrogate", KindEmail, "ali\xed\xa0\x80ce@example.com", ""},
		{"320_bytes", KindEmail, local300 + "@" + strings.Repeat("b", 19),
			"email:" + local300 + "@" + strings.Repeat("b", 19)},
		{"321_bytes", KindEmail, local300 + "@" + strings.Repeat("b", 20), ""},
		{"long_and_not_ascii", KindEmail, strings.Repeat("\u00c9", 40) + "@example.com", "email:" + strings.Repeat("\u00e9", 40) + "@example.com"},
		{"grows_over_320_bytes", KindEmail, local300 + "@\u00fc.example.text", ""},
	})
}

func TestFormsOfGmail(t *testing.T) {
	t.Parallel()
	runForms(t, []formsTest{
		{"plain", KindEmail, "al@gmail.com", "email:al@gmail.com | alias-email:al@gmail.com"},
		{"dots_and_plus", KindEmail, "A.l.+News+x@Gmail.com",
			"email:a.l.+news+x@gmail.com | alias-email:al@gmail.com"},
		{"googlemail", KindUnspecified, "a.l@googlemail.com",
			"email:a.l@googlemail.com | alias-email:al@gmail.com"},
		{"nothing_before_plus", KindEmail, "+x@gmail.com", "email:+x@gmail.com"},
		{"only_dots", KindEmail, "..@gmail.com", "email:..@gmail.com"},
		{"longer_domain", KindEmail, "a.l@gmail.com.example", "email:a.l@gmail.com.example"},
		{"other_provider", KindEmail, "a.l+x@example.com", "email:a.l+x@example.com"},
		{"trailing_dot", KindEmail, "a.l@gmail.com.", "email:a.l@gmail.com | alias-email:al@gmail.com"},
		{"full_width_domain", KindEmail, "a.l@gm\uff41il.com",
			"email:a.l@gmail.com | alias-email:al@gmail.com"},
	})
}

func TestFormsOfUsername(t *testing.T) {
	t.Parallel()
	runForms(t, []formsTest{
		{"lower_case", KindUsername, " Alice_Archer ", "username:alice_archer"},
		{"holds_an_email", KindUsername, "Alice@Example.com", "email:alice@example.com"},
		{"handle", KindUsername, "@Bob", "username:@bob"},
		{"at_but_no_email", KindUsername, "bob@", "username:bob@"},
		{"digits_are_no_phone", KindUsername, "4917000000000", "username:4917000000000"},
		{"space_inside", KindUsername, "Alice Archer", "username:alice archer"},
		{"composed", KindUsername, "ZOE\u0308", "username:zo\u00eb"},
		{"sharp_s_stays", KindUsername, "Stra\u00dfe", "username:stra\u00dfe"},
		{"final_sigma_is_not_special", KindUsername, "\u039f\u03a3", "username:\u03bf\u03c3"},
		{"dotted_capital_i", KindUsername, "\u0130", "username:i"},
		{"empty", KindUsername, "", ""},
		{"only_white_space", KindUsername, " \t\u3000", ""},
		{"wide_space_after", KindUsername, "Alice\u3000", "username:alice"}, // its last byte is the first that is no ASCII
		{"em_quad_after", KindUsername, "Alice\u2000", "username:alice"},
		{"wide_space_before", KindUsername, "\u3000Alice", "username:alice"},
		{"grows_over_320_bytes", KindUsername, strings.Repeat("\u023a", 160), ""},
		{"320_bytes_not_ascii", KindUsername, strings.Repeat("\u00c9", 160), "username:" + strings.Repeat("\u00e9", 160)},
		{"unknown_kind", Kind(99), "alice", ""},
	})
}

func TestFormsOfPhone(t *testing.T) {
	t.Parallel()
	runForms(t, []formsTest{
		{"plus", KindPhone, "+49 170 000000", "phone:49170000000"},
		{"double_zero", KindPhone, "0049-170/000000", "phone:49170000000"},
		{"bare_digits", KindPhone, "49170000000", "phone:49170000000"},
		{"national", KindPhone, "(0170) 000.000", "phone:0170000000"},
		{"area_code_first", KindPhone, "(212) 555-0100", "phone:2125550100"},
		{"seven_digits", KindPhone, "5550100", "phone:5550100"},
		{"six_digits", KindPhone, "555010", ""},
		{"six_digits_after_double_zero", KindPhone, "00555010", ""},
		{"fifteen_digits", KindPhone, "+123456789012345", "phone:123456789012345"},
		{"sixteen_digits", KindPhone, "+1234567890123456", ""},
		{"sixteen_digits_after_double_zero", KindPhone, "001234567890123456", ""},
		{"country_code_zero", KindPhone, "+0170000000", ""},
		{"plus_and_double_zero", KindPhone, "+0049170000000", ""},
		{"only_double_zero", KindPhone, "00", ""},
		{"one_digit_after_more", KindPhone, "0", ""},
		{"three_zeros", KindPhone, "0004917000000", ""},
		{"plus_inside", KindPhone, "49+170000000", ""},
		{"letters", KindPhone, "0800-CALLNOW", ""},
		{"email", KindPhone, "alice@example.com", ""},
		{"only_a_plus", KindPhone, "+", ""},
		{"empty", KindPhone, "", ""},
	})
}

func TestFormsOfUnknownField(t *testing.T) {
	t.Parallel()
	runForms(t, []formsTest{
		{"email", KindUnspecified, "Alice@Example.com", "email:alice@example.com"},
		{"handle", KindUnspecified, "@Bob", "username:@bob"},
		{"at_but_no_email", KindUnspecified, "bob@", "username:bob@"},
		{"username", KindUnspecified, "Bob", "username:bob"},
		{"phone_is_a_username_too", KindUnspecified, "+49 170 000000",
			"username:+49 170 000000 | phone:49170000000"},
		{"too_few_digits", KindUnspecified, "123456", "username:123456"},
	})
}

// checkIdempotent wants each form of raw to canonicalise to itself, told its kind or not.
func checkIdempotent(c *Canonicalizer, raw []byte) error {
	for kind := KindUnspecified; kind <= KindPhone; kind++ {
		// Kept, because the next call takes their memory.
		var forms []Form
		for _, f := range c.Forms(kind, raw) {
			forms = append(forms, Form{f.Kind, f.Attribution, bytes.Clone(f.Text)})
		}
		for _, f := range forms {
			if len(f.Text) == 0 || len(f.Text) > maxIdentifier {
				return fmt.Errorf("%v form of %q has %d bytes", kind, raw, len(f.Text))
			}
			for _, hint := range []Kind{f.Kind, KindUnspecified} {
				again := c.Forms(hint, f.Text)
				if !slices.ContainsFunc(again, func(g Form) bool {
					return g.Kind == f.Kind && g.Attribution == f.Attribution && bytes.Equal(g.Text, f.Text)
				}) {
					return fmt.Errorf("%v form %q of %q became %q", kind, f.Text, raw, render(again))
				}
			}
		}
	}
	return nil
}

func TestFormsAreIdempotent(t *testing.T) {
	t.Parallel()
	t.Run("generated_texts", func(t *testing.T) {
		c := NewCanonicalizer()
		piece := rapid.OneOf(
			rapid.StringN(0, 12, -1),
			rapid.SampledFrom([]string{
				"@", ".", "..", "+", "00", "0", "\u3002", "gmail.com", "example.com", "b\u00fccher", " ",
				"\u0308", "\u0345", "\u0130", "\u1e9e", "\u03a3", "\u212b", "xn--", "4917000", "(", "\uff20",
				"\u200d", "\u00ad", "\ufb01", "\u1100\u1161", "\u00a0", strings.Repeat("\u0301", 40),
			}),
		)
		rapid.Check(t, func(t *rapid.T) {
			raw := strings.Join(rapid.SliceOfN(piece, 1, 8).Draw(t, "pieces"), "")
			if err := checkIdempotent(c, []byte(raw)); err != nil {
				t.Fatal(err)
			}
		})
	})
	t.Run("every_cased_or_composed_character", func(t *testing.T) {
		c := NewCanonicalizer()
		// Without the large blocks where no character has case or changes by normalisation.
		for _, block := range [][2]rune{
			{0, 0x33ff}, {0xa000, 0xabff}, {0xd7b0, 0x11fff}, {0x16000, 0x16fff}, {0x1d000, 0x1f2ff},
			{0x2f800, 0x2fa1f},
		} {
			for r := block[0]; r <= block[1]; r++ {
				text := "a" + string(r) + "\u0308@b" + string(r) + "x.example"
				if err := checkIdempotent(c, []byte(text)); err != nil {
					t.Fatalf("U+%04X: %v", r, err)
				}
			}
		}
	})
}

func TestFormsLeaveTheInputAlone(t *testing.T) {
	t.Parallel()
	c := NewCanonicalizer()
	for _, text := range []string{
		" Alice@Example.COM ", "Zo\u00eb@B\u00fccher.example", "+49 170 000000",
	} {
		raw := []byte(text)
		for _, f := range c.Forms(KindUnspecified, raw) {
			for i := range f.Text {
				f.Text[i] = '!'
			}
		}
		if string(raw) != text {
			t.Errorf("%q became %q", text, raw)
		}
	}
}

func TestFormsOfASCIIDoNotAllocate(t *testing.T) {
	c := NewCanonicalizer()
	tokenizer := NewTokenizer(testKey(t))
	raws := [][]byte{
		[]byte("alice.archer@example.com"), []byte("a.l+x@gmail.com"), []byte("Bob"),
		[]byte("+49 170 000000"),
		[]byte(strings.Repeat("a", 308) + "@example.com"), []byte("ali\x00ce"), {}, make([]byte, 1<<20),
	}
	allocs := testing.AllocsPerRun(100, func() {
		for _, raw := range raws {
			for _, f := range c.Forms(KindUnspecified, raw) {
				tokenizer.Token(f)
			}
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	got := fmt.Sprint(KindUnspecified, KindEmail, KindUsername, KindPhone, Kind(99),
		AttributionUnspecified, AttributionExact, AttributionAlias)
	want := "unspecified email username phone unspecified unspecified exact alias"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestBetter: exact is better than alias, alias better than nearby, and nothing is better than itself.
func TestBetter(t *testing.T) {
	t.Parallel()
	order := []Attribution{AttributionExact, AttributionAlias, AttributionNearby, AttributionUnspecified}
	for i, a := range order {
		for j, b := range order {
			if a.Better(b) != (i < j) {
				t.Errorf("%v is better than %v: %v", a, b, a.Better(b))
			}
		}
	}
}

func FuzzForms(f *testing.F) {
	for _, seed := range []string{
		"alice@example.com", " Alice@EXAMPLE.com.", "a.l+x@gmail.com", "@bob",
		"+49 (170) 000000", "00491700000",
		"alice@b\u00fccher\u3002example\u3002", "zo\u0065\u0308@xn--bcher-kva.example",
		"\u0130\u0307@\u1e9e.example",
		"ali\x00ce", "\xff", "a@..", "a@ .", "\u212bngstr\u00f6m",
	} {
		f.Add([]byte(seed))
	}
	c := NewCanonicalizer()
	f.Fuzz(func(t *testing.T, raw []byte) {
		if err := checkIdempotent(c, raw); err != nil {
			t.Fatal(err)
		}
	})
}
