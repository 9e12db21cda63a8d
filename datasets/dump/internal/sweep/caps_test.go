package sweep_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump/internal/sweep"
)

// stepsPerByte is the most work that a byte may cost, whatever the text: windows overlap, and an address
// looks at no more than 512 atoms.
const stepsPerByte = 200

func wantLinear(t *testing.T, text string, counts sweep.Counts) {
	t.Helper()
	if most := int64(stepsPerByte * (len(text) + 1000)); counts.Work > most {
		t.Errorf("%d steps for %d bytes, want %d at most", counts.Work, len(text), most)
	}
	wantBalance(t, counts)
}

func wantBalance(t *testing.T, c sweep.Counts) {
	t.Helper()
	if c.Addresses != c.Claimed+c.Unknown+c.Named || c.Named != c.Tried+c.HashOnly+c.Untried {
		t.Errorf("counts do not balance: %+v", c)
	}
}

func TestOneLineOfManyAddressesCostsTheCaps(t *testing.T) {
	t.Parallel()
	for name, line := range map[string]func(i int) string{
		"addresses, then texts": func(i int) string {
			if i < 10_000 {
				return fmt.Sprintf("u%d@example.com ", i)
			}
			return fmt.Sprintf("text%d-and-more ", i)
		},
		"in turns":        func(i int) string { return fmt.Sprintf("u%d@example.com,text%d, ", i, i) },
		"in one bracket":  func(i int) string { return fmt.Sprintf(`"u%d@example.com", "text%d", `, i, i) },
		"open brackets":   func(i int) string { return fmt.Sprintf("([{u%d@example.com", i) },
		"open quotes":     func(i int) string { return fmt.Sprintf(`"'u%d@example.com `, i) },
		"signs":           func(int) string { return "%40@&#64;=40\\u0040<>" },
		"words of base64": func(int) string { return "YW5uQGV4YW1wbGUuY29t" },
		"backslashes":     func(i int) string { return fmt.Sprintf(`\\\"u%d@example.com\\\"`, i) },
		"open tags":       func(i int) string { return fmt.Sprintf("<a><b c='u%d@example.com'", i) },
		"nested strings":  func(i int) string { return fmt.Sprintf(`"{\"a\": \"u%d@example.com\", `, i) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var b strings.Builder
			for i := 0; b.Len() < 1<<20; i++ {
				b.WriteString(line(i))
			}
			got, counts := sweepAll(sweep.Input{Text: []byte(b.String())}, everybody, sweep.Options{})
			wantLinear(t, b.String(), counts)
			t.Logf("%d steps a byte, %d mentions", counts.Work/int64(b.Len()), len(got))
			for _, m := range got {
				if len(m.texts) > sweep.DefaultTexts {
					t.Fatalf("%d candidates for %s", len(m.texts), m.address)
				}
			}
		})
	}
}

func TestOneAddressAMillionTimesCostsTheCaps(t *testing.T) {
	t.Parallel()
	const times = 1_000_000
	text := strings.Repeat("ann@example.com:x\n", times)
	mentions := 0
	counts := sweep.New(sweep.Options{}).Sweep(sweep.Input{Text: []byte(text)},
		func([]byte) bool { return true }, func(*sweep.Mention) { mentions++ })
	wantLinear(t, text, counts)
	if mentions != times || counts.Named != times {
		t.Errorf("%d mentions, counted %d, want all", mentions, counts.Named)
	}
	if want := int64(times - sweep.DefaultMentions); counts.MentionsCut != want {
		t.Errorf("%d mentions are cut off, want %d", counts.MentionsCut, want)
	}
}

func TestMoreTextsThanTheCapAreCounted(t *testing.T) {
	t.Parallel()
	text := "ann@example.com"
	for i := range 100 {
		text += fmt.Sprintf(" | word-%d", i)
	}
	got, counts := sweepAll(sweep.Input{Text: []byte(text)}, everybody, sweep.Options{Texts: 7})
	if len(got) != 1 || len(got[0].texts) != 7 || counts.TextsCut != 1 {
		t.Errorf("got %v, %+v; want one mention with 7 texts, and the others counted", got, counts)
	}
}

func TestRecordWiderThanTheReachIsCounted(t *testing.T) {
	t.Parallel()
	text := "ann@example.com | " + strings.Repeat("x", 2*sweep.Reach) + " | secret-9"
	_, counts := sweepAll(sweep.Input{Text: []byte(text)}, everybody, sweep.Options{})
	if counts.ReachCut != 1 {
		t.Errorf("%+v, want one record that reaches further", counts)
	}
}
