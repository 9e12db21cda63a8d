package guard_test

import (
	"fmt"

	"github.com/credsieve/credsieve/datasets/rundir"
	"github.com/credsieve/credsieve/pipeline/guard"
)

// One dump confirms a third of the accounts that it met: that points to a leak of our own store, and a person
// looks before anybody is made to choose a new password.
func ExampleDecide() {
	limits := guard.Limits{MaxAccounts: 500, MaxShare: 0.01, MaxConfirmRate: 0.25}
	verdict, err := guard.Decide(guard.Facts{
		Listed: 40, Accounts: 10_000,
		Dumps: []rundir.Dump{{Name: "forum", AccountsMet: 120, AccountsConfirmed: 40}},
	}, limits)
	if err != nil {
		fmt.Println(err) // counts do not balance: nothing is published, nothing is held
		return
	}
	fmt.Println(verdict.Verdict)
	for _, refusal := range verdict.Refusals {
		fmt.Printf("%s: %.2f, allowed are %.2f\n", refusal.Limit, refusal.Actual, refusal.Allowed)
	}
	// Output:
	// held
	// max_confirm_rate: 0.33, allowed are 0.25
}
