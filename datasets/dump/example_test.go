package dump_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// Standard input is read as what it turns out to be, here a list. A line that could be read in more
// than one way has a cut for each.
func ExampleRead() {
	list := "alice@example.com:Made-Up:1\nnobody\n"
	opts := dump.Options{Stdin: strings.NewReader(list)}
	report, err := dump.Read(context.Background(), dump.Input{Path: "-", Size: -1}, opts,
		func(b *dump.Block) error {
			defer b.Release()
			b.Parse(func(r *leak.Record) {
				for _, c := range r.Cuts {
					fmt.Printf("line %d: %s, a password of %d bytes\n", r.Line, c.Identifier, len(c.Secret))
				}
			}, func(r leak.Reject) { fmt.Printf("line %d: %s\n", r.Line, r.Reason) })
			return nil
		})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(report.Status, report.Format, report.Bytes)
	// Output:
	// line 1: alice@example.com, a password of 9 bytes
	// line 1: alice@example.com, a password of 7 bytes
	// line 1: alice@example.com, a password of 1 bytes
	// line 2: no_separator
	// read combo 35
}
