package index

import (
	"testing"

	"github.com/credsieve/credsieve/datasets/accounts"
)

// A sealer that grew its column by each value would copy all of them once more for each row.
func TestSealer_grows_a_column_rarely(t *testing.T) {
	v, err := newVault(newKey(t), [buildIDSize]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	s, c := sealer{vault: v}, newChunk(accountSchema)
	row := sealedRow{Account: Account{
		ID: "a1", Identifier: "alice@example.com", StoredHash: "$2b$04$", Status: accounts.StatusActive,
	}}
	const rows = 5000
	n := testing.AllocsPerRun(1, func() {
		for range rows {
			row.exportRow++
			s.appendAccount(c, &row)
		}
	})
	if n > rows/10 {
		t.Errorf("%v allocations for %d rows", n, rows)
	}
}
