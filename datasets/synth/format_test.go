package synth

import (
	"bytes"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Whatever a format says that it can carry is among the cuts of exactly one record, to the byte.
func TestWriteDumpCarries(t *testing.T) {
	t.Parallel()
	identifier := rapid.OneOf(
		rapid.StringMatching(`[a-zA-Z0-9]{1,8}[.+_]?[a-z0-9]{1,8}@[a-z0-9]{1,8}\.(com|test)`),
		rapid.StringMatching(`[a-zà-þ0-9][a-z0-9_]{1,12}`),
		rapid.StringMatching(`\+[0-9]{7,12}`),
	)
	password := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-z:;|"', @\\/]{1,16}`))
	for _, format := range Formats() {
		t.Run(format, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				var pairs []Pair
				for range rapid.IntRange(1, 20).Draw(rt, "pairs") {
					p := Pair{identifier.Draw(rt, "identifier"), password.Draw(rt, "password")}
					if CanCarry(format, p) {
						pairs = append(pairs, p)
					}
				}
				checkComesBack(t, rt, format, pairs)
			})
		})
	}
}

func checkComesBack(t *testing.T, rt *rapid.T, format string, pairs []Pair) {
	var b bytes.Buffer
	if err := WriteDump(&b, format, pairs); err != nil {
		rt.Fatal(err)
	}
	i := 0
	for _, text := range textsOf(t, format, b.Bytes()) {
		records(t, text.name, text.data, func(cuts []cut) {
			for _, c := range cuts {
				if i < len(pairs) && c == (cut{pairs[i].Identifier, pairs[i].Password}) {
					i++
					return
				}
			}
			rt.Fatalf("record %d came back as something else", i)
		})
	}
	if i != len(pairs) {
		rt.Fatalf("%d of %d pairs came back", i, len(pairs))
	}
}

type text struct {
	name string
	data []byte
}

// textsOf returns the texts of a dump in the order of its records.
func textsOf(t *testing.T, format string, data []byte) []text {
	t.Helper()
	f, err := lookupFormat(format)
	if err != nil {
		t.Fatal(err)
	}
	if format != "zip" {
		return []text{{f.file, decompress(t, f.file, data)}}
	}
	members := zipMembers(t, data)
	return []text{
		{"combo.txt", members["export/combo.txt"]}, {"users.csv", members["export/users.csv"]},
	}
}

func TestWriteDumpRefuses(t *testing.T) {
	t.Parallel()
	secret := "Made\nUp-123456"
	for format, want := range map[string]string{
		"xlsx": `unknown dump format "xlsx"`,
		"csv":  "it cannot carry pair 0",
	} {
		err := WriteDump(&bytes.Buffer{}, format, []Pair{{"a.b1@example.com", secret}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", format, err, want)
		} else if strings.Contains(err.Error(), secret) {
			t.Errorf("%s: the error tells the password", format)
		}
	}
}
