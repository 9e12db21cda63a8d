package cut_test

import (
	"strings"
	"testing"
)

// TestLine_keeps_records_of_one_line_apart: nobody gets the password of another.
func TestLine_keeps_records_of_one_line_apart(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		"a1@example.com:a1pw:b1@example.com:b1pw:c1@example.com:c1pw",
		"a1@example.com\ta1pw\tb1@example.com\tb1pw\tc1@example.com\tc1pw",
		"a1@example.com:a1pw:b1@example.com:b1pw",
		"a1@example.com,a1pw,7,b1@example.com,b1pw,blue,c1@example.com,c1pw,DE",
		"a1pw;a1@example.com;b1pw;b1@example.com;c1pw;c1@example.com",
		"DE;a1@example.com;a1pw;DE;b1@example.com;b1pw",
		"a1@example.com:a1pw:b1@example.com:b1pw:7:c1@example.com:c1pw",
	} {
		for _, cut := range cutLine(line) {
			id, secret, ok := strings.Cut(cut, "=")
			if ok && len(id) > 2 && strings.Contains(id, "@") && len(secret) == len("a1pw") && strings.HasSuffix(secret, "1pw") && secret[0] != id[0] {
				t.Errorf("%q: %s", line, cut)
			}
		}
	}
}

func TestLine_reads_what_follows_a_second_address(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		"a@example.com:a.b@example.org:pw1", "a@example.com:Ann:a.b@example.org:Baker:pw1", "7:a@example.com:a.b@example.org:pw1",
	} {
		if got := strings.Join(cutLine(line), " "); !strings.Contains(got+" ", "a@example.com=pw1 ") {
			t.Errorf("%q: %s", line, got)
		}
	}
}
