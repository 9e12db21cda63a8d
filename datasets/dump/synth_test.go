package dump_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/leak"
	"github.com/credsieve/credsieve/datasets/synth"
)

// TestRead_gives_back_what_synth_wrote: any pair that a format can carry comes back to the byte, in order,
// as one of the cuts of its record, and nothing else is a record.
func TestRead_gives_back_what_synth_wrote(t *testing.T) {
	t.Parallel()
	formats := synth.Formats()
	if len(formats) < 6 {
		t.Fatalf("only %d formats", len(formats))
	}
	for _, format := range formats {
		t.Run(format, func(t *testing.T) {
			carried := 0
			rapid.Check(t, func(t *rapid.T) {
				pairs := rapid.SliceOfN(drawPair(), 1, 30).Draw(t, "pairs")
				pairs = slices.DeleteFunc(pairs, func(p synth.Pair) bool { return !synth.CanCarry(format, p) })
				if len(pairs) == 0 {
					return
				}
				carried += len(pairs)
				var file bytes.Buffer
				if err := synth.WriteDump(&file, format, pairs); err != nil {
					t.Fatal(err)
				}
				// A small block makes records meet the edges of blocks.
				records := readAll(t, &file, rapid.IntRange(64, 4096).Draw(t, "block"))
				if len(records) != len(pairs) {
					t.Fatalf("%d records of %d pairs", len(records), len(pairs))
				}
				for i, p := range pairs {
					if !slices.Contains(records[i], p) {
						t.Fatalf("%+v came back as %+v", p, records[i])
					}
				}
			})
			if carried < 20 { // of the 20 checks of a short run
				t.Errorf("only %d pairs were tried", carried)
			}
		})
	}
}

// drawPair draws identifiers of every kind and passwords full of what separates and quotes.
func drawPair() *rapid.Generator[synth.Pair] {
	hard := rapid.StringOfN(rapid.SampledFrom([]rune(`ab1:;|, "'\$@#&=/?<>[]{}`+"äж密")), 1, 30, 120)
	plain := rapid.StringMatching(`[A-Za-z0-9!#$%-]{6,20}`)
	return rapid.Custom(func(t *rapid.T) synth.Pair {
		name := rapid.StringMatching(`[a-z][a-z0-9]{2,10}`).Draw(t, "name")
		identifier := rapid.SampledFrom([]string{
			name + "@example.com", name + "+tag@mail.example.org", name, "+999555" +
				fmt.Sprintf("%06d", rapid.IntRange(0, 999999).Draw(t, "number")),
		}).Draw(t, "identifier")
		password := rapid.OneOf(hard, plain, rapid.String()).Draw(t, "password")
		return synth.Pair{Identifier: identifier, Password: password}
	})
}

// readAll reads a dump from a stream and returns the cuts of each record.
func readAll(t *rapid.T, file *bytes.Buffer, block int) [][]synth.Pair {
	inputs, err := dump.List(context.Background(), []string{"-"}, dump.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var records [][]synth.Pair
	options := dump.Options{Stdin: file, BlockSize: block}
	report, err := dump.Read(context.Background(), inputs[0], options, func(b *dump.Block) error {
		defer b.Release()
		b.Parse(func(r *leak.Record) {
			var cuts []synth.Pair
			for _, c := range r.Cuts {
				if c.Testable {
					cuts = append(cuts, synth.Pair{Identifier: string(c.Identifier), Password: string(c.Secret)})
				}
			}
			records = append(records, cuts)
		}, func(r leak.Reject) { t.Fatalf("rejected: %+v", r) })
		if len(b.Rejects) > 0 {
			t.Fatalf("rejected: %+v", b.Rejects)
		}
		return nil
	})
	if err != nil || report.Status != dump.StatusRead {
		t.Fatalf("%+v, %v", report, err)
	}
	return records
}
