package dump_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// TestAside_keeps_places sweeps texts that no session reads or that one has read before, and that are longer than what
// is swept at once: each address is found once, where it stands, and with the text of its own line only.
func TestAside_keeps_places(t *testing.T) {
	t.Parallel()
	const people = 40
	filler := strings.Repeat("  -- nothing of interest stands on this line, and nobody is named\n", 1500)
	for name, format := range map[string]string{
		"comments of statements": "CREATE TABLE t%[1]d (id int);\n-- user%[1]d@example.com | Tulip-%[1]d\n",
		"a text that is refused": "{\\rtf1 user%[1]d@example.com | Tulip-%[1]d\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var text strings.Builder
			offsets, lines := make([]int64, people), make([]int64, people)
			for i := range people {
				line := fmt.Sprintf(format, i)
				at := strings.Index(line, "user")
				offsets[i], lines[i] = int64(text.Len()+at), int64(1+strings.Count(text.String()+line[:at], "\n"))
				text.WriteString(line)
				text.WriteString(filler)
			}
			found := make([]int, people)
			counts := sweepOf(t, text.String(), true, func(at leak.Position, m *dump.Mention) {
				var i int
				if _, err := fmt.Sscanf(string(m.Address), "user%d@", &i); err != nil {
					t.Fatal(err)
				}
				found[i]++
				own := false
				for _, candidate := range m.Texts {
					own = own || string(candidate) == fmt.Sprintf("Tulip-%d", i)
				}
				if !own || at.Offset != offsets[i] || at.Line != lines[i] {
					t.Errorf("%s at %+v, want offset %d, line %d; texts %q", m.Address, at, offsets[i], lines[i], m.Texts)
				}
			})
			for i, n := range found {
				if n != 1 {
					t.Errorf("user%d is found %d times", i, n)
				}
			}
			if counts.Addresses != people || counts.Named != people {
				t.Errorf("counts %+v", counts)
			}
		})
	}
}

// TestAside_is_for_sweeps: whoever does not sweep is not handed what no session reads.
func TestAside_is_for_sweeps(t *testing.T) {
	t.Parallel()
	text := "CREATE TABLE t (id int);\n-- ann@example.com\n"
	if counts := sweepOf(t, text, false, func(leak.Position, *dump.Mention) {}); counts.Addresses != 0 {
		t.Errorf("counts %+v", counts)
	}
}

// sweepOf reads a text and sweeps it.
func sweepOf(t *testing.T, text string, sweep bool, found func(leak.Position, *dump.Mention)) (counts dump.SweepCounts) {
	t.Helper()
	s := dump.NewSweeper()
	_, err := dump.Read(t.Context(), dump.Input{Path: "-", Size: -1}, dump.Options{Sweep: sweep, Stdin: strings.NewReader(text)},
		func(b *dump.Block) error {
			defer b.Release()
			b.Parse(func(*leak.Record) {}, func(leak.Reject) {})
			counts.Add(b.Sweep(s, dump.Swept{
				Ours: func([]byte) bool { return true }, Found: func(m *dump.Mention) { found(b.Place(m), m) },
			}))
			return nil
		})
	if err != nil {
		t.Fatal(err)
	}
	return counts
}
