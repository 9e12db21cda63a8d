package cut_test

import (
	"slices"
	"testing"
)

func TestFound(t *testing.T) {
	t.Parallel()
	const md5 = "0123456789abcdef0123456789abcdef"
	for line, want := range map[string][]string{
		"a@example.com:$HEX[70c3a47373]": {"a@example.com=$HEX[70c3a47373]", "a@example.com=päss"},
		"a@example.com:$HEX[613]":        {"a@example.com=$HEX[613]", "a@example.com=a"},
		"a@example.com:$HEX[]":           {"a@example.com=$HEX[]"},
		"a@example.com:$HEX[6G]":         {"a@example.com=$HEX[6G]"},
		"a@example.com:$HEX[00C3]":       {"a@example.com=$HEX[00C3]", "a@example.com=\x00\xc3"},
		"a@example.com:$HEX[244845585b36315d]": {"a@example.com=$HEX[244845585b36315d]", "a@example.com=$HEX[61]",
			"a@example.com=a"},
		"a@example.com:" + md5 + ":pw": {"a@example.com=" + md5 + ":pw", "a@example.com=pw",
			"a@example.com=" + md5},
		"a@example.com:" + md5 + ":salt:p:w": {"a@example.com=" + md5 + ":salt:p:w", "a@example.com=salt:p:w",
			"a@example.com=p:w", "a@example.com=w", "a@example.com=" + md5, "a@example.com=salt",
			"a@example.com=p"},
		"a@example.com:" + md5 + ":$HEX[613a62]": {"a@example.com=" + md5 + ":$HEX[613a62]",
			"a@example.com=$HEX[613a62]", "a@example.com=a:b", "a@example.com=" + md5},
	} {
		if got := cutLine(line); !slices.Equal(got, want) {
			t.Errorf("%q\n got %q\nwant %q", line, got, want)
		}
	}
}
