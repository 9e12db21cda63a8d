package ledger_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/credsieve/credsieve/datasets/ledger"
	"github.com/credsieve/credsieve/hashing"
)

// What one night found out is not paid for again in the next: a leaked password that did not open an account is
// known by a name that says nothing without the key.
func ExampleOpen() {
	dir, err := os.MkdirTemp("", "state")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	key, err := hashing.NewKey()
	if err != nil {
		fmt.Println(err)
		return
	}
	night := time.Date(2026, 11, 1, 2, 0, 0, 0, time.UTC)
	account := ledger.Credential{1, 2, 3} // the finding id of an account with its stored hash
	for range 2 {
		state, err := ledger.Open(dir, key, night)
		if err != nil {
			fmt.Println(err)
			return
		}
		pair := state.Pair(account, "exact", []byte("made-up-password"))
		known, err := state.Refuted(account, pair)
		if err == nil && !known { // here the password is verified, and does not match
			err = state.Decide(context.Background(), ledger.Decision{Credential: account, Pair: pair, At: night})
		}
		fmt.Println("known:", known, err)
		if err := state.Close(); err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// known: false <nil>
	// known: true <nil>
}
