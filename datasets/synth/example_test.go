package synth_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/credsieve/credsieve/datasets/synth"
	"github.com/credsieve/credsieve/hashing/stored"
)

// The same seed gives the same bytes: an export, dumps that name some of its accounts, and the truth about them.
func ExampleGenerate() {
	dir, err := os.MkdirTemp("", "synth")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	o := synth.Defaults()
	o.Accounts, o.Records, o.Reuse, o.Stale, o.Seed = 50, 200, 0.1, 0.2, 7
	o.Formats = []string{"combo_colon", "ulp"}
	o.Argon2 = stored.Argon2Params{Memory: 8, Time: 1, Threads: 1} // cheap, as nothing here is secret
	made, err := synth.Generate(context.Background(), filepath.Join(dir, "data"), o)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(made.Accounts, "accounts,", made.Records, "records in", len(made.Dumps), "dumps")
	// Output: 50 accounts, 200 records in 2 dumps
}

// A dump of pairs that a test chooses itself.
func ExampleWriteDump() {
	err := synth.WriteDump(os.Stdout, "combo_colon", []synth.Pair{
		{Identifier: "alice@example.com", Password: "made-up-1"},
		{Identifier: "bob@example.org", Password: "made-up-2"},
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// alice@example.com:made-up-1
	// bob@example.org:made-up-2
}
