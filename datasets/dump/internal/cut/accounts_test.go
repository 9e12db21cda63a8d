package cut_test

import (
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
)

func TestPasswd(t *testing.T) {
	t.Parallel()
	const nt, lm = "0123456789abcdef0123456789abcdef", "aad3b435b51404eeaad3b435b51404ee"
	sha := "$6$saltsalt$" + strings.Repeat("abcdefgh", 11)[:86]
	for line, want := range map[string][]string{
		"alice:" + sha + ":19000:0:99999:7:::":                      {"alice!" + sha},
		"alice:!" + sha + ":19000:0:99999:7:::":                     {"alice!!" + sha},
		"daemon:*:19000:0:99999:7:::":                               {"daemon!*"},
		"alice:x:1001:1001:Alice,,,:/home/alice:/bin/sh":            {"alice!x"},
		`EXAMPLE\alice:1001:` + lm + ":" + nt + ":::":               {"alice!" + nt, `EXAMPLE\alice!` + nt},
		"alice:1001:NO PASSWORD*********************:" + nt + ":::": {"alice!" + nt},
		"alice:$apr1$abcdefgh$0123456789abcdefghijkl":               {"alice!$apr1$abcdefgh$0123456789abcdefghijkl"},
		"alice:made-up-1:1001:1001:Alice:/home/alice:/bin/bash":     {"alice=made-up-1"},
		"alice@example.com:a:b:c:d:e:f":                             {"alice@example.com=a:b:c:d:e:f", "..."},
	} {
		dumptest.WantCuts(t, cutLine(line), want)
	}
}
