package sheet

import "testing"

func TestWithZeros(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ raw, shown, want string }{
		{"123456", "00123456", "00123456"}, {"0", "0000", "0000"},
		{"123456", "123,456", "123456"}, {"123456", "00123457", "123456"}, {"45000", "2023-03-15", "45000"},
		{"12", "12", "12"}, {"", "00", ""}, {"made up", "made up", "made up"},
	} {
		if got := withZeros(test.raw, test.shown); got != test.want {
			t.Errorf("%q shown as %q is %q, want %q", test.raw, test.shown, got, test.want)
		}
	}
}
