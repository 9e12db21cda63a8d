package cut_test

import (
	"slices"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump/internal/cut"
)

func TestFurther(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"0x54756c69702d47617465":               "Tulip-Gate",
		"54756C69702D47617465":                 "Tulip-Gate",
		"0x540075006c0069007000":               "Tulip",
		"X'54756c69702d47617465'":              "Tulip-Gate",
		"VHVsaXAtR2F0ZTc3":                     "Tulip-Gate77",
		"VHVsaXAtR2F0ZTc=":                     "Tulip-Gate7",
		"VHVsaXAtR2F0ZTc":                      "Tulip-Gate7",
		"{base64}VHVsaXAtR2F0ZTc3":             "Tulip-Gate77",
		"54 75 6c 69 70":                       "Tulip",
		"54:75:6c:69:70":                       "Tulip",
		"84 117 108 105 112":                   "Tulip",
		"84,85,76,73,80":                       "TULIP",
		"Tulip-Gate77#7":                       "Tulip-Gate77",
		"Tulip#Gate#7,ROLE_USER,ACTIVE":        "Tulip#Gate",
		"Tulip@12":                             "Tulip",
		"Tulip/7":                              "Tulip",
		"Tulip_DE":                             "Tulip",
		"Tulip#Gate,ROLE_USER,enabled":         "Tulip#Gate",
		"Tulip-Gate, bob@example.org:Copper-8": "",
		"Tulip-Gate":                           "",
		"Tul#7":                                "",
		"5f4dcc3b5aa765d61d8327deb882cf99":     "",
		"$argon2id$v=19$m=8,t=1,p=1$MzNlMzFjZDVkZTEwMjgyMw$EA5AsieauZ7cz0aADrd8mg":         "",
		"JDJ5JDEwJE45cW84dUxPaWNrZ3gyWk1SWm9NeWVJalpBZ2NmbDdwOTJsZEd4YWQ2OExKWmRMMTdsaFd5": "",
		"Tulip_Gate": "",
		"summer2019": "",
	} {
		got := cut.Further([]byte(text))
		if want == "" && len(got) > 0 || want != "" && !slices.ContainsFunc(got, func(b []byte) bool { return string(b) == want }) || len(got) > cut.MaxFurther {
			t.Errorf("%s: %q", text, got)
		}
	}
}
